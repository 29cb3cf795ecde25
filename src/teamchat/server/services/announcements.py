"""What the services tell the sockets, once it is durable."""

from collections.abc import Callable
from dataclasses import dataclass

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.wire.frames import Item, OwnKind


@dataclass(frozen=True, slots=True)
class Logged:
    """A message is in a log."""

    conversation: ConversationId
    log_epoch: int
    seq: int
    item: Item


@dataclass(frozen=True, slots=True)
class Joined:
    """A device may read a log from here on."""

    device: DeviceId
    conversation: ConversationId
    log_epoch: int
    from_seq: int


@dataclass(frozen=True, slots=True)
class Left:
    """A device may read a log up to here."""

    device: DeviceId
    conversation: ConversationId
    to_seq: int


@dataclass(frozen=True, slots=True)
class InboxGrew:
    """Something is in the inbox of a device."""

    device: DeviceId


@dataclass(frozen=True, slots=True)
class KeysSigned:
    """A checkpoint of the key directory of this size was signed, or a witness has cosigned it."""

    size: int


@dataclass(frozen=True, slots=True)
class OwnChanged:
    """Something about somebody's own account changed; all of their devices are told to look."""

    user: UserId
    kind: OwnKind


Announcement = Logged | Joined | Left | InboxGrew | KeysSigned | OwnChanged
Announce = Callable[[Announcement], None]
"""Must not fail and must not wait."""


def both(first: Announce, second: Announce) -> Announce:
    """Return what tells two, one after the other."""

    def announce(announcement: Announcement) -> None:
        first(announcement)
        second(announcement)

    return announce
