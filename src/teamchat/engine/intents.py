"""What is wanted of a group: remembered until it is done, given up, or found to be so already."""

from dataclasses import replace

import msgspec

from teamchat.engine.commands import Query
from teamchat.engine.records import (
    Depart,
    Exclude,
    ExcludeDevice,
    Intent,
    Rejoin,
)
from teamchat.engine.state import (
    ConversationState,
    ForIntent,
)
from teamchat.engine.step import Step


def want(step: Step, conversation: ConversationState, intent: Intent) -> ConversationState:
    """Remember that something is to be done to the group."""
    record = conversation.record
    intents = (*record.intents, msgspec.structs.replace(intent, after=record.written))
    return step.amend(conversation, msgspec.structs.replace(record, intents=intents))


def want_first(step: Step, conversation: ConversationState, intent: Intent) -> ConversationState:
    """Remember that something is to be done before everything else, but for joining again."""
    record = conversation.record
    back = tuple(each for each in record.intents if isinstance(each, Rejoin))
    rest = tuple(each for each in record.intents if not isinstance(each, Rejoin))
    intents = (*back, intent, *rest)
    return step.amend(conversation, msgspec.structs.replace(record, intents=intents))


def takes_out(intent: Intent) -> bool:
    """Whether somebody or something is to go: nothing keeps that from being done first."""
    return isinstance(intent, Exclude | ExcludeDevice | Depart)


def put_first_what_takes_out(step: Step, conversation: ConversationState) -> ConversationState:
    """Let who is to go not wait for what the server takes only when they are gone."""
    record = conversation.record
    intents = tuple(sorted(record.intents, key=lambda each: not takes_out(each)))
    if intents == record.intents:
        return conversation
    return step.amend(conversation, msgspec.structs.replace(record, intents=intents))


def ask(step: Step, conversation: ConversationState, query: Query) -> None:
    """Make the HTTP request that the first intent waits for."""
    number = step.ask(ForIntent(conversation.id), query)
    step.put(replace(conversation, asking=number))


def done(step: Step, conversation: ConversationState) -> None:
    """The first intent is done, or there was nothing to do."""
    intent, *rest = conversation.record.intents
    record = msgspec.structs.replace(conversation.record, intents=tuple(rest))
    step.amend(replace(conversation, claimed=()), record)
    step.reply(intent.call, conversation.id)


def fail(
    step: Step, conversation: ConversationState, key: str, *arguments: tuple[str, str]
) -> None:
    """The first intent will not be done."""
    intent, *rest = conversation.record.intents
    record = msgspec.structs.replace(conversation.record, intents=tuple(rest))
    step.amend(replace(conversation, claimed=()), record)
    step.decline(intent.call, key, *arguments)
