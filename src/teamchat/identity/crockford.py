"""Crockford's base 32: 32 letters and digits that are hard to confuse, for what people type."""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O and U."""
BITS: Final = 5
"""Of one character."""
_READ_AS: Final = str.maketrans("ILO", "110", " -\t\r\n\u2013\u00a0")
_MOST_TYPED: Final = 200


def written(number: int, count: int) -> str:
    """Return the last `count` characters of a number."""
    return "".join(ALPHABET[number >> BITS * place & 31] for place in reversed(range(count)))


def typed(text: str, count: int) -> str | None:
    """Return what somebody typed as `count` characters of the alphabet; None if it is not that.

    Lower case is taken, I and L as 1, O as 0; spaces and hyphens do not matter.
    """
    found = text[:_MOST_TYPED].upper().translate(_READ_AS)
    return found if len(found) == count and set(found) <= set(ALPHABET) else None


def number(characters: str) -> int:
    """Return the number that characters of the alphabet write."""
    value = 0
    for character in characters:
        value = value << BITS | ALPHABET.index(character)
    return value
