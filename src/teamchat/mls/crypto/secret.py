"""Secret: bytes that compare in constant time and never print.

The wrapper guards against carelessness, not against a reader of memory: Python cannot
erase bytes it has copied.
"""

import hmac
from collections.abc import Callable
from typing import NoReturn, final

from teamchat.mls.errors import UsageError


@final
class Secret:
    """Bytes that must not leak. `reveal` is the one way to them."""

    __slots__ = ("_data", "_expanded")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._expanded: bytes | None = None

    def reveal(self) -> bytes:
        """Return the bytes themselves, for a primitive or the vault."""
        return self._data

    def expanded(self, expand: Callable[[bytes], bytes]) -> bytes:
        """Return the form a primitive works with, made of the bytes when first asked for.

        A secret has one use, so it has one such form; it is kept as long as the secret.
        """
        if self._expanded is None:
            self._expanded = expand(self._data)
        return self._expanded

    def __len__(self) -> int:
        return len(self._data)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._data, other._data)

    __hash__ = None  # type: ignore[assignment]  # a secret must not become a key of a mapping

    def __repr__(self) -> str:
        return f"Secret({len(self._data)} bytes)"

    def __reduce__(self) -> NoReturn:
        raise UsageError("a Secret is not pickled; the vault stores what it reveals")
