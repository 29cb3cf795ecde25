"""Giving those who are new what was said before they came, if the conversation allows it.

Every device remembers who came lately. The one that added them gives: it puts the lines that it
has read itself into an archive (`client` does that), and says in a message where it lies and what
opens it, so that all members see what was given to whom. If it is switched off before, it does so
when it is back; whoever manages the conversation may do it in its place, or again.

What was given is owed until the message that gives it is stored, in the same transaction: a crash
before that leaves at worst a file on the server that nobody can open.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import msgspec

from teamchat.content import given as content
from teamchat.content.envelope import unpack
from teamchat.content.errors import ContentError
from teamchat.content.given import LATEST_MS, MAX_USERS, Given
from teamchat.engine import governing, outbox, policy
from teamchat.engine.commands import GatherHistory
from teamchat.engine.events import HistoryFailed, HistoryGathered, Timer, TimerKind
from teamchat.engine.governing import Said
from teamchat.engine.history.entries import is_given
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Arrived, Line, Outgoing, position
from teamchat.engine.state import ConversationState, Leaf
from teamchat.engine.step import Step
from teamchat.engine.timeline import comings, system
from teamchat.ids import ConversationId, UserId
from teamchat.wire.room_policy import ALL, NONE

DAY_MS: Final = 24 * 3600 * 1000
REMEMBERED: Final = 32
"""Of how many commits is remembered who came with them."""
RETRY_SECONDS: Final = 30.0
OLDER_MS: Final = DAY_MS
"""How much older than allowed a line may have become between gathering and sending."""


def since(record_history: int, now_ms: int) -> int | None:
    """Return how old a line may be that is given, in milliseconds since 1970; None if none is."""
    if record_history == NONE:
        return None
    return 0 if record_history == ALL else max(0, now_ms - record_history * DAY_MS)


def may_give(line: Line, own: UserId, since_ms: int) -> bool:
    """Whether a line may be given: said by somebody, read or written here, and not too old.

    What somebody else has given is not passed on: its giver alone answers for it. What came from
    another device of one's own is.
    """
    spoken = line.kind is MessageKind.TEXT and is_given(line)
    return spoken and line.given_by in {"", own} and since_ms <= line.time_ms < LATEST_MS


def remember(
    step: Step,
    conversation: ConversationState,
    before: Sequence[Leaf],
    unasked: frozenset[UserId],
    seq: int,
    *,
    mine: bool,
) -> ConversationState:
    """A commit is in the log: whoever it brought is to be given what was said before.

    By this device, if it has made the commit (`mine`).
    """
    record = conversation.record
    users = [user for user in comings(before, conversation.roster).added if user not in unasked]
    if not before or not users or policy.history_of(record) == NONE:
        return conversation
    epoch, below = conversation.held_group().epoch, position(record, seq)
    fresh = [
        Arrived(epoch, tuple(users[at : at + MAX_USERS]), below, mine)
        for at in range(0, len(users), MAX_USERS)
    ]
    arrived = (*record.arrived, *fresh)[-REMEMBERED:]
    return step.amend(conversation, msgspec.structs.replace(record, arrived=arrived))


def settle(step: Step, conversation: ConversationState, gift: Given) -> ConversationState:
    """Somebody has given it: this device need not any more."""
    for owed in conversation.record.arrived:
        if owed.mine and owed.epoch == gift.epoch and {*owed.users} <= {*gift.users}:
            conversation = _settle(step, conversation, owed)
    return conversation


def proceed(step: Step, conversation: ConversationState) -> None:
    """Begin to give, if somebody waits for it and all is quiet."""
    record = conversation.record
    owed = next((each for each in record.arrived if each.mine), None)
    ready = conversation.joined and conversation.caught_up and not conversation.giving
    if owed is None or not ready or conversation.leaving or record.policy_by:
        return
    bound = since(policy.history_of(record), step.now_ms)
    if bound is None or not {*owed.users} & conversation.users():
        _settle(step, conversation, owed)
        return
    if outbox.withheld(step, conversation) is not None:
        return
    conversation = step.put(replace(conversation, giving=True))
    account = step.account
    step.do(GatherHistory(
        conversation.id, record, owed, bound, account.user, account.device, step.now
    ))  # fmt: skip


def take_gathered(step: Step, event: HistoryGathered) -> None:
    """The archive lies on the server: say so to all, and owe it no more."""
    found = step.conversation(event.conversation)
    if found is None:
        return
    found = step.put(replace(found, giving=False))
    owed = next((x for x in found.record.arrived if x.mine and x.epoch == event.epoch), None)
    if owed is None or not found.joined:
        return
    if event.given is not None:
        outbox.give(step, found, event.given)
    _settle(step, step.known(found.id), owed)


def take_failure(step: Step, event: HistoryFailed) -> None:
    """It was not given: later, or never."""
    found = step.conversation(event.conversation)
    if found is None:
        return
    if not event.final:
        step.set_timer(Timer(TimerKind.HISTORY, found.id), RETRY_SECONDS)
        return
    found = step.put(replace(found, giving=False))
    for owed in [each for each in found.record.arrived if each.mine]:
        found = _settle(step, found, owed)
        who = ("who", ",".join(owed.users))
        step.alarm("alarm-history-not-given", who, conversation=found.id)


def try_again(step: Step, timer: Timer) -> None:
    """Enough time has passed since something failed, if it is this timer."""
    found = step.conversation(timer.conversation)
    if timer.kind is TimerKind.HISTORY and found is not None:
        step.put(replace(found, giving=False, fetching=False))


def give_again(step: Step, call: int, conversation: ConversationId, user: UserId) -> None:
    """Who manages the conversation wants it to be given to somebody from this device."""
    found = step.conversation(conversation)
    if found is None or not found.joined:
        step.decline(call, "error-not-a-member")
        return
    last = next((x for x in reversed(found.record.arrived) if user in x.users), None)
    if policy.history_of(found.record) == NONE:
        step.decline(call, "error-history-not-allowed")
    elif last is None or user not in found.users():
        step.decline(call, "error-history-not-new", ("who", user))
    elif not governing.may(found, step.account.user) and not last.mine:
        step.decline(call, "error-policy-not-yours")
    else:
        again = Arrived(last.epoch, (user,), last.below, mine=True)
        arrived = (*found.record.arrived, again)[-REMEMBERED:]
        step.amend(found, msgspec.structs.replace(found.record, arrived=arrived))
        step.reply(call)


def still_fits(step: Step, conversation: ConversationState, item: Outgoing) -> bool:
    """Whether what was gathered may be given as things are now; asked before it is encrypted."""
    gift = given_of(item)
    bound = since(policy.history_of(conversation.record), step.now_ms - OLDER_MS)
    if gift is None or bound is None or conversation.record.policy_by:
        return False
    return gift.since_ms >= bound and bool({*gift.users} & conversation.users())


def take_back(step: Step, conversation: ConversationState, item: Outgoing) -> None:
    """What was gathered does not fit any more: it is gathered anew, as far as it still may be."""
    gift, record = given_of(item), conversation.record
    if gift is None:
        return
    arrived = tuple(
        msgspec.structs.replace(each, mine=True)
        if (each.epoch, each.users) == (gift.epoch, gift.users)
        else each
        for each in record.arrived
    )
    step.amend(conversation, msgspec.structs.replace(record, arrived=arrived))


def fail(step: Step, conversation: ConversationState, item: Outgoing) -> None:
    """The message that gives a history will not be sent."""
    gift = given_of(item)
    if gift is not None:
        who = ("who", ",".join(gift.users))
        step.alarm("alarm-history-not-given", who, conversation=conversation.id)


def confirm(step: Step, conversation: ConversationState, item: Outgoing) -> None:
    """What this device has given is in the log."""
    gift = given_of(item)
    if gift is not None:
        tell(step, conversation, gift, Said(step.account.user, item.seq, item.time_ms))


def given_of(item: Outgoing) -> Given | None:
    """Return what an outgoing item gives."""
    try:
        return content.given_in(unpack(item.content).message)
    except ContentError:
        return None


def tell(step: Step, conversation: ConversationState, gift: Given, said: Said) -> Line:
    """Say to everybody what was given to whom."""
    day = datetime.fromtimestamp(gift.since_ms / 1000, UTC).date().isoformat()
    line = system(
        conversation.record, said.seq, said.time_ms, "system-history-given",
        ("by", said.by), ("who", ",".join(gift.users)), ("day", day), ("count", str(gift.count)),
    )  # fmt: skip
    step.put_line(conversation, line)
    return line


def _settle(step: Step, conversation: ConversationState, owed: Arrived) -> ConversationState:
    record = conversation.record
    settled = msgspec.structs.replace(owed, mine=False)
    arrived = tuple(settled if each == owed else each for each in record.arrived)
    return step.amend(conversation, msgspec.structs.replace(record, arrived=arrived))
