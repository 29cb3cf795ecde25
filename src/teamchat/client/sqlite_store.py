"""engine.store.Store on SQLite: what can be read without the vault key is only structure.

Every value and every line is sealed for its place, so that none can be moved or swapped.
Keys of tables are ids and part names; columns in the clear are ids and positions. WAL and
`synchronous=FULL`: what `commit` returned from survives a power cut. One process at a time
has a profile open, by a lock that the kernel releases when the process dies.
"""

import contextlib
import fcntl
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import msgspec

from teamchat.client.errors import AccountError, NotStoredError, ProfileLockedError
from teamchat.client.folder import told_of
from teamchat.client.settings import LOCK, STORE
from teamchat.engine import fold
from teamchat.engine.records import Line
from teamchat.engine.store import (
    AddLine,
    AmendLine,
    Clear,
    Cut,
    Drop,
    DropLine,
    Put,
    PutLine,
    Table,
    Write,
)
from teamchat.identity.errors import IdentityError
from teamchat.identity.vault import NONCE_BYTES, VaultKey
from teamchat.ids import ConversationId

FORMAT: Final = 2
"""Version of the tables; kept in `user_version`."""

PROCESS_BYTES: Final = 20
FORGET_AFTER: Final = 128
"""After so many transactions the write-ahead log is emptied of what was deleted."""

_NO_ROOM: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
)
"""What SQLite says when the disk is full or does not take anything; that may pass."""

_SCHEMA: Final = """
CREATE TABLE sealed (kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
                     PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE line (conversation TEXT NOT NULL, id BLOB NOT NULL, position INTEGER NOT NULL,
                   value BLOB NOT NULL, PRIMARY KEY (conversation, id)) WITHOUT ROWID;
CREATE INDEX line_by_position ON line (conversation, position);
"""
_SINCE_1: Final = """
ALTER TABLE line ADD COLUMN message BLOB;
CREATE INDEX line_by_message ON line (conversation, message) WHERE message IS NOT NULL;
"""


class Lock:
    """The right to write a profile; the file names the process that has it.

    Raises:
        ProfileLockedError: Another process has it.
        AccountError: The folder cannot be used.
    """

    def __init__(self, profile: Path) -> None:
        with told_of(profile):
            profile.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(profile / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._descriptor, PROCESS_BYTES, 0)
            os.close(self._descriptor)
            raise ProfileLockedError(_process(holder)) from error
        with contextlib.suppress(OSError):  # on a full disk: it only helps to find the process
            os.truncate(self._descriptor, 0)
            os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    @classmethod
    def check(cls, profile: Path) -> None:
        """See whether the profile is free, before anybody is asked for a passphrase.

        Raises:
            ProfileLockedError: It is not.
            AccountError: The folder cannot be used.
        """
        cls(profile).release()

    def release(self) -> None:
        """Let another process have it."""
        os.close(self._descriptor)


