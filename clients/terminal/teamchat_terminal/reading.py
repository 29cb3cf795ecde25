"""Where reading begins, and what is shown before the account has it: pure functions."""

from collections.abc import Sequence

from teamchat.engine.model import Delivery, Message, MessageKind, Profile
from teamchat.ids import ConversationId


def first_unread(messages: Sequence[Message], unread: int) -> int | None:
    """Return the position at which so many received messages are still to be read."""
    received = [
        one.position for one in messages if not one.own and one.kind is not MessageKind.SYSTEM
    ]
    return received[-min(unread, len(received))] if unread and received else None


def on_its_way(
    profile: Profile, conversation: ConversationId, text: str, position: int, now_ms: int
) -> Message:
    """Return a text that is being handed to the account as the message it is about to be."""
    return Message(
        id=f"leaving-{position}",
        conversation=conversation,
        position=position,
        kind=MessageKind.TEXT,
        sender=profile.user,
        sender_name=profile.name,
        own=True,
        time_ms=now_ms,
        text=text,
        delivery=Delivery.QUEUED,
    )
