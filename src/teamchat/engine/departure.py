"""Leaving a group behind: removed, left, lost, or broken.

Whoever is out destroys every key of the group; the history stays. A group that has gone on
without us is joined again, but not twice in a short time: then it is left alone, and that is
said. The person may try again.
"""

from dataclasses import replace
from typing import Final

import msgspec

from teamchat.engine import company, groups, intents, leaving, outbox, requests
from teamchat.engine.model import ConversationsChanged, MembersChanged
from teamchat.engine.records import (
    Depart,
    Line,
    Phase,
    Rejoin,
)
from teamchat.engine.roster import person_of
from teamchat.engine.state import (
    ConversationState,
    ForComparison,
)
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import ConversationId
from teamchat.mls.group.received import RemovedFromGroup
from teamchat.wire.bodies import (
    Group,
)

REJOIN_SECONDS: Final = 600
"""A group is joined again by itself at most once in this time."""


def leave_behind(
    step: Step, conversation: ConversationState, seq: int, time_ms: int, heard: RemovedFromGroup
) -> None:
    """We were removed: nothing more can be read, and every key is destroyed."""
    record, own = conversation.record, step.account.user
    by = person_of(heard.committer)
    if own in leaving.proposed(conversation) or record.leaving:
        line = system(record, seq, time_ms, "system-left", ("who", own))
    else:
        line = system(record, seq, time_ms, "system-removed", ("who", own), ("by", by))
    go(step, conversation, line)


def lose(step: Step, conversation: ConversationState, seq: int) -> None:
    """The group has gone on without us: join it again, once."""
    conversation = step.put_pending(conversation, None)
    if any(isinstance(intent, Rejoin) for intent in conversation.record.intents):
        return
    if step.now < conversation.record.rejoined_at + REJOIN_SECONDS:
        give_up(step, conversation, seq)
        return
    record = msgspec.structs.replace(conversation.record, rejoined_at=step.now)
    intents.want_first(step, step.amend(conversation, record), Rejoin(lost=True))


def try_again(step: Step, conversation: ConversationState, call: int) -> None:
    """The person wants to be back in what was given up; an automatic try is free again."""
    record = msgspec.structs.replace(
        conversation.record, phase=Phase.OUTSIDE, intents=(Rejoin(lost=True, call=call),),
        rejoined_at=0,
    )  # fmt: skip
    step.amend(conversation, record)


def ask_to_compare(step: Step, conversation: ConversationId, call: int = 0) -> None:
    """Ask whether the log leads to the group that we hold, unless that is asked already."""
    asked = (each for each in step.desk.purposes.values() if isinstance(each, ForComparison))
    if (conversation, call) not in {(each.conversation, each.call) for each in asked}:
        found = step.conversation(conversation)
        epoch = found.group.epoch if found is not None and found.group is not None else 0
        step.ask(ForComparison(conversation, epoch, call), requests.group(conversation))


def compare(step: Step, purpose: ForComparison, body: object) -> None:
    """If the log does not lead to our group, join the one it leads to.

    A later epoch may still be ours: the commits that lead to it say so when they are read. An
    earlier one may be of a time when our group was there too: then it is asked again.
    """
    found = step.conversation(purpose.conversation)
    if found is None or found.group is None or not isinstance(body, Group):
        step.decline(purpose.call, "error-not-possible")
        return
    ours, epoch = groups.is_of(found.group, body.group_info), found.group.epoch
    if not ours and body.epoch < epoch != purpose.epoch:
        ask_to_compare(step, found.id, purpose.call)
        return
    found = step.amend(found, msgspec.structs.replace(found.record, compare=False))
    if ours:
        step.decline(purpose.call, "error-not-broken")
    elif purpose.call:
        _come_back(step, step.put_pending(found, None), purpose.call)
    elif body.epoch <= epoch:
        lose(step, found, found.record.seq)


def not_compared(step: Step, purpose: ForComparison, retry_after: int) -> None:
    """The server does not show its group now: it is asked again before anything is said."""
    found = step.conversation(purpose.conversation)
    step.decline(purpose.call, "error-not-possible")
    if found is not None and found.record.compare:
        outbox.hold(step, found, float(retry_after))


def stay_behind(step: Step, conversation: ConversationState) -> None:
    """The server knows nothing of the conversation, or of us in it: what is written goes nowhere.

    So nothing more is taken here, and that is said; what was said stays. The keys stay too: the
    server may know it again.
    """
    if conversation.record.unknown:
        return
    for intent in conversation.record.intents:
        step.decline(intent.call, "error-not-a-member")
    record = msgspec.structs.replace(
        conversation.record, unknown=True, intents=(), leaving=False, compare=False
    )
    conversation = step.put_pending(step.amend(conversation, record), None)
    line = system(record, record.seq, step.now_ms, "system-unknown")
    outbox.fail_all(step, step.put_line(conversation, line))
    step.show(MembersChanged(conversation.id))
    step.show(ConversationsChanged())


def _come_back(step: Step, conversation: ConversationState, call: int) -> None:
    """Let this device join again before anything else is done; an automatic try is free again."""
    record = conversation.record
    others = tuple(each for each in record.intents if not isinstance(each, Rejoin))
    record = msgspec.structs.replace(record, intents=others, rejoined_at=0)
    conversation = step.amend(replace(conversation, held=False), record)
    intents.want_first(step, conversation, Rejoin(lost=True, call=call))


def left_elsewhere(step: Step, conversation: ConversationState, seq: int) -> None:
    """The server says that we are no longer a member."""
    phase = conversation.record.phase
    if phase in {Phase.OUTSIDE, Phase.BROKEN} or (
        phase is Phase.JOINED and conversation.record.seq >= seq > 0
    ):
        record, own = conversation.record, step.account.user
        go(step, conversation, system(record, seq, step.now_ms, "system-removed", ("who", own)))


def go(step: Step, conversation: ConversationState, line: Line) -> None:
    """We are out: every key of the group is destroyed, the history stays."""
    for intent in conversation.record.intents:
        if isinstance(intent, Depart):
            step.reply(intent.call, conversation.id)
        else:
            step.decline(intent.call, "error-not-a-member")
    record = msgspec.structs.replace(
        company.remembered(conversation), phase=Phase.LEFT, intents=(), leaving=False
    )
    if line.text == "system-left":  # whoever leaves is done with what is there
        record = msgspec.structs.replace(record, unread=0, read=max(record.read, line.position))
    conversation = step.put_pending(step.amend(conversation, record), None)
    conversation = step.put_line(step.drop_group(conversation), line)
    outbox.fail_all(step, conversation)
    step.show(MembersChanged(conversation.id))
    step.show(ConversationsChanged())


def give_up(
    step: Step,
    conversation: ConversationState,
    seq: int,
    alarm: str = "alarm-conversation-broken",
) -> None:
    """The group cannot be followed, or must not be: say so, and leave it alone.

    Without an alarm, if whoever calls has raised one that says more.
    """
    record = conversation.record
    for intent in record.intents:
        step.decline(intent.call, "error-conversation-broken")
    line = system(record, seq, step.now_ms, "system-broken")
    record = msgspec.structs.replace(
        company.remembered(conversation), phase=Phase.BROKEN, intents=()
    )
    conversation = step.put_pending(step.amend(conversation, record), None)
    conversation = step.put_line(step.drop_group(conversation), line)
    outbox.fail_all(step, conversation)
    if alarm:
        step.alarm(alarm, conversation=conversation.id)
    step.show(ConversationsChanged())
