"""The store on disk: all or nothing, sealed, and one writer at a time."""

import os
import sqlite3
from pathlib import Path

import msgspec
import pytest

from teamchat.client.errors import AccountError, ProfileLockedError
from teamchat.client.sqlite_store import FORGET_AFTER, Lock, SqliteStore
from teamchat.engine import fold
from teamchat.engine.amendments import Edited
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Line, LineState
from teamchat.engine.store import (
    AddLine,
    AmendLine,
    Clear,
    Drop,
    DropLine,
    Put,
    PutLine,
    Table,
)
from teamchat.identity.vault import VaultKey
from teamchat.ids import ConversationId, UserId

KEY = VaultKey(bytes(range(32)))
TALK = ConversationId("talk")


def line(position: int, text: str = "geheim", talk: ConversationId = TALK) -> Line:
    return Line(
        f"id-{position}", talk, position, MessageKind.TEXT, UserId("anna"), 1, text,
        LineState.RECEIVED,
    )  # fmt: skip


def test_what_is_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([Put(Table.ACCOUNT, "profile", b"one"), PutLine(line(1)), PutLine(line(2))])
        store.commit([Put(Table.ACCOUNT, "profile", b"two"), PutLine(line(2, "edited"))])
    with SqliteStore(tmp_path, KEY) as store:
        assert store.table(Table.ACCOUNT) == {"profile": b"two"}
        assert [each.text for each in store.lines(TALK, None, 10)] == ["geheim", "edited"]
        assert store.last_lines()[TALK].text == "edited"


