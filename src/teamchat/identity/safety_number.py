"""Safety numbers: 60 digits that two people read to each other (docs/spec/safety-number.md).

Both see the same digits if, and only if, both hold the same two identity keys. Each person
gives 30 digits; the smaller 30 come first. Hashing many times makes it dear to search for a
key whose digits look alike.
"""

import hashlib
import hmac
import re
from typing import Final

from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import PUBLIC_KEY_BYTES
from teamchat.ids import UserId, identifier_bytes

CONTEXT: Final = b"teamchat safety number\x00\x01"
ITERATIONS: Final = 5200
GROUPS: Final = 12
DIGITS_IN_GROUP: Final = 5
CODE_PREFIX: Final = "TEAMCHAT-VERIFY:1:"
"""What a QR code says before the 60 digits; in capital letters, because they take less room."""
_BYTES_IN_GROUP: Final = 5
_MOST_CHARACTERS: Final = 512
"""How long a text may be in which a safety number is looked for: room for any spacing."""
_WRITTEN: Final = re.compile(r"(?:TEAMCHAT-VERIFY:1:)?((?:[\s-]*[0-9]){60})[\s-]*", re.IGNORECASE)


def safety_number(user: UserId, key: bytes, other_user: UserId, other_key: bytes) -> str:
    """Return 12 groups of 5 digits, the same for both sides.

    Args:
        user: One person.
        key: Their identity key.
        other_user: The other person.
        other_key: The other's identity key.

    Raises:
        IdentityError: A key or identifier is malformed, or both are the same person.
    """
    if user == other_user:
        raise IdentityError("a safety number is between two people")
    halves = sorted((_digits(user, key), _digits(other_user, other_key)))
    return " ".join(halves)


def same(one: str, other: str) -> bool:
    """Say whether two written safety numbers are the same, however they are spaced."""
    first, second = (
        "".join(character for character in text if character in "0123456789").encode()
        for text in (one, other)
    )
    return len(first) == GROUPS * DIGITS_IN_GROUP and hmac.compare_digest(first, second)


def code_parts(number: str) -> tuple[str, str]:
    """Return what the QR code of a safety number says, as its prefix and its 60 digits.

    Raises:
        IdentityError: It is not a safety number.
    """
    return CODE_PREFIX, "".join(read(number).split())


def read(text: str) -> str:
    """Return the safety number in what somebody typed, or a camera read: 12 groups of 5 digits.

    Raises:
        IdentityError: It is neither 60 digits, however they are spaced, nor what a QR code says.
    """
    found = _WRITTEN.fullmatch(text.strip()) if len(text) <= _MOST_CHARACTERS else None
    if found is None:
        raise IdentityError("not a safety number")
    digits = "".join(character for character in found[1] if character in "0123456789")
    starts = range(0, GROUPS * DIGITS_IN_GROUP, DIGITS_IN_GROUP)
    return " ".join(digits[at : at + DIGITS_IN_GROUP] for at in starts)


def _digits(user: UserId, key: bytes) -> str:
    """Return the 6 groups of one person."""
    if len(key) != PUBLIC_KEY_BYTES:
        raise IdentityError(f"a public key has {PUBLIC_KEY_BYTES} bytes")
    try:
        identity = key + identifier_bytes(user)
    except ValueError as error:
        raise IdentityError("not an identifier of a person") from error
    digest = CONTEXT + identity
    for _ in range(ITERATIONS):
        digest = hashlib.sha512(digest + identity).digest()
    chunks = (digest[at : at + _BYTES_IN_GROUP] for at in range(0, 30, _BYTES_IN_GROUP))
    return " ".join(f"{int.from_bytes(chunk, 'big') % 100_000:05d}" for chunk in chunks)
