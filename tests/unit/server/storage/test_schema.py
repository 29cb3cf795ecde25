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


def test_the_newest_revision_is_the_last_migration() -> None:
    with create_engine("sqlite://").begin() as connection:
        schema.upgrade(connection)
        kept = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
        assert kept == [schema.NEWEST]


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


def test_conversations_with_a_device_that_had_ended_before_the_upgrade_wait_too() -> None:
    with create_engine("sqlite://").begin() as connection:
        schema.upgrade(connection)
        for statement in _YOUNGER:
            connection.execute(text(statement))
        connection.execute(text("UPDATE alembic_version SET version_num = '0007'"))
        for statement in _OLD:
            connection.execute(text(statement))
        schema.upgrade(connection)
        found = connection.execute(text("SELECT id, clear_from FROM conversation ORDER BY id"))
        assert [tuple(row) for row in found] == [("a", 8), ("b", 0), ("c", 0)]


_YOUNGER = (
    "DROP TABLE push_subscription",
    "DROP TABLE blob_taker",
    "DROP INDEX ix_blob_expires",
    "ALTER TABLE blob DROP COLUMN expires",
    "ALTER TABLE device DROP COLUMN shown_removal",
    "ALTER TABLE conversation DROP COLUMN clear_from",
)
"""What migrations have made since then."""
_OLD = (
    "INSERT INTO site (id, name, time_zone, created) VALUES ('s', 'S', 'UTC', 0)",
    """INSERT INTO person
    (id, user_name, display_name, search, site, language, active, created)
    VALUES ('p', 'p', 'P', 'p', 's', 'en', 1, 0)""",
    """INSERT INTO device
    (id, person, name, certificate, device_key, created, last_active_day, revoked)
    VALUES ('d', 'p', 'd', x'', x'01', 0, 0, 5), ('e', 'p', 'e', x'', x'02', 0, 0, NULL)""",
    """INSERT INTO conversation (id, kind, created, epoch)
    VALUES ('a', 'group', 0, 7), ('b', 'group', 0, 7), ('c', 'group', 0, 7)""",
    """INSERT INTO membership (conversation, device, from_seq, to_seq)
    VALUES ('a', 'd', 1, NULL), ('b', 'd', 1, 9), ('c', 'e', 1, NULL)""",
)
