"""What is given never takes the place of what was read, and is never news."""

from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from teamchat.engine.commands import Persist
from teamchat.engine.engine import Engine
from teamchat.engine.events import HistoryKeyGiven, HistoryRead
from teamchat.engine.history import entries
from teamchat.engine.history.entries import Entry, LineEntry, PersonEntry, RoomEntry
from teamchat.engine.model import MessageKind
from teamchat.engine.records import (
    AccountRecord,
    ConversationRecord,
    Line,
    LineState,
    PersonRecord,
    Phase,
)
from teamchat.engine.state import LOCAL_POSITION
from teamchat.engine.step import Surroundings
from teamchat.engine.store import Drop, Put, PutLine, Table
from teamchat.ids import ConversationId, DeviceId, UserId, identifier
from teamchat.mls.crypto.default import DefaultCrypto
from tests.support.memory_store import FakeClock, MemoryStore

ANNA, WEI = UserId(identifier(b"a" * 16)), UserId(identifier(b"w" * 16))
NEW, OLD = DeviceId(identifier(b"n" * 16)), DeviceId(identifier(b"o" * 16))
ROOM, LEFT = ConversationId(identifier(b"r" * 16)), ConversationId(identifier(b"l" * 16))
HERE = RoomEntry(
    ROOM, direct=False, title="Werk", peer=UserId(""), left=False, log_epoch=1, shift=0
)
ACCOUNT = AccountRecord(
    "https://x", ANNA, NEW, "anna", "Anna", "Werk", "", "en", b"i" * 32, b"c", b"s" * 32, "t"
)


class Device:
    """An engine on a store in memory, with one conversation."""

    def __init__(self, record: ConversationRecord | None = None) -> None:
        self.store = MemoryStore()
        kept = record or ConversationRecord(
            ROOM, direct=False, phase=Phase.JOINED, log_epoch=1, seq=20, first=10
        )
        self.store.commit(
            [
                Put(Table.ACCOUNT, "profile", ACCOUNT.encode()),
                Put(Table.CONVERSATION, ROOM, kept.encode()),
            ]
        )
        self.open()

    def open(self) -> None:
        self.engine = Engine(self.store, Surroundings(FakeClock(), DefaultCrypto()))

    def take(self, *said: Entry, since_ms: int = 0, writes: tuple[Put | Drop, ...] = ()) -> int:
        """Take in a part; return how many transactions it was."""
        event = HistoryRead(0, (ANNA, OLD), said, since_ms, writes)
        stored = [each for each in self.engine.handle(event) if isinstance(each, Persist)]
        for each in stored:
            self.store.commit(each.writes)
        return len(stored)

    def lines(self, room: ConversationId = ROOM) -> dict[str, Line]:
        return {each.id: each for each in self.store.lines(room, None, 1000)}


def given(number: int, text: str = "given", sender: UserId = WEI) -> LineEntry:
    return LineEntry(f"x.{number}", number, MessageKind.TEXT, sender, number * 1000, text)


def read(number: int) -> Line:
    return Line(
        f"x.{number}", ROOM, number, MessageKind.TEXT, WEI, number * 1000, "read",
        LineState.RECEIVED,
    )  # fmt: skip


def test_a_part_is_one_transaction_with_how_far_it_was_read() -> None:
    device = Device()
    place = Put(Table.HISTORY, "taking", b"place")
    assert device.take(HERE, given(1), given(2), writes=(place,)) == 1
    assert device.store.table(Table.HISTORY) == {"taking": b"place"}
    assert set(device.lines()) == {"x.1", "x.2"}


def test_a_line_bears_who_gave_it_and_whose_it_is() -> None:
    device = Device()
    device.take(HERE, given(1), given(2, sender=ANNA))
    theirs, own = device.lines()["x.1"], device.lines()["x.2"]
    assert (theirs.given_by, theirs.given_device) == (ANNA, OLD)
    assert (theirs.state, own.state) == (LineState.RECEIVED, LineState.SENT)
    assert device.engine.conversations[ROOM].record.unread == 0


def test_what_a_colleague_once_gave_stays_marked_as_theirs() -> None:
    device = Device()
    device.take(HERE, msgspec.structs.replace(given(1), given_by=WEI))
    assert (device.lines()["x.1"].given_by, device.lines()["x.1"].given_device) == (WEI, OLD)


