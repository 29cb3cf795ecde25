"""Who repeats the title for those who are new: exactly one device, as a rule.

Somebody who comes into a group cannot read what was said before, so somebody has to say the
title again (docs/decisions/0006-titles-are-repeated.md). Every device that saw them come knows
the same order: first the devices of whoever let them in, or of the newcomer's own person, then
the others as they stand in the tree. The first one speaks at once, the next three a little later
if nobody has, the rest at random times, the further apart the larger the group. That somebody is
owed the title is stored, and forgotten when a title is read that they can read too.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import msgspec

from teamchat.engine import outbox
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.records import Errand
from teamchat.engine.state import ConversationState, Leaf
from teamchat.engine.step import Step
from teamchat.ids import ConversationId, DeviceId, UserId

FIRST: Final = 4
"""How many devices have a turn of their own."""
TURN_SECONDS: Final = 2.0
SPREAD_SECONDS: Final = 0.5
"""For each device of the group: in a group of 1,000 about two would speak in one second."""


def owe(
    step: Step, conversation: ConversationState, before: Sequence[Leaf], by: UserId
) -> ConversationState:
    """A commit of `by` is in the log: whoever it brought must be told the title."""
    were = {leaf.device for leaf in before}
    knowing = [leaf for leaf in conversation.roster if leaf.device in were]
    if len(knowing) == len(conversation.roster):
        return conversation
    return _owe(step, conversation, knowing, by)


def owe_again(
    step: Step, conversation: ConversationState, epoch: int, by: UserId
) -> ConversationState:
    """A title was given by `by` in an earlier epoch: who has come since could not read it."""
    if conversation.group is None or epoch >= conversation.group.epoch:
        return conversation
    return _owe(step, conversation, conversation.roster, by)


def _owe(
    step: Step, conversation: ConversationState, knowing: Sequence[Leaf], by: UserId
) -> ConversationState:
    record, group = conversation.record, conversation.held_group()
    if not record.title or record.direct:
        return conversation
    turn = turn_of(step.account.device, knowing, by)
    record = msgspec.structs.replace(record, title_owed=group.epoch, title_turn=turn)
    return step.amend(replace(conversation, titling=False), record)


def turn_of(device: DeviceId, knowing: Sequence[Leaf], by: UserId) -> int:
    """Return how many devices are before one of those that saw somebody come with `by`."""
    order = sorted(knowing, key=lambda leaf: (leaf.user != by, leaf.index))
    return next((turn for turn, leaf in enumerate(order) if leaf.device == device), len(order))


def proceed(step: Step, conversation: ConversationState) -> None:
    """Repeat the title if it is our turn, or wait for our turn."""
    record = conversation.record
    ready = conversation.joined and conversation.caught_up and not conversation.titling
    if not record.title_owed or not ready or _is_queued(conversation):
        return
    if not record.title_turn:
        outbox.repeat_title(step, conversation)
        return
    step.put(replace(conversation, titling=True))
    seconds = _delay(record.title_turn, len(conversation.roster), step.chance())
    step.set_timer(Timer(TimerKind.TITLE, conversation.id), seconds)


def take_turn(step: Step, conversation: ConversationId) -> None:
    """It is our turn, if nobody has spoken."""
    found = step.conversation(conversation)
    if found is None or not found.titling:
        return
    found = step.put(replace(found, titling=False))
    if found.record.title_owed and found.joined and not _is_queued(found):
        outbox.repeat_title(step, found)


def _delay(turn: int, devices: int, chance: float) -> float:
    """Return how long a device waits for those before it, in seconds."""
    if turn < FIRST:
        return turn * TURN_SECONDS
    return FIRST * TURN_SECONDS + chance * SPREAD_SECONDS * devices


def _is_queued(conversation: ConversationState) -> bool:
    return any(item.errand is Errand.TITLE_AGAIN for item in conversation.outgoing)
