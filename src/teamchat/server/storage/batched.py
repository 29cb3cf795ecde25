"""Long lists in pieces: a statement takes so many values and no more."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

T = TypeVar("T")

AT_ONCE: Final = 500
"""How many values one statement is given; SQLite takes 999 in its smallest build."""


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Return the items in lists of `size`; the last may be shorter."""
    rest = iter(items)
    while piece := list(islice(rest, size)):
        yield piece
