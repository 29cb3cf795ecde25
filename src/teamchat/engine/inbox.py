"""An arriving message: read strictly in the order of the log, stored with its cursor.

What happens to one message is one transaction: the group's state, the line, the cursor. A
message that cannot be read becomes a line that says so, and never blocks the log. A commit
that cannot be followed leaves the group behind: it is joined again, but not twice in a short
time, and that is said.
"""

import msgspec

from teamchat.content import profile
from teamchat.content.envelope import unpack
from teamchat.content.errors import ContentError, NewerContentError
from teamchat.content.fallback import plain_text
from teamchat.content.given import given_in
from teamchat.engine import (
    amending,
    commits,
    departure,
    gifts,
    gossip,
    groups,
    joining,
    leaving,
    listing,
    outbox,
    resending,
    titles,
    unforeseen,
)
from teamchat.engine.governing import Said
from teamchat.engine.listing import Verdict
from teamchat.engine.model import ConversationsChanged, MessageKind, TimelineChanged
from teamchat.engine.records import Line, LineState, position
from teamchat.engine.roster import UnlistedError, leaf_of
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import ConversationId, UserId
from teamchat.mls.errors import MlsError
from teamchat.mls.group.received import (
    ApplicationReceived,
    CommitReceived,
    ProposalReceived,
    RemovedFromGroup,
)
from teamchat.wire.frames import Item, Kind


def take(step: Step, conversation: ConversationState, seq: int, item: Item) -> None:
    """Read the next item of a log; whoever calls moves the cursor.

    An error that nobody foresaw is a bug. It costs this one item, and not the account: an item
    that ended the step would be read again at every start.
    """
    try:
        with step.attempt():
            _take(step, conversation, seq, item)
    except Exception as error:  # noqa: BLE001 - whatever it is
        unforeseen.log(error)
        _pass_over(step, step.known(conversation.id), seq, item)


def _take(step: Step, conversation: ConversationState, seq: int, item: Item) -> None:
    conversation = joining.date(step, conversation, item.time_ms)
    pending, own = conversation.pending, item.sender == step.account.device
    if own and pending is not None and item.body == pending.body:
        commits.adopt(step, conversation, seq, item.time_ms)
        return
    ours = outbox.find(conversation, item) if own else None
    if ours is not None:
        outbox.confirm(step, conversation, ours, seq, item.time_ms)
    elif own and resending.still_there(step, conversation, seq, item):
        pass  # the log in place of ours holds it too
    elif conversation.group is not None:
        _open(step, conversation, seq, item)


def read_up_to(step: Step, call: int, conversation: ConversationId, seen: int) -> None:
    """The person has seen everything up to here."""
    found = step.conversation(conversation)
    if found is None:
        step.decline(call, "error-no-such-conversation")
        return
    end = position(found.record, found.record.seq)
    if found.last is not None and found.last.position <= seen:
        seen = max(seen, end)  # what comes behind the last line shows nothing
    read = max(found.record.read, min(seen, end))
    unread = 0 if read >= end else found.record.unread
    if (read, unread) != (found.record.read, found.record.unread):
        step.amend(found, msgspec.structs.replace(found.record, read=read, unread=unread))
        step.show(ConversationsChanged())
    step.reply(call)


def tell_reset(step: Step, conversation: ConversationState, *, lost_commits: bool) -> None:
    """The log is another one; if it lacks commits, the group must be joined again."""
    record = conversation.record
    step.put_line(conversation, system(record, record.seq, step.now_ms, "system-reset"))
    if lost_commits:
        departure.lose(step, step.known(conversation.id), record.seq)


def tell_timeline(step: Step, conversation: ConversationId) -> None:
    """Lines changed how they look."""
    step.show(TimelineChanged(conversation))


def _open(step: Step, conversation: ConversationState, seq: int, item: Item) -> None:
    try:
        heard = groups.hear(
            step.crypto, conversation.held_group(), item.body, step.now, conversation.refused,
            step.authentication,
        )  # fmt: skip
    except UnlistedError as error:
        _unlisted(step, conversation, seq, item, error.certificate)
        return
    except MlsError:
        _not_readable(step, conversation, seq, item)
        return
    match heard:
        case ApplicationReceived():
            _read(step, conversation, seq, item, heard)
        case ProposalReceived():
            leaving.hear(step, conversation, seq, item.time_ms, heard)
        case CommitReceived():
            commits.follow(step, conversation, seq, item.time_ms, heard)
        case RemovedFromGroup():
            departure.leave_behind(step, conversation, seq, item.time_ms, heard)


