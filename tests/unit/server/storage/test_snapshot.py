import sqlite3
from pathlib import Path

import pytest

from teamchat.server.storage import snapshot
from teamchat.server.storage.snapshot import SnapshotError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "odd ?#%41 name.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (body BLOB)")
    connection.executemany("INSERT INTO t VALUES (?)", [(bytes(4000),)] * 100)
    connection.commit()
    connection.close()
    return path


def test_a_file_that_is_there_is_neither_replaced_nor_removed(
    database: Path, tmp_path: Path
) -> None:
    to = tmp_path / "mine"
    to.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        snapshot.copy(database, to)
    assert to.read_bytes() == b"mine"


def test_what_is_no_database_leaves_no_copy(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.db"
    for content in (None, b"no database at all" * 1_000):
        if content is not None:
            wrong.write_bytes(content)
        with pytest.raises(SnapshotError):
            snapshot.copy(wrong, tmp_path / "copy")
        assert not (tmp_path / "copy").exists()


def test_damage_is_found(database: Path, tmp_path: Path) -> None:
    data = bytearray(database.read_bytes())
    data[4096 * 3 : 4096 * 5] = bytes(4096 * 2)
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(data)
    with pytest.raises(SnapshotError, match="damaged"):
        snapshot.check(damaged)


def test_a_copy_is_whole_private_and_made_beside_a_writer(database: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM t")
    to = tmp_path / "copy"
    snapshot.copy(database, to)
    writer.execute("ROLLBACK")
    writer.close()
    snapshot.check(to)
    assert to.stat().st_mode & 0o777 == 0o600
    connection = sqlite3.connect(to)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (100,)
    connection.close()
