"""Outgoing messages: written once, encrypted once, sent until they are in the log.

What a person writes is stored and shown before it is sent. It is encrypted when it is its
turn; from then on every attempt sends the same bytes under the same client id, and the
server takes them once. Only when the server says that their epoch is over (it has not taken
them then) are they encrypted anew, under the same client id. One message of a conversation
is on its way at a time, so that the order of writing is the order of the log.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from teamchat.content.envelope import pack
from teamchat.content.errors import ContentError
from teamchat.content.given import Given, message
from teamchat.content.profile import Author, Seen
from teamchat.engine import (
    directory,
    gossip,
    groups,
    listing,
    requests,
    sharing,
    timeline,
    titles,
    witnesses,
)
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Errand, Line, LineState, Outgoing, Phase, position
from teamchat.engine.state import ConversationState, Flight, ForOne
from teamchat.engine.step import Step
from teamchat.ids import ConversationId, UserId
from teamchat.wire import limits
from teamchat.wire.frames import Item, Nack, NackCode, Send, Sent

SALT_BYTES = 16
RETRY_SECONDS = 5.0

_ARRIVALS = frozenset({"system-added", "system-device-added", "system-joined", "system-rejoined"})

_FINAL = frozenset(
    {NackCode.FORBIDDEN, NackCode.INVALID, NackCode.TOO_LARGE, NackCode.UNKNOWN_CONVERSATION}
)


# --- what the person does -------------------------------------------------------------------


def write(step: Step, call: int, conversation: ConversationId, text: str) -> None:
    """Queue a text."""
    found = step.conversation(conversation)
    if found is None or found.record.phase in {Phase.LEFT, Phase.BROKEN} or found.record.unknown:
        step.decline(call, "error-not-a-member")
        return
    if found.leaving:
        step.decline(call, "error-leaving")
        return
    why = withheld(step, found)
    if why is not None:
        key, users = why
        step.decline(call, key, ("who", ",".join(users)))
        return
    salt = step.crypto.random(SALT_BYTES)
    try:
        content = pack(_author(step, found).text(text, salt=salt))
    except ContentError:
        step.decline(call, "error-text-not-sendable")
        return
    item = _queue(step, found, Errand.TEXT, content, text, salt)
    step.reply(call, item.line)


def announce(step: Step, conversation: ConversationState, title: str) -> None:
    """Queue another title.

    Raises:
        ContentError: It is no title.
    """
    author, salt = _author(step, conversation), step.crypto.random(SALT_BYTES)
    content = pack(author.room_title(title, salt=salt))
    _queue(step, conversation, Errand.TITLE, content, title, salt)


def repeat_title(step: Step, conversation: ConversationState) -> None:
    """Queue the title as it is, for those who are new."""
    author, salt = _author(step, conversation), step.crypto.random(SALT_BYTES)
    record = conversation.record
    since = max(0, record.titled - record.shift)
    content = pack(author.room_title(record.title, since=since, salt=salt))
    _queue(step, conversation, Errand.TITLE_AGAIN, content, record.title, salt)


def give(step: Step, conversation: ConversationState, gift: Given) -> None:
    """Queue the message that gives a history to those who are new."""
    author, salt = _author(step, conversation), step.crypto.random(SALT_BYTES)
    _queue(step, conversation, Errand.HISTORY, pack(message(author, gift, salt=salt)), "", salt)


def retry(step: Step, call: int, line: str) -> None:
    """Send a failed message again."""
    found = _of_line(step, line)
    if found is None or not found[1].failed:
        step.decline(call, "error-no-such-message")
        return
    conversation, item = found
    if conversation.record.unknown:
        step.decline(call, "error-not-a-member")
        return
    if conversation.leaving:
        step.decline(call, "error-leaving")
        return
    fresh = msgspec.structs.replace(item, failed=False, body=b"")
    conversation = step.put_outgoing(conversation, fresh)
    step.put_line(conversation, _line(step, conversation, fresh))
    step.reply(call)


def discard(step: Step, call: int, line: str) -> None:
    """Forget a message that has failed, or was never encrypted and so never sent."""
    found = _of_line(step, line)
    if found is None or (found[1].body and not found[1].failed):
        step.decline(call, "error-no-such-message")
        return
    conversation, item = found
    step.drop_line(step.drop_outgoing(conversation, item), line)
    step.reply(call)


# --- sending ----------------------------------------------------------------------------------


def proceed(step: Step, conversation: ConversationState) -> None:
    """Send the next message, if there is one and its members are who they were."""
    item = next_item(conversation)
    if item is None or (item.errand is not Errand.PROPOSAL and withheld(step, conversation)):
        return
    if item.errand is not Errand.PROPOSAL and conversation.held_group().pending_proposals:
        return  # a commit comes first (RFC 9420 §12.4)
    if not item.body:
        if item.errand is Errand.HISTORY and not sharing.still_fits(step, conversation, item):
            sharing.take_back(step, step.drop_outgoing(conversation, item), item)
            return
        conversation, item = _encrypted(step, conversation, item)
    if len(item.body) > limits.MESSAGE_BYTES:
        _fail(step, conversation, item)
        return
    fly(step, conversation, item.client_id, item.body)


def withheld(step: Step, conversation: ConversationState) -> tuple[str, tuple[UserId, ...]] | None:
    """Return why nothing may be said here now, as the key of an error, and because of whom."""
    changed = directory.changed(step, conversation.roster)
    if changed:
        return "error-key-changed", changed
    newcomers = conversation.record.newcomers
    if newcomers:
        return "error-members-unknown", newcomers
    peer = conversation.record.peer
    if conversation.joined and conversation.record.direct:
        devices = conversation.of_person(peer)
        if all(listing.is_ended(step, leaf) for leaf in devices):
            return "error-peer-absent", (peer,)
    return ("error-witnesses-missing", ()) if witnesses.stop(step) else None


def fly(
    step: Step,
    conversation: ConversationState,
    client_id: bytes,
    body: bytes,
    group_info: bytes = b"",
    welcome: bytes = b"",
) -> None:
    """Send something and remember that its answer is awaited."""
    number = step.number()
    flights = {**step.desk.flights, number: Flight(conversation.id, client_id)}
    step.desk = replace(step.desk, flights=flights)
    step.put(replace(conversation, flight=number))
    step.send(Send(number, conversation.id, client_id, body, group_info, welcome))


def take_sent(step: Step, conversation: ConversationState, client_id: bytes, frame: Sent) -> None:
    """The server has it; the log will show it."""
    item = _in_flight(conversation, client_id)
    if item is None:  # the log has shown it already
        return
    if frame.duplicate and frame.seq <= conversation.record.seq:  # read, but not as ours
        confirm(step, conversation, item, frame.seq, frame.time_ms)
        return
    sent = msgspec.structs.replace(item, seq=frame.seq, time_ms=frame.time_ms)
    conversation = step.put_outgoing(conversation, sent)
    if sent.line:
        step.put_line(conversation, _line(step, conversation, sent))


def take_nack(step: Step, conversation: ConversationState, client_id: bytes, frame: Nack) -> None:
    """The server does not have it: later, anew, or never."""
    item = _in_flight(conversation, client_id)
    if item is None:
        return
    if frame.code in _FINAL:
        _fail(step, conversation, item)
    elif frame.code is NackCode.OVERLOADED:
        hold(step, conversation, frame.retry_ms / 1000)
    elif conversation.group is not None and frame.epoch < conversation.group.epoch:
        hold(step, conversation, RETRY_SECONDS)
        doubt(step, conversation, frame.epoch)
    elif item.errand is Errand.PROPOSAL:
        step.put(replace(step.drop_outgoing(conversation, item), wait_for=frame.head))
    else:
        stale = msgspec.structs.replace(item, body=b"")
        step.put(replace(step.put_outgoing(conversation, stale), wait_for=frame.head))


def doubt(step: Step, conversation: ConversationState, epoch: int) -> None:
    """The server may have lost commits, by the epoch it says it is in: see whether it has."""
    if conversation.group is not None and epoch < conversation.group.epoch:
        step.ask(ForOne(conversation.id), requests.conversation(conversation.id))


def hold(step: Step, conversation: ConversationState, seconds: float) -> None:
    """Send nothing in this conversation for a while."""
    step.put(replace(conversation, held=True))
    timer = Timer(TimerKind.RETRY, conversation.id)
    step.set_timer(timer, max(0.05, min(seconds or RETRY_SECONDS, 60.0)))


# --- the log shows it -------------------------------------------------------------------------


def find(conversation: ConversationState, item: Item) -> Outgoing | None:
    """Return what of ours an item of the log is: the same bytes under the same client id."""
    return next(
        (
            each
            for each in conversation.outgoing
            if each.client_id == item.client_id and each.body == item.body and each.body
        ),
        None,
    )


def confirm(
    step: Step, conversation: ConversationState, item: Outgoing, seq: int, time_ms: int
) -> None:
    """It is in the log, at this place: nothing more is to be done."""
    placed = place(step, conversation, item, seq, time_ms)
    if placed.errand in {Errand.TITLE, Errand.TITLE_AGAIN}:
        titles.confirm(step, step.known(conversation.id), placed)
    elif placed.errand is Errand.HISTORY:
        sharing.confirm(step, step.known(conversation.id), placed)


def place(
    step: Step, conversation: ConversationState, item: Outgoing, seq: int, time_ms: int
) -> Outgoing:
    """Note where it is in the log: it waits no more, and its line says that it is sent."""
    placed = msgspec.structs.replace(item, seq=seq, time_ms=time_ms, failed=False)
    conversation = step.drop_outgoing(conversation, placed)
    if placed.line:
        step.put_line(conversation, _line(step, conversation, placed))
    return placed


def fail_all(step: Step, conversation: ConversationState) -> None:
    """Nothing of this will be sent: this device is no longer in the conversation."""
    for item in conversation.outgoing:
        if not item.seq:
            _fail(step, step.known(conversation.id), item)


# --- the log is another one -------------------------------------------------------------------


def send_again(step: Step, conversation: ConversationState, lines: Sequence[Line]) -> None:
    """Queue what this device has said and another log may lack; under its old client id.

    It goes to who is in the group then, so nothing goes back beyond the last time somebody came
    or a device was added: who was not there is not to read it, whatever the server says it lost.
    """
    for item in conversation.outgoing:
        if item.seq:  # it was in the old log
            conversation = step.put_outgoing(conversation, msgspec.structs.replace(item, seq=0))
    held = {item.line for item in conversation.outgoing}
    for line in _since_the_last_arrival(lines):
        ours = line.kind is MessageKind.TEXT and line.state is LineState.SENT
        if ours and line.id.startswith(f"{step.account.device}.") and line.id not in held:
            conversation = step.put_outgoing(conversation, _again(step, conversation, line))


def still_there(step: Step, conversation: ConversationState, item: Item) -> bool:
    """Say whether an item is what was to be sent again; then it need not be."""
    for each in conversation.outgoing:
        if each.client_id == item.client_id and not each.body and not each.order:
            step.drop_outgoing(conversation, each)
            return True
    return False


def _since_the_last_arrival(lines: Sequence[Line]) -> list[Line]:
    arrivals = [place for place, line in enumerate(lines) if line.text in _ARRIVALS
                and line.kind is MessageKind.SYSTEM]  # fmt: skip
    return list(lines[arrivals[-1] :] if arrivals else lines)


def _again(step: Step, conversation: ConversationState, line: Line) -> Outgoing:
    salt = line.salt or step.crypto.random(SALT_BYTES)
    seen = Seen(*line.seen) if line.seen else None
    author = Author(step.account.user, conversation.id, seen)
    return Outgoing(
        client_id=bytes.fromhex(line.id.partition(".")[2]),
        order=0,
        errand=Errand.TEXT,
        content=pack(author.text(line.text, salt=salt)),
        text=line.text,
        time_ms=line.time_ms,
        line=line.id,
        salt=salt,
        seen=line.seen,
    )


# --- inside -----------------------------------------------------------------------------------


def _author(step: Step, conversation: ConversationState) -> Author:
    return Author(step.account.user, conversation.id, gossip.seen(step))


def _queue(
    step: Step,
    conversation: ConversationState,
    errand: Errand,
    content: bytes,
    text: str,
    salt: bytes,
) -> Outgoing:
    client_id = step.crypto.random(limits.CLIENT_ID_BYTES)
    order = conversation.record.written + 1
    item = Outgoing(
        client_id=client_id,
        order=order,
        errand=errand,
        content=content,
        text=text,
        time_ms=step.now_ms,
        line=f"{step.account.device}.{client_id.hex()}" if errand is Errand.TEXT else "",
        salt=salt,
        seen=None if (seen := gossip.seen(step)) is None else (seen.begun, seen.size, seen.root),
    )
    record = msgspec.structs.replace(conversation.record, written=order)
    conversation = step.put_outgoing(step.amend(conversation, record), item)
    if item.line:
        step.put_line(conversation, _line(step, conversation, item))
    return item


def queue_proposal(step: Step, conversation: ConversationState, body: bytes, order: int) -> None:
    """Queue a proposal: it is bytes already; `order` is below 0, before everything else."""
    item = Outgoing(
        client_id=step.crypto.random(limits.CLIENT_ID_BYTES),
        order=order,
        errand=Errand.PROPOSAL,
        content=b"",
        text="",
        time_ms=step.now_ms,
        body=body,
    )
    step.put_outgoing(conversation, item)


def _encrypted(
    step: Step, conversation: ConversationState, item: Outgoing
) -> tuple[ConversationState, Outgoing]:
    """Encrypt; group and bytes are stored together before they leave."""
    group, body = groups.encrypt(
        step.crypto, conversation.held_group(), item.content, item.client_id
    )
    item = msgspec.structs.replace(item, body=body)
    conversation = step.put_outgoing(step.put_group(conversation, group), item)
    return conversation, item


def _fail(step: Step, conversation: ConversationState, item: Outgoing) -> None:
    if not item.line:
        step.drop_outgoing(conversation, item)
        if item.errand is Errand.HISTORY:
            sharing.fail(step, conversation, item)
        return
    failed = msgspec.structs.replace(item, failed=True)
    conversation = step.put_outgoing(conversation, failed)
    step.put_line(conversation, _line(step, conversation, failed))


def _line(step: Step, conversation: ConversationState, item: Outgoing) -> Line:
    line = timeline.queued(
        conversation.id, item.line, item.order, step.account.user, item.time_ms, item.text
    )
    state = LineState.FAILED if item.failed else LineState.SENT if item.seq else LineState.QUEUED
    if not item.seq:
        return msgspec.structs.replace(line, state=state, salt=item.salt, seen=item.seen)
    at = position(conversation.record, item.seq)
    return msgspec.structs.replace(line, state=state, position=at, salt=item.salt, seen=item.seen)


def next_item(conversation: ConversationState) -> Outgoing | None:
    """Return what is to be sent next."""
    return next((each for each in conversation.outgoing if not each.seq and not each.failed), None)


def _in_flight(conversation: ConversationState, client_id: bytes) -> Outgoing | None:
    waiting = (each for each in conversation.outgoing if not each.seq)
    return next((each for each in waiting if each.client_id == client_id), None)


def _of_line(step: Step, line: str) -> tuple[ConversationState, Outgoing] | None:
    for conversation in step.conversations():
        for item in conversation.outgoing:
            if item.line == line and not item.seq:
                return conversation, item
    return None
