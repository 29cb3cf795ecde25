"""Which of every log is in a backup, so that the next segment holds only what is not.

A device holds a log without a gap from where it came in to where it has read. It says so when it
has put all of that into the backup; another device adds what none has said. Lines that were given
to it are outside of that: they go in once, whoever has them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from teamchat.engine.history.giving import PAGE, Lines, Wanted
from teamchat.engine.records import ConversationRecord, Line
from teamchat.ids import ConversationId

Interval: TypeAlias = tuple[int, int]
"""Behind the first `seq`, up to and including the second."""
Room: TypeAlias = tuple[ConversationId, int, tuple[Interval, ...]]
"""A conversation, the epoch of its log, and what is in the backup of it."""
MOST_ROOMS: Final = 1_000
MOST_INTERVALS: Final = 16


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is in a backup; by conversation."""

    rooms: tuple[Room, ...] = ()

    def of(self, record: ConversationRecord) -> tuple[Interval, ...]:
        """Return what is in the backup of the log that a device reads now."""
        for which, log_epoch, intervals in self.rooms:
            if which == record.id and log_epoch == record.log_epoch:
                return intervals
        return ()

    def with_all(self, records: Iterable[ConversationRecord]) -> "Coverage":
        """Return it with everything that a device holds of these logs.

        What has no place in the manifest is left out: it is only put into the backup again.
        """
        rooms = {which: (which, epoch, intervals) for which, epoch, intervals in self.rooms}
        for record in records:
            if record.seq > record.first:
                joined = _joined((*self.of(record), (record.first, record.seq)))
                rooms[record.id] = (record.id, record.log_epoch, joined[-MOST_INTERVALS:])
        return Coverage(tuple(sorted(rooms.values()))[:MOST_ROOMS])


def wanted(covered: Coverage, *, given: bool) -> Wanted:
    """Return which lines belong into a segment.

    Args:
        covered: What the backup has.
        given: Whether to put in what others gave to this device.
    """
    by_room = {which: (epoch, intervals) for which, epoch, intervals in covered.rooms}

    def intervals_of(record: ConversationRecord) -> tuple[Interval, ...]:
        epoch, intervals = by_room.get(record.id, (0, ()))
        return intervals if epoch == record.log_epoch else ()

    def stop(record: ConversationRecord) -> int | None:
        """Everything that this device read itself is covered up to here, and nothing is given."""
        for begin, end in intervals_of(record):
            if not given and begin <= record.first:
                return end + record.shift
        return None

    def line(record: ConversationRecord, which: Line) -> bool:
        if which.given_by:
            return given
        seq = which.position - record.shift
        return not any(begin < seq <= end for begin, end in intervals_of(record))

    return Wanted(stop=stop, line=line)


def is_outdated(covered: Coverage, records: Iterable[ConversationRecord], lines: Lines) -> bool:
    """Whether a backup may hold what was deleted for everybody since.

    Only conversations that have gone on since are looked through.

    Args:
        covered: What the backup has.
        records: The conversations of this device.
        lines: Where their lines are.
    """
    ends = {
        which: (epoch, intervals[-1][1]) for which, epoch, intervals in covered.rooms if intervals
    }
    for record in records:
        epoch, end = ends.get(record.id, (record.log_epoch, record.seq))
        if epoch == record.log_epoch and end >= record.seq:
            continue
        read = end + record.shift if epoch == record.log_epoch else None
        if any(_is_withdrawn_since(read, line) for line in _all(record.id, lines)):
            return True
    return False


def _is_withdrawn_since(read: int | None, line: Line) -> bool:
    """Whether a line from up to a position was deleted behind it; None for that of another log."""
    if line.withdrawn is None or line.withdrawn.waiting:
        return False
    return read is None or line.position <= read < line.withdrawn.position


def _all(room: ConversationId, lines: Lines) -> Iterator[Line]:
    cut = None
    while page := lines.lines(room, cut, PAGE):
        yield from page
        cut = page[0].position, page[0].id


def _joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Join what overlaps or touches."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)
