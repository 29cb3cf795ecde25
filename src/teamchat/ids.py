"""The identifiers of teamchat: 16 random bytes written as 26 lowercase base32 characters.

Written so that they can stand in a URL, a file name, a shell command and an SQL text column
without escaping, and never begin with a character that a command line takes for a flag.
"""

import base64
import binascii
import re
from typing import NewType

UserId = NewType("UserId", str)
DeviceId = NewType("DeviceId", str)
ConversationId = NewType("ConversationId", str)
SiteId = NewType("SiteId", str)
SessionId = NewType("SessionId", str)
InvitationId = NewType("InvitationId", str)
BlobId = NewType("BlobId", str)

BYTES = 16
"""How many random bytes an identifier holds."""

LENGTH = 26
"""How many characters an identifier is written with."""

PATTERN = r"^[a-z2-7]{25}[aeimquy4]$(?!\n)"
"""What every identifier looks like; the last character carries three bits only."""

_WRITTEN = re.compile(PATTERN)


def identifier(random: bytes) -> str:
    """Write 16 random bytes as an identifier.

    Raises:
        ValueError: There are not 16 bytes.
    """
    if len(random) != BYTES:
        raise ValueError(f"an identifier is made of {BYTES} bytes, not of {len(random)}")
    return base64.b32encode(random).decode("ascii").rstrip("=").lower()


def identifier_bytes(written: str) -> bytes:
    """Return the 16 bytes of an identifier.

    Raises:
        ValueError: This is not an identifier in its one canonical form.
    """
    if not _WRITTEN.fullmatch(written):
        raise ValueError("not an identifier")
    try:
        return base64.b32decode(written.upper() + "======")
    except binascii.Error as error:  # pragma: no cover - the pattern leaves nothing to refuse
        raise ValueError("not an identifier") from error
