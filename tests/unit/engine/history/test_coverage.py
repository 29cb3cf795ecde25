"""A backup gets everything that some device holds, and hardly anything twice."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.engine.amendments import Withdrawn
from teamchat.engine.history import coverage
from teamchat.engine.history.coverage import Coverage
from teamchat.engine.model import MessageKind
from teamchat.engine.records import ConversationRecord, Line, LineState, Phase
from teamchat.engine.store import Cut
from teamchat.ids import ConversationId, UserId, identifier

ROOM = ConversationId(identifier(b"r" * 16))
ANNA = UserId(identifier(b"a" * 16))
NOBODY = UserId("")


def record(first: int, seq: int, *, epoch: int = 1, shift: int = 0) -> ConversationRecord:
    return ConversationRecord(
        ROOM, direct=False, phase=Phase.JOINED, log_epoch=epoch, first=first, seq=seq, shift=shift
    )


def line(position: int, *, given_by: UserId = NOBODY) -> Line:
    return Line(
        f"x.{position}", ROOM, position, MessageKind.TEXT, ANNA, 1, "x", LineState.SENT,
        given_by=given_by,
    )  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=12),
    st.lists(st.integers(1, 30), min_size=1),
)
def test_what_any_device_holds_is_in_it_in_the_end(
    devices: list[tuple[int, int]], seqs: list[int]
) -> None:
    """Devices that came in and read up to anywhere add in any order."""
    covered, kept = Coverage(), set[int]()
    for first, length in devices:
        held = record(first, first + length)
        wanted = coverage.wanted(covered, given=False)
        stop = wanted.stop(held)
        for seq in range(held.seq, held.first, -1):
            if stop is not None and seq <= stop:
                break
            if wanted.line(held, line(seq)):
                assert seq not in kept
                kept.add(seq)
        covered = covered.with_all([held])
    everything = {seq for first, length in devices for seq in range(first + 1, first + length + 1)}
    assert kept == everything
    assert {seq for seq in seqs if not coverage.wanted(covered, given=False).line(
        record(0, 99), line(seq)
    )} == {seq for seq in seqs if seq in everything}  # fmt: skip


def test_a_shifted_device_means_the_same_messages() -> None:
    covered = Coverage().with_all([record(0, 10)])
    shifted = record(0, 12, shift=100)
    wanted = coverage.wanted(covered, given=False)
    assert wanted.stop(shifted) == 110
    assert not wanted.line(shifted, line(110))
    assert wanted.line(shifted, line(111))


def test_another_log_is_not_covered_by_the_one_before() -> None:
    covered = Coverage().with_all([record(0, 10)])
    wanted = coverage.wanted(covered, given=False)
    other = record(0, 10, epoch=2)
    assert wanted.stop(other) is None
    assert wanted.line(other, line(5))
    assert Coverage().with_all([record(0, 10)]).with_all([other]).of(record(0, 1)) == ()


def test_what_was_given_goes_in_when_it_is_asked_for() -> None:
    covered = Coverage().with_all([record(0, 10)])
    once, not_again = coverage.wanted(covered, given=True), coverage.wanted(covered, given=False)
    assert once.stop(record(0, 10)) is None
    assert once.line(record(0, 10), line(5, given_by=ANNA))
    assert not not_again.line(record(0, 10), line(5, given_by=ANNA))


def test_a_manifest_holds_no_more_than_it_may() -> None:
    rooms = [
        ConversationId(identifier(n.to_bytes(16, "big"))) for n in range(coverage.MOST_ROOMS + 5)
    ]
    records = [
        ConversationRecord(room, direct=False, phase=Phase.JOINED, log_epoch=1, seq=5)
        for room in rooms
    ]
    assert len(Coverage().with_all(records).rooms) == coverage.MOST_ROOMS
    covered = Coverage()
    for at in range(0, 100, 2):
        covered = covered.with_all([record(at, at + 1)])
    assert len(covered.of(record(0, 1))) == coverage.MOST_INTERVALS


class Lines:
    """What a store has, in pages."""

    def __init__(self, *kept: Line) -> None:
        self.kept = kept
        self.asked = 0

    def lines(self, conversation: ConversationId, before: Cut | None, limit: int) -> list[Line]:
        assert conversation == ROOM
        self.asked += 1
        found = [x for x in self.kept if before is None or (x.position, x.id) < before]
        return found[-limit:]


def withdrawn(position: int, at: int, *, waiting: bool = False) -> Line:
    done = Withdrawn("y.1", ANNA, at, 1, waiting)
    return msgspec.structs.replace(line(position), withdrawn=done)


@pytest.mark.parametrize(
    ("held", "outdated"),
    [
        (line(5), False),
        (withdrawn(5, 12), True),
        (withdrawn(10, 11), True),
        (withdrawn(5, 9), False),  # it went in as deleted
        (withdrawn(11, 12), False),  # it was never in it
        (withdrawn(5, 0, waiting=True), False),
        (msgspec.structs.replace(withdrawn(5, 12), given_by=ANNA), True),
    ],
)
def test_a_backup_is_outdated_by_what_was_deleted_since(held: Line, *, outdated: bool) -> None:
    covered = Coverage().with_all([record(0, 10)])
    lines = Lines(held, *(line(20 + n) for n in range(600)))
    assert coverage.is_outdated(covered, [record(0, 12)], lines) is outdated
    shifted = msgspec.structs.replace(held, position=held.position + 100)
    if held.withdrawn is not None:
        later = msgspec.structs.replace(held.withdrawn, position=held.withdrawn.position + 100)
        shifted = msgspec.structs.replace(shifted, withdrawn=later)
    assert coverage.is_outdated(covered, [record(0, 12, shift=100)], Lines(shifted)) is outdated
    made_anew = covered.with_all([record(0, 12)])
    assert not coverage.is_outdated(made_anew, [record(0, 12)], Lines(held))


def test_only_conversations_that_went_on_are_looked_through() -> None:
    covered, lines = Coverage().with_all([record(0, 10)]), Lines(withdrawn(5, 12))
    assert not coverage.is_outdated(covered, [record(0, 10)], lines)
    assert not coverage.is_outdated(Coverage(), [record(0, 12)], lines)
    assert lines.asked == 0


def test_of_another_log_it_is_not_known_when_something_was_deleted() -> None:
    covered = Coverage().with_all([record(0, 10)])
    assert coverage.is_outdated(covered, [record(0, 2, epoch=2)], Lines(withdrawn(5, 9)))
    assert not coverage.is_outdated(covered, [record(0, 2, epoch=2)], Lines(line(5)))
