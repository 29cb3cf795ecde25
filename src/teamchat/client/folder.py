"""The folder of a profile: whether it can be written to, and what is said if it cannot.

A person is told before the server is: an invitation works once, and a recovery key is shown once.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from teamchat.client.errors import AccountError, NotStoredError

ROOM_BYTES: Final = 1024 * 1024
"""A new profile takes a quarter of it, and as much again while it is written."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_PROBE: Final = "room"


@contextmanager
def told_of(profile: Path) -> Iterator[None]:
    """Say for people what the file system says within.

    Raises:
        NotStoredError: The disk is full.
        AccountError: The folder cannot be used.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NotStoredError from error
        raise AccountError("error-folder", path=str(profile)) from error


def check_room(profile: Path) -> None:
    """Make the folder, and see whether a new profile has room in it.

    Raises:
        NotStoredError: The disk is full.
        AccountError: The folder cannot be used.
    """
    with told_of(profile):
        profile.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = profile / _PROBE
        try:
            probe.write_bytes(bytes(ROOM_BYTES))
        finally:
            probe.unlink(missing_ok=True)
