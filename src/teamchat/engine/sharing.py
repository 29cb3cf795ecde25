"""Giving those who are new what was said before they came, if the conversation allows it.

Every device remembers who came lately. The one whose turn it is gives (`giving_turns`): it puts the
lines that it has read itself into an archive (`client` does that), and says in a message where it
lies and what opens it, so that all members see what was given to whom. Who added them, and whoever
manages the conversation, may give it again.

What was given is owed until the message that gives it is stored, in the same transaction: a crash
before that leaves at worst a file on the server that nobody can open.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import msgspec

from teamchat.content import given as content
from teamchat.content.envelope import unpack
from teamchat.content.errors import ContentError
from teamchat.content.given import LATEST_MS, Given
from teamchat.engine import giving_turns, outbox, policy
from teamchat.engine.commands import GatherHistory
from teamchat.engine.events import HistoryFailed, HistoryGathered, Timer, TimerKind
from teamchat.engine.governing import Said
from teamchat.engine.history.entries import is_given
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Arrived, Line, Outgoing
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.wire.room_policy import ALL, NONE

DAY_MS: Final = 24 * 3600 * 1000
RETRY_SECONDS: Final = 30.0
OLDER_MS: Final = DAY_MS
"""How much older than allowed a line may have become between gathering and sending."""


def since(record_history: int, now_ms: int) -> int | None:
    """Return how old a line may be that is given, in milliseconds since 1970; None if none is."""
    if record_history == NONE:
        return None
    return 0 if record_history == ALL else max(0, now_ms - record_history * DAY_MS)


def may_give(line: Line, own: UserId, since_ms: int, before_ms: int = LATEST_MS) -> bool:
    """Whether a line may be given: said and not deleted, read or written here, and in that time.

    What somebody else has given is not passed on: its giver alone answers for it. What came from
    another device of one's own is.
    """
    spoken = line.kind is MessageKind.TEXT and is_given(line) and line.withdrawn is None
    return spoken and line.given_by in {"", own} and since_ms <= line.time_ms < before_ms


def proceed(step: Step, conversation: ConversationState) -> None:
    """Begin to give, if somebody waits for it and all is quiet."""
    record = conversation.record
    owed = next((each for each in record.arrived if each.mine), None)
    ready = conversation.joined and conversation.caught_up and not conversation.giving
    if owed is None or not ready or conversation.leaving or record.policy_by:
        return
    bound = since(policy.history_of(record), step.now_ms)
    over = giving_turns.is_over(step, conversation, owed)
    if bound is None or over or not {*owed.users} & conversation.users():
        _settle(step, conversation, owed)
        return
    if outbox.withheld(step, conversation) is not None:
        return
    conversation = step.put(replace(conversation, giving=True))
    account = step.account
    step.do(GatherHistory(
        conversation.id, record, owed, bound, owed.before_ms, _takers(conversation, owed),
        account.user, account.device, step.now,
    ))  # fmt: skip


def take_gathered(step: Step, event: HistoryGathered) -> None:
    """The archive lies on the server: say so to all, and owe it no more."""
    found = step.conversation(event.conversation)
    if found is None:
        return
    found = step.put(replace(found, giving=False))
    gift = event.given
    owed = next(
        (
            each
            for each in found.record.arrived
            if each.mine and each.epoch == event.epoch
            if gift is None or gift.users == each.users
        ),
        None,
    )
    if owed is None or not found.joined:
        return
    if gift is not None and gift.since_ms < owed.before_ms:
        outbox.give(step, found, gift)
    _settle(step, step.known(found.id), owed)


def take_failure(step: Step, event: HistoryFailed) -> None:
    """It was not given: later, or never."""
    found = step.conversation(event.conversation)
    if found is None:
        return
    found = step.put(replace(found, giving=False))
    if not event.final:
        giving_turns.put_off(step, found)
        return
    for owed in [each for each in found.record.arrived if each.mine]:
        found = _settle(step, found, owed)
        giving_turns.warn(step, found, owed)


def try_again(step: Step, timer: Timer) -> None:
    """Enough time has passed since fetching failed, if it is this timer."""
    found = step.conversation(timer.conversation)
    if timer.kind is TimerKind.HISTORY and found is not None:
        step.put(replace(found, fetching=False))


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
    elif not giving_turns.is_expected(found, last, step.account.user):
        step.decline(call, "error-policy-not-yours")
    else:
        again = msgspec.structs.replace(
            last, users=(user,), mine=True, due_ms=0, before_ms=LATEST_MS, tries=0
        )
        others = (
            giving_turns.settled(each) if each.due_ms and {*each.users} == {user} else each
            for each in found.record.arrived
        )
        giving_turns.keep(step, found, (*others, again))
        step.reply(call)


def still_fits(step: Step, conversation: ConversationState, item: Outgoing) -> bool:
    """Whether what was gathered may be given as things are now; asked before it is encrypted."""
    gift = given_of(item)
    bound = since(policy.history_of(conversation.record), step.now_ms - OLDER_MS)
    if gift is None or bound is None or conversation.record.policy_by:
        return False
    owed = _owed(conversation, gift)
    wanted = any(gift.since_ms < each.before_ms for each in owed)
    return gift.since_ms >= bound and wanted and bool({*gift.users} & conversation.users())


def take_back(step: Step, conversation: ConversationState, item: Outgoing) -> None:
    """What was gathered does not fit any more: it is gathered anew, as far as it still may be."""
    gift, record = given_of(item), conversation.record
    if gift is None:
        return
    owed = _owed(conversation, gift)
    arrived = tuple(
        msgspec.structs.replace(each, mine=True) if each in owed else each
        for each in record.arrived
    )
    step.amend(conversation, msgspec.structs.replace(record, arrived=arrived))


def fail(step: Step, conversation: ConversationState, item: Outgoing) -> None:
    """The message that gives a history will not be sent."""
    gift = given_of(item)
    for owed in _owed(conversation, gift)[-1:] if gift is not None else ():
        giving_turns.warn(step, conversation, owed)


def confirm(step: Step, conversation: ConversationState, item: Outgoing) -> None:
    """What this device has given is in the log."""
    gift = given_of(item)
    if gift is not None:
        said = Said(step.account.user, item.seq, item.time_ms)
        tell(step, conversation, gift, said)
        giving_turns.note(step, step.known(conversation.id), gift, said)


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
    settled = giving_turns.settled(owed)
    arrived = tuple(settled if each == owed else each for each in record.arrived)
    return step.amend(conversation, msgspec.structs.replace(record, arrived=arrived))


def _owed(conversation: ConversationState, gift: Given) -> list[Arrived]:
    """Return for whom a gift of this device is."""
    here = (gift.epoch, gift.users)
    return [each for each in conversation.record.arrived if (each.epoch, each.users) == here]


def _takers(conversation: ConversationState, owed: Arrived) -> tuple[DeviceId, ...]:
    """Return the devices that fetch it: with these their people came, and are here still."""
    here = (leaf for leaf in conversation.roster if leaf.user in owed.users)
    return tuple(leaf.device for leaf in here if leaf.device in owed.devices)
