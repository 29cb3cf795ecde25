"""What a conversation allows, as this device follows it (`wire.room_policy`)."""

from teamchat.engine.records import ConversationRecord
from teamchat.wire import room_policy
from teamchat.wire.room_policy import DEFAULT, NONE, History, RoomPolicy, RoomPolicyError


def parsed(data: bytes) -> RoomPolicy | None:
    """Read the policy of a group, the default if there is none; None if it is malformed."""
    try:
        return room_policy.decode(data) if data else DEFAULT
    except RoomPolicyError:
        return None


def policy_of(record: ConversationRecord) -> RoomPolicy:
    """Return the policy that this device follows."""
    return parsed(record.policy) or DEFAULT


def history_of(record: ConversationRecord) -> History:
    """Return what new members see here; between two people nobody is new."""
    return NONE if record.direct else policy_of(record).history
