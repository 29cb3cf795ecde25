"""A timeline is a fold: lines, and changes that are applied to them in order.

The store keeps the result; whoever holds the changes comes to the same lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from teamchat.engine.model import MessageKind
from teamchat.engine.records import ConversationRecord, Line, LineState, position
from teamchat.engine.state import LOCAL_POSITION, Leaf
from teamchat.engine.store import AddLine, DropLine, PutLine, Write
from teamchat.ids import ConversationId, UserId

Timeline = tuple[Line, ...]


def apply(timeline: Timeline, write: Write) -> Timeline:
    """Return the timeline after a change; what is no change of lines changes nothing."""
    match write:
        case PutLine(line):
            others = (each for each in timeline if each.id != line.id)
            return tuple(sorted((*others, line), key=lambda each: each.position))
        case AddLine(line):
            old = next((each for each in timeline if each.id == line.id), None)
            stays = old is not None and not old.gives_way_to(line)
            return timeline if stays else apply(timeline, PutLine(line))
        case DropLine(_, gone):
            return tuple(each for each in timeline if each.id != gone)
        case _:
            return timeline


def system(
    record: ConversationRecord, seq: int, time_ms: int, key: str, *arguments: tuple[str, str]
) -> Line:
    """Return a line that says what happened to the conversation, at a place of its log."""
    sender = next((value for name, value in arguments if name == "by"), "")
    return Line(
        id=f"{record.log_epoch}.{seq}.{key}." + "".join(value[:8] for _, value in arguments),
        conversation=record.id,
        position=position(record, seq),
        kind=MessageKind.SYSTEM,
        sender=UserId(sender),
        time_ms=time_ms,
        text=key,
        state=LineState.RECEIVED,
        arguments=arguments,
    )


def queued(
    conversation: ConversationId, line: str, order: int, sender: UserId, time_ms: int, text: str
) -> Line:
    """Return the line of a message that is not sent yet."""
    return Line(
        id=line,
        conversation=conversation,
        position=LOCAL_POSITION + order,
        kind=MessageKind.TEXT,
        sender=sender,
        time_ms=time_ms,
        text=text,
        state=LineState.QUEUED,
    )


@dataclass(frozen=True, slots=True)
class Comings:
    """Who came and went with a commit."""

    added: tuple[UserId, ...]
    removed: tuple[UserId, ...]
    with_new_device: tuple[UserId, ...]


def comings(before: Iterable[Leaf], after: Iterable[Leaf]) -> Comings:
    """Compare the devices of two epochs."""
    old, new = {leaf.device: leaf.user for leaf in before}, {x.device: x.user for x in after}
    people_before, people_after = {*old.values()}, {*new.values()}
    extended = {user for device, user in new.items() if device not in old}
    return Comings(
        added=tuple(sorted(people_after - people_before)),
        removed=tuple(sorted(people_before - people_after)),
        with_new_device=tuple(sorted(extended & people_before)),
    )


def lines_of_commit(
    record: ConversationRecord,
    seq: int,
    time_ms: int,
    by: UserId,
    who: Comings,
    leaving: frozenset[UserId],
    deviceless: Mapping[UserId, str] = MappingProxyType({}),
    back: frozenset[UserId] = frozenset(),
) -> list[Line]:
    """Say what a commit did, for people.

    Args:
        record: The conversation.
        seq: The commit's place in the log.
        time_ms: When the server took it.
        by: Who made it.
        who: Who came and went.
        leaving: Those who had proposed to be removed.
        deviceless: Those whose last device had ended, and the key of what is said of each.
        back: Those who had been without a device.
    """
    said: list[tuple[str, Sequence[UserId]]] = [
        ("system-added", [user for user in who.added if user not in back]),
        ("system-removed", [user for user in who.removed if user not in leaving | {*deviceless}]),
        ("system-device-added", who.with_new_device),
    ]
    lines = [
        system(record, seq, time_ms, key, ("who", ",".join(users)), ("by", by))
        for key, users in said
        if users
    ]
    alone = [("system-back", user) for user in who.added if user in back]
    alone += [("system-left", user) for user in who.removed if user in leaving]
    alone += [
        (deviceless[user], user)
        for user in who.removed
        if user in deviceless and user not in leaving
    ]
    return lines + [system(record, seq, time_ms, key, ("who", user)) for key, user in alone]
