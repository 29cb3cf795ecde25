"""Conversation and MLS group in step: what is to be done next, if anything.

What a person wants of a group is an intent, stored with the conversation until it is done.
An intent becomes a commit only when the log is caught up. After a lost race it is looked at
again: what is already so needs no commit. What was written before an intent is sent before
it, what was written after it afterwards.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from teamchat.engine import (
    absence,
    clearing,
    commits,
    company,
    departure,
    founding,
    governing,
    groups,
    intents,
    leaving,
    listing,
    outbox,
    requests,
)
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.groups import Commit
from teamchat.engine.listing import Verdict
from teamchat.engine.records import (
    Depart,
    Errand,
    Exclude,
    ExcludeDevice,
    Found,
    Govern,
    Include,
    Intent,
    Phase,
    Refresh,
    Rejoin,
    Settle,
)
from teamchat.engine.roster import UnlistedError, roster_of
from teamchat.engine.state import (
    ConversationState,
    ForLook,
    Leaf,
    Listing,
    SessionState,
)
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import ConversationId, UserId
from teamchat.mls.errors import MlsError
from teamchat.wire.bodies import (
    ClaimedKeyPackages,
    Conversation,
    Group,
)
from teamchat.wire.problems import Code

SETTLE_SECONDS = 0.5
"""Within this time, and more in a large group, somebody commits what was proposed."""

_LATER = frozenset(
    {None, Code.OVERLOADED, Code.STORAGE_FULL, Code.TOO_MANY_REQUESTS, Code.INTERNAL}
)


def proceed(step: Step, conversation: ConversationState) -> None:
    """Do the next thing that can be done now: resend a commit, an intent, or a message."""
    if not _free(step, conversation):
        return
    if conversation.joined and conversation.record.compare:
        departure.ask_to_compare(step, conversation.id)
        return
    if conversation.pending is not None:
        if not conversation.accepted:
            commits.send_pending(step, conversation, conversation.pending)
        return
    if conversation.barred:
        conversation = intents.put_first_what_takes_out(step, conversation)
    if _waits_for_a_leaver(step, conversation) or _waits_for_a_clearing(step, conversation):
        return
    intent = next(iter(conversation.record.intents), None)
    if intent is not None and not _is_preceded(step, conversation, intent):
        _begin(step, conversation, intent)
    elif conversation.joined:
        outbox.proceed(step, conversation)
        _recall_later(step, step.known(conversation.id))


def _recall_later(step: Step, conversation: ConversationState) -> None:
    """Let it be our turn soon to take in who was absent, if nobody is faster."""
    free = conversation.joined and not conversation.record.leaving and not conversation.settling
    if free and absence.returning(step, conversation):
        _settle_later(step, conversation)


def _is_preceded(step: Step, conversation: ConversationState, intent: Intent) -> bool:
    """Whether something was written before it was asked for: those who come do not read it.

    What the server does not take keeps nobody in.
    """
    if conversation.barred and intents.takes_out(intent):
        return False
    item = outbox.next_item(conversation)
    if item is None or not conversation.joined or not 0 < intent.after >= item.order:
        return False
    return outbox.withheld(step, conversation) is None


def settle(step: Step, conversation: ConversationId) -> None:
    """It is our turn to commit what was proposed, if nobody has."""
    found = step.conversation(conversation)
    if found is None:
        return
    found = step.put(replace(found, settling=False))
    if found.joined and found.held_group().pending_proposals:
        intents.want_first(step, found, Settle())
    elif found.joined:
        clearing.clear(step, found)
        absence.ask(step, step.known(conversation))


def _free(step: Step, conversation: ConversationState) -> bool:
    """Whether anything may be sent in this conversation now."""
    if not step.session.greeted or conversation.flight or conversation.asking or conversation.held:
        return False
    if conversation.record.phase is Phase.JOINED:
        seq = conversation.record.seq
        ready = conversation.listing is not Listing.WAITING and conversation.caught_up
        return ready and seq >= conversation.wait_for
    if conversation.listing is Listing.WAITING:
        return False
    willing = conversation.record.phase in {Phase.FOUNDING, Phase.OUTSIDE}
    return willing and step.session.state is SessionState.ONLINE


def _waits_for_a_leaver(step: Step, conversation: ConversationState) -> bool:
    """Whether proposals are pending: nothing is sent over them (RFC 9420 §12.4)."""
    if not conversation.joined:
        return False
    record = conversation.record
    if any(item.errand is Errand.PROPOSAL and not item.seq for item in conversation.outgoing):
        outbox.proceed(step, conversation)
        return True
    if record.leaving:
        if isinstance(next(iter(record.intents), None), Depart):
            return False
        if not conversation.users() <= leaving.proposed(conversation):
            return True  # one of those who stay commits it; if nobody stays, one of us does
    if not conversation.held_group().pending_proposals:
        return False
    intent = next(iter(record.intents), None)
    if intent is not None and not _is_preceded(step, conversation, intent):
        return False  # its commit takes them up
    if conversation.queued:
        intents.want_first(step, conversation, Settle())
    elif not conversation.settling:
        _settle_later(step, conversation)
    return True


def _waits_for_a_clearing(step: Step, conversation: ConversationState) -> bool:
    """Whether a device is in the group that is none any more: nothing is said before it is out.

    Whoever has something to say takes it out at once; otherwise one of the members does.
    """
    if (
        not conversation.joined
        or conversation.record.leaving
        or not clearing.due(step, conversation)
    ):
        return False
    intent = next(iter(conversation.record.intents), None)
    if intent is not None and not _is_preceded(step, conversation, intent):
        return False  # it is done first; then nothing is said before they are out
    if conversation.queued:
        clearing.clear(step, conversation)
    elif not conversation.settling:
        _settle_later(step, conversation)
    return True


def _settle_later(step: Step, conversation: ConversationState) -> None:
    """Let it be our turn within a short time, if nobody is faster."""
    step.put(replace(conversation, settling=True))
    spread = SETTLE_SECONDS + 0.02 * len(conversation.roster)
    step.set_timer(Timer(TimerKind.SETTLE, conversation.id), step.chance() * spread)


def _begin(step: Step, conversation: ConversationState, intent: Intent) -> None:
    """Take the first step towards an intent; it may be done already."""
    match intent:
        case Found():
            founding.register(step, conversation, intent)
        case Include(users):
            _include(step, conversation, intent, users)
        case Exclude(user):
            _exclude_person(step, conversation, intent, user)
        case ExcludeDevice(device):
            of_device = [leaf for leaf in conversation.roster if leaf.device == device]
            _exclude(step, conversation, intent, of_device)
        case Depart():
            _depart(step, conversation)
        case Settle() if not conversation.held_group().pending_proposals:
            intents.done(step, conversation)
        case Settle() | Refresh():
            _commit(step, conversation, intent)
        case Govern(history):
            _govern(step, conversation, intent, history)
        case Rejoin():
            intents.ask(step, conversation, requests.group(conversation.id))


def _govern(step: Step, conversation: ConversationState, intent: Intent, history: int) -> None:
    """Give the group another room policy; only if every device in it can read one."""
    policy = governing.changed(conversation, history)
    if policy is None:
        intents.done(step, conversation)
    elif not groups.all_read_policies(conversation.held_group()):
        intents.fail(step, conversation, "error-policy-not-read")
    else:
        _commit(step, conversation, intent, policy=policy)


def _include(
    step: Step, conversation: ConversationState, intent: Intent, users: Sequence[UserId]
) -> None:
    present = {leaf.device for leaf in conversation.roster}
    if not conversation.claimed:
        if not set(users) - {step.account.user} - conversation.users() and intent.call:
            intents.done(step, conversation)
        else:
            intents.ask(step, conversation, requests.claim(users))
        return
    fresh = [each for each in conversation.claimed if each.device not in present]
    if not fresh:
        intents.done(step, conversation)
        return
    _commit(step, conversation, intent, add=[each.key_package for each in fresh])


def _exclude_person(
    step: Step, conversation: ConversationState, intent: Intent, user: UserId
) -> None:
    """Remove a person: by a commit, and from the server's list if no commit can do it."""
    leaves = conversation.of_person(user)
    if leaves or user not in conversation.record.absent:
        _exclude(step, conversation, intent, leaves)
    else:
        intents.ask(step, conversation, requests.remove_absent(conversation.id, user))