def test_a_line_older_than_allowed_is_left_out() -> None:
    device = Device()
    device.take(HERE, given(1), given(2), since_ms=2_000)
    assert set(device.lines()) == {"x.2"}


@pytest.mark.parametrize(("giver", "own", "place"), [(0, 0, 7), (0, 100, 107), (40, 0, -33)])
def test_positions_are_those_of_ones_own_log(giver: int, own: int, place: int) -> None:
    record = ConversationRecord(
        ROOM, direct=False, phase=Phase.JOINED, log_epoch=1, seq=20, shift=own
    )
    device = Device(record)
    device.take(msgspec.structs.replace(HERE, shift=giver), given(7))
    assert device.lines()["x.7"].position == place


def test_nobody_gives_a_line_a_place_among_what_is_not_sent() -> None:
    device = Device(
        ConversationRecord(ROOM, direct=False, phase=Phase.JOINED, log_epoch=1, shift=2**40)
    )
    device.take(HERE, given(LOCAL_POSITION - 1))
    assert max(each.position for each in device.lines().values()) < LOCAL_POSITION


def test_a_line_that_was_given_at_any_place_can_be_given_on() -> None:
    """A giver may name any shift, and nobody's backup becomes unreadable by it."""
    device = Device()
    far = msgspec.structs.replace(HERE, shift=2**53 - 1)
    device.take(far, msgspec.structs.replace(given(1), position=-(2**52)), given(2))
    for each in device.lines().values():
        body = entries.write([HERE, entries.line_entry(each)])
        assert entries.read(body)[-1] == entries.line_entry(each)


def test_a_conversation_that_was_left_is_made_and_one_that_goes_on_is_not() -> None:
    device = Device()
    left = msgspec.structs.replace(HERE, id=LEFT, left=True, title="Alt")
    going = msgspec.structs.replace(HERE, id=ConversationId(identifier(b"g" * 16)))
    device.take(left, given(1), going, given(2))
    device.open()
    made = device.engine.conversations[LEFT]
    assert (made.record.phase, made.record.title) == (Phase.LEFT, "Alt")
    assert made.last is not None
    assert going.id not in device.engine.conversations
    assert set(device.lines(going.id)) == {"x.2"}


def test_a_person_is_known_by_name_and_by_no_key() -> None:
    device = Device()
    device.take(PersonEntry(WEI, "wei", "Wei", "Shenzhen", "Asia/Shanghai"))
    assert device.engine.people[WEI] == PersonRecord(WEI, "wei", "Wei", "Shenzhen", "Asia/Shanghai")
    device.take(PersonEntry(WEI, "mallory", "Mallory", "", ""))
    assert device.engine.people[WEI].name == "Wei"


def test_the_key_of_the_backup_is_kept_once() -> None:
    device = Device()
    for key in (b"k" * 32, b"x" * 32):
        for each in device.engine.handle(HistoryKeyGiven(0, key)):
            if isinstance(each, Persist):
                device.store.commit(each.writes)
    device.open()
    assert device.engine.desk.account.history_key == b"k" * 32


numbers = st.integers(1, 12)


class Histories(RuleBasedStateMachine):
    """Lines come from the log, from archives, in any order, and the process dies in between."""

    def __init__(self) -> None:
        super().__init__()
        self.device = Device()
        self.was_read: set[int] = set()
        self.was_given: set[int] = set()

    @rule(found=st.lists(numbers, max_size=6))
    def archive(self, found: Iterable[int]) -> None:
        self.device.take(HERE, *map(given, found))
        self.was_given |= {*found}

    @rule(number=numbers)
    def log(self, number: int) -> None:
        self.device.store.commit([PutLine(read(number))])
        self.was_read.add(number)

    @rule()
    def dies(self) -> None:
        self.device.open()

    @invariant()
    def what_was_read_stays_and_all_is_in_order(self) -> None:
        lines = self.device.lines()
        assert set(lines) == {f"x.{n}" for n in self.was_read | self.was_given}
        for number in self.was_read:
            assert lines[f"x.{number}"] == read(number)
        for number in self.was_given - self.was_read:
            assert lines[f"x.{number}"].given_device == OLD
        positions = [each.position for each in lines.values()]
        assert positions == sorted(positions)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
