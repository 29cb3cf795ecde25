"""Who gives those who are new what was said before: one device as a rule, else the next one.

The device that added somebody gives at once. The others know the same order
(`title_turns.turn_of`): the further devices of who added them, then all as they stand in the tree.
The first three of them wait a quarter of an hour each, the rest at random times, the further apart
the larger the group. When its turn has come, a device gives what is older than all that was given
by then. So what the message of a gift says ends the wait of whoever has nothing older; who has
nothing gives nothing, and the next one does; and if the first one had only a part, the rest
follows (docs/decisions/0018-gifts-in-turn.md).

Whoever was given a history within a day is given the next one when the day is over: else somebody
who comes again and again had others send all of it each time. Who cannot give tries it again, after
a pause that grows.

A gift that comes out of turn is told as every other, and ends nobody's wait. When it is this
device's turn is stored; the clock is its own, and runs from when it saw them come.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from teamchat.content.given import MAX_USERS, Given
from teamchat.engine import allowance, governing, policy, title_turns
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.governing import Said
from teamchat.engine.records import Arrived, ConversationRecord, position
from teamchat.engine.state import ConversationState, Leaf
from teamchat.engine.step import Step
from teamchat.engine.timeline import comings
from teamchat.ids import UserId
from teamchat.wire.limits import MEMBERS
from teamchat.wire.room_policy import NONE

REMEMBERED: Final = 32
"""Of how many commits is remembered who came with them, if this device owes them nothing."""
OWED: Final = MEMBERS
"""Of how many if it does, or may in its turn: all members can come one by one."""
FIRST: Final = 4
"""How many devices have a turn of their own, with the one that added them."""
TURN_SECONDS: Final = 900.0
"""Longer than most histories take to be sealed and sent."""
SPREAD_SECONDS: Final = 60.0
"""For each device of the group: so about one begins in a minute."""
LONGEST_SECONDS: Final = 24 * 3600.0
REST_SECONDS: Final = 24 * 3600.0
"""Between two histories that one person is given unasked, in one conversation."""
RETRY_SECONDS: Final = 30.0
"""After which what failed is tried again; each time the pause is four times as long."""
LONGEST_RETRY_SECONDS: Final = 6 * 3600.0
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
    delay_ms = 0 if mine else int(1000 * _delay(step, conversation, before, said.by))
    fresh = [
        Arrived(
            epoch=conversation.held_group().epoch, users=each, below=position(record, said.seq),
            mine=mine and not rest_ms, by=said.by, time_ms=said.time_ms,
            due_ms=0 if mine and not rest_ms else step.now_ms + rest_ms + delay_ms,
            devices=tuple(x.device for x in conversation.roster if x.user in each),
            begins_ms=said.time_ms + rest_ms if rest_ms else 0, given_ms=given_ms,
        )
        for each, rest_ms, given_ms in _groups(record, users, said)
    ]  # fmt: skip
    earlier = (each for each in record.arrived if not {*each.users} <= {*users})
    conversation = step.put(replace(conversation, awaiting_turn=False))  # it may be the next one
    return keep(step, conversation, (*earlier, *fresh))


def keep(
    step: Step, conversation: ConversationState, arrived: Sequence[Arrived]
) -> ConversationState:
    """Remember who came: whom this device may have to give something, and the last of the others.

    Whoever is forgotten in spite of it is named to the person who answers for it.
    """
    room = {True: OWED, False: REMEMBERED}
    kept = list[Arrived]()
    for each in reversed(arrived):
        owed = each.mine or each.due_ms > 0
        if room[owed]:
            room[owed] -= 1
            kept.append(each)
        elif owed:
            warn(step, conversation, each)
    record = msgspec.structs.replace(conversation.record, arrived=tuple(reversed(kept)))
    return step.amend(conversation, record)


def warn(step: Step, conversation: ConversationState, owed: Arrived) -> None:
    """Say that it was not given, if this person answers for it; else it is for others now."""
    if is_expected(conversation, owed, step.account.user):
        who = ("who", ",".join(owed.users))
        step.alarm("alarm-history-not-given", who, conversation=conversation.id)


def _groups(
    record: ConversationRecord, users: Sequence[UserId], said: Said
) -> list[tuple[tuple[UserId, ...], int, int]]:
    """Return who is given one history together, how long they wait for it, and since when.

    Nobody waits because of others who were given one lately; all in milliseconds.
    """
    rest_ms = int(1000 * REST_SECONDS)
    lately = dict[UserId, int]()
    for each in record.arrived:
        if each.given_ms + rest_ms > said.time_ms:
            lately |= {user: max(each.given_ms, lately.get(user, 0)) for user in each.users}
    found = []
    for which in ([x for x in users if x not in lately], [x for x in users if x in lately]):
        for at in range(0, len(which), MAX_USERS):
            some = tuple(which[at : at + MAX_USERS])
            given_ms = max(lately.get(user, 0) for user in some)
            rest = min(rest_ms, given_ms + rest_ms - said.time_ms) if given_ms else 0
            found.append((some, rest, given_ms))
    return found


def settled(owed: Arrived) -> Arrived:
    """Return that this device is not to give it, now or later."""
    return msgspec.structs.replace(owed, mine=False, due_ms=0)


def hear(step: Step, conversation: ConversationState, gift: Given, said: Said) -> ConversationState:
    """Somebody has given a history: only what is older than that is to be given still."""

    def less(owed: Arrived) -> Arrived:
        if not _covers(gift, owed) or not _is_in_turn(conversation, owed, said):
            return owed
        before_ms = min(owed.before_ms, gift.since_ms)
        return msgspec.structs.replace(owed, before_ms=before_ms, given_ms=said.time_ms)

    return _amend(step, conversation, less)


def note(step: Step, conversation: ConversationState, gift: Given, said: Said) -> None:
    """This device has given a history: when the next one is due is counted from there."""

    def given(owed: Arrived) -> Arrived:
        if not _covers(gift, owed):
            return owed
        return msgspec.structs.replace(owed, given_ms=said.time_ms)

    _amend(step, conversation, given)


def _covers(gift: Given, owed: Arrived) -> bool:
    return owed.epoch == gift.epoch and {*owed.users} <= {*gift.users}


def _amend(
    step: Step, conversation: ConversationState, change: Callable[[Arrived], Arrived]
) -> ConversationState:
    arrived = tuple(map(change, conversation.record.arrived))
    return step.amend(conversation, msgspec.structs.replace(conversation.record, arrived=arrived))


def proceed(step: Step, conversation: ConversationState) -> None:
    """Wait for our turn, if we are to have one."""
    record = conversation.record
    ready = conversation.joined and conversation.caught_up and not conversation.awaiting_turn
    if not ready or not any(each.due_ms for each in record.arrived):
        return
    longest = LONGEST_SECONDS + REST_SECONDS  # unless the clock was set back
    latest = step.now_ms + int(1000 * longest)
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


def put_off(step: Step, conversation: ConversationState) -> None:
    """What this device was to give it could not: it tries again, each time after a longer pause."""

    def later(owed: Arrived) -> Arrived:
        if not owed.mine:
            return owed
        pause = min(RETRY_SECONDS * 4 ** min(owed.tries, 5), LONGEST_RETRY_SECONDS)
        due_ms = step.now_ms + int(1000 * pause)
        return msgspec.structs.replace(owed, mine=False, due_ms=due_ms, tries=owed.tries + 1)

    _amend(step, step.put(replace(conversation, awaiting_turn=False)), later)


def is_over(step: Step, conversation: ConversationState, owed: Arrived) -> bool:
    """Whether those who came would not fetch it any more from who gives it in another's place."""
    late = step.now_ms > owed.time_ms + allowance.LATE_MS
    return late and not is_expected(conversation, owed, step.account.user)


def is_expected(conversation: ConversationState, owed: Arrived, user: UserId) -> bool:
    """Whether somebody added those who came, or manages the conversation."""
    return user == owed.by or governing.may(conversation, user)


def _is_in_turn(conversation: ConversationState, owed: Arrived, said: Said) -> bool:
    """Whether a gift came from who was to give it, or so late that it may be another's turn."""
    begins_ms = max(owed.time_ms, owed.begins_ms)
    early = said.time_ms < begins_ms + int(1000 * TURN_SECONDS) // 2
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
