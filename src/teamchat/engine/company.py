"""Coming back: who is in a group now that was not when it was left behind.

A group that is joined again, or entered by a second Welcome, is whatever the server and the
maker of its GroupInfo say it is: nobody saw its people being added. So those who are new are
named, and nothing is sent to them before the person has accepted them; so is whoever a commit
takes in whom its committer did not ask for. A conversation between
two people is entered with nobody else in it.
"""

from collections.abc import Iterable

import msgspec

from teamchat.engine.model import ConversationsChanged, MembersChanged
from teamchat.engine.records import ConversationRecord
from teamchat.engine.state import ConversationState, Leaf
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import ConversationId, UserId


def remembered(conversation: ConversationState) -> ConversationRecord:
    """Return the record with the people of the group, for the time when its keys are gone."""
    record = conversation.record
    users = conversation.users() - {*record.newcomers}
    company = tuple(sorted(users)) if conversation.roster else record.company
    return msgspec.structs.replace(record, company=company, newcomers=())


def intrudes(step: Step, record: ConversationRecord, roster: Iterable[Leaf]) -> bool:
    """Whether somebody is in a conversation between two who is neither of them."""
    pair = {step.account.user, record.peer}
    return record.direct and bool(record.peer) and any(leaf.user not in pair for leaf in roster)


def returned(step: Step, conversation: ConversationState, seq: int, time_ms: int) -> None:
    """This device is in a group again: say who is new and who is gone."""
    record = conversation.record
    before, after = {*record.company}, conversation.users()
    if not before:
        return
    came = tuple(sorted(after - before - {step.account.user}))
    gone = tuple(sorted(before - after - {step.account.user}))
    record = msgspec.structs.replace(record, newcomers=came)
    conversation = step.amend(conversation, record)
    if gone:
        line = system(record, seq, time_ms, "system-removed", ("who", ",".join(gone)))
        conversation = step.put_line(conversation, line)
    warn(step, conversation, came, seq, time_ms)
    step.show(MembersChanged(conversation.id))
    step.show(ConversationsChanged())


def warn(
    step: Step, conversation: ConversationState, came: tuple[UserId, ...], seq: int, time_ms: int
) -> None:
    """Say who came in without a member having been seen to add them."""
    if came:
        who, record = ("who", ",".join(came)), conversation.record
        step.put_line(conversation, system(record, seq, time_ms, "system-members-unknown", who))
        step.alarm("alarm-members-unknown", who, conversation=conversation.id)


def moved_on(
    conversation: ConversationState, before: Iterable[Leaf], by: UserId, unasked: frozenset[UserId]
) -> tuple[UserId, ...]:
    """Return who is still to be accepted after a commit: whom they bring is as new as they are.

    So is whom the committer took in without having asked for them.
    """
    newcomers, after = {*conversation.record.newcomers}, conversation.users()
    brought = after - {leaf.user for leaf in before} if by in newcomers else frozenset()
    return tuple(sorted((newcomers | brought | unasked) & after))


def accept(
    step: Step, conversation: ConversationId, shown: tuple[UserId, ...] | None = None
) -> str:
    """The person knows about those who are new; what waits may be sent to them.

    Only if these are among those who were shown: others may have come in between.

    Returns the key of an error, or nothing.
    """
    found = step.conversation(conversation)
    if found is None or not found.joined:
        return "error-not-a-member"
    if shown is not None and not {*found.record.newcomers} <= {*shown}:
        return "error-others-came"
    step.amend(found, msgspec.structs.replace(found.record, newcomers=()))
    step.show(MembersChanged(conversation))
    step.show(ConversationsChanged())
    return ""