def _unlisted(
    step: Step, conversation: ConversationState, seq: int, item: Item, certificate: bytes
) -> None:
    """Look once more whether the directory lists who comes in; what is only proposed is refused."""
    if item.kind is not Kind.COMMIT:
        _not_readable(step, conversation, seq, item)
    elif listing.judge_stranger(step, conversation, certificate) is Verdict.REFUSE:
        departure.give_up(step, step.known(conversation.id), seq, alarm="")


def _not_readable(step: Step, conversation: ConversationState, seq: int, item: Item) -> None:
    """Say so, if it was something said; if the group has gone on without us, join again."""
    held = conversation.held_group().epoch
    epoch = groups.epoch_of(item.body)
    meant_for_us = epoch is None or epoch >= conversation.record.since
    known = seq <= conversation.record.reread
    if item.kind is Kind.APPLICATION and meant_for_us and not known:
        sender = next((x.user for x in conversation.roster if x.device == item.sender), UserId(""))
        line = system(conversation.record, seq, item.time_ms, "system-undecryptable")
        conversation = step.put_line(conversation, msgspec.structs.replace(line, sender=sender))
    if item.kind is Kind.APPLICATION and not known:
        conversation = titles.miss(step, conversation)
    past = known and epoch is not None and epoch < held
    if (item.kind is Kind.COMMIT and not past) or (epoch is not None and epoch > held):
        departure.lose(step, conversation, seq)


def _pass_over(step: Step, conversation: ConversationState, seq: int, item: Item) -> None:
    """Go on behind an item that this program cannot read; what was our own is in the log."""
    ours = outbox.find(conversation, item) if item.sender == step.account.device else None
    if ours is not None:
        outbox.place(step, conversation, ours, seq, item.time_ms)
    elif conversation.group is not None:
        _not_readable(step, conversation, seq, item)


def _read(
    step: Step, conversation: ConversationState, seq: int, item: Item, heard: ApplicationReceived
) -> None:
    """Something was said."""
    conversation = step.put_group(conversation, heard.state)
    sender = leaf_of(heard.sender, step.authentication)
    if heard.authenticated_data != item.client_id:  # the server moved it to another id
        _undecryptable(step, conversation, seq, item, sender.user)
        return
    line = Line(
        id=f"{sender.device}.{item.client_id.hex()}",
        conversation=conversation.id,
        position=position(conversation.record, seq),
        kind=MessageKind.TEXT,
        sender=sender.user,
        time_ms=item.time_ms,
        text="",
        state=LineState.SENT if sender.user == step.account.user else LineState.RECEIVED,
    )
    try:
        opened = unpack(heard.data)
        message = opened.message
        profile.check_origin(message, sender.user, conversation.id)
    except NewerContentError:
        _say(step, conversation, msgspec.structs.replace(line, kind=MessageKind.UNSUPPORTED))
        return
    except ContentError:
        _undecryptable(step, conversation, seq, item, sender.user)
        return
    gossip.hear(step, sender, profile.seen(message))
    conversation = step.known(conversation.id)
    gift = given_in(message)
    if gift is not None:
        said = Said(sender.user, seq, item.time_ms)
        gifts.hear(step, conversation, gift, sender, said)
        return
    match profile.meaning(message):
        case profile.Text(text, answers):
            said_now = msgspec.structs.replace(line, text=text, answers=answers or b"")
            _say(step, conversation, msgspec.structs.replace(said_now, message=opened.id))
        case profile.Edit() | profile.Reaction() | profile.Deletion() as done:
            amending.hear(step, conversation, done, opened.id, line)
        case profile.RoomTitle(title, since):
            epoch = groups.epoch_of(item.body) or 0
            titles.hear(step, conversation, titles.Told(title, since, seq, epoch), line)
        case _:
            kind, text = MessageKind.UNSUPPORTED, plain_text(message)
            said_now = msgspec.structs.replace(line, kind=kind, text=text, message=opened.id)
            _say(step, conversation, said_now)


def _say(step: Step, conversation: ConversationState, line: Line) -> None:
    news = line.id not in conversation.recalled
    foreign = news and line.sender != step.account.user
    record = conversation.record
    unread = record.unread + foreign if line.position > record.read else record.unread
    record = msgspec.structs.replace(record, unread=unread)
    step.put_line(step.amend(conversation, record), line, news=news)


def _undecryptable(
    step: Step, conversation: ConversationState, seq: int, item: Item, sender: UserId
) -> None:
    line = system(conversation.record, seq, item.time_ms, "system-undecryptable")
    step.put_line(conversation, msgspec.structs.replace(line, sender=sender))
