"""A timeline as lines of cells: a pure function from messages to what is drawn.

Messages of one sender within five minutes form a group: the name stands once, the time on the
last. One's own are marked by a bar at the left. Days begin with a chip; what was not read
begins with a line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rich.cells import cell_len
from textual.content import Content

from teamchat.engine.model import Delivery, Message, MessageKind
from teamchat_terminal.format import (
    DIM,
    OWN_BAR,
    body,
    delivery,
    given,
    person_style,
    quoted,
)
from teamchat_terminal.visible import cut, name_line, one_line
from teamchat_terminal.voice import Voice

GROUP_MS = 5 * 60 * 1000
MEASURE = 72
"""How wide a text runs at most, in cells."""

LINES = 40
"""How many lines of one message the timeline shows; its own screen shows all."""

GUTTER = 3
"""Cells left of a text: the cursor, the bar, a space."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline; `message` is the id of what it belongs to, or empty."""

    content: Content
    message: str = ""
    own: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """How a message stands among its neighbours."""

    new_day: bool
    unread_line: bool
    opens: bool
    closes: bool


def lay_out(
    messages: Sequence[Message], voice: Voice, *, width: int, unread_from: int | None
) -> list[Line]:
    """Return the lines of a timeline, oldest first, for so many cells from edge to edge.

    `unread_from` is the position of the first message that was not read, if there is one.
    """
    measure = max(min(width - GUTTER - 1, MEASURE), 8)
    lines: list[Line] = []
    for message, place in zip(messages, _places(messages, voice, unread_from), strict=True):
        lines.extend(_before(message, place, voice, measure))
        if message.kind is MessageKind.SYSTEM:
            lines.extend(_system(message, voice, measure))
        else:
            lines.extend(_spoken(message, place, voice, measure))
    return [*lines, Line(Content(""))] if lines else []


def _places(messages: Sequence[Message], voice: Voice, unread_from: int | None) -> Iterator[_Place]:
    began = 0
    opens: list[bool] = []
    chips: list[tuple[bool, bool]] = []
    for before, message in pairwise([None, *messages]):
        assert message is not None  # noqa: S101 - only the first of the first pair is None
        new_day = before is None or _day(before, voice) != _day(message, voice)
        unread = before is not None and before.position < (unread_from or 0) <= message.position
        unread = unread or (before is None and message.position == unread_from)
        open_ = (
            new_day
            or unread
            or before is None
            or before.kind is MessageKind.SYSTEM
            or before.sender != message.sender
            or message.time_ms - began > GROUP_MS
        )
        began = message.time_ms if open_ else began
        opens.append(open_)
        chips.append((new_day, unread))
    system = [message.kind is MessageKind.SYSTEM for message in messages]
    for index, (new_day, unread) in enumerate(chips):
        last = index + 1 == len(messages)
        closes = last or opens[index + 1] or system[index + 1]
        yield _Place(new_day, unread, opens[index], closes)


def _before(message: Message, place: _Place, voice: Voice, measure: int) -> Iterator[Line]:
    if place.new_day:
        yield Line(Content(""))
        yield _ruled(voice.day_alone(voice.moment(message.time_ms).date()), DIM, measure)
    if place.unread_line:
        yield Line(Content(""))
        yield _ruled(voice.say("tui-unread-line"), "bold $accent", measure)


def _ruled(words: str, style: str, measure: int) -> Line:
    """Return words in the middle of a rule."""
    label = f" {cut(words, measure - 4)} "
    rest = measure - cell_len(label)
    left = "─" * (rest // 2)
    right = "─" * (rest - rest // 2)
    rule = "$tc-rule" if style == DIM else style
    return Line(Content.assemble(" " * GUTTER, (left, rule), (label, style), (right, rule)))


def _system(message: Message, voice: Voice, measure: int) -> Iterator[Line]:
    yield Line(Content(""))
    for index, words in enumerate(_wrapped(body(message, voice), measure - 4)):
        indent = GUTTER + (measure - cell_len(words)) // 2
        yield Line(Content.assemble(" " * indent, (words, DIM)), message.id, first=index == 0)


def _spoken(message: Message, place: _Place, voice: Voice, measure: int) -> Iterator[Line]:
    if place.opens:
        yield Line(Content(""))
        if not message.own:
            name = name_line(message.sender_name, measure) or voice.say("tui-somebody")
            yield Line(
                Content.assemble(" " * GUTTER, (name, person_style(message.sender))), message.id
            )
    bar = (f" {OWN_BAR} " if message.own else " " * GUTTER, "$tc-own")
    rows = _rows(message, voice, measure)
    note = _note(message, place, voice)
    fits = note is None or rows[-1].cell_length + note.cell_length + 2 <= measure
    if note is not None:
        left = rows.pop() if fits else Content("")
        gap = measure - note.cell_length - left.cell_length
        rows.append(Content.assemble(left, " " * max(gap, 0), note))
    for index, row in enumerate(rows):
        yield Line(Content.assemble(bar, row), message.id, message.own, first=index == 0)


def _rows(message: Message, voice: Voice, measure: int) -> list[Content]:
    words = _wrapped(body(message, voice), measure)
    unsaid = message.kind is MessageKind.UNSUPPORTED or message.withdrawn
    style = "italic $tc-dim" if unsaid else ""
    rows = [*_quote(message, voice, measure)]
    rows += [Content.assemble((line, style)) for line in words[:LINES]]
    if len(words) > LINES:
        more = voice.say("tui-more-lines", count=len(words) - LINES)
        rows.append(Content.assemble((cut(more, measure), DIM)))
    return [*rows, *_reactions(message, measure)]


def _quote(message: Message, voice: Voice, measure: int) -> Iterator[Content]:
    """Return the line that says what a message answers."""
    if message.quote is not None:
        yield Content.assemble((cut(f"┃ {quoted(message.quote, voice)}", measure), DIM))


def _reactions(message: Message, measure: int) -> Iterator[Content]:
    """Return the emojis at a message, and how many people have put each there."""
    signs = [
        f"{one_line(each.reaction, 8)} {len(each.names) + each.own}" + ("✓" if each.own else "")
        for each in message.reactions
    ]
    if signs:
        yield Content.assemble((cut("  ".join(signs), measure), "$tc-dim"))


def _note(message: Message, place: _Place, voice: Voice) -> Content | None:
    """Return time and state: on the last of a group, and wherever something waits or failed."""
    stands_out = message.delivery in {Delivery.QUEUED, Delivery.FAILED}
    if not (place.closes or stands_out or message.given_by or message.versions):
        return None
    state = given(message, voice) if message.given_by else delivery(message, voice)
    edited = f"{voice.say('said-edited')} · " if message.versions else ""
    time = (edited + voice.time(message.time_ms), DIM)
    return Content.assemble(time) if state is None else Content.assemble(time, (" · ", DIM), state)


def _day(message: Message, voice: Voice) -> int:
    return voice.moment(message.time_ms).toordinal()


@lru_cache(maxsize=4096)
def _wrapped(text: str, width: int) -> tuple[str, ...]:
    """Break clean text into lines of at most so many cells."""
    wrapped = Content(text).wrap(max(width, 2))
    return tuple(line.plain.rstrip() for line in wrapped) or ("",)