class SqliteStore:
    """The store of one profile.

    Args:
        profile: The folder.
        key: Seals and opens every value.
        name: What the file is called.

    Raises:
        ProfileLockedError: Another process has the profile open.
        NotStoredError: The disk is full, or cannot be written to now.
        AccountError: The file is of another version, damaged, or of another vault.
    """

    def __init__(self, profile: Path, key: VaultKey, *, name: str = STORE) -> None:
        self._lock = Lock(profile)
        self._key = key
        self._commits = 0
        try:
            with told_of(profile), _readable():
                self._database = _open(profile / name)
        except AccountError:
            self._lock.release()
            raise

    def commit(self, writes: Sequence[Write]) -> None:
        """Store all of it or, if this raises, nothing.

        Raises:
            NotStoredError: The disk is full, or cannot be written to now.
        """
        try:
            with self._database:
                self._database.execute("BEGIN IMMEDIATE")
                for write in writes:
                    self._perform(write)
        except sqlite3.Error as error:
            if _lacks_room(error):
                raise NotStoredError from error
            raise
        self._commits += 1
        if self._commits % FORGET_AFTER == 0:
            self._forget()

    def _forget(self) -> None:
        """Empty the write-ahead log, where values lie on that were deleted from the file."""
        with contextlib.suppress(sqlite3.OperationalError):  # no room now: the next time
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def table(self, table: Table) -> Mapping[str, bytes]:
        """Return every value of a table by its key."""
        query = "SELECT key, value FROM sealed WHERE kind = ? ORDER BY key"
        with _readable():
            rows: list[tuple[str, bytes]] = self._database.execute(query, (table.value,)).fetchall()
        return {key: self._open(value, _place(table, key)) for key, value in rows}

    def last_lines(self) -> Mapping[ConversationId, Line]:
        """Return the line that stands for every conversation: the last that says something new."""
        query = "SELECT DISTINCT conversation FROM line"
        with _readable():
            found = [ConversationId(row[0]) for row in self._database.execute(query)]
        last = {each: fold.leading(self.lines(each, None, fold.LOOKED_AT)) for each in found}
        return {each: line for each, line in last.items() if line is not None}

    def lines(self, conversation: ConversationId, before: Cut | None, limit: int) -> Sequence[Line]:
        """Return the last lines, those before the cut, the oldest first; none is left out."""
        query = (
            "SELECT id, value FROM line WHERE conversation = ? AND (position, id) < (?, ?)"
            " AND position > ? ORDER BY position DESC, id DESC LIMIT ?"
        )
        position, line = before or (2**63 - 1, "")
        index = self._line_index(line) if line else b""
        with _readable():
            arguments = (conversation, position, index, fold.HIDDEN_POSITION, limit)
            rows = self._database.execute(query, arguments).fetchall()
        return [self._line(conversation, *row) for row in reversed(rows)]

    def line(self, conversation: ConversationId, line: str) -> Line | None:
        """Return a line of a conversation by its id."""
        query = "SELECT id, value FROM line WHERE conversation = ? AND id = ?"
        return self._one(query, conversation, self._line_index(line))

    def message(self, conversation: ConversationId, message: bytes) -> Line | None:
        """Return the line of a conversation that is the message with this MessageId."""
        query = "SELECT id, value FROM line WHERE conversation = ? AND message = ? LIMIT 1"
        return self._one(query, conversation, self._message_index(message))

    def _one(self, query: str, conversation: ConversationId, index: bytes | None) -> Line | None:
        with _readable():
            found = self._database.execute(query, (conversation, index)).fetchone()
        return None if found is None else self._line(conversation, *found)

    def count(self) -> int:
        """Return how many lines there are in all."""
        with _readable():
            (found,) = self._database.execute("SELECT count(*) FROM line").fetchone()
        return int(found)

    def _line(self, conversation: ConversationId, index: bytes, value: bytes) -> Line:
        opened = self._open(value, _line_place(conversation, index))
        return msgspec.msgpack.decode(opened, type=Line)

    def close(self) -> None:
        """Close the file and release the profile."""
        self._database.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- one write ------------------------------------------------------------------------

    def _perform(self, write: Write) -> None:
        execute = self._database.execute
        match write:
            case Put(table, key, value):
                sealed = self._seal(value, _place(table, key))
                execute("INSERT OR REPLACE INTO sealed VALUES (?, ?, ?)",
                        (table.value, key, sealed))  # fmt: skip
            case Drop(table, key):
                execute("DELETE FROM sealed WHERE kind = ? AND key = ?", (table.value, key))
            case Clear(table, prefix):
                execute("DELETE FROM sealed WHERE kind = ? AND substr(key, 1, ?) = ?",
                        (table.value, len(prefix), prefix))  # fmt: skip
            case PutLine(line):
                self._change(self.line(line.conversation, line.id), write)
            case AddLine(line):
                named = self.message(line.conversation, line.message)
                self._change(self.line(line.conversation, line.id), write, named)
            case AmendLine(conversation, message, _):
                self._change(self.message(conversation, message), write)
            case DropLine(conversation, line_id):
                execute("DELETE FROM line WHERE conversation = ? AND id = ?",
                        (conversation, self._line_index(line_id)))  # fmt: skip

    def _change(
        self, old: Line | None, write: PutLine | AddLine | AmendLine, named: Line | None = None
    ) -> None:
        line = fold.after(old, write, named)
        if line is None or line is old:
            return
        index = self._line_index(line.id)
        sealed = self._seal(line.encode(), _line_place(line.conversation, index))
        row = line.conversation, index, line.position, sealed, self._message_index(line.message)
        self._database.execute("INSERT OR REPLACE INTO line VALUES (?, ?, ?, ?, ?)", row)

    def _line_index(self, line: str) -> bytes:
        return self._key.index(b"line", line.encode())

    def _message_index(self, message: bytes) -> bytes | None:
        return self._key.index(b"message", message) if message else None

    def _seal(self, value: bytes, place: bytes) -> bytes:
        return self._key.seal(value, place, secrets.token_bytes(NONCE_BYTES))

    def _open(self, sealed: bytes, place: bytes) -> bytes:
        try:
            return self._key.open(sealed, place)
        except IdentityError as error:
            raise AccountError("error-store-damaged") from error


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """Say for people why the file cannot be opened or read."""
    try:
        yield
    except sqlite3.Error as error:
        if _lacks_room(error):
            raise NotStoredError from error
        raise AccountError("error-store-damaged") from error


def _lacks_room(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_ROOM


def _change_tables(database: sqlite3.Connection, statements: str) -> None:
    database.executescript(f"BEGIN; {statements} PRAGMA user_version = {FORMAT}; COMMIT;")


def _process(holder: bytes) -> str:
    """Return the number of a process as its lock names it; `?` if it does not."""
    return holder.decode("ascii") if holder.isdigit() else "?"


def _place(table: Table, key: str) -> bytes:
    return b"sealed\x00" + table.value.encode() + b"\x00" + key.encode()


def _line_place(conversation: ConversationId, index: bytes) -> bytes:
    return b"line\x00" + conversation.encode() + b"\x00" + index


def _open(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA secure_delete = ON")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 0:
        _change_tables(database, _SCHEMA + _SINCE_1)
    elif version == 1:
        _change_tables(database, _SINCE_1)
    elif version != FORMAT:
        database.close()
        raise AccountError("error-store-version")
    return database
