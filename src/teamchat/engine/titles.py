"""What a conversation is called (docs/spec/content.md): the title given last in the log wins.

Who has read a title when it was given believes no repetition of another one. Who is new, or may
have missed one, believes what was repeated last, and is told by whom: so a false repetition is
put right by the next true one, and nobody renames a conversation without being named.
"""

from dataclasses import dataclass

import msgspec

from teamchat.engine import groups, title_turns
from teamchat.engine.model import ConversationsChanged
from teamchat.engine.records import Errand, Line, Outgoing, position
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.engine.timeline import system
from teamchat.ids import UserId


@dataclass(frozen=True, slots=True)
class Told:
    """A title as a message told it.

    Args:
        title: The title.
        since: At which place it was given; None if by this very message.
        seq: The place of the message.
        epoch: Whoever was in the group in this epoch could read it.
    """

    title: str
    since: int | None
    seq: int
    epoch: int


def hear(step: Step, conversation: ConversationState, told: Told, line: Line) -> None:
    """Somebody has given the conversation a title, or repeats the one it has.

    Args:
        step: The event's work.
        conversation: Where it was said.
        told: What was said.
        line: Who said it, and when.
    """
    if conversation.record.direct:
        if not conversation.record.since:
            return  # founded here, between two
        conversation = _is_group(step, conversation)
    if told.since is None or told.since >= told.seq:
        conversation = _give(step, conversation, told.title, told.seq, line)
        conversation = title_turns.owe_again(step, conversation, told.epoch, line.sender)
    else:
        conversation = _learn(step, conversation, told, line)
    record = conversation.record
    if record.title == told.title and record.title_owed and told.epoch >= record.title_owed:
        _settle(step, conversation)


def _is_group(step: Step, conversation: ConversationState) -> ConversationState:
    """Nobody gives a conversation between two a title: the server has called it what it is not."""
    record = msgspec.structs.replace(conversation.record, direct=False, peer=UserId(""))
    return step.amend(conversation, record)


def confirm(step: Step, conversation: ConversationState, item: Outgoing) -> None:
    """What this device said about the title is in the log."""
    record, epoch = conversation.record, groups.epoch_of(item.body) or 0
    if item.errand is Errand.TITLE:
        line = system(record, item.seq, item.time_ms, "system-renamed",
                      ("by", step.account.user), ("title", item.text))  # fmt: skip
        conversation = _give(step, conversation, item.text, item.seq, line)
        conversation = title_turns.owe_again(step, conversation, epoch, step.account.user)
        record = conversation.record
    if record.title == item.text and record.title_owed and epoch >= record.title_owed:
        _settle(step, conversation)


def _give(
    step: Step, conversation: ConversationState, title: str, seq: int, by: Line
) -> ConversationState:
    """The conversation has this title from this place on."""
    record = conversation.record
    titled = msgspec.structs.replace(
        record, title=title, titled=position(record, seq), title_told=False
    )
    conversation = step.amend(conversation, titled)
    if record.title == title:
        return conversation
    step.show(ConversationsChanged())
    if not record.title:
        return conversation
    arguments = ("by", by.sender), ("title", title)
    line = system(record, seq, by.time_ms, "system-renamed", *arguments)
    return step.put_line(conversation, line)


def _learn(step: Step, conversation: ConversationState, told: Told, by: Line) -> ConversationState:
    """Take a title that is repeated, unless this device has read it when it was given."""
    record = conversation.record
    if record.title and not record.title_told:
        return conversation
    at = position(record, told.since) if told.since else 0
    learned = msgspec.structs.replace(record, title=told.title, titled=at, title_told=True)
    conversation = step.amend(conversation, learned)
    if record.title == told.title:
        return conversation
    step.show(ConversationsChanged())
    if not record.title:
        return conversation
    arguments = ("by", by.sender), ("title", told.title)
    line = system(record, told.seq, by.time_ms, "system-title-told", *arguments)
    return step.put_line(conversation, line)


def miss(step: Step, conversation: ConversationState) -> ConversationState:
    """Something was said that this device cannot read: it may have been a title."""
    record = msgspec.structs.replace(conversation.record, title_told=True)
    return step.amend(conversation, record)


def _settle(step: Step, conversation: ConversationState) -> None:
    """Everybody knows the title: what was to repeat it need not be sent any more."""
    for item in conversation.outgoing:
        if item.errand is Errand.TITLE_AGAIN and not item.body:
            conversation = step.drop_outgoing(conversation, item)
    record = msgspec.structs.replace(conversation.record, title_owed=0, title_turn=0)
    step.amend(conversation, record)
