"""What is given of a history, and the way through it: the newest first, a part at a time.

The organisation says how far back a history may go to a new device; whoever gives keeps to it,
and so does whoever takes it from a backup. Where the way was left it is taken up again: a
`Cursor` names the last line that was given.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from teamchat.engine.history.entries import (
    Packer,
    PersonEntry,
    is_given,
    line_entry,
    person_entry,
    room_entry,
)
from teamchat.engine.model import MessageKind
from teamchat.engine.records import ConversationRecord, Line, PersonRecord
from teamchat.engine.store import Cut
from teamchat.ids import ConversationId, UserId

Cursor: TypeAlias = tuple[ConversationId, int, str]
"""A conversation, and position and id of its line that was given last."""
PAGE: Final = 500
EVERYTHING: Final = 0
DAY_MS: Final = 86_400_000
NAMING: Final = frozenset({"who", "by"})
"""Arguments of a line that hold ids of people (`view.NAMING`)."""


def bound(policy: str, now_ms: int) -> int | None:
    """Return how old a line may be that goes to a new device.

    Args:
        policy: `all`, `none`, or a number of days; what is none of these counts as `none`.
        now_ms: Milliseconds since 1970.

    Returns:
        Milliseconds since 1970; 0 for any age; None if nothing goes.
    """
    if policy == "all":
        return EVERYTHING
    if not (policy.isascii() and policy.isdigit()) or int(policy) == 0:
        return None
    return max(1, now_ms - int(policy) * DAY_MS)


class Lines(Protocol):
    """Where the lines are (`store.Store`)."""

    def lines(self, conversation: ConversationId, before: Cut | None, limit: int) -> Sequence[Line]:
        """Return the last lines before the cut, the oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are to be given.

    Attributes:
        since_ms: None that are older.
        stop: Where the way through a conversation may end, by its record: no line at this
            position or below is wanted. None to go through all of it.
        line: Whether a line of a conversation is wanted.
    """

    since_ms: int = EVERYTHING
    stop: Callable[[ConversationRecord], int | None] = lambda _: None
    line: Callable[[ConversationRecord, Line], bool] = lambda _record, _line: True


@dataclass(frozen=True, slots=True)
class Body:
    """The content of one part, and where the next one begins."""

    content: bytes
    cursor: Cursor | None
    last: bool
    lines: int


def bodies(
    lines: Lines,
    records: Mapping[ConversationId, ConversationRecord],
    people: Mapping[UserId, PersonRecord],
    wanted: Wanted,
    cursor: Cursor | None = None,
) -> Iterator[Body]:
    """Go through a history and make the contents of the parts; holds one part and one page."""
    packer, count, behind = Packer(), 0, cursor
    for room in sorted(each for each in records if cursor is None or each >= cursor[0]):
        start = (cursor[1], cursor[2]) if cursor is not None and cursor[0] == room else None
        record, entered = records[room], False
        for line in _walk(lines, record, wanted, start):
            if not entered:
                packer.enter(room_entry(record))
                entered = True
            full = packer.add(line_entry(line), _named(line, people))
            if full is not None:
                yield Body(full, behind, last=False, lines=count)
                count = 0
            behind, count = (room, line.position, line.id), count + 1
        if not entered and start is None:
            packer.enter(room_entry(record))
    yield Body(packer.take(), behind, last=True, lines=count)


def _walk(
    lines: Lines, record: ConversationRecord, wanted: Wanted, start: Cut | None
) -> Iterator[Line]:
    stop = wanted.stop(record)
    while True:
        page = lines.lines(record.id, start, PAGE)
        for line in reversed(page):
            if stop is not None and line.position <= stop:
                return
            if is_given(line) and line.time_ms >= wanted.since_ms and wanted.line(record, line):
                yield line
        if len(page) < PAGE:
            return
        start = page[0].position, page[0].id


def _named(line: Line, people: Mapping[UserId, PersonRecord]) -> list[PersonEntry]:
    """Return those whom a line names, as far as they are known."""
    users = {line.sender} if line.kind is not MessageKind.SYSTEM else set[UserId]()
    for key, value in line.arguments:
        if key in NAMING:
            users |= {UserId(user) for user in value.split(",")}
    return [person_entry(people[user]) for user in sorted(users) if user in people]
