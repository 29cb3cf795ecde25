"""A copy of the database as it is at one instant, made beside a server that goes on writing."""

import os
import sqlite3
from pathlib import Path

from teamchat.errors import TeamchatError
from teamchat.server.storage.sqlite import BUSY_MS


class SnapshotError(TeamchatError):
    """The database cannot be copied, or the copy is damaged; nothing was changed."""


class NoRoomError(SnapshotError):
    """The disk that the copy was to lie on is full."""


def copy(database: Path, to: Path) -> None:
    """Write a compact copy, durable and for the owner only.

    Raises:
        NoRoomError: The disk of the copy is full.
        SnapshotError: There is no database, or it is damaged.
    """
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", uri=True)
        try:
            connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            connection.execute("VACUUM INTO ?", (str(to),))
        finally:
            connection.close()
        check(to)
        _sync(to)
    except sqlite3.Error as error:
        to.unlink()
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            raise NoRoomError(f"no room is left for a copy in {to.parent}") from error
        raise SnapshotError(f"cannot copy {database}: {error}") from error
    except BaseException:
        to.unlink()
        raise


def check(database: Path) -> None:
    """Read all of a database that nobody has open.

    Raises:
        SnapshotError: It is damaged, or not a database.
    """
    try:
        connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
        try:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise SnapshotError(f"{database} is damaged: {error}") from error
    if found != "ok":
        raise SnapshotError(f"{database} is damaged: {found}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
