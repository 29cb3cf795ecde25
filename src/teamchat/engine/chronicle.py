"""What a commit did, said for people: who came, who went, who did it."""

from collections.abc import Sequence
from dataclasses import replace

from teamchat.engine import directory, requests
from teamchat.engine.model import ConversationsChanged, MembersChanged
from teamchat.engine.state import (
    ConversationState,
    ForOne,
    Leaf,
)
from teamchat.engine.step import Step
from teamchat.engine.timeline import comings, lines_of_commit
from teamchat.ids import UserId


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
    directory.observe(step, conversation)
    conversation = step.known(conversation.id)
    if not before:
        step.show(ConversationsChanged())
        return
    who = comings(before, conversation.roster)
    who = replace(who, added=tuple(user for user in who.added if user not in unasked))
    absent = frozenset(conversation.record.absent)
    for line in lines_of_commit(conversation.record, seq, time_ms, by, who, leaving, absent):
        conversation = step.put_line(conversation, line)
    if unasked or who.added or who.removed or who.with_new_device:
        step.show(MembersChanged(conversation.id))
        step.show(ConversationsChanged())
        step.ask(ForOne(conversation.id), requests.conversation(conversation.id))
