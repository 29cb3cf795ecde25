"""Who gives those who are new what was said before: one device as a rule, else the next one.

The device that added somebody gives at once. The others know the same order
(`title_turns.turn_of`): the further devices of who added them, then all as they stand in the tree.
The first three of them wait a quarter of an hour each, the rest at random times, the further apart
the larger the group. When its turn has come, a device gives what is older than all that was given
by then. So what the message of a gift says ends the wait of whoever has nothing older; who has
nothing gives nothing, and the next one does; and if the first one had only a part, the rest
follows (docs/decisions/0018-gifts-in-turn.md).

A gift that comes out of turn is told as every other, and ends nobody's wait. When it is this
device's turn is stored; the clock is its own, and runs from when it saw them come.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import msgspec

from teamchat.content.given import MAX_USERS, Given
from teamchat.engine import allowance, governing, policy, title_turns
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.governing import Said
from teamchat.engine.records import Arrived, position
from teamchat.engine.state import ConversationState, Leaf
from teamchat.engine.step import Step
from teamchat.engine.timeline import comings
from teamchat.ids import UserId
from teamchat.wire.room_policy import NONE

REMEMBERED: Final = 32
"""Of how many commits is remembered who came with them."""
FIRST: Final = 4
"""How many devices have a turn of their own, with the one that added them."""
TURN_SECONDS: Final = 900.0
"""Longer than most histories take to be sealed and sent."""
SPREAD_SECONDS: Final = 60.0
"""For each device of the group: so about one begins in a minute."""
LONGEST_SECONDS: Final = 24 * 3600.0
LATE_SECONDS: Final = 120.0
"""Within this time gives whoever was away when it was their turn: many come back at one hour."""


def remember(
    step: Step,
    conversation: ConversationState,
    before: Sequence[Leaf],
    unasked: frozenset[UserId],
    said: Said,
    *,
    mine: bool,
) -> ConversationState:
    """A commit is in the log: whoever it brought is to be given what was said before.

    By this device at once, if it has made the commit (`mine`). Who came in by themselves is a
    member already; a member takes them in if they are to be given anything.
    """
    record = conversation.record
    users = [user for user in comings(before, conversation.roster).added if user not in unasked]
    came_alone = said.by not in {leaf.user for leaf in before}
    if not users or came_alone or policy.history_of(record) == NONE:
        return conversation
    due_ms = 0 if mine else step.now_ms + int(1000 * _delay(step, conversation, before, said.by))
    some = [users[at : at + MAX_USERS] for at in range(0, len(users), MAX_USERS)]
    fresh = [
        Arrived(
            epoch=conversation.held_group().epoch, users=tuple(each),
            below=position(record, said.seq), mine=mine, by=said.by, time_ms=said.time_ms,
            due_ms=due_ms, devices=tuple(x.device for x in conversation.roster if x.user in each),
        )
        for each in some
    ]  # fmt: skip
    earlier = (each for each in record.arrived if not {*each.users} <= {*users})
    arrived = (*earlier, *fresh)[-REMEMBERED:]
    return step.amend(conversation, msgspec.structs.replace(record, arrived=arrived))


def settled(owed: Arrived) -> Arrived:
    """Return that this device is not to give it, now or later."""
    return msgspec.structs.replace(owed, mine=False, due_ms=0)


def hear(step: Step, conversation: ConversationState, gift: Given, said: Said) -> ConversationState:
    """Somebody has given a history: only what is older than that is to be given still."""
    record = conversation.record

    def less(owed: Arrived) -> Arrived:
        covered = owed.epoch == gift.epoch and {*owed.users} <= {*gift.users}
        if not covered or not _is_in_turn(conversation, owed, said):
            return owed
        return msgspec.structs.replace(owed, before_ms=min(owed.before_ms, gift.since_ms))

    arrived = tuple(map(less, record.arrived))
    return step.amend(conversation, msgspec.structs.replace(record, arrived=arrived))


def proceed(step: Step, conversation: ConversationState) -> None:
    """Wait for our turn, if we are to have one."""
    record = conversation.record
    ready = conversation.joined and conversation.caught_up and not conversation.awaiting_turn
    if not ready or not any(each.due_ms for each in record.arrived):
        return
    latest = step.now_ms + int(1000 * LONGEST_SECONDS)  # unless the clock was set back
    arrived = tuple(
        msgspec.structs.replace(each, due_ms=min(each.due_ms, latest)) for each in record.arrived
    )
    if arrived != record.arrived:
        record = msgspec.structs.replace(record, arrived=arrived)
        conversation = step.amend(conversation, record)
    due = min(each.due_ms for each in arrived if each.due_ms)
    seconds = max((due - step.now_ms) / 1000, step.chance() * LATE_SECONDS)
    step.put(replace(conversation, awaiting_turn=True))
    step.set_timer(Timer(TimerKind.GIVING, conversation.id), seconds)


def take_turn(step: Step, timer: Timer) -> None:
    """It is our turn to give what nobody has given, if it is this timer."""
    found = step.conversation(timer.conversation)
    if timer.kind is not TimerKind.GIVING or found is None or not found.awaiting_turn:
        return
    found = step.put(replace(found, awaiting_turn=False))
    arrived = tuple(
        msgspec.structs.replace(each, mine=True, due_ms=0)
        if 0 < each.due_ms <= step.now_ms
        else each
        for each in found.record.arrived
    )
    step.amend(found, msgspec.structs.replace(found.record, arrived=arrived))


def is_over(step: Step, conversation: ConversationState, owed: Arrived) -> bool:
    """Whether those who came would not fetch it any more from who gives it in another's place."""
    late = step.now_ms > owed.time_ms + allowance.LATE_MS
    return late and not is_expected(conversation, owed, step.account.user)


def is_expected(conversation: ConversationState, owed: Arrived, user: UserId) -> bool:
    """Whether somebody added those who came, or manages the conversation."""
    return user == owed.by or governing.may(conversation, user)


def _is_in_turn(conversation: ConversationState, owed: Arrived, said: Said) -> bool:
    """Whether a gift came from who was to give it, or so late that it may be another's turn."""
    early = said.time_ms < owed.time_ms + int(1000 * TURN_SECONDS) // 2
    return not early or is_expected(conversation, owed, said.by)


def _delay(
    step: Step, conversation: ConversationState, before: Sequence[Leaf], by: UserId
) -> float:
    """Return how long this device waits for those before it, in seconds."""
    were = {leaf.device for leaf in before}
    knowing = [leaf for leaf in conversation.roster if leaf.device in were]
    turn = max(1, title_turns.turn_of(step.account.device, knowing, by))
    if turn < FIRST:
        return turn * TURN_SECONDS + step.chance() * SPREAD_SECONDS
    spread = step.chance() * SPREAD_SECONDS * len(conversation.roster)
    return min(FIRST * TURN_SECONDS + spread, LONGEST_SECONDS)
