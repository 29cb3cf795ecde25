"""What a witness remembers, in SQLite: for each log the checkpoint it cosigned last.

Nothing is remembered outside the file. A decision reads, decides and writes in one transaction
that holds the write lock from its start; when `decided` returns, what it wrote is on disk. So no
crash, at whatever moment, makes a witness forget what it has given away.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from teamchat.transparency import (
    Policy,
    SignedNote,
    TransparencyError,
    UsageError,
    VerifierKey,
    open_checkpoint,
)
from teamchat.witness.decision import Answer, Followed, Fork, Verdict, refusal
from teamchat.witness.errors import WitnessError

FORMAT: Final = 1
"""Version of the tables; kept in `user_version`."""

_SCHEMA: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE witness (vkey TEXT NOT NULL);
CREATE TABLE log (origin TEXT PRIMARY KEY, vkey TEXT NOT NULL, newest BLOB,
                  fork_ours BLOB, fork_theirs BLOB) WITHOUT ROWID;
PRAGMA user_version = {FORMAT};
COMMIT;
"""
_COLUMNS: Final = "SELECT vkey, newest, fork_ours, fork_theirs FROM log"
_PRAGMAS: Final = (
    "PRAGMA journal_mode = DELETE",  # at rest, the one file is everything
    "PRAGMA synchronous = EXTRA",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)
_BUSY_SECONDS: Final = 5.0

_Row = tuple[str, bytes | None, bytes | None, bytes | None]


class Ledger:
    """The open file."""

    def __init__(self, path: Path, connection: sqlite3.Connection, witness: VerifierKey) -> None:
        self._path = path
        self._connection = connection
        self._witness = witness

    @classmethod
    def create(cls, path: Path, witness: VerifierKey) -> None:
        """Make the file, for one witness.

        Raises:
            OSError: It is there already, or cannot be made.
            sqlite3.Error: It cannot be written.
        """
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        connection = _connect(path)
        try:
            connection.executescript(_SCHEMA)
            connection.execute("INSERT INTO witness VALUES (?)", (witness.vkey,))
        finally:
            connection.close()

    @classmethod
    def open(cls, path: Path, witness: VerifierKey) -> Self:
        """Open the file, and verify all that is remembered.

        Raises:
            WitnessError: It is missing or damaged, or not this witness's.
            sqlite3.OperationalError: It cannot be read now.
        """
        if not path.exists():
            raise WitnessError(
                f"{path} is missing, so this witness no longer knows what it has signed: make a "
                "new one in another directory, and have the clients trust that one instead."
            )
        ledger = cls(path, _connect(path), witness)
        try:
            ledger._check()
        except BaseException:
            ledger.close()
            raise
        return ledger

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def follow(self, log: VerifierKey) -> bool:
        """Follow a log; return whether that is new.

        Raises:
            WitnessError: The log is followed by another key, or the key is not a log's.
        """
        try:
            Policy(log, (self._witness,), 1)
        except UsageError:
            raise WitnessError(
                f"{log.name} has given a key that no log can have here: ask for the verifier key "
                "of the log, an Ed25519 key of type 01, not for that of a witness."
            ) from None
        with self._transaction():
            known = self._connection.execute(
                "SELECT vkey FROM log WHERE origin = ?", (log.name,)
            ).fetchone()
            if known is None:
                self._connection.execute(
                    "INSERT INTO log (origin, vkey) VALUES (?, ?)", (log.name, log.vkey)
                )
        if known is not None and known != (log.vkey,):
            raise WitnessError(
                f"This witness follows {log.name} with another key: a log that changes its key "
                "takes a new name too."
            )
        return known is None

    def followed(self) -> tuple[Followed, ...]:
        """Return every log that is followed, by its origin.

        Raises:
            WitnessError: What is remembered is damaged.
        """
        rows = self._connection.execute(f"{_COLUMNS} ORDER BY origin").fetchall()
        return tuple(self._read(row) for row in rows)

    def newest(self, origin: str) -> bytes | None:
        """Return the checkpoint of a log that was cosigned last; None if none was.

        Raises:
            sqlite3.Error: It cannot be read.
        """
        row: tuple[bytes | None] | None = self._connection.execute(
            "SELECT newest FROM log WHERE origin = ?", (origin,)
        ).fetchone()
        return row[0] if row else None

    def decided(self, origin: str, decide: Callable[[Followed], tuple[Followed, Answer]]) -> Answer:
        """Decide about a log, remember it durably, and only then return the answer.

        Raises:
            sqlite3.Error: It could not be remembered; nothing has changed.
            WitnessError: What is remembered is damaged.
        """
        with self._transaction():
            row = self._connection.execute(f"{_COLUMNS} WHERE origin = ?", (origin,)).fetchone()
            if row is None:
                return refusal(Verdict.UNKNOWN_LOG)
            before = self._read(row)
            after, answer = decide(before)
            if after != before:
                self._connection.execute(
                    "UPDATE log SET newest = ?, fork_ours = ?, fork_theirs = ? WHERE origin = ?",
                    (*_written(after), origin),
                )
        return answer

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _check(self) -> None:
        try:
            version = self._connection.execute("PRAGMA user_version").fetchone()
            sound = self._connection.execute("PRAGMA integrity_check").fetchall()
            if version != (FORMAT,) or sound != [("ok",)]:
                raise _damaged(self._path)
            owner = self._connection.execute("SELECT vkey FROM witness").fetchall()
            if owner != [(self._witness.vkey,)]:
                raise WitnessError(
                    f"{self._path} is what another witness remembers: put key and ledger of one "
                    "witness together, as init made them."
                )
            self.followed()
        except sqlite3.OperationalError:  # a full disk, others' rights, a lock: it may pass
            raise
        except sqlite3.DatabaseError as error:
            raise _damaged(self._path) from error

    def _read(self, row: _Row) -> Followed:
        vkey, newest, ours, theirs = row
        try:
            policy = Policy(VerifierKey.parse(vkey), (self._witness,), 1)
            fork = (
                Fork(SignedNote.decode(ours), SignedNote.decode(theirs))
                if ours and theirs
                else None
            )
            if fork is not None:
                policy.check(fork.ours)
                open_checkpoint(fork.theirs, policy.log)
            trusted = None if newest is None else policy.check(SignedNote.decode(newest))
        except TransparencyError as error:
            raise _damaged(self._path) from error
        return Followed(policy, trusted, fork)


def _written(followed: Followed) -> tuple[bytes | None, bytes | None, bytes | None]:
    newest, fork = followed.newest, followed.fork
    return (
        newest.signed.note.encode() if newest else None,
        fork.ours.encode() if fork else None,
        fork.theirs.encode() if fork else None,
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _damaged(path) from error
    return connection


def _damaged(path: Path) -> WitnessError:
    return WitnessError(
        f"{path} is damaged, so this witness no longer knows what it has signed: make a new one "
        "in another directory, and have the clients trust that one instead."
    )
