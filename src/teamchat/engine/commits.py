"""Commits of our own and of others: one epoch, one winner.

A commit is stored with the state it leads to and its exact bytes before it is sent; it becomes
the state when it is seen in the log (an external commit: when the server has taken it). If
another commit is there first, ours is dropped and the winner is followed. Whether ours reached
the server before a crash is never guessed: the same bytes are sent again under the same client
id, and the log decides.
"""

from dataclasses import replace
from typing import Final

import msgspec

from teamchat.engine import (
    absence,
    chronicle,
    clearing,
    company,
    departure,
    giving_turns,
    governing,
    groups,
    intents,
    leaving,
    listing,
    outbox,
    session,
    title_turns,
)
from teamchat.engine.governing import Said
from teamchat.engine.groups import Commit
from teamchat.engine.listing import Verdict
from teamchat.engine.records import (
    Depart,
    Errand,
    Exclude,
    ExcludeDevice,
    Include,
    Intent,
    PendingRecord,
    Phase,
    Rejoin,
)
from teamchat.engine.roster import person_of, roster_of
from teamchat.engine.state import (
    ConversationState,
    Listing,
)
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.mls.group.received import CommitReceived
from teamchat.wire import limits
from teamchat.wire.frames import Nack, NackCode, Sent

SETBACK_SECONDS: Final = 1.0
"""How long nothing is tried after a commit has failed, doubled each time."""
REFRESH_SECONDS: Final = 7 * 24 * 3600
"""How often the own leaf gets new keys."""


def keep_and_send(
    step: Step, conversation: ConversationState, intent: Intent, made: Commit, *, external: bool
) -> None:
    """Store a commit with what it leads to, and send it."""
    pending = PendingRecord(
        client_id=step.crypto.random(limits.CLIENT_ID_BYTES),
        intent=intent,
        external=external,
        body=made.body,
        group_info=made.group_info,
        welcome=made.welcome,
        parts=made.parts,
    )
    send_pending(step, step.put_pending(conversation, pending), pending)


def send_pending(step: Step, conversation: ConversationState, pending: PendingRecord) -> None:
    """Send a commit, or send it again: the same bytes under the same client id."""
    outbox.fly(
        step, conversation, pending.client_id, pending.body, pending.group_info, pending.welcome
    )


def take_sent(step: Step, conversation: ConversationState, client_id: bytes, frame: Sent) -> None:
    """The server has taken our commit, or a message."""
    pending = conversation.pending
    if pending is None or pending.client_id != client_id:
        conversation = step.put(clearing.unbarred(conversation))
        outbox.take_sent(step, conversation, client_id, frame)
    elif pending.external:
        adopt(step, conversation, frame.seq, frame.time_ms)
        joined = step.known(conversation.id)
        record = msgspec.structs.replace(joined.record, seq=frame.seq, first=frame.seq)
        session.read_on(step, step.amend(joined, record))
    else:
        step.put(replace(conversation, accepted=True))


def take_nack(step: Step, conversation: ConversationState, client_id: bytes, frame: Nack) -> None:
    """The server has not taken our commit, or a message."""
    pending = conversation.pending
    ours = pending is not None and pending.client_id == client_id
    if frame.code is NackCode.DEVICE_ENDED and not ours:
        clearing.bar(step, conversation)
    elif pending is None or not ours:
        outbox.take_nack(step, conversation, client_id, frame)
    elif frame.code is NackCode.OVERLOADED:
        outbox.hold(step, conversation, frame.retry_ms / 1000)
    else:
        _drop_pending(step, step.put_pending(conversation, None), frame, pending)


def _drop_pending(
    step: Step, conversation: ConversationState, frame: Nack, pending: PendingRecord
) -> None:
    if frame.code is NackCode.STALE_EPOCH:
        head = 0 if pending.external else frame.head
        conversation = step.put(replace(conversation, wait_for=head))
        if not pending.external:
            outbox.doubt(step, conversation, frame.epoch)
        if not pending.external and _is_known(conversation, frame):
            set_back(step, conversation)
    elif _is_to_wait(conversation, frame, pending):
        absence.wait(step, conversation)
    elif pending.external:
        departure.give_up(step, conversation, conversation.record.seq)
    else:
        if frame.code is NackCode.INVALID:  # it is of another group, or this program is wrong
            departure.ask_to_compare(step, conversation.id)
        intents.fail(step, conversation, "error-not-allowed")
        if not pending.intent.call:
            set_back(step, step.known(conversation.id))
        if isinstance(pending.intent, ExcludeDevice):
            clearing.tell(step, step.known(conversation.id))


def _is_to_wait(conversation: ConversationState, frame: Nack, pending: PendingRecord) -> bool:
    """Whether this device is to be taken in by others, though it had thought otherwise."""
    outside = conversation.record.phase is Phase.OUTSIDE
    return pending.external and outside and frame.code is NackCode.FORBIDDEN


def _is_known(conversation: ConversationState, frame: Nack) -> bool:
    """Whether all is read that a commit is said to lack, so that trying at once is in vain."""
    group = conversation.group
    return (
        group is not None and frame.epoch <= group.epoch and frame.head <= conversation.record.seq
    )


def set_back(step: Step, conversation: ConversationState) -> None:
    """A commit of ours has failed: wait, longer each time, before anything is tried again."""
    setbacks = min(conversation.setbacks + 1, 8)
    conversation = step.put(replace(conversation, setbacks=setbacks))
    outbox.hold(step, conversation, SETBACK_SECONDS * 2**setbacks)


