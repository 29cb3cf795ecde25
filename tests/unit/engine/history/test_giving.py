"""What is given goes through everything once, in parts, from wherever it was left."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.engine.history import entries, giving
from teamchat.engine.history.entries import LineEntry, PersonEntry, RoomEntry
from teamchat.engine.history.giving import Wanted, bodies, bound
from teamchat.engine.model import MessageKind
from teamchat.engine.records import (
    ConversationRecord,
    Line,
    LineState,
    PersonRecord,
    Phase,
)
from teamchat.engine.state import LOCAL_POSITION
from teamchat.engine.store import PutLine
from teamchat.ids import ConversationId, UserId, identifier
from tests.support.memory_store import MemoryStore

NOW_MS = 1_795_000_000_000
ANNA = UserId(identifier(b"a" * 16))
ROOMS = [ConversationId(identifier(bytes([n]) * 16)) for n in range(3)]
RECORDS = {
    room: ConversationRecord(room, direct=False, phase=Phase.JOINED, title=room) for room in ROOMS
}
PEOPLE = {
    ANNA: PersonRecord(ANNA, "anna", "Anna", "Stuttgart", "Europe/Berlin", identity_key=b"k" * 32)
}


def line(room: int, position: int, text: str = "x", time_ms: int = NOW_MS) -> Line:
    return Line(
        f"{room}.{position}.{text[:4]}", ROOMS[room], position, MessageKind.TEXT, ANNA, time_ms,
        text, LineState.SENT,
    )  # fmt: skip


def store_of(lines: Sequence[Line]) -> MemoryStore:
    store = MemoryStore()
    store.commit([PutLine(each) for each in lines])
    return store


@dataclass
class Read:
    """What came out of parts."""

    lines: list[str] = field(default_factory=list)
    rooms: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)

    def take(self, content: bytes) -> None:
        for entry in entries.read(content):
            match entry:
                case LineEntry():
                    self.lines.append(entry.id)
                case RoomEntry():
                    self.rooms.add(entry.id)
                case PersonEntry():
                    self.people.add(entry.id)


def test_a_policy_is_a_bound() -> None:
    assert bound("all", NOW_MS) == 0
    assert bound("7", NOW_MS) == NOW_MS - 7 * 86_400_000
    assert bound("99999", NOW_MS) == 1
    for none in ("none", "0", "", "-1", "seven", "1.5", "٣"):
        assert bound(none, NOW_MS) is None


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60)), unique=True, max_size=60),
    st.data(),
)
def test_everything_once_also_after_interruptions(
    places: list[tuple[int, int]], data: st.DataObject
) -> None:
    store = store_of([line(room, at, "x" * 30_000) for room, at in places])
    whole = Read()
    made = list(bodies(store, RECORDS, PEOPLE, Wanted()))
    for body in made:
        whole.take(body.content)
    assert sorted(whole.lines) == sorted(each.id for each in store.kept.values())
    assert whole.rooms == set(ROOMS)
    assert [body.last for body in made] == [False] * (len(made) - 1) + [True]
    assert sum(body.lines for body in made) == len(places)
    at = data.draw(st.integers(0, len(made) - 1))
    cursor = made[at - 1].cursor if at else None
    again = list(bodies(store, RECORDS, PEOPLE, Wanted(), cursor))
    rest = Read()
    for body in again:
        rest.take(body.content)
    before = Read()
    for body in made[:at]:
        before.take(body.content)
    assert before.lines + rest.lines == whole.lines


def test_the_newest_comes_first_and_people_are_named() -> None:
    read = Read()
    (body,) = bodies(store_of([line(0, 1), line(0, 2), line(0, 3)]), RECORDS, PEOPLE, Wanted())
    read.take(body.content)
    assert read.lines == ["0.3.x", "0.2.x", "0.1.x"]
    assert read.people == {ANNA}


def test_no_key_leaves_with_it() -> None:
    (body,) = bodies(store_of([line(0, 1)]), RECORDS, PEOPLE, Wanted())
    assert b"k" * 32 not in body.content


def test_lines_at_one_position_are_not_lost_between_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "PAGE", 2)
    same = [line(0, 5, text) for text in "abcde"]
    read = Read()
    for body in bodies(store_of(same), RECORDS, PEOPLE, Wanted()):
        read.take(body.content)
    assert sorted(read.lines) == [f"0.5.{text}" for text in "abcde"]


def test_what_is_too_old_or_not_sent_stays() -> None:
    lines = [line(0, 1, time_ms=1_000), line(0, 2, time_ms=2_000), line(0, LOCAL_POSITION + 1)]
    read = Read()
    for body in bodies(store_of(lines), RECORDS, PEOPLE, Wanted(since_ms=2_000)):
        read.take(body.content)
    assert read.lines == ["0.2.x"]
