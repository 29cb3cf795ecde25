"""One process owns a database file: a lock beside it, held until the process ends."""

import fcntl
import os
from pathlib import Path

from teamchat.errors import TeamchatError


class DatabaseInUseError(TeamchatError):
    """Another process serves from this database file."""


class FileLock:
    """The lock of one database file; the kernel lets go of it when the process dies."""

    def __init__(self, database: Path) -> None:
        """Take the lock.

        Raises:
            DatabaseInUseError: Somebody else holds it.
        """
        path = database.with_name(database.name + ".lock")
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise DatabaseInUseError(
                f"The database {database} is in use by another teamchat-server; "
                "stop that one first."
            ) from error

    def release(self) -> None:
        """Let another process have the file."""
        os.close(self._descriptor)