def _exclude(
    step: Step, conversation: ConversationState, intent: Intent, leaves: Sequence[Leaf]
) -> None:
    removed = [leaf.index for leaf in leaves]
    if not removed:
        intents.done(step, conversation)
        return
    _commit(step, conversation, intent, remove=removed)


def _depart(step: Step, conversation: ConversationState) -> None:
    """Propose the removal of all own devices; alone, there is nobody to tell.

    This one is the last: if somebody commits in between, it is still here to say it again.
    """
    own_user = step.account.user
    said = conversation.record.leaving
    record = msgspec.structs.replace(conversation.record, leaving=True)
    conversation = step.amend(conversation, record)
    device = step.account.device
    own = sorted(conversation.of_person(own_user), key=lambda leaf: leaf.device == device)
    if len(own) == len(conversation.roster):
        intents.done(step, conversation)
        line = system(record, record.seq, step.now_ms, "system-left", ("who", own_user))
        departure.go(step, step.known(conversation.id), line)
        return
    for place, leaf in enumerate(own):
        group, body = groups.propose_removal(step.crypto, conversation.held_group(), leaf.index)
        conversation = step.put_group(conversation, group)
        outbox.queue_proposal(step, conversation, body, place - len(own))
        conversation = step.known(conversation.id)
    intents.done(step, conversation)
    if not said:
        leaving.tell(step, step.known(conversation.id), record.seq, step.now_ms)


