"""Who hears of what: the sockets of this process, by device and by conversation.

`announce` runs once for each durable change, in the order of the commits, on the event loop:
what a socket hears of one conversation is therefore in the order of its log. A hint from
elsewhere (another process, another site) costs a reading, never a message.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol, TypeVar

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.realtime.events import (
    DeliveredTo,
    Draining,
    Failed,
    HeadMoved,
    Heard,
    InboxHint,
    KeysGrew,
    Live,
    OwnHint,
    Revoked,
    SessionEvent,
)
from teamchat.server.services.announcements import (
    Announce,
    Announcement,
    InboxGrew,
    Joined,
    KeysSigned,
    Left,
    Logged,
    OwnChanged,
)
from teamchat.server.services.held import Held, by_all_others
from teamchat.wire import frames
from teamchat.wire.frames import Ephemeral, EphemeralEvent
from teamchat.wire.problems import Code

K = TypeVar("K")

SOCKETS_PER_DEVICE: Final = 3
"""A device that opens more loses its oldest: a dead connection may not yet be known as one."""


SOCKETS_PER_PERSON: Final = 30
"""Of all devices of a person together; the oldest makes room."""


class Receiver(Protocol):
    """A socket, as the hub sees it."""

    @property
    def user(self) -> UserId:
        """Whose it is."""
        ...

    @property
    def device(self) -> DeviceId:
        """Which device it is."""
        ...

    def happen(self, event: SessionEvent) -> None:
        """Let something happen to its session; neither fails nor waits."""
        ...


class Hub:
    """The sockets that are open and what each of them follows.

    Args:
        bus: Told of every announcement, if there are other processes to tell.
    """

    def __init__(self, bus: Announce | None = None) -> None:
        self._bus = bus
        self._devices: dict[DeviceId, dict[Receiver, None]] = {}
        self._conversations: dict[ConversationId, dict[Receiver, None]] = {}
        self._people: dict[UserId, dict[Receiver, None]] = {}
        self._followed: dict[Receiver, set[ConversationId]] = {}

    def __len__(self) -> int:
        return len(self._followed)

    # --- sockets come and go ------------------------------------------------------------------

    def register(self, receiver: Receiver) -> None:
        """Let a socket hear what happens to its device."""
        self._followed.setdefault(receiver, set())
        of_device = self._devices.setdefault(receiver.device, {})
        of_person = self._people.setdefault(receiver.user, {})
        of_device[receiver] = of_person[receiver] = None
        surplus = tuple(of_device)[:-SOCKETS_PER_DEVICE] + tuple(of_person)[:-SOCKETS_PER_PERSON]
        for each in dict.fromkeys(surplus):
            self.forget(each)
            each.happen(Failed(frames.CLOSE_TOO_MANY, Code.TOO_MANY_REQUESTS.slug))

    def follow(self, receiver: Receiver, conversations: Iterable[ConversationId]) -> None:
        """Let a socket hear what happens in conversations."""
        followed = self._followed.get(receiver)
        if followed is None:
            return
        for which in conversations:
            followed.add(which)
            self._conversations.setdefault(which, {})[receiver] = None

    def unfollow(self, receiver: Receiver, conversation: ConversationId) -> None:
        """Let a socket hear no more of a conversation."""
        self._followed.get(receiver, set()).discard(conversation)
        _drop(self._conversations, conversation, receiver)

    def forget(self, receiver: Receiver) -> None:
        """A socket is gone."""
        for conversation in self._followed.pop(receiver, set()):
            _drop(self._conversations, conversation, receiver)
        _drop(self._devices, receiver.device, receiver)
        _drop(self._people, receiver.user, receiver)

    # --- what they hear -----------------------------------------------------------------------

    def announce(self, announcement: Announcement) -> None:
        """Tell the sockets whom it concerns of something durable."""
        match announcement:
            case Logged():
                self._announce_message(announcement)
            case Joined(device=device) | Left(device=device):
                self._tell_device(device, announcement)
            case InboxGrew(device):
                self._tell_device(device, InboxHint())
            case KeysSigned(size):
                for receiver in tuple(self._followed):
                    receiver.happen(KeysGrew(size))
            case OwnChanged(user, kind):
                for receiver in tuple(self._people.get(user, ())):
                    receiver.happen(OwnHint(kind))
        if self._bus is not None:
            self._bus(announcement)

    def hint(self, heads: Mapping[ConversationId, int]) -> None:
        """Somebody else wrote: these logs have come this far."""
        for conversation, head in heads.items():
            self._tell_followers(conversation, HeadMoved(conversation, head))

    def spread(self, sender: DeviceId, frame: Ephemeral) -> None:
        """Tell the other devices in a conversation what is not kept."""
        event = Heard(
            EphemeralEvent(frame.conversation, sender, frame.kind, frame.ttl_ms, frame.body)
        )
        for receiver in tuple(self._conversations.get(frame.conversation, ())):
            if receiver.device != sender:
                receiver.happen(event)

    def tell_delivered(self, conversation: ConversationId, held: Mapping[UserId, Held]) -> None:
        """Tell everybody in a conversation what all the others hold of it."""
        others = by_all_others(held)
        for receiver in tuple(self._conversations.get(conversation, ())):
            theirs = others.get(receiver.user)
            if theirs is not None and theirs.seq:
                receiver.happen(DeliveredTo(conversation, theirs.seq, theirs.missing))

    def is_live(self, device: DeviceId) -> bool:
        """Tell whether a device has a connection."""
        return device in self._devices

    def close_device(self, device: DeviceId) -> None:
        """Close every socket of a device that was ended, at once."""
        self._tell_device(device, Revoked())

    def drain(self, retry_ms: Iterable[int]) -> None:
        """Send every socket away; each is told to come back after another time."""
        for receiver, wait in zip(tuple(self._followed), retry_ms, strict=False):
            receiver.happen(Draining(wait))

    def _announce_message(self, logged: Logged) -> None:
        if logged.conversation not in self._conversations:
            return
        batch = frames.Batch(logged.conversation, logged.log_epoch, logged.seq, [logged.item])
        self._tell_followers(
            logged.conversation,
            Live(logged.conversation, logged.log_epoch, logged.seq, frames.encode(batch)),
        )

    def _tell_followers(self, conversation: ConversationId, event: SessionEvent) -> None:
        for receiver in tuple(self._conversations.get(conversation, ())):
            receiver.happen(event)

    def _tell_device(self, device: DeviceId, event: SessionEvent) -> None:
        for receiver in tuple(self._devices.get(device, ())):
            receiver.happen(event)


def _drop(table: dict[K, dict[Receiver, None]], key: K, receiver: Receiver) -> None:
    sockets = table.get(key)
    if sockets is not None:
        sockets.pop(receiver, None)
        if not sockets:
            del table[key]
