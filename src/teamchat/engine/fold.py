"""A line is a fold: what is stored of it, and a change that is applied to that.

Every store keeps the result of `after`. Only who said something edits or deletes it, whoever else
says so; of what is deleted nothing stays but that it was; and no line grows without an end,
however often somebody edits it or reacts to it.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from teamchat.engine.amendments import (
    Amendment,
    EditDiscarded,
    Edited,
    Reacted,
    ReactionWithdrawn,
    Withdrawn,
)
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Line
from teamchat.engine.store import AddLine, AmendLine, PutLine

EDITS: Final = 50
"""So many texts of one message are kept, the last ones; and the first."""
EDIT_BYTES: Final = 128 * 1024
"""So long are they together, at most; the last one stays in any case."""
REACTIONS: Final = 1000
"""At one message, of all people together."""
OWN_REACTIONS: Final = 8
"""At one message, of one person."""
HIDDEN_POSITION: Final = -(2**53) + 1
"""Where a store keeps what was deleted on this device: no timeline reads from there."""
LOOKED_AT: Final = 16
"""Among so many of its last lines the one is looked for that stands for a conversation."""
_SAID: Final = frozenset({MessageKind.TEXT, MessageKind.UNSUPPORTED})


def after(
    old: Line | None, write: PutLine | AddLine | AmendLine, named: Line | None = None
) -> Line | None:
    """Return what a store keeps in the place of a line.

    Args:
        old: The line that is kept now: the one with the id of what is put or added, or the message
            that is amended. None if there is none.
        write: What is done.
        named: The line that is, as far as is known, the message that an added line says to be.

    Returns:
        The line to keep; None if there is nothing to keep.
    """
    match write:
        case PutLine(line):
            return line if old is None else _put(old, line)
        case AddLine(line):
            if old is not None and not old.gives_way_to(line):
                return old
            is_other = named is not None and named.id != line.id
            return msgspec.structs.replace(line, message=b"") if is_other else line
        case AmendLine(_, _, amendment):
            return None if old is None else amended(old, amendment)


def amended(line: Line, amendment: Amendment) -> Line:
    """Return a line after something was done to it; the same, if that is not to be done."""
    if line.kind not in _SAID or line.hidden or (line.withdrawn and not line.withdrawn.waiting):
        return line
    match amendment:
        case Edited():
            return _edited(line, amendment)
        case EditDiscarded(id):
            edits = tuple(each for each in line.edits if each.id != id)
            return msgspec.structs.replace(line, edits=edits)
        case Reacted():
            return _reacted(line, amendment)
        case ReactionWithdrawn(_, by, reaction):
            taken = (by, reaction.message)
            left = tuple(each for each in line.reactions if (each.by, each.message) != taken)
            return msgspec.structs.replace(line, reactions=left)
        case Withdrawn():
            return _withdrawn(line, amendment)


def is_news(line: Line) -> bool:
    """Say whether a line may stand for its conversation in a list: that a device came may not."""
    return line.kind is not MessageKind.SYSTEM or line.text != "system-device-added"


def succeeds(line: Line, last: Line) -> bool:
    """Say whether a line behind `last` stands for their conversation in its stead."""
    return is_news(line) or not is_news(last)


def leading(lines: Sequence[Line]) -> Line | None:
    """Return the line that stands for a conversation whose last lines these are."""
    return next((line for line in reversed(lines) if is_news(line)), lines[-1] if lines else None)


def text_of(line: Line) -> str:
    """Return what a message says now."""
    said = [each.text for each in line.edits if not each.failed]
    return said[-1] if said else line.text


def erased(line: Line) -> Line:
    """Return what stays of a line when nothing of what it says may stay."""
    return msgspec.structs.replace(
        line, text="", salt=b"", answers=b"", edits=(), reactions=(), arguments=()
    )


def hidden(line: Line) -> Line:
    """Return what stays of a line that was deleted on this device: that it does not come back."""
    return erased(msgspec.structs.replace(line, hidden=True, position=HIDDEN_POSITION))


def _put(old: Line, line: Line) -> Line:
    """Keep what was done to a line that is put again, as when it was sent."""
    if line.kind not in _SAID:
        return line
    if old.hidden or line.hidden:
        return hidden(line)
    kept = msgspec.structs.replace(
        line, edits=old.edits, reactions=old.reactions, withdrawn=old.withdrawn
    )
    return kept if kept.withdrawn is None or kept.withdrawn.waiting else erased(kept)


def _edited(line: Line, edit: Edited) -> Line:
    if line.kind is not MessageKind.TEXT or edit.by != line.sender:
        return line
    others = (each for each in line.edits if each.id != edit.id)
    edits = sorted((*others, edit), key=lambda each: (each.position, each.time_ms, each.id))
    while len(edits) > EDITS or (len(edits) > 1 and _size(edits) > EDIT_BYTES):
        edits.pop(0)
    return msgspec.structs.replace(line, edits=tuple(edits))


def _size(edits: list[Edited]) -> int:
    return sum(len(each.text.encode()) for each in edits)


def _reacted(line: Line, reaction: Reacted) -> Line:
    same = (reaction.by, reaction.reaction)
    held = [reaction if (x.by, x.reaction) == same else x for x in line.reactions]
    if reaction not in held:
        own = sum(each.by == reaction.by for each in held)
        if len(held) >= REACTIONS or own >= OWN_REACTIONS:
            return line
        held.append(reaction)
    return msgspec.structs.replace(line, reactions=tuple(held))


def _withdrawn(line: Line, withdrawn: Withdrawn) -> Line:
    if withdrawn.by != line.sender:
        return line
    if withdrawn.failed:
        return msgspec.structs.replace(line, withdrawn=None)
    line = msgspec.structs.replace(line, withdrawn=withdrawn)
    return line if withdrawn.waiting else erased(line)
