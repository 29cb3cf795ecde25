"""Statements on the hot path: written with SQLAlchemy, compiled once, run by the driver itself.

The transaction is SQLAlchemy's; only its work for each execution is left out, which is more
than SQLite's own. Values must be what the driver takes as they are: int, str, bytes, None.
"""

import sqlite3
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.sqlite import dialect

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.sql.elements import ClauseElement

Value = int | str | bytes | None

_DIALECT: Final = dialect(paramstyle="named")


class Prepared:
    """A statement as the driver wants it."""

    def __init__(self, statement: Executable) -> None:
        element = cast("ClauseElement", statement)
        compiled = cast("SQLCompiler", element.compile(dialect=_DIALECT))
        self._sql = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def run(self, connection: Connection, values: Mapping[str, Value]) -> sqlite3.Cursor:
        """Execute in the connection's transaction."""
        driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        return driver.execute(self._sql, {**self._fixed, **values})
