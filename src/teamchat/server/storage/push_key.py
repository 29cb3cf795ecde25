"""The key with which the server calls push services: a file beside the database, in no backup.

Whoever had it could wake the devices that are subscribed under it, and do nothing else. If it is
gone, another one is made, and browsers subscribe anew when teamchat is opened in them next.
"""

import base64
import binascii
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from teamchat.errors import TeamchatError

NAME: Final = "push.key"
BYTES: Final = 32
_MOST: Final = 256


class PushKeyError(TeamchatError):
    """The file is damaged; whoever deletes it gets another key."""


def push_key(directory: Path, make: Callable[[], bytes]) -> bytes:
    """Return the secret of the key; make and keep it, if there is none.

    Args:
        directory: Where the database is.
        make: Makes a secret, `BYTES` long.

    Raises:
        PushKeyError: The file is damaged.
        OSError: It cannot be read, or there is no room.
    """
    path = directory / NAME
    try:
        with path.open("rb") as file:
            kept = file.read(_MOST)
    except FileNotFoundError:
        return _keep(path, make())
    try:
        secret = base64.b64decode(kept.strip(), validate=True)
    except binascii.Error as error:
        raise PushKeyError(f"{path} is damaged; delete it, and another one is made") from error
    if len(secret) != BYTES:
        raise PushKeyError(f"{path} is damaged; delete it, and another one is made")
    return secret


def _keep(path: Path, secret: bytes) -> bytes:
    """Write it for the owner only, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    descriptor = os.open(unfinished, flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(base64.b64encode(secret) + b"\n")
        file.flush()
        os.fsync(descriptor)
    unfinished.rename(path)
    return secret
