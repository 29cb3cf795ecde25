"""What a commit did, said for people: who came, who went, who did it.

Nobody is said to have removed who had lost their last device, or to have added who is back with
another one: whose client carried that out is chance.
"""

from collections.abc import Sequence
from dataclasses import replace

from teamchat.engine import absence, directory, requests
from teamchat.engine.model import ConversationsChanged, MembersChanged
from teamchat.engine.state import (
    ConversationState,
    ForOne,
    Leaf,
)
from teamchat.engine.step import Step
from teamchat.engine.timeline import comings, lines_of_commit
from teamchat.ids import UserId

FOUNDING = 1
"""Where in a log stands the commit that takes in those with whom it began."""


def narrate(
    step: Step,
    conversation: ConversationState,
    before: Sequence[Leaf],
    by: UserId,
    leaving: frozenset[UserId],
    seq: int,
    time_ms: int,
    unasked: frozenset[UserId] = frozenset(),
) -> None:
    """Say who came and went, and learn who they are; nobody is said to have added `unasked`."""
    was_absent = frozenset(conversation.record.absent)
    conversation = absence.note(step, conversation, before, leaving)
    directory.observe(step, conversation)
    conversation = step.known(conversation.id)
    if not before:
        step.show(ConversationsChanged())
        return
    who = comings(before, conversation.roster)
    who = replace(who, added=tuple(user for user in who.added if user not in unasked))
    if seq == FOUNDING:
        who = replace(who, with_new_device=())  # the founder's devices are as old as the rest
    record, after = conversation.record, conversation.roster
    ended = absence.deviceless(step, before, after) & {*who.removed}
    deviceless = {user: absence.told(step, user, before) for user in ended}
    back = was_absent | ({by} if record.direct else frozenset())  # who comes in by themselves
    for line in lines_of_commit(record, seq, time_ms, by, who, leaving, deviceless, back):
        conversation = step.put_line(conversation, line)
    if unasked or who.added or who.removed or who.with_new_device:
        step.show(MembersChanged(conversation.id))
        step.show(ConversationsChanged())
        step.ask(ForOne(conversation.id), requests.conversation(conversation.id))
