import base64
import io
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from teamchat.clock import SystemClock
from teamchat.server import backup
from teamchat.server.backup import MANIFEST, BackupError
from teamchat.server.composition import BLOBS, DATABASE
from teamchat.server.storage.database import Database
from teamchat.server.storage.lock import DatabaseInUseError
from teamchat.server.storage.snapshot import SnapshotError
from tests.support.disks import fill, small_disk
from tests.support.server import running_server

pytestmark = pytest.mark.slow

CLOCK = SystemClock()
FILE = bytes(range(256)) * 300


async def installation(tmp_path: Path, *, backed_up: Path | None = None) -> Path:
    """An installation with a device and a file, backed up while it runs."""
    async with running_server(tmp_path) as server:
        ben = await server.add_device(await server.invite("ben"))
        await server.create("mei")
        got = await server.call("POST", "/v1/blobs", FILE, token=ben.token)
        assert got.status == 201, got
        if backed_up is not None:
            backup.create(tmp_path / "server", backed_up, clock=CLOCK)
    return tmp_path / "server"


def rows(data: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(data / DATABASE)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def names(directory: Path, pattern: str) -> set[str]:
    return {path.name for path in directory.glob(pattern)}


def open_to_others(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.stat().st_mode & 0o077]


def files(data: Path) -> list[bytes]:
    return [path.read_bytes() for path in (data / BLOBS).glob("*/*")]


async def test_what_was_backed_up_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    data = await installation(tmp_path, backed_up=file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert names(tmp_path, "*backup*") == {"backup.tar"}
    assert rows(data, "SELECT count(*) FROM audit_event WHERE event = 'backup.created'") == [(1,)]
    elsewhere = tmp_path / "elsewhere"
    restored, aside = backup.restore(elsewhere, file, clock=CLOCK)
    assert aside is None
    assert (restored.devices, restored.key_packages, restored.invitations) == (1, 2, 1)
    assert files(elsewhere) == [FILE]
    assert rows(elsewhere, "SELECT user_name FROM person ORDER BY 1") == [
        ("admin",), ("ben",), ("mei",)
    ]  # fmt: skip
    assert open_to_others(elsewhere) == []
    assert names(elsewhere, "*") == {DATABASE, f"{DATABASE}.lock", BLOBS}


@pytest.mark.parametrize("name", ["teamchat", "blobs", "b", "b.part", DATABASE])
async def test_a_name_beside_other_files_touches_none_of_them(tmp_path: Path, name: str) -> None:
    data = await installation(tmp_path)
    for other in ("b.db", "b.part", "b.json", "teamchat.json"):
        (data / other).write_bytes(b"mine")
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    del before[data / DATABASE]
    if (data / name).exists():
        with pytest.raises(BackupError, match="nothing was changed"):
            backup.create(data, data / name, clock=CLOCK)
    else:
        backup.create(data, data / name, clock=CLOCK)
        (data / name).unlink()
    assert rows(data, "SELECT count(*) FROM person") == [(3,)]
    after = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert {path: after.get(path) for path in before} == before
    assert not list(data.glob(".*"))


async def test_what_was_there_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    data = await installation(tmp_path, backed_up=file)
    before = rows(data, "SELECT count(*) FROM audit_event")
    _, aside = backup.restore(data, file, clock=CLOCK)
    assert aside is not None
    assert rows(aside, "SELECT count(*) FROM audit_event") == before
    assert files(aside) == files(data) == [FILE]


async def test_what_was_promised_since_is_not_promised_again(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    data = await installation(tmp_path, backed_up=file)
    backup.restore(data, file, clock=CLOCK)
    assert rows(data, "SELECT last_resort FROM key_package") == [(1,)]
    assert rows(data, "SELECT count(*) FROM spent_key_package") == [(2,)]
    assert rows(data, "SELECT count(*) FROM invitation WHERE ended IS NULL") == [(0,)]
    assert rows(data, "SELECT restored, next FROM inbox_end") == [(1, 2)]
    assert rows(data, "SELECT event FROM audit_event ORDER BY n DESC LIMIT 1") == [
        ("backup.restored",)
    ]


async def test_a_running_server_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    async with running_server(tmp_path):
        data = tmp_path / "server"
        backup.create(data, file, clock=CLOCK)
        with pytest.raises(DatabaseInUseError):
            backup.restore(data, file, clock=CLOCK)
        assert not (data / "restoring").exists()


async def test_a_backup_replaces_nothing_and_needs_something(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    data = await installation(tmp_path, backed_up=file)
    before = file.read_bytes()
    with pytest.raises(BackupError, match="nothing was changed"):
        backup.create(data, file, clock=CLOCK)
    assert file.read_bytes() == before
    with pytest.raises(BackupError, match="there is no"):
        backup.create(tmp_path / "nowhere", tmp_path / "b.tar", clock=CLOCK)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / DATABASE).write_bytes(b"x" * 8192)
    with pytest.raises(SnapshotError):
        backup.create(tmp_path / "bad", tmp_path / "b.tar", clock=CLOCK)
    assert not names(tmp_path, "b.tar*")


@pytest.mark.parametrize("left", [0, 4096, 64 * 1024, 400 * 1024])
async def test_a_full_disk_is_not_blamed_on_what_is_backed_up(tmp_path: Path, left: int) -> None:
    data = await installation(tmp_path, backed_up=tmp_path / "backup.tar")
    with small_disk(tmp_path / "disk", 1024) as disk:
        fill(disk, left=left)
        with pytest.raises(BackupError, match=f"cannot write {disk / 'b.tar'}: ") as refusal:
            backup.create(data, disk / "b.tar", clock=CLOCK)
        assert DATABASE not in str(refusal.value)
        assert names(disk, "*") == {"filling"}


def repacked(file: Path, change: Callable[[str, bytes], list[tuple[str, bytes]]]) -> Path:
    """Write a backup anew, each of its files changed."""
    out = file.with_name("changed.tar")
    with tarfile.open(file) as old, tarfile.open(out, "w") as new:
        for member in old:
            held = old.extractfile(member)
            assert held is not None
            for name, data in change(member.name, held.read()):
                made = tarfile.TarInfo(name)
                made.size = len(data)
                new.addfile(made, io.BytesIO(data))
    return out


def other_format(name: str, data: bytes) -> list[tuple[str, bytes]]:
    if name != MANIFEST:
        return [(name, data)]
    manifest = msgspec.json.decode(data)
    return [(name, msgspec.json.encode({**manifest, "format": 2}))]


CHANGES: list[Callable[[str, bytes], list[tuple[str, bytes]]]] = [
    lambda name, data: [(name, data[:-1] + b"x" if name == DATABASE else data)],
    lambda name, data: [] if name.startswith(BLOBS) else [(name, data)],
    lambda name, data: [(name, data + b"x" if name.startswith(BLOBS) else data)],
    lambda name, data: [] if name == MANIFEST else [(name, data)],
    lambda name, data: [] if name == DATABASE else [(name, data)],
    lambda name, data: [(name, data), *([("../../out", b"x")] if name == DATABASE else [])],
    lambda name, data: [(name, data), *([("blobs/../../out", b"x")] if name == DATABASE else [])],
    lambda name, data: [(name, b"{}" if name == MANIFEST else data)],
    other_format,
]


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_no_whole_backup_changes_nothing(
    tmp_path: Path, change: Callable[[str, bytes], list[tuple[str, bytes]]]
) -> None:
    file = tmp_path / "backup.tar"
    data = await installation(tmp_path, backed_up=file)
    before = rows(data, "SELECT count(*) FROM audit_event")
    with pytest.raises(BackupError):
        backup.restore(data, repacked(file, change), clock=CLOCK)
    assert rows(data, "SELECT count(*) FROM audit_event") == before
    assert files(data) == [FILE]
    assert not (data / "restoring").exists()
    assert not names(tmp_path, "**/out")
    async with Database(data / DATABASE):
        pass


async def test_half_a_backup_or_none_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    data = await installation(tmp_path, backed_up=file)
    whole = file.read_bytes()
    for part in (whole[: len(whole) // 2], whole[:600], b"", b"not a tar" * 200):
        file.write_bytes(part)
        with pytest.raises(BackupError):
            backup.restore(data, file, clock=CLOCK)
    assert files(data) == [FILE]


def test_a_link_in_a_backup_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    manifest = msgspec.json.encode(
        backup.Manifest(format=1, version="1", created=0, database="", blobs={})
    )
    with tarfile.open(file, "w") as tar:
        first = tarfile.TarInfo(MANIFEST)
        first.size = len(manifest)
        tar.addfile(first, io.BytesIO(manifest))
        link = tarfile.TarInfo(DATABASE)
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(BackupError, match="something else"):
        backup.restore(tmp_path / "d", file, clock=CLOCK)


async def test_the_key_of_the_key_directory_is_in_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    data = await installation(tmp_path, backed_up=file)
    (seed,) = data.glob("key-log-*.seed")
    written = seed.read_bytes().strip()
    packed = file.read_bytes()
    assert len(written) == 44
    assert written not in packed
    assert base64.b64decode(written) not in packed
    detail = rows(data, "SELECT detail FROM audit_event WHERE event = 'backup.created'")[0][0]
    assert '"key_log_size":1' in str(detail)
    backup.restore(data, file, clock=CLOCK)
    assert not names(data, "key-log-*")
    (aside,) = data.glob("replaced-*")
    assert (aside / seed.name).read_bytes().strip() == written
    assert open_to_others(data) == []
