"""Who is on the way out: they have said so, and nobody has committed it yet.

A person leaves with all devices. The one that was asked proposes the removal of each, its own
last; the others take it up when they see it, and all of them say it again in each new epoch.

Nobody removes their own leaf (RFC 9420 §12.2): who leaves proposes it, and waits for another
member's client. Until then they are in the group, and read; but what they would write could
not be sent over the proposals (§12.4) and would fail with their going. So it is not taken.

This is the one use of proposals. Any other, whoever made it, is refused: no commit of this
device takes it up. It is remembered for the epoch, because a commit of somebody else may, and
is then judged by what it does (`commits.follow`).
"""

from dataclasses import replace
from typing import Final

import msgspec

from teamchat.engine import groups
from teamchat.engine.model import ConversationsChanged
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import UserId
from teamchat.mls.group.received import ProposalReceived

REFUSED: Final = 16
"""How many proposals of one epoch that were refused are remembered."""


def proposed(conversation: ConversationState) -> frozenset[UserId]:
    """Return the people who have proposed their own removal in this epoch."""
    group = conversation.group
    if group is None or conversation.record.direct:
        return frozenset()
    users = {leaf.index: leaf.user for leaf in conversation.roster}
    return frozenset(users[target] for _, target in groups.removals(group) if target in users)


def hear(
    step: Step, conversation: ConversationState, seq: int, time_ms: int, heard: ProposalReceived
) -> None:
    """Somebody proposes something: to leave, or what is refused.

    Nobody leaves a conversation between two people.
    """
    sent = heard.state.pending_proposals[heard.ref]
    if conversation.record.direct or not groups.is_departure(heard.state, sent):
        _refuse(step, conversation, heard)
    else:
        _take_up(step, step.put_group(conversation, heard.state), seq, time_ms)


def _refuse(step: Step, conversation: ConversationState, heard: ProposalReceived) -> None:
    """Go on as if it had not been proposed, and say so once."""
    refused, sent = {**conversation.refused}, heard.state.pending_proposals[heard.ref]
    if len(refused) < REFUSED:
        refused[heard.ref] = sent
    pending = conversation.held_group().pending_proposals
    group = replace(heard.state, pending_proposals=pending)
    if not conversation.warned:
        step.alarm("alarm-proposal-refused", conversation=conversation.id)
    conversation = step.put_group(conversation, group)
    step.put(replace(conversation, refused=refused, warned=True))


def _take_up(step: Step, conversation: ConversationState, seq: int, time_ms: int) -> None:
    """Leave with another device of the person, if one has proposed that they are removed.

    Were this device to go on as before, it would be the one that commits the proposals: without
    its own removal, which no committer can commit. Half of the person would stay.
    """
    if step.account.user in proposed(conversation) and not conversation.record.leaving:
        record = msgspec.structs.replace(conversation.record, leaving=True)
        tell(step, step.amend(conversation, record), seq, time_ms)


def tell(step: Step, conversation: ConversationState, seq: int, time_ms: int) -> None:
    """Say that the person is leaving: until it is done, nothing more is taken from them."""
    step.put_line(conversation, system(conversation.record, seq, time_ms, "system-leaving"))
    step.show(ConversationsChanged())
