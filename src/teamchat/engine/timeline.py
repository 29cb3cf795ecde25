"""A timeline is a fold: lines, and changes that are applied to them in order.

The store keeps the result; whoever holds the changes comes to the same lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from teamchat.engine import fold
from teamchat.engine.amendments import (
    Amendment,
    Edited,
    Reacted,
    ReactionWithdrawn,
    Withdrawn,
)
from teamchat.engine.model import MessageKind
from teamchat.engine.records import (
    AccountRecord,
    ConversationRecord,
    Line,
    LineState,
    Outgoing,
    position,
)
from teamchat.engine.state import LOCAL_POSITION, Leaf
from teamchat.engine.store import AddLine, AmendLine, DropLine, PutLine, Write
from teamchat.ids import ConversationId, UserId

Timeline = tuple[Line, ...]


def apply(timeline: Timeline, write: Write) -> Timeline:
    """Return the timeline after a change; what is no change of lines changes nothing."""
    match write:
        case PutLine(line) | AddLine(line):
            old = next((each for each in timeline if each.id == line.id), None)
            return _with(timeline, fold.after(old, write, _message(timeline, line.message)))
        case AmendLine(_, message, _):
            return _with(timeline, fold.after(_message(timeline, message), write))
        case DropLine(_, gone):
            return tuple(each for each in timeline if each.id != gone)
        case _:
            return timeline


def _message(timeline: Timeline, message: bytes) -> Line | None:
    return next((each for each in timeline if message and each.message == message), None)


def _with(timeline: Timeline, line: Line | None) -> Timeline:
    if line is None:
        return timeline
    others = (each for each in timeline if each.id != line.id)
    return tuple(sorted((*others, line), key=lambda each: each.position))


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


def amendment_of(record: ConversationRecord, account: AccountRecord, item: Outgoing) -> Amendment:
    """Return what an outgoing item does to a message, as far as it has come.

    Raises:
        LookupError: It does nothing to any.
    """
    name, said = f"{account.device}.{item.client_id.hex()}", item.time_ms
    waiting = not item.seq
    at = LOCAL_POSITION + item.order if waiting else position(record, item.seq)
    match item.amendment:
        case Reacted() as reacted if item.failed:
            return ReactionWithdrawn(name, reacted.by, reacted)
        case Reacted() as reacted:
            return msgspec.structs.replace(
                reacted, id=name, position=at, time_ms=said, waiting=waiting
            )
        case ReactionWithdrawn() as taken:
            return taken.reaction if item.failed else msgspec.structs.replace(taken, id=name)
        case Edited() | Withdrawn() as done:
            return msgspec.structs.replace(
                done,
                id=name,
                position=at,
                time_ms=item.time_ms,
                waiting=waiting,
                failed=item.failed,
            )
        case _:
            raise LookupError("nothing is done to a message")


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
