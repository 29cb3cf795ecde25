"""The code that a new device shows: scanned, or typed into a device that is there already.

It names the mailbox where the two meet. The scanned one also holds a secret that the server
cannot guess and the commitment of the new device, so that nobody can stand in for it; the typed
one has 40 bits, which keeps strangers out but not the server (docs/spec/linking.md).
"""

import base64
import binascii
import hashlib
import hmac
from enum import Enum
from typing import Final, NoReturn

from teamchat.identity import crockford
from teamchat.identity.errors import Fault, LinkingError

COMMITMENT_BYTES: Final = 32
MAILBOX_BYTES: Final = 16
QR_PREFIX: Final = "TEAMCHAT-LINK:1:"
"""All capital letters, digits, hyphens and colons: a QR code needs less room for those."""
_FAMILY: Final = "TEAMCHAT-LINK:"
_MAILBOX: Final = b"teamchat linking mailbox\x00"
_CHECK: Final = b"teamchat linking code check\x00"
_CHARACTERS: Final = 8
_CHECK_CHARACTERS: Final = 2
_MOST_SCANNED: Final = 256


class Way(Enum):
    """How a code gets to the other device."""

    SCANNED = "scanned"
    TYPED = "typed"

    @property
    def secret_bytes(self) -> int:
        """How many random bytes a code has."""
        return 16 if self is Way.SCANNED else 5

    @property
    def life_seconds(self) -> int:
        """How long a code can be answered; a scanned one is shown anew each time."""
        return 60 if self is Way.SCANNED else 600


class LinkingCode:
    """A code; it prints nothing, `written` is for the owner's eyes and camera.

    Attributes:
        way: How it gets to the other device.
        commitment: What the new device has committed itself to; None in a code that is typed.

    Args:
        secret: 16 random bytes with a commitment, 5 without.
        commitment: 32 bytes, for a code that is scanned.

    Raises:
        LinkingError: MISTYPED, there are not so many bytes.
    """

    __slots__ = ("commitment", "secret", "way")

    def __init__(self, secret: bytes, commitment: bytes | None = None) -> None:
        self.way: Final = Way.TYPED if commitment is None else Way.SCANNED
        committed = commitment is None or len(commitment) == COMMITMENT_BYTES
        if len(secret) != self.way.secret_bytes or not committed:
            raise LinkingError(Fault.MISTYPED, "a code has another number of bytes")
        self.secret: Final = secret
        self.commitment: Final = commitment

    @classmethod
    def read(cls, text: str) -> "LinkingCode":
        """Read a code as it was scanned or typed.

        Raises:
            LinkingError: MISTYPED, it is none.
        """
        found = text[: _MOST_SCANNED + 1].strip()
        return cls._scanned(found) if found.startswith(_FAMILY) else cls._typed(found)

    @classmethod
    def _scanned(cls, text: str) -> "LinkingCode":
        if not text.startswith(QR_PREFIX):
            raise LinkingError(Fault.MISTYPED, "a code of a version that is not known")
        encoded = text.removeprefix(QR_PREFIX)
        try:
            data = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
        except (binascii.Error, ValueError) as error:
            raise LinkingError(Fault.MISTYPED, "not the code of a new device") from error
        code = cls(data[:-COMMITMENT_BYTES], data[-COMMITMENT_BYTES:])
        if code.written() != text:
            raise LinkingError(Fault.MISTYPED, "a code in another encoding")
        return code

    @classmethod
    def _typed(cls, text: str) -> "LinkingCode":
        typed = crockford.typed(text, _CHARACTERS + _CHECK_CHARACTERS)
        if typed is None:
            raise LinkingError(Fault.MISTYPED, "a code has 10 letters and digits")
        secret = crockford.number(typed[:_CHARACTERS]).to_bytes(Way.TYPED.secret_bytes, "big")
        if _check(secret) != typed[_CHARACTERS:]:
            raise LinkingError(Fault.MISTYPED, "the code is mistyped")
        return cls(secret)

    def written(self) -> str:
        """Return what the QR code says, or two groups of 5 characters."""
        if self.commitment is not None:
            encoded = base64.b32encode(self.secret + self.commitment).decode("ascii")
            return QR_PREFIX + encoded.rstrip("=")
        number = int.from_bytes(self.secret, "big")
        text = crockford.written(number, _CHARACTERS) + _check(self.secret)
        return f"{text[:5]}-{text[5:]}"

    def mailbox(self) -> bytes:
        """Return the name of the mailbox, 16 bytes: all that the server is told of the code."""
        return hashlib.sha256(_MAILBOX + self.secret).digest()[:MAILBOX_BYTES]

    def __repr__(self) -> str:
        return f"LinkingCode({self.way.value}, …)"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, LinkingCode)
            and hmac.compare_digest(self.secret, other.secret)
            and self.commitment == other.commitment
        )

    def __hash__(self) -> int:
        return hash(self.mailbox())

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


def _check(secret: bytes) -> str:
    digest = hashlib.sha256(_CHECK + secret).digest()
    return crockford.written(int.from_bytes(digest[:2], "big") >> 6, _CHECK_CHARACTERS)
