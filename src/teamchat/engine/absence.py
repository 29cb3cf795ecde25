"""Members without a device: their last one was ended, and so was taken out of the group.

They are members still, for the server, and for those who saw it happen. When the key directory
lists another device of theirs, one of these takes it in. It cannot come in by itself: whoever came
later knows the members by their leaves alone, and would take it for a stranger's.

Who else may have removed the person meanwhile, only the server knows: so it is asked first.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from teamchat.engine import intents, listing, requests
from teamchat.engine.pins import is_theirs
from teamchat.engine.records import ConversationRecord, Include
from teamchat.engine.state import ConversationState, ForRecall, Leaf
from teamchat.engine.step import Step
from teamchat.identity.statements import NO_DEVICE
from teamchat.ids import DeviceId, UserId
from teamchat.wire.bodies import Conversation, ConversationKind


def note(
    step: Step,
    conversation: ConversationState,
    before: Sequence[Leaf],
    leavers: frozenset[UserId],
) -> ConversationState:
    """After a commit: remember who has no device here any more, and forget who has one again."""
    record, present = conversation.record, conversation.users()
    gone = deviceless(step, before, conversation.roster) - leavers - {step.account.user}
    absent = tuple(sorted(({*record.absent} | {*gone}) - present))
    if record.direct or absent == record.absent:
        return conversation
    return step.amend(conversation, msgspec.structs.replace(record, absent=absent))


def deviceless(step: Step, before: Sequence[Leaf], after: Sequence[Leaf]) -> frozenset[UserId]:
    """Return who is in a group no more because each device of theirs in it had ended."""
    alive = {leaf.user for leaf in before if not listing.is_ended(step, leaf)}
    return frozenset({leaf.user for leaf in before} - {leaf.user for leaf in after} - alive)


def is_unexplained(
    step: Step, before: Sequence[Leaf], after: Sequence[Leaf], leavers: frozenset[UserId]
) -> bool:
    """Whether somebody is gone of whom the key directory, as far as it is read, says nothing."""
    gone = {leaf.user for leaf in before} - {leaf.user for leaf in after} - leavers
    return not gone - {step.account.user} <= deviceless(step, before, after)


def told(step: Step, user: UserId, before: Sequence[Leaf]) -> str:
    """Return the key of the line about somebody's last device: it says who, if the log does."""
    keys = step.desk.keys.directory.people[user].devices
    by = {keys[leaf.device].ended_by for leaf in before if leaf.user == user}
    if by == {NO_DEVICE}:
        return "system-deviceless-by-company"
    return "system-deviceless-by-own" if not by & {NO_DEVICE, None} else "system-deviceless"


def confirmed(record: ConversationRecord, body: Conversation) -> ConversationRecord:
    """Believe the server who is no member any more."""
    members = {each.user for each in body.members}
    absent = tuple(user for user in record.absent if user in members)
    return msgspec.structs.replace(record, absent=absent)


def forget(step: Step, conversation: ConversationState, user: UserId) -> ConversationState:
    """Somebody who was absent is no member any more."""
    absent = tuple(each for each in conversation.record.absent if each != user)
    return step.amend(conversation, msgspec.structs.replace(conversation.record, absent=absent))


def returning(step: Step, conversation: ConversationState) -> tuple[UserId, ...]:
    """Return who is absent and has another device by now, which was not tried yet."""
    return tuple(
        user
        for user in conversation.record.absent
        if _devices(step, user) - conversation.tried
        and is_theirs(step.person(user), step.desk.keys.directory.people[user].identity_key)
    )


def ask(step: Step, conversation: ConversationState) -> None:
    """It is our turn to take somebody in again: see first whether they are a member still."""
    users = returning(step, conversation)
    if users:
        tried = conversation.tried.union(*(_devices(step, user) for user in users))
        step.put(replace(conversation, tried=tried))
        step.ask(ForRecall(conversation.id, users), requests.conversation(conversation.id))


def recall(step: Step, purpose: ForRecall, body: object) -> None:
    """Take in those who are members still."""
    found = step.conversation(purpose.conversation)
    if not isinstance(body, Conversation) or found is None or not found.joined:
        return
    found = step.amend(found, confirmed(found.record, body))
    users = tuple(user for user in purpose.users if user in found.record.absent)
    if users:
        intents.want(step, found, Include(users))


def waits(own: UserId, body: Conversation) -> bool:
    """Whether this person is a member without a device, whom somebody has to take in."""
    devices = next((each.devices for each in body.members if each.user == own), None)
    others = any(each.devices for each in body.members if each.user != own)
    return body.kind is ConversationKind.GROUP and devices == [] and others


def wait(step: Step, conversation: ConversationState) -> None:
    """The server does not let this device in by itself: somebody has to take it in."""
    record = msgspec.structs.replace(conversation.record, intents=())
    step.amend(conversation, record)


def _devices(step: Step, user: UserId) -> frozenset[DeviceId]:
    keys = step.desk.keys.directory.people.get(user)
    listed = keys.devices.items() if keys is not None else ()
    return frozenset(device for device, each in listed if not each.ended)
