import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from teamchat.server.storage import schema
from teamchat.server.storage.database import Database
from teamchat.server.storage.tables.all_tables import metadata


def structure(connection: Connection) -> set[str]:
    """Every table and index as SQLite keeps it; the order of constraints says nothing."""
    rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    told = (re.sub(r"\s+", " ", row.sql) for row in rows)
    return {
        " ".join(sorted(re.split(r"[ ,()]+", sql)))
        for sql in told
        if "alembic_version" not in sql and "sqlite_sequence" not in sql
    }


def test_migrations_make_what_the_tables_say() -> None:
    with create_engine("sqlite://").begin() as made, create_engine("sqlite://").begin() as said:
        schema.upgrade(made)
        metadata.create_all(said)
        assert structure(made) == structure(said)
        assert len(structure(said)) > 20


def test_upgrading_twice_changes_nothing() -> None:
    with create_engine("sqlite://").begin() as connection:
        schema.upgrade(connection)
        first = structure(connection)
        schema.upgrade(connection)
        assert structure(connection) == first


def test_a_newer_schema_is_refused() -> None:
    with create_engine("sqlite://").begin() as connection:
        schema.upgrade(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(schema.SchemaTooNewError, match="newer version"):
            schema.upgrade(connection)


async def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def half(connection: Connection) -> None:
        schema.upgrade(connection)
        raise RuntimeError

    async with Database(tmp_path / "t.db") as database:
        with pytest.raises(RuntimeError):
            await database.write(half)
        assert await database.read(structure) == set()
        await database.write(schema.upgrade)
        assert len(await database.read(structure)) > 20
