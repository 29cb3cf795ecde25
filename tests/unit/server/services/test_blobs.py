import errno
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from teamchat.ids import SessionId, UserId
from teamchat.server.auth.actor import Actor
from teamchat.server.services import encrypted_files as module
from teamchat.server.services.blobs import BlobRules, Blobs
from teamchat.server.storage import schema
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import blobs as queries
from teamchat.wire.problems import Code, ProblemError
from tests.support.clock import FakeClock

RULES = BlobRules(blob_bytes=1_000_000, person_bytes=2_000_000, free_bytes=1)
SOMEBODY = Actor(user=UserId("u"), session=SessionId("s"), roles=frozenset())


async def pieces(*data: bytes) -> AsyncIterator[bytes]:
    for piece in data:
        yield piece


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def blobs_in(database: Database, directory: Path) -> Blobs:
    directory.mkdir(exist_ok=True)
    return Blobs(database, FakeClock(), os.urandom, directory=directory, rules=RULES)


def allow_strangers(connection: Connection) -> None:
    """The owner's row is not what is tested here."""
    connection.exec_driver_sql("DROP TABLE blob")
    connection.exec_driver_sql(
        "CREATE TABLE blob (id TEXT PRIMARY KEY, person TEXT, size INTEGER, created INTEGER,"
        " expires INTEGER)"
    )


async def test_what_is_announced_must_come(tmp_path: Path) -> None:
    async with Database(tmp_path / "db") as database:
        await database.write(schema.upgrade)
        await database.write(allow_strangers)
        blobs = blobs_in(database, tmp_path / "blobs")
        for size, data in ((3, (b"ab",)), (3, (b"ab", b"cd")), (1, ())):
            with pytest.raises(ProblemError) as caught:
                await blobs.store(SOMEBODY, size, pieces(*data))
            assert caught.value.code is Code.MALFORMED
            assert files(tmp_path / "blobs") == []
        kept = await blobs.store(SOMEBODY, 4, pieces(b"ab", b"cd"))
        path, size = await blobs.find(kept.id)
        assert (path.read_bytes(), size) == (b"abcd", 4)


async def test_a_row_that_is_refused_leaves_no_file(tmp_path: Path) -> None:
    async with Database(tmp_path / "db") as database:
        await database.write(schema.upgrade)
        blobs = blobs_in(database, tmp_path / "blobs")
        with pytest.raises(Exception, match="FOREIGN KEY"):
            await blobs.store(SOMEBODY, 2, pieces(b"ab"))
        assert files(tmp_path / "blobs") == []


async def test_a_full_disk_is_said_so_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Database(tmp_path / "db") as database:
        await database.write(schema.upgrade)
        blobs = blobs_in(database, tmp_path / "blobs")

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(module, "_finish", full)
        with pytest.raises(ProblemError) as caught:
            await blobs.store(SOMEBODY, 2, pieces(b"ab"))
        assert caught.value.code is Code.STORAGE_FULL
        assert files(tmp_path / "blobs") == []


async def test_the_file_is_durable_before_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real_sync, real_rename = os.fsync, Path.rename

    def sync(descriptor: int) -> None:
        done.append("directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_sync(descriptor)

    def rename(path: Path, target: Path) -> Path:
        done.append("rename")
        return real_rename(path, target)

    def row(*_: object, **__: object) -> None:
        done.append("row")

    async with Database(tmp_path / "db") as database:
        await database.write(schema.upgrade)
        blobs = blobs_in(database, tmp_path / "blobs")
        monkeypatch.setattr(os, "fsync", sync)
        monkeypatch.setattr(Path, "rename", rename)
        monkeypatch.setattr(queries, "insert_blob", row)
        await blobs.store(SOMEBODY, 2, pieces(b"ab"))
    assert done == ["file", "rename", "directory", "directory", "row"]
