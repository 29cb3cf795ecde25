"""Outgoing messages: written once, encrypted once, sent until they are in the log.

What a person writes is stored and shown before it is sent. It is encrypted when it is its
turn; from then on every attempt sends the same bytes under the same client id, and the
server takes them once. Only when the server says that their epoch is over (it has not taken
them then) are they encrypted anew, under the same client id. One message of a conversation
is on its way at a time, so that the order of writing is the order of the log.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec

from teamchat.content.envelope import pack, unpack
from teamchat.content.errors import ContentError
from teamchat.content.given import Given, message
from teamchat.content.model import MessageId
from teamchat.content.profile import Author
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
from teamchat.engine.amendments import Amendment, EditDiscarded, Edited, Withdrawn
from teamchat.engine.events import DiscardAsked, RetryAsked, TextWritten, Timer, TimerKind
from teamchat.engine.records import Errand, Line, LineState, Outgoing, Phase, position
from teamchat.engine.state import ConversationState, Flight, ForOne
from teamchat.engine.step import Step
from teamchat.ids import UserId
from teamchat.wire import limits
from teamchat.wire.frames import Item, Nack, NackCode, Send, Sent

SALT_BYTES = 16
RETRY_SECONDS = 5.0

Why: TypeAlias = tuple[str, tuple[UserId, ...]]
"""The key of an error, and because of whom."""

_FINAL = frozenset(
    {NackCode.FORBIDDEN, NackCode.INVALID, NackCode.TOO_LARGE, NackCode.UNKNOWN_CONVERSATION}
)


@dataclass(frozen=True, slots=True)
class Written:
    """What is written: for what, in which bytes, the text that is shown of it.

    Of what is done to a message, `target` names the message and `amendment` what is done.
    """

    errand: Errand
    content: bytes
    text: str
    salt: bytes
    target: bytes = b""
    amendment: Amendment | None = None

    @property
    def has_line(self) -> bool:
        """Whether a line shows it, at which it can be sent again or discarded."""
        return self.errand is Errand.TEXT or isinstance(self.amendment, Edited)


# --- what the person does -------------------------------------------------------------------


def take(step: Step, event: TextWritten | RetryAsked | DiscardAsked) -> None:
    """Do what the person wants with something written."""
    match event:
        case TextWritten():
            _write(step, event)
        case RetryAsked(call, message):
            _retry(step, call, message)
        case DiscardAsked(call, message):
            _discard(step, call, message)


def _write(step: Step, event: TextWritten) -> None:
    """Queue a text."""
    call, text = event.call, event.text
    found = step.conversation(event.conversation)
    why = ("error-not-a-member", ()) if found is None else barred(step, found)
    if found is None or why is not None:
        decline(step, call, why)
        return
    salt = step.crypto.random(SALT_BYTES)
    answers = MessageId(event.answers) if event.answers else None
    try:
        content = pack(author(step, found).text(text, salt=salt, in_reply_to=answers))
    except ContentError:
        step.decline(call, "error-text-not-sendable")
        return
    item = queue(step, found, Written(Errand.TEXT, content, text, salt))
    step.reply(call, item.line)


def barred(step: Step, found: ConversationState) -> Why | None:
    """Return why the person can say nothing here now."""
    if found.record.phase in {Phase.LEFT, Phase.BROKEN} or found.record.unknown:
        return "error-not-a-member", ()
    return ("error-leaving", ()) if found.leaving else withheld(step, found)


def decline(step: Step, call: int, why: Why | None) -> None:
    """Refuse a call, and say because of whom."""
    key, users = why or ("error-not-possible", ())
    step.decline(call, key, *([("who", ",".join(users))] if users else []))


def announce(step: Step, conversation: ConversationState, title: str) -> None:
    """Queue another title.

    Raises:
        ContentError: It is no title.
    """
    salt = step.crypto.random(SALT_BYTES)
    content = pack(author(step, conversation).room_title(title, salt=salt))
    queue(step, conversation, Written(Errand.TITLE, content, title, salt))


def repeat_title(step: Step, conversation: ConversationState) -> None:
    """Queue the title as it is, for those who are new."""
    salt = step.crypto.random(SALT_BYTES)
    record = conversation.record
    since = max(0, record.titled - record.shift)
    content = pack(author(step, conversation).room_title(record.title, since=since, salt=salt))
    queue(step, conversation, Written(Errand.TITLE_AGAIN, content, record.title, salt))


def give(step: Step, conversation: ConversationState, gift: Given) -> None:
    """Queue the message that gives a history to those who are new."""
    salt = step.crypto.random(SALT_BYTES)
    content = pack(message(author(step, conversation), gift, salt=salt))
    queue(step, conversation, Written(Errand.HISTORY, content, "", salt))


def _retry(step: Step, call: int, line: str) -> None:
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
    _tell(step, step.put_outgoing(conversation, fresh), fresh)
    step.reply(call)


def _discard(step: Step, call: int, line: str) -> None:
    """Forget a message that has failed, or was never encrypted and so never sent."""
    found = _of_line(step, line)
    if found is None or (found[1].body and not found[1].failed):
        step.decline(call, "error-no-such-message")
        return
    conversation, item = found
    conversation = step.drop_outgoing(conversation, item)
    if item.amendment is not None:
        step.amend_line(conversation, item.target, EditDiscarded(line))
    else:
        step.drop_line(conversation, line)
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


def withheld(step: Step, conversation: ConversationState) -> Why | None:
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
    _tell(step, step.put_outgoing(conversation, sent), sent)


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
    _tell(step, step.drop_outgoing(conversation, placed), placed)
    return placed


def fail_all(step: Step, conversation: ConversationState) -> None:
    """Nothing of this will be sent: this device is no longer in the conversation."""
    for item in conversation.outgoing:
        if not item.seq:
            _fail(step, step.known(conversation.id), item)


# --- inside -----------------------------------------------------------------------------------


def author(step: Step, conversation: ConversationState) -> Author:
    """Return who writes what this account says here."""
    return Author(step.account.user, conversation.id, gossip.seen(step))


def queue(step: Step, conversation: ConversationState, written: Written) -> Outgoing:
    """Queue what is written, and show it as waiting."""
    client_id = step.crypto.random(limits.CLIENT_ID_BYTES)
    order = conversation.record.written + 1
    item = Outgoing(
        client_id=client_id,
        order=order,
        errand=written.errand,
        content=written.content,
        text=written.text,
        time_ms=step.now_ms,
        line=f"{step.account.device}.{client_id.hex()}" if written.has_line else "",
        salt=written.salt,
        seen=None if (seen := gossip.seen(step)) is None else (seen.begun, seen.size, seen.root),
        target=written.target,
        amendment=written.amendment,
    )
    record = msgspec.structs.replace(conversation.record, written=order)
    _tell(step, step.put_outgoing(step.amend(conversation, record), item), item)
    return item


def _tell(step: Step, conversation: ConversationState, item: Outgoing) -> None:
    """Show how far something written has come, if it is to be seen."""
    if item.amendment is not None:
        amendment = timeline.amendment_of(conversation.record, step.account, item)
        step.amend_line(conversation, item.target, amendment)
    elif item.line:
        step.put_line(conversation, _line(step, conversation, item))


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
    failed = msgspec.structs.replace(item, failed=True)
    if item.line:
        _tell(step, step.put_outgoing(conversation, failed), failed)
        return
    conversation = step.drop_outgoing(conversation, item)
    if item.errand is Errand.HISTORY:
        sharing.fail(step, conversation, item)
    elif item.amendment is not None:
        _tell(step, conversation, failed)
        if isinstance(item.amendment, Withdrawn):
            step.alarm("alarm-not-withdrawn", conversation=conversation.id)


def _line(step: Step, conversation: ConversationState, item: Outgoing) -> Line:
    line = timeline.queued(
        conversation.id, item.line, item.order, step.account.user, item.time_ms, item.text
    )
    state = LineState.FAILED if item.failed else LineState.SENT if item.seq else LineState.QUEUED
    opened = unpack(item.content)
    answers = opened.message.in_reply_to or b""
    line = msgspec.structs.replace(
        line, state=state, salt=item.salt, seen=item.seen, message=opened.id, answers=answers
    )
    if not item.seq:
        return line
    return msgspec.structs.replace(line, position=position(conversation.record, item.seq))


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
