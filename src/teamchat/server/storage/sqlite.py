"""How SQLite is opened: the pragmas, and transactions that begin when we say so.

The driver's own idea of when a transaction begins is switched off: a reader gets one
snapshot for its whole transaction, and the writer takes the write lock at its start.
"""

import os
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

BUSY_MS: Final = 5_000
READERS: Final = 4

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
    "PRAGMA wal_autocheckpoint=2000",
)
_READER_PRAGMAS = (*_PRAGMAS[2:8], "PRAGMA cache_size=-8192", "PRAGMA query_only=ON")
_FULL = (sqlite3.SQLITE_FULL,)


def writer_engine(path: Path) -> Engine:
    """Return the engine of the one connection that writes."""
    _make_private(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    _prepare(engine, _PRAGMAS, "BEGIN IMMEDIATE")
    return engine


def reader_engine(path: Path) -> Engine:
    """Return the engine of the connections that only read."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )
    _prepare(engine, _READER_PRAGMAS, "BEGIN")
    return engine


def is_full(error: BaseException) -> bool:
    """Say whether the disk or the quota is what stopped a write."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(cause, sqlite3.Error) and _code(cause) & 0xFF in _FULL


def is_broken(error: BaseException) -> bool:
    """Say whether the file cannot be trusted any more: what was written may not be kept."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return False
    code = _code(cause)
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or code in {
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
    }


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0)


def _make_private(path: Path) -> None:
    """Create the file so that nobody else on the machine reads it; WAL and SHM inherit that."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _prepare(engine: Engine, pragmas: tuple[str, ...], begin: str) -> None:
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(pragma)

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
