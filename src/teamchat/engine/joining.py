"""Coming into conversations: by a Welcome, or by oneself when one is a member already.

The inbox of the device is read in order; each item is done before the next is looked at. A
Welcome that cannot be used (its key package is gone) is no dead end: the device joins by an
external commit, as it does when it is new to a person who is a member.

What was left stays left, whatever the server says: only a member brings a device back into it,
by a new Welcome.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from teamchat.engine import (
    absence,
    company,
    departure,
    directory,
    governing,
    groups,
    key_packages,
    listing,
    requests,
    session,
)
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.listing import Verdict
from teamchat.engine.model import ConversationsChanged, MembersChanged
from teamchat.engine.records import (
    ConversationRecord,
    PersonRecord,
    Phase,
    Rejoin,
    position,
    shifted,
)
from teamchat.engine.roster import UnlistedError, roster_of
from teamchat.engine.state import (
    MAX_SHIFT,
    ConversationState,
    ForLook,
    ForOne,
    ForWelcome,
    Letter,
    SessionState,
)
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import ConversationId, UserId
from teamchat.mls.errors import MlsError
from teamchat.wire.bodies import Conversation, ConversationKind, Conversations, MemberRole
from teamchat.wire.frames import Ack, InboxBatch, InboxItem, InboxKind, Sync
from teamchat.wire.problems import Code

LETTERS = 1000
"""How many unread items of the inbox are held; the rest is asked for again."""
LOOK_AROUND = Timer(TimerKind.LOOK_AROUND)
LOOK_SECONDS = 1.0
UNKNOWN = 200
"""How many conversations that this device was never in are on their way, or have come to nothing;
a server that lists more of them is not believed before these are done."""
NOBODY = UserId("")
LOOK_AGAIN_SECONDS = 5.0
"""How long a Welcome may stay out after the server has said that we are in a group."""


# --- the inbox of the device ------------------------------------------------------------------


def take_inbox(step: Step, batch: InboxBatch) -> None:
    """Put what is new behind what waits; an empty batch says that this was all."""
    if not batch.items:
        take_end(step)
    for place, item in enumerate(batch.items):
        number = batch.first + place
        letters = step.desk.letters
        last = letters[-1].number if letters else step.desk.inbox
        if number <= last:
            continue
        if number > last + 1 or len(letters) >= LETTERS:
            if not letters:
                step.send(Sync({}, last))
            break
        step.desk = replace(step.desk, letters=(*letters, Letter(number, item)))
        _hear_again(step, item)
    read_next(step)


def _hear_again(step: Step, item: InboxItem) -> None:
    """The server did not know a conversation and now takes us in: its log says what happened."""
    found = step.conversation(item.conversation)
    if found is not None and found.record.unknown and item.kind is InboxKind.WELCOME:
        session.read_on(step, found)


def take_end(step: Step) -> None:
    """There is nothing more in the inbox, or nobody says so."""
    step.session = replace(step.session, inbox_read=True)


def read_next(step: Step) -> None:
    """Do the next items of the inbox, until one has to wait for an answer."""
    while step.desk.letters and not step.desk.opening:
        letter = step.desk.letters[0]
        match letter.item.kind:
            case InboxKind.WELCOME if _is_held(step, letter.item):
                return
            case InboxKind.WELCOME:
                _consider(step, letter)
            case InboxKind.KEY_PACKAGES_LOW:
                key_packages.ask(step)
                _finish(step)
            case InboxKind.CONVERSATION_LEFT:
                found = step.conversation(letter.item.conversation)
                if found is not None:
                    departure.left_elsewhere(step, found, letter.item.seq)
                _finish(step)


def take_tree(step: Step, body: object) -> None:
    """The ratchet tree of the first Welcome is here."""
    step.desk = replace(step.desk, opening=0)
    if not step.desk.letters:
        return
    item = step.desk.letters[0].item
    found = step.conversation(item.conversation)
    if found is not None and found.group is not None:  # it has joined by itself meanwhile
        read_next(step)
        return
    try:
        if not isinstance(body, bytes):
            raise TypeError("a ratchet tree is bytes")
        joined = groups.join(
            step.crypto, item.conversation, item.body, body, step.key_packages(),
            step.account, step.now, step.authentication,
        )  # fmt: skip
    except UnlistedError as error:
        if not _judge(step, item, (error.certificate,)):
            return
    except MlsError:
        _join_by_oneself(step, item.conversation)
    else:
        strangers = listing.strangers(step, joined.group)
        if not _judge(step, item, strangers):
            return
        if not strangers:
            key_packages.used(step, joined.ref, step.key_packages()[joined.ref])
            _enter_if_fit(step, item, joined)
    _finish(step)
    read_next(step)


def _judge(step: Step, item: InboxItem, strangers: Sequence[bytes]) -> bool:
    """Leave a group with unlisted devices alone; return whether that is settled already."""
    verdict = listing.judge_letter(step, item.conversation, strangers)
    if verdict is Verdict.REFUSE:
        _leave_alone(step, item)
    return verdict is not Verdict.WAIT


def take_no_tree(step: Step, code: Code | None) -> None:
    """The tree of the first Welcome will not come: now, or ever."""
    step.desk = replace(step.desk, opening=0)
    if code in {Code.NOT_FOUND, Code.FORBIDDEN, Code.TOO_LARGE} and step.desk.letters:
        _join_by_oneself(step, step.desk.letters[0].item.conversation)
        _finish(step)
        read_next(step)
    else:
        step.desk = replace(step.desk, letters=())
        step.set_timer(LOOK_AROUND, LOOK_AGAIN_SECONDS)


def _is_held(step: Step, item: InboxItem) -> bool:
    """Whether a Welcome is to a group that we are in, at a later epoch.

    Then the log has to take us out first. A Welcome alone would let a server put another group,
    of people it has made up, in the place of ours.
    """
    found = step.conversation(item.conversation)
    return found is not None and found.group is not None and found.group.epoch < item.epoch


def _consider(step: Step, letter: Letter) -> None:
    """Ask for the tree of a Welcome, unless we are in already."""
    item = letter.item
    found = step.conversation(item.conversation)
    if found is not None and found.group is not None and found.group.epoch >= item.epoch:
        _finish(step)
        return
    query = requests.ratchet_tree(item.conversation, item.epoch)
    number = step.ask(ForWelcome(), query)
    step.desk = replace(step.desk, opening=number)


def _enter_if_fit(step: Step, item: InboxItem, joined: groups.Joined) -> None:
    """Enter, unless it is a conversation between two and somebody else is in it."""
    known = step.conversation(item.conversation)
    if known is not None and _is_old(known, joined):
        return
    if known is not None and company.intrudes(
        step, known.record, roster_of(joined.group, step.authentication)
    ):
        departure.give_up(step, known, known.record.seq, "alarm-direct-is-two")
    else:
        _enter(step, item, joined)


def _leave_alone(step: Step, item: InboxItem) -> None:
    """A group with a device that is not listed is not entered, now or by oneself."""
    known = step.conversation(item.conversation)
    if known is None:
        record = ConversationRecord(item.conversation, direct=False, phase=Phase.OUTSIDE)
        known = step.put(ConversationState(record))
    departure.give_up(step, known, known.record.seq, alarm="")


def _is_old(known: ConversationState, joined: groups.Joined) -> bool:
    """Whether a Welcome to what was left is the one by which this device came, or an older one."""
    return known.record.phase is Phase.LEFT and joined.group.epoch <= known.record.since


def _enter(step: Step, item: InboxItem, joined: groups.Joined) -> None:
    """The group is ours too: keep it, say so, and read its log from the Welcome on."""
    known = step.conversation(item.conversation)
    for intent in known.record.intents if known else ():
        if isinstance(intent, Rejoin):
            step.reply(intent.call, item.conversation)
        else:
            step.decline(intent.call, "error-not-possible")
    record = (
        company.remembered(known)
        if known
        else ConversationRecord(item.conversation, direct=False, phase=Phase.JOINED)
    )
    shift = min(shifted(record, item.log_epoch, item.seq), MAX_SHIFT) if known else 0
    record = msgspec.structs.replace(
        record,
        phase=Phase.JOINED,
        log_epoch=item.log_epoch,
        seq=item.seq,
        first=item.seq,
        reread=0,
        read=max(record.read, item.seq + shift),
        shift=shift,
        unknown=False,
        since=joined.group.epoch,
        welcomed=joined.group.epoch,
        welcomed_by=joined.by,
        welcomed_ms=step.now_ms,
        title_told=True,
        compare=False,
        intents=(),
        leaving=False,
        policy=groups.policy_in(joined.group),
        policy_by=NOBODY,
        refresh_due=step.now + int(3600 * (1 + 23 * step.chance())),
    )
    conversation = step.amend(known or ConversationState(record), record)
    conversation = step.put_pending(replace(conversation, group=None), None)
    conversation = step.put_group(conversation, joined.group)
    directory.observe(step, conversation)
    own, now = step.account.user, step.now_ms
    line = system(record, item.seq, now, "system-added", ("who", own), ("by", joined.by))
    conversation = step.put_line(step.known(item.conversation), line)
    company.returned(step, conversation, item.seq, now)
    conversation = step.known(item.conversation)
    step.show(ConversationsChanged())
    step.ask(ForOne(conversation.id), requests.conversation(conversation.id))
    session.read_on(step, conversation)


def date(step: Step, conversation: ConversationState, time_ms: int) -> ConversationState:
    """Correct when this device came in: no later than what it reads first was said.

    A Welcome bears no date; until then the line bears that of the moment it was opened.
    """
    record, line = conversation.record, conversation.last
    if line is None or line.position != position(record, record.first):
        return conversation
    if line.text != "system-added" or not 0 < time_ms < line.time_ms:
        return conversation
    return step.put_line(conversation, msgspec.structs.replace(line, time_ms=time_ms), news=False)


def _finish(step: Step) -> None:
    """The first item is done: one transaction with whatever it changed."""
    letter, *rest = step.desk.letters
    step.desk = replace(step.desk, letters=tuple(rest))
    step.advance_inbox(letter.number)
    session.owe_ack(step)
    step.store()
    if not rest and step.session.state is SessionState.CATCHING_UP:
        step.send(Ack({}, step.desk.inbox))  # what follows is waited for


# --- looking around ---------------------------------------------------------------------------


def look_soon(step: Step) -> None:
    """Compare with the server once what is on its way has arrived; a new device does so at once."""
    is_new = next(step.conversations(), None) is None
    step.set_timer(LOOK_AROUND, 0.0 if is_new else LOOK_SECONDS + step.chance())


def look(step: Step, call: int = 0) -> None:
    """Ask which conversations there are."""
    if step.session.greeted:
        step.ask(ForLook(call), requests.conversations())
    else:
        step.decline(call, "error-offline")


def take_look(step: Step, purpose: ForLook, body: object) -> None:
    """Compare what the server knows with what we hold."""
    if not isinstance(body, Conversations):
        return
    strange = [each.id for each in body.conversations if _is_strange(step, each)]
    suspects = {*strange[: max(0, UNKNOWN - sum(map(_is_nothing_yet, step.conversations())))]}
    for each in body.conversations:
        take_one(step, each)
        if each.id in suspects and (not each.joined or each.id in step.desk.suspects):
            _join_by_oneself(step, each.id, each)
    coming = any(each.record.phase is Phase.OUTSIDE for each in step.conversations())
    if suspects - step.desk.suspects or (coming and len(strange) > len(suspects)):
        step.set_timer(LOOK_AROUND, LOOK_AGAIN_SECONDS)
    step.desk = replace(step.desk, suspects=frozenset(suspects))
    if purpose.direct_with is not None:
        _answer_direct(step, purpose.call, purpose.direct_with, body)
    else:
        step.reply(purpose.call)


def take_one_answer(step: Step, body: object) -> None:
    """Learn who is in the conversation that was asked about."""
    if isinstance(body, Conversation):
        take_one(step, body)


def take_one(step: Step, body: Conversation) -> None:
    """Learn who is in a conversation and may do what."""
    found = step.conversation(body.id)
    if found is None:
        return
    admins = tuple(sorted(each.user for each in body.members if each.role is MemberRole.ADMIN))
    record = absence.confirmed(_kind(step, found, body), body)
    record = msgspec.structs.replace(record, admins=admins)
    if record.peer and step.person(record.peer) is None:
        step.put_person(PersonRecord(record.peer))
        directory.ask_for_names(step)
    if record != found.record:
        found = step.amend(found, record)
        step.show(ConversationsChanged())
        step.show(MembersChanged(body.id))
    found = governing.judge(step, found)
    if _is_behind(found, body):
        departure.lose(step, found, found.record.seq)


def _kind(step: Step, found: ConversationState, body: Conversation) -> ConversationRecord:
    """Believe the server once whether it is between two people, if these two are in it.

    Before this device is in it is only a claim, which keeps everybody else out.
    """
    record = found.record
    if record.kind_known:
        return record
    peer = _peer(step, body) if body.kind is ConversationKind.DIRECT else NOBODY
    if found.joined and found.users() != {step.account.user, peer}:
        peer = NOBODY
    return msgspec.structs.replace(record, direct=bool(peer), peer=peer, kind_known=found.joined)


def _is_behind(found: ConversationState, body: Conversation) -> bool:
    """Whether the server has lost commits: it holds all that we read, and an older epoch."""
    record = found.record
    reads_all = body.log_epoch == record.log_epoch and body.head >= record.seq
    return reads_all and found.group is not None and body.epoch < found.group.epoch


def _is_strange(step: Step, body: Conversation) -> bool:
    """Whether the server counts us in, and we do not."""
    if step.conversation(body.id) is not None:
        return False
    waiting = any(each.item.conversation == body.id for each in step.desk.letters)
    return not waiting and any(each.user == step.account.user for each in body.members)


def _is_nothing_yet(conversation: ConversationState) -> bool:
    """Whether there is no more of a conversation than that the server has named it."""
    record = conversation.record
    begun = record.phase in {Phase.FOUNDING, Phase.JOINED}
    return not (begun or record.seq or record.company)


def _peer(step: Step, body: Conversation) -> UserId:
    others = [each.user for each in body.members if each.user != step.account.user]
    return others[0] if len(others) == 1 else NOBODY


def _answer_direct(step: Step, call: int, user: UserId, body: Conversations) -> None:
    """Tell the caller which direct conversation there is with somebody already."""
    for each in body.conversations:
        if each.kind is not ConversationKind.DIRECT or _peer(step, each) != user:
            continue
        if step.conversation(each.id) is None:
            _join_by_oneself(step, each.id, each)
        found = step.conversation(each.id)
        if found is not None and found.record.direct and found.record.peer == user:
            step.reply(call, each.id)
            return
    step.decline(call, "error-not-possible")


def _join_by_oneself(
    step: Step, conversation: ConversationId, body: Conversation | None = None
) -> None:
    """Join by an external commit; whether we may is for the server and the group to say."""
    begun = sum(map(_is_nothing_yet, step.conversations()))
    if step.conversation(conversation) is not None or begun >= UNKNOWN:
        return
    record = ConversationRecord(
        conversation,
        direct=False,
        phase=Phase.OUTSIDE,
        intents=() if body and absence.waits(step.account.user, body) else (Rejoin(lost=False),),
    )
    step.amend(ConversationState(record), record)
    if body is not None:
        take_one(step, body)
    step.show(ConversationsChanged())
