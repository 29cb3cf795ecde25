"""What a conversation allows (`wire.room_policy`), and who has the right to say so.

Every member reads the policy in the group itself, so nobody shows two members two policies. But who
manages a conversation is the server's to say. So a client asks it when the policy was set by
somebody of whom it does not know that they may; until it knows, and if they may not, it goes on
by the policy before, shares nothing by the new one, and says so. What stands behind it in the log
is read when that is settled: a gift is never judged by a policy that may be over. The commit itself
is followed: to leave the group over it would let one member take the conversation from everybody.

The log does not say who managed it at a place of it, and the server says only who does now. So a
policy that was set while this device was away is taken as the server let it pass, and told.
"""

from dataclasses import dataclass, replace

import msgspec

from teamchat.engine import groups, policy, requests, session
from teamchat.engine.model import ConversationsChanged
from teamchat.engine.state import UNANSWERED, ConversationState, ForGroupOfPeople, ForOne
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import UserId
from teamchat.wire import room_policy
from teamchat.wire.room_policy import ALL, DEFAULT, NONE, History, RoomPolicy

NOBODY = UserId("")


@dataclass(frozen=True, slots=True)
class Said:
    """Who has done something to the conversation, and where and when the log says so."""

    by: UserId
    seq: int
    time_ms: int


def set_in(conversation: ConversationState) -> bytes:
    """Return the policy of the group of a conversation; nothing if it has none."""
    return b"" if conversation.group is None else groups.policy_in(conversation.group)


def may(conversation: ConversationState, user: UserId) -> bool:
    """Whether somebody may change what a conversation allows, as far as this device knows."""
    return not conversation.record.direct and user in conversation.record.admins


def first(wish: ForGroupOfPeople) -> bytes:
    """Return the policy that a new conversation begins with; nothing if it allows nothing."""
    if wish.peer is not None or wish.history == NONE:
        return b""
    return room_policy.encode(RoomPolicy(wish.history))


def tell_first(step: Step, conversation: ConversationState) -> ConversationState:
    """Say what a conversation of ours allows from the beginning, if it allows anything."""
    if not conversation.record.policy:
        return conversation
    return _tell(step, conversation, Said(step.account.user, 0, step.now_ms))


def changed(conversation: ConversationState, history: History) -> bytes | None:
    """Return the policy of the group with another history; None if it has this one."""
    in_group = groups.policy_in(conversation.held_group())
    current = policy.parsed(in_group) or DEFAULT
    if current.history == history and in_group == conversation.record.policy:
        return None
    return room_policy.encode(RoomPolicy(history, current.others))


def follow(
    step: Step, conversation: ConversationState, before: bytes, said: Said
) -> ConversationState:
    """A commit is in the log: take the policy it has set, or find out whether its maker may.

    Args:
        step: The event's work.
        conversation: With its group as it is now.
        before: The policy of its group before the commit (`groups.policy_in`).
        said: Who made the commit, and its place in the log.
    """
    record = conversation.record
    now = groups.policy_in(conversation.held_group())
    if now == before:
        return conversation
    if now == record.policy:  # somebody has put it right
        return step.amend(conversation, msgspec.structs.replace(record, policy_by=NOBODY))
    if policy.parsed(now) is None:
        return _refuse(step, conversation, said)
    if may(conversation, said.by) or not conversation.caught_up:
        return _accept(step, conversation, said)
    open_ = msgspec.structs.replace(
        record, policy_by=said.by, policy_seq=said.seq, policy_ms=said.time_ms
    )
    conversation = step.amend(conversation, open_)
    ask(step, conversation)
    return step.known(conversation.id)


def ask(step: Step, conversation: ConversationState) -> bool:
    """Whether what follows in the log waits until it is known who may set the policy; ask it."""
    if not conversation.record.policy_by or conversation.judging == UNANSWERED:
        return False
    if not conversation.judging:
        number = step.ask(ForOne(conversation.id), requests.conversation(conversation.id))
        step.put(replace(conversation, judging=number))
    return True


def take_refusal(step: Step, found: ConversationState | None, number: int) -> None:
    """That is not to be learnt now: go on with the log, by the policy before."""
    if found is not None and found.judging == number:
        session.read_on(step, step.put(replace(found, judging=UNANSWERED)))


def judge(step: Step, conversation: ConversationState) -> ConversationState:
    """The server has said who manages the conversation: settle what waits for that."""
    record = conversation.record
    if not record.policy_by or not conversation.joined:
        return conversation
    judged = _accept if may(conversation, record.policy_by) else _refuse
    said = Said(record.policy_by, record.policy_seq, record.policy_ms)
    waited, conversation = conversation.judging > 0, replace(conversation, judging=0)
    conversation = judged(step, step.put(conversation), said)
    if waited:
        session.read_on(step, conversation)
    return step.known(conversation.id)


def _accept(step: Step, conversation: ConversationState, said: Said) -> ConversationState:
    before = policy.history_of(conversation.record)
    set_now = groups.policy_in(conversation.held_group())
    record = msgspec.structs.replace(conversation.record, policy=set_now, policy_by=NOBODY)
    conversation = step.amend(conversation, record)
    if policy.history_of(record) == before:
        return conversation
    step.show(ConversationsChanged())
    return _tell(step, conversation, said)


def _refuse(step: Step, conversation: ConversationState, said: Said) -> ConversationState:
    """Somebody without the right has set it, or it is none: this device goes on by the last one."""
    record = msgspec.structs.replace(conversation.record, policy_by=NOBODY)
    conversation = step.amend(conversation, record)
    who = ("who", said.by)
    line = system(record, said.seq, said.time_ms, "system-policy-refused", who)
    step.alarm("alarm-policy-refused", who, conversation=conversation.id)
    return step.put_line(conversation, line)


def _tell(step: Step, conversation: ConversationState, said: Said) -> ConversationState:
    record = conversation.record
    history = policy.history_of(record)
    key = {NONE: "system-history-none", ALL: "system-history-all"}.get(history)
    arguments = (("by", said.by), ("days", str(history)))
    line = system(record, said.seq, said.time_ms, key or "system-history-days", *arguments)
    return step.put_line(conversation, line)
