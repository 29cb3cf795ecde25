"""Secrets that a person carries: session tokens and invitation secrets.

256 random bits, opaque, shown once. The server keeps their SHA-256: a stolen database logs
nobody in. A plain hash is enough because there is nothing to guess, and a look-up by hash
compares nothing secret, so it has no timing to leak.
"""

import base64
import hashlib
from typing import Final

BYTES: Final = 32
"""How many random bytes a token is made of."""

LENGTH: Final = 43
"""How many characters a token is written with."""


def token(random: bytes) -> str:
    """Write 32 random bytes as a token (base64url without padding).

    Raises:
        ValueError: There are not 32 bytes.
    """
    if len(random) != BYTES:
        raise ValueError(f"a token is made of {BYTES} bytes, not of {len(random)}")
    return base64.urlsafe_b64encode(random).decode("ascii").rstrip("=")


def token_hash(written: str) -> bytes:
    """Return what the server keeps of a token."""
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).digest()
