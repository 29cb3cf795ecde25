"""The folder of a profile: a full disk and a folder that takes nothing are called what they are."""

from pathlib import Path

import pytest

from teamchat.client import enrol
from teamchat.client.errors import AccountError, NotStoredError, ProfileLockedError
from teamchat.client.folder import check_room
from teamchat.client.sqlite_store import Lock, SqliteStore
from teamchat.client.vault_file import Passphrase, source_of, write_private
from teamchat.engine.store import Put, Table
from teamchat.identity.vault import Cost, VaultKey
from tests.support.disks import fill, make_read_only, small_disk

KEY = VaultKey(bytes(range(32)))
NOWHERE = Path("/dev/null/teamchat/default")


def made(profile: Path) -> None:
    with SqliteStore(profile, KEY) as store:
        store.commit([Put(Table.PERSON, str(number), b"x" * 1000) for number in range(50)])


@pytest.mark.parametrize("left", [0, 4096, 8192, 16384])
def test_a_full_disk_is_no_damage(tmp_path: Path, left: int) -> None:
    with small_disk(tmp_path / "disk", 1024) as disk:
        made(disk / "default")
        filling = fill(disk, left=left)
        with pytest.raises(NotStoredError):
            SqliteStore(disk / "default", KEY)
        filling.unlink()
        with SqliteStore(disk / "default", KEY) as store:
            assert len(store.table(Table.PERSON)) == 50


def test_a_folder_that_takes_nothing_is_named(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1024) as disk:
        made(disk / "default")
        make_read_only(disk)
        for attempt in (
            lambda: SqliteStore(disk / "default", KEY),
            lambda: Lock.check(disk / "default"),
            lambda: enrol.prepare(disk / "default"),
            lambda: enrol.prepare(disk / "new"),
            lambda: write_private(disk / "default" / "language", b"de"),
        ):
            with pytest.raises(AccountError, match="error-folder") as refusal:
                attempt()
            assert str(disk) in refusal.value.arguments["path"]


def test_a_folder_below_a_file_is_named() -> None:
    for attempt in (Lock.check, enrol.prepare, check_room, lambda path: source_of(path, str)):
        with pytest.raises(AccountError, match="error-folder") as refusal:
            attempt(NOWHERE)
        assert refusal.value.arguments == {"path": str(NOWHERE)}


def test_a_new_profile_needs_room_before_anything_is_asked(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1024) as disk:
        fill(disk, left=64 * 1024)
        with pytest.raises(NotStoredError):
            enrol.prepare(disk / "default")
        assert list((disk / "default").iterdir()) == []


def test_a_vault_that_does_not_fit_is_not_half_there(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 64) as disk:
        fill(disk, left=0)
        source = Passphrase(lambda: "open sesame", Cost(passes=1, memory_kib=8))
        with pytest.raises(NotStoredError):
            source.create(disk)


def test_what_is_here_already_is_seen_and_nothing_is_left_behind(tmp_path: Path) -> None:
    assert not enrol.prepare(tmp_path / "default")
    assert list((tmp_path / "default").iterdir()) == []
    made(tmp_path / "default")
    assert enrol.prepare(tmp_path / "default")
    with SqliteStore(tmp_path / "default", KEY), pytest.raises(ProfileLockedError):
        enrol.prepare(tmp_path / "default")