def _commit(
    step: Step,
    conversation: ConversationState,
    intent: Intent,
    *,
    add: Sequence[bytes] = (),
    remove: Sequence[int] = (),
    policy: bytes | None = None,
) -> None:
    """Make a commit, store it with what it leads to, and send it."""
    try:
        made = _make(step, conversation, add, remove, policy)
    except MlsError:
        intents.fail(step, conversation, "error-not-possible")
        commits.set_back(step, step.known(conversation.id))
        if isinstance(intent, ExcludeDevice):
            clearing.tell(step, step.known(conversation.id))
    else:
        commits.keep_and_send(step, conversation, intent, made, external=False)


def _make(
    step: Step,
    conversation: ConversationState,
    add: Sequence[bytes],
    remove: Sequence[int],
    policy: bytes | None,
) -> Commit:
    group = conversation.held_group()
    gone = {target for _, target in groups.removals(group)}
    remove = [index for index in remove if index not in gone]
    return groups.commit(
        step.crypto, group, step.now, add=add, remove=remove, policy=policy,
        authentication=step.authentication,
    )  # fmt: skip


def take_answer(step: Step, conversation: ConversationState, body: object) -> None:
    """What the first intent waited for is here."""
    conversation = step.put(replace(conversation, asking=0))
    intent = next(iter(conversation.record.intents), None)
    match intent, body:
        case Found(), Conversation():
            founding.registered(step, conversation, intent, body)
        case Include(users), ClaimedKeyPackages():
            _take_claimed(step, conversation, users, body)
        case Rejoin(), Group():
            _rejoin(step, conversation, intent, body)
        case Exclude(user), _:
            intents.done(step, absence.forget(step, conversation, user))
        case _:
            pass


def take_refusal(
    step: Step, conversation: ConversationState, code: Code | None, retry_after: int
) -> None:
    """What the first intent waited for will not come now, or never."""
    conversation = step.put(replace(conversation, asking=0))
    intent = next(iter(conversation.record.intents), None)
    match intent, code:
        case None, _:
            pass
        case _, code if code in _LATER:
            outbox.hold(step, conversation, float(retry_after))
        case Found(), Code.CONFLICT:
            intents.ask(step, conversation, requests.conversation(conversation.id))
        case Found(peer=peer, call=call), _:
            _give_way(step, conversation)
            if code is Code.NOT_FOUND and peer:
                step.ask(ForLook(call, peer), requests.conversations())
            else:
                step.decline(call, "error-not-allowed")
        case Rejoin(), Code.TOO_LARGE:
            departure.give_up(step, conversation, conversation.record.seq)
        case Rejoin(), _:
            record, own = conversation.record, step.account.user
            line = system(record, record.seq, step.now_ms, "system-removed", ("who", own))
            departure.go(step, conversation, line)
        case _:
            intents.fail(step, conversation, "error-not-possible")


def _give_way(step: Step, conversation: ConversationState) -> None:
    """The server has another conversation in its place: what was written is not to be lost."""
    if not conversation.outgoing:
        step.forget(conversation.id)
        return
    record = msgspec.structs.replace(conversation.record, intents=())
    line = system(record, record.seq, step.now_ms, "system-not-begun")
    departure.go(step, step.amend(conversation, record), line)


def _take_claimed(
    step: Step,
    conversation: ConversationState,
    asked: Sequence[UserId],
    body: ClaimedKeyPackages,
) -> None:
    body = listing.let_in(step, body)
    verdict = listing.judge_claimed(step, conversation, body.key_packages)
    if verdict is Verdict.WAIT:
        return  # they are claimed again afterwards
    conversation = step.known(conversation.id)
    wrong = founding.unreachable(step, body, asked)
    if wrong is not None:
        key, users = wrong
        intents.fail(step, conversation, key, ("who", ",".join(users)))
        return
    if not body.key_packages:
        intents.done(step, conversation)
        return
    step.put(replace(conversation, claimed=tuple(body.key_packages)))


def _rejoin(step: Step, conversation: ConversationState, intent: Rejoin, body: Group) -> None:
    try:
        made = groups.join_external(
            step.crypto, step.account, conversation.id, body.group_info, body.ratchet_tree,
            step.now, step.authentication,
        )  # fmt: skip
    except UnlistedError as error:
        if listing.judge_stranger(step, conversation, error.certificate) is Verdict.REFUSE:
            departure.give_up(step, step.known(conversation.id), conversation.record.seq, alarm="")
        return  # or the group is asked for again afterwards
    except MlsError:
        departure.give_up(step, conversation, conversation.record.seq)
        return
    seq, entered = conversation.record.seq, groups.restored(made.parts)
    verdict = listing.judge(step, conversation, entered)
    if verdict is Verdict.WAIT:
        return  # the group is asked for again afterwards
    conversation = step.known(conversation.id)
    if company.intrudes(step, conversation.record, roster_of(entered, step.authentication)):
        departure.give_up(step, conversation, seq, "alarm-direct-is-two")
        return
    if verdict is Verdict.REFUSE:
        departure.give_up(step, conversation, seq, alarm="")
        return
    record = msgspec.structs.replace(conversation.record, log_epoch=body.log_epoch)
    conversation = step.amend(conversation, record)
    commits.keep_and_send(step, conversation, intent, made, external=True)
