"""Shamir's secret sharing over GF(2^8): any `threshold` shares give the secret, fewer say nothing.

Each byte of the secret is the value at 0 of a polynomial of its own, whose other coefficients are
random and handed in (docs/spec/custodians.md). The field is that of AES: bytes as polynomials
modulo x^8 + x^4 + x^3 + x + 1. Neither branches nor tables depend on a secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from teamchat.identity.errors import IdentityError

MOST: Final = 255
"""Shares that there can be: every element of the field but 0."""
_MODULUS: Final = 0x1B


@dataclass(frozen=True, slots=True)
class Share:
    """One share.

    Attributes:
        number: Where the polynomials are evaluated, 1 to 255.
        value: Their values there, one for each byte of the secret.
    """

    number: int
    value: bytes = field(repr=False)


def random_bytes(secret_bytes: int, threshold: int) -> int:
    """Return how many random bytes `split` takes."""
    return secret_bytes * (threshold - 1)


def split(secret: bytes, threshold: int, count: int, random: bytes) -> tuple[Share, ...]:
    """Split a secret.

    Args:
        secret: At least one byte.
        threshold: How many shares give it back, at least 2: one alone would be the secret.
        count: How many shares are made, `threshold` to 255.
        random: `random_bytes` of them, fresh.

    Raises:
        IdentityError: A number is out of range, or there are not as many random bytes.
    """
    if not secret or not 2 <= threshold <= count <= MOST:
        raise IdentityError("a secret is split for 2 of 2 up to 255 of 255")
    if len(random) != random_bytes(len(secret), threshold):
        raise IdentityError("as many random bytes are needed as there are coefficients")
    size = len(secret)
    rows = [secret, *(random[at : at + size] for at in range(0, len(random), size))]
    return tuple(Share(number, _evaluated(rows, number)) for number in range(1, count + 1))


def combine(shares: Sequence[Share]) -> bytes:
    """Return the secret of exactly as many shares as its threshold says.

    Other shares, or too few, give other bytes: whoever asks has to know the right ones when they
    see them.

    Raises:
        IdentityError: There are fewer than two, two of one number, or of different lengths.
    """
    numbers = {share.number for share in shares}
    sizes = {len(share.value) for share in shares}
    if len(shares) < 2 or len(numbers) != len(shares) or not numbers <= {*range(1, MOST + 1)}:
        raise IdentityError("two or more shares of different numbers are combined")
    if len(sizes) != 1:
        raise IdentityError("shares of different secrets")
    secret = bytes(sizes.pop())
    for share in shares:
        weight = _weight(share.number, numbers - {share.number})
        secret = bytes(
            known ^ _times(value, weight) for known, value in zip(secret, share.value, strict=True)
        )
    return secret


def _evaluated(rows: Sequence[bytes], number: int) -> bytes:
    """Return the values at a point of the polynomials whose coefficients stand in the rows."""
    value = bytes(len(rows[0]))
    for row in reversed(rows):  # Horner
        value = bytes(_times(v, number) ^ c for v, c in zip(value, row, strict=True))
    return value


def _weight(number: int, others: set[int]) -> int:
    """Return the value at 0 of the Lagrange polynomial of a share; numbers are no secrets."""
    above, below = 1, 1
    for other in others:
        above = _times(above, other)
        below = _times(below, other ^ number)
    return _times(above, _inverse(below))


def _times(a: int, b: int) -> int:
    product = 0
    for _ in range(8):
        product ^= -(b & 1) & a
        a = (a << 1 & 0xFF) ^ (-(a >> 7) & _MODULUS)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    """Return a^254, which is 1/a."""
    inverse = 1
    for _ in range(7):
        a = _times(a, a)
        inverse = _times(inverse, a)
    return inverse