def adopt(step: Step, conversation: ConversationState, seq: int, time_ms: int) -> None:
    """Our commit is in the log: what it leads to is the state."""
    pending = conversation.pending
    if pending is None:
        return
    before = conversation.roster
    policy = governing.set_in(conversation)
    leavers = leaving.proposed(conversation)
    after = groups.restored(pending.parts)
    if conversation.group is not None and not pending.external:
        after = groups.adopted(after, conversation.group, step.now)
    if company.intrudes(step, conversation.record, roster_of(after, step.authentication)):
        departure.give_up(step, conversation, seq, "alarm-direct-is-two")
        return
    if pending.external:
        record = msgspec.structs.replace(
            company.remembered(conversation),
            title_told=True,
            compare=False,
            policy=groups.policy_in(after),
            policy_by=governing.NOBODY,
        )
        conversation = step.drop_group(step.amend(conversation, record))
        before = ()
    conversation = replace(step.put_pending(conversation, None), setbacks=0)
    conversation = clearing.unbarred(conversation)
    since = after.epoch if pending.external else conversation.record.since
    conversation = step.put_group(conversation, after)
    newcomers = tuple(sorted({*conversation.record.newcomers} & conversation.users()))
    record = msgspec.structs.replace(
        conversation.record,
        phase=Phase.JOINED,
        refresh_due=next_refresh(step),
        since=since,
        newcomers=newcomers,
    )
    conversation = step.amend(conversation, record)
    chronicle.narrate(step, conversation, before, step.account.user, leavers, seq, time_ms)
    if not pending.external:
        said = Said(step.account.user, seq, time_ms)
        followed = governing.follow(step, step.known(conversation.id), policy, said)
        giving_turns.remember(step, followed, before, frozenset(), said, mine=True)
    if pending.external:
        company.returned(step, step.known(conversation.id), seq, time_ms)
    _adopted(step, step.known(conversation.id), pending.intent, seq, time_ms)


def _adopted(
    step: Step, conversation: ConversationState, intent: Intent, seq: int, time_ms: int
) -> None:
    record = conversation.record
    match intent:
        case Include():
            if record.title and not record.direct:
                outbox.repeat_title(step, conversation)
        case Rejoin(lost):
            key = "system-rejoined" if lost else "system-joined"
            step.put_line(conversation, system(record, seq, time_ms, key))
        case _:
            pass
    conversation = step.known(conversation.id)
    halfway = isinstance(intent, Exclude) and intent.user in record.absent
    if record.intents and record.intents[0] == intent and not halfway:
        intents.done(step, conversation)
    say_again(step, step.known(conversation.id))


def follow(
    step: Step, conversation: ConversationState, seq: int, time_ms: int, heard: CommitReceived
) -> None:
    """Somebody else's commit is in the log: it is the state; ours, if any, has lost.

    Whoever is no member yet cannot join by themselves: only the server could have let them, so
    that nobody would have been asked. Such a group is left alone, and that is said; so is one
    that is over, or has a device that the key directory does not list. Whom the committer took in
    without having asked for them is a newcomer. Whether somebody was removed, or had lost their
    last device, the key directory says: if it does not yet, it is looked at before that is told.
    """
    looked = conversation.listing is Listing.LOOKED
    verdict = listing.judge(step, conversation, heard.state)
    if verdict is Verdict.WAIT:
        return
    conversation = step.known(conversation.id)
    before, leavers = conversation.roster, leaving.proposed(conversation)
    after = roster_of(heard.state, step.authentication)
    if not looked and absence.is_unexplained(step, before, after, leavers):
        listing.wait(step, conversation)
        return
    policy = governing.set_in(conversation)
    conversation = step.put_pending(conversation, None)
    by = person_of(heard.committer)
    record = conversation.record
    if heard.state.reinit or by not in {*conversation.users(), *record.absent, record.peer}:
        departure.give_up(step, conversation, seq)
        return
    if company.intrudes(step, conversation.record, after):
        departure.give_up(step, conversation, seq, "alarm-direct-is-two")
        return
    if verdict is Verdict.REFUSE:
        departure.give_up(step, conversation, seq, alarm="")
        return
    conversation = clearing.unbarred(replace(conversation, setbacks=0))
    conversation = step.put_group(conversation, heard.state)
    unasked = groups.unasked(heard) - {leaf.user for leaf in before}
    newcomers = company.moved_on(conversation, before, by, unasked)
    record = msgspec.structs.replace(conversation.record, newcomers=newcomers)
    conversation = step.amend(conversation, record)
    conversation = title_turns.owe(step, conversation, before, by)
    chronicle.narrate(step, conversation, before, by, leavers, seq, time_ms, unasked)
    said = Said(by, seq, time_ms)
    followed = governing.follow(step, step.known(conversation.id), policy, said)
    giving_turns.remember(step, followed, before, unasked, said, mine=False)
    company.warn(step, step.known(conversation.id), tuple(sorted(unasked)), seq, time_ms)
    say_again(step, step.known(conversation.id))


def say_again(step: Step, conversation: ConversationState) -> None:
    """A new epoch knows nothing of what was proposed in the old one: to leave is said again."""
    for item in conversation.outgoing:
        if item.errand is Errand.PROPOSAL:
            conversation = step.drop_outgoing(conversation, item)
    departing = any(isinstance(each, Depart) for each in conversation.record.intents)
    if conversation.record.leaving and not departing:
        intents.want_first(step, conversation, Depart())


def next_refresh(step: Step) -> int:
    """Return when the own leaf is to get new keys; not everybody's at once."""
    return step.now + int(REFRESH_SECONDS * (0.75 + step.chance() / 2))
