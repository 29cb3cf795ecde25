"""What becomes of a history on the device that takes it in.

A line that was given bears who gave it, and takes the place of none that this device read in the
log itself. It is no news: nothing is unread because of it. No key of anybody comes this way, and
no conversation that goes on: those come from the server and the groups alone.
"""

from dataclasses import replace

import msgspec

from teamchat.engine.events import HistoryKeyGiven, HistoryRead, HistoryStopped
from teamchat.engine.history.entries import (
    LineEntry,
    PersonEntry,
    RoomEntry,
    position_here,
    with_what_was_done,
)
from teamchat.engine.model import ConversationsChanged, MessageKind, TimelineChanged
from teamchat.engine.records import (
    ConversationRecord,
    Line,
    LineState,
    PersonRecord,
    Phase,
)
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.engine.store import AddLine, Put, Table
from teamchat.ids import UserId


def take(step: Step, event: HistoryRead | HistoryKeyGiven | HistoryStopped) -> None:
    """Take in what another device has given."""
    match event:
        case HistoryRead():
            _take_part(step, event)
        case HistoryKeyGiven(call, key):
            account = step.account
            if not account.history_key:
                account = msgspec.structs.replace(account, history_key=key)
                step.desk = replace(step.desk, account=account)
                step.write(Put(Table.ACCOUNT, "profile", account.encode()))
            step.reply(call)
        case HistoryStopped(call):
            step.alarm("alarm-history-stopped")
            step.reply(call)


def _take_part(step: Step, event: HistoryRead) -> None:
    """Take in what a part says, in one transaction with how far it was read."""
    room, count = None, 0
    for entry in event.entries:
        match entry:
            case PersonEntry():
                _meet(step, entry)
            case RoomEntry():
                room = entry
                _enter(step, entry)
            case LineEntry() if room is not None and entry.time_ms >= event.since_ms:
                _add(step, room, entry, event)
                count += 1
            case LineEntry():
                pass
    step.write(*event.writes)
    step.show(ConversationsChanged())
    step.reply(event.call, str(count))


def _meet(step: Step, entry: PersonEntry) -> None:
    known = step.person(entry.id)
    if known is None or not known.name:
        step.put_person(
            msgspec.structs.replace(
                known or PersonRecord(entry.id),
                user_name=entry.user_name,
                name=entry.name,
                site=entry.site,
                time_zone=entry.time_zone,
            )
        )


def _enter(step: Step, room: RoomEntry) -> None:
    """Keep what was left; one that goes on is here already, or comes from the server."""
    found = step.conversation(room.id)
    if found is None and room.left:
        record = ConversationRecord(
            room.id, room.direct, Phase.LEFT, room.title, log_epoch=room.log_epoch,
            peer=room.peer, shift=room.shift,
        )  # fmt: skip
        step.amend(ConversationState(record), record)
    elif found is not None and not found.record.title and room.title and not found.record.direct:
        step.amend(found, msgspec.structs.replace(found.record, title=room.title))


def _add(step: Step, room: RoomEntry, entry: LineEntry, event: HistoryRead) -> None:
    found = step.conversation(room.id)
    own = entry.sender == step.account.user and entry.kind is not MessageKind.SYSTEM
    line = Line(
        id=entry.id,
        conversation=room.id,
        position=position_here(found.record if found else None, room, entry),
        kind=entry.kind,
        sender=UserId(entry.sender),
        time_ms=entry.time_ms,
        text=entry.text,
        state=LineState.SENT if own else LineState.RECEIVED,
        arguments=entry.arguments,
        given_by=entry.given_by or event.giver[0],
        given_device=event.giver[1],
        unexpected=entry.given_by not in {"", step.account.user},
    )
    line = with_what_was_done(line, entry)
    step.write(AddLine(line))
    step.show(TimelineChanged(room.id))
    if found is not None and (found.last is None or found.last.position < line.position):
        step.put(replace(found, last=line))