def test_what_is_given_takes_the_place_of_nothing(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([PutLine(line(1)), AddLine(line(1, "other")), AddLine(line(2))])
        assert [each.text for each in store.lines(TALK, None, 9)] == ["geheim", "geheim"]
        store.commit([PutLine(line(2, "read"))])
        assert [each.text for each in store.lines(TALK, None, 9)] == ["geheim", "read"]


def test_what_nobody_was_to_give_gives_way_to_what_somebody_was(tmp_path: Path) -> None:
    false = msgspec.structs.replace(line(5, "false"), unexpected=True)
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([AddLine(false), AddLine(msgspec.structs.replace(false, text="falser"))])
        assert [each.text for each in store.lines(TALK, None, 9)] == ["false"]
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([AddLine(line(4, "true")), AddLine(false)])
        store.commit([AddLine(msgspec.structs.replace(line(5, "true"), position=3))])
        store.commit([AddLine(false)])
        assert [each.text for each in store.lines(TALK, None, 9)] == ["true", "true"]
        assert [each.position for each in store.lines(TALK, None, 9)] == [3, 4]


def test_lines_come_in_pages_the_oldest_first(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([PutLine(line(number)) for number in range(1, 8)])
        assert [each.position for each in store.lines(TALK, None, 3)] == [5, 6, 7]
        assert [each.position for each in store.lines(TALK, (5, ""), 3)] == [2, 3, 4]
        assert store.lines(ConversationId("other"), None, 3) == []


def test_a_page_leaves_nothing_out_where_lines_stand_together(tmp_path: Path) -> None:
    together = [msgspec.structs.replace(line(5), id=f"id-{letter}") for letter in "abcdefg"]
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([PutLine(each) for each in (*together, line(4), line(9))])
        assert store.count() == 9
        found: list[Line] = []
        while page := store.lines(TALK, (found[0].position, found[0].id) if found else None, 2):
            found = [*page, *found]
        assert [each.position for each in found] == [4, *[5] * 7, 9]
        assert {each.id for each in found} == {"id-9", "id-4", *(each.id for each in together)}
        assert found == store.lines(TALK, None, 10)
        assert [each.position for each in store.lines(TALK, (5, ""), 9)] == [4]


def test_dropping_and_clearing(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        keys = ["a/1", "a/2", "ab/1", "a%/1"]
        store.commit([*(Put(Table.GROUP, key, b"x") for key in keys), PutLine(line(1))])
        store.commit([Clear(Table.GROUP, "a/"), DropLine(TALK, "id-1"), Drop(Table.GROUP, "ab/1")])
        assert list(store.table(Table.GROUP)) == ["a%/1"]
        assert store.lines(TALK, None, 10) == []


def test_a_deleted_key_is_gone_from_every_file_after_a_while(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([Put(Table.GROUP, "ratchet", b"x" * 64)])
        reader = sqlite3.connect(tmp_path / "store.db")
        (sealed,) = reader.execute("SELECT value FROM sealed").fetchone()
        reader.close()
        store.commit([Drop(Table.GROUP, "ratchet")])
        assert any(sealed in path.read_bytes() for path in tmp_path.glob("store.db*"))
        for number in range(FORGET_AFTER):
            store.commit([Put(Table.PERSON, "anna", b"%d" % number)])
        assert not any(sealed in path.read_bytes() for path in tmp_path.glob("store.db*"))


def test_a_commit_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([Put(Table.PERSON, "anna", b"old")])
        with pytest.raises(AttributeError):
            store.commit([Put(Table.PERSON, "anna", b"new"), PutLine(None)])  # type: ignore[arg-type]  # on purpose
        assert store.table(Table.PERSON) == {"anna": b"old"}
        store.commit([Put(Table.PERSON, "anna", b"newer")])
        assert store.table(Table.PERSON) == {"anna": b"newer"}


def test_nothing_said_stands_in_the_files(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([PutLine(line(1, "Kündigungsschreiben")), Put(Table.PERSON, "x", b"Anna Arm")])
        kept = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    kept += b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert "Kündigungsschreiben".encode() not in kept
    assert b"Anna Arm" not in kept
    assert b"id-1" not in kept


def test_a_value_moved_to_another_place_does_not_open(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([Put(Table.PERSON, "anna", b"1"), Put(Table.PERSON, "bo", b"2")])
    with sqlite3.connect(tmp_path / "store.db") as database:
        database.execute(
            "UPDATE sealed SET value = (SELECT value FROM sealed WHERE key = 'bo')"
            " WHERE key = 'anna'"
        )
    database.close()
    with (
        SqliteStore(tmp_path, KEY) as store,
        pytest.raises(AccountError, match="error-store-damaged"),
    ):
        store.table(Table.PERSON)


def test_another_vault_key_opens_nothing(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([Put(Table.PERSON, "anna", b"1")])
    with SqliteStore(tmp_path, VaultKey(bytes(32))) as store, pytest.raises(AccountError):
        store.table(Table.PERSON)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY):
        with pytest.raises(ProfileLockedError) as refusal:
            SqliteStore(tmp_path, KEY)
        assert refusal.value.key == "error-profile-locked"
        assert refusal.value.arguments == {"process": str(os.getpid())}
        (tmp_path / "lock").write_text("\x1b[2J")
        with pytest.raises(ProfileLockedError) as refusal:
            Lock.check(tmp_path)
        assert refusal.value.arguments == {"process": "?"}
    SqliteStore(tmp_path, KEY).close()
    Lock.check(tmp_path)


def said(position: int, message: bytes) -> Line:
    return msgspec.structs.replace(line(position), message=message)


def test_what_is_done_to_a_message_finds_it_by_its_name(tmp_path: Path) -> None:
    edit = Edited("id-9", UserId("anna"), 9, 9, "anders")
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([PutLine(said(1, b"one")), PutLine(said(2, b"two")), PutLine(line(3))])
        store.commit([AmendLine(TALK, b"two", edit), AmendLine(TALK, b"none", edit)])
        store.commit([AmendLine(ConversationId("other"), b"one", edit), AmendLine(TALK, b"", edit)])
        assert [each.edits for each in store.lines(TALK, None, 9)] == [(), (edit,), ()]
        assert store.message(TALK, b"two") == store.line(TALK, "id-2")
        assert store.line(TALK, "id-9") is None
        store.commit([PutLine(said(2, b"two"))])
        assert store.lines(TALK, None, 9)[1].edits == (edit,)


def test_what_was_deleted_here_is_in_no_page(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([PutLine(line(1)), PutLine(line(2)), PutLine(fold.hidden(line(2)))])
        assert [each.position for each in store.lines(TALK, None, 9)] == [1]
        store.commit([AddLine(line(2)), PutLine(line(2)), PutLine(fold.hidden(line(1)))])
        assert store.lines(TALK, None, 9) == []
        assert store.last_lines() == {}


def test_that_a_device_came_does_not_stand_for_a_conversation(tmp_path: Path) -> None:
    def device(position: int) -> Line:
        said = line(position, "system-device-added")
        return msgspec.structs.replace(said, kind=MessageKind.SYSTEM)

    with SqliteStore(tmp_path, KEY) as store:
        store.commit([PutLine(device(1)), PutLine(device(2))])
        assert store.last_lines()[TALK].position == 2
        store.commit([PutLine(line(3)), PutLine(device(4)), PutLine(device(5))])
        assert store.last_lines()[TALK].position == 3


def test_a_line_that_was_given_takes_no_name_of_another(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([PutLine(said(1, b"one")), AddLine(said(2, b"one"))])
        assert [each.message for each in store.lines(TALK, None, 9)] == [b"one", b""]


def test_a_store_of_the_first_version_goes_on(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([PutLine(line(1))])
    with sqlite3.connect(tmp_path / "store.db") as database:
        database.execute("DROP INDEX line_by_message")
        database.execute("ALTER TABLE line DROP COLUMN message")
        database.execute("PRAGMA user_version = 1")
    database.close()
    for _ in range(2):
        with SqliteStore(tmp_path, KEY) as store:
            store.commit([PutLine(said(2, b"two"))])
            assert store.message(TALK, b"two") == said(2, b"two")
            assert [each.position for each in store.lines(TALK, None, 9)] == [1, 2]


def test_a_store_of_another_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    SqliteStore(tmp_path, KEY).close()
    with sqlite3.connect(tmp_path / "store.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(AccountError, match="error-store-version"):
        SqliteStore(tmp_path, KEY)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database" * 100)
    with pytest.raises(AccountError, match="error-store-damaged"):
        SqliteStore(tmp_path, KEY)


def test_damage_in_the_middle_is_said(tmp_path: Path) -> None:
    with SqliteStore(tmp_path, KEY) as store:
        store.commit([Put(Table.PERSON, str(number), b"x" * 1000) for number in range(50)])
        store.commit([PutLine(line(number)) for number in range(50)])
    data = bytearray((tmp_path / "store.db").read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    (tmp_path / "store.db").write_bytes(data)
    with SqliteStore(tmp_path, KEY) as store:
        for read in (
            lambda: store.table(Table.PERSON),
            lambda: store.lines(TALK, None, 10),
            store.last_lines,
        ):
            with pytest.raises(AccountError, match="error-store-damaged"):
                read()


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    SqliteStore(profile, KEY).close()
    assert profile.stat().st_mode & 0o077 == 0
    for each in profile.iterdir():
        assert each.stat().st_mode & 0o077 == 0, each
