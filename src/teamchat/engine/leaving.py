"""Who is on the way out: they have said so, and nobody has committed it yet.

A person leaves with all devices. The one that was asked proposes the removal of each, its own
last; the others take it up when they see it, and all of them say it again in each new epoch.

Nobody removes their own leaf (RFC 9420 §12.2): who leaves proposes it, and waits for another
member's client. Until then they are in the group, and read; but what they would write could
not be sent over the proposals (§12.4) and would fail with their going. So it is not taken.
"""

import msgspec

from teamchat.engine import groups
from teamchat.engine.model import ConversationsChanged
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import UserId


def proposed(conversation: ConversationState) -> frozenset[UserId]:
    """Return the people who have proposed their own removal in this epoch."""
    group = conversation.group
    if group is None:
        return frozenset()
    users = {leaf.index: leaf.user for leaf in conversation.roster}
    proposals = groups.removals(group)
    return frozenset(
        users[target]
        for sender, target in proposals
        if target in users and users.get(sender) == users[target]
    )


def take_up(step: Step, conversation: ConversationState, seq: int, time_ms: int) -> None:
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
