"""What leaves a socket, and what is held back while too much waits to leave."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from teamchat.ids import ConversationId, DeviceId
from teamchat.server.realtime.events import Effect, Tell
from teamchat.wire import frames
from teamchat.wire.frames import EphemeralEvent, EphemeralKind, OwnKind, ServerFrame
from teamchat.wire.limits import CREDIT_BYTES, KIB

QUEUE_BYTES: Final = 256 * KIB
"""How much may wait in a socket before what is not kept is held back."""
EPHEMERALS: Final = 64


@dataclass(slots=True)
class Outlet:
    """Collects effects; counts the bytes that wait and the credit that is left."""

    credit: int = CREDIT_BYTES
    queued: int = 0
    effects: list[Effect] = field(default_factory=list)
    _held_back: OrderedDict[tuple[ConversationId, EphemeralKind, DeviceId], EphemeralEvent] = field(
        default_factory=OrderedDict
    )
    _keys: int | None = None
    _own: dict[OwnKind, None] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether so much waits that nothing unnecessary is added."""
        return self.queued >= QUEUE_BYTES

    def do(self, effect: Effect) -> None:
        """Ask for something."""
        self.effects.append(effect)

    def tell(self, frame: ServerFrame) -> None:
        """Send a frame."""
        data = frames.encode(frame)
        self.queued += len(data)
        self.do(Tell(data))

    def tell_batch(self, batch: bytes) -> None:
        """Send an encoded BATCH, which costs credit."""
        self.credit -= len(batch)
        self.queued += len(batch)
        self.do(Tell(batch))

    def give(self, credit: int) -> None:
        """The client takes more; never more than it was given at the start."""
        self.credit = min(self.credit + credit, CREDIT_BYTES)

    def tell_ephemeral(self, event: EphemeralEvent) -> None:
        """Send what is not kept, or hold it back; of what is held back the newest wins."""
        if not self.is_full:
            self.tell(event)
            return
        key = (event.conversation, event.kind, event.sender)
        self._held_back[key] = event
        self._held_back.move_to_end(key)
        if len(self._held_back) > EPHEMERALS:
            self._held_back.popitem(last=False)

    def tell_keys(self, size: int) -> None:
        """Tell how far the key directory is, or hold it back; the newest says it all."""
        if self.is_full:
            self._keys = size
        else:
            self.tell(frames.Keys(size))

    def tell_own(self, kind: OwnKind) -> None:
        """Tell that something about the own account changed, or hold it back; once says it all."""
        if self.is_full:
            self._own[kind] = None
        else:
            self.tell(frames.Own(kind))

    def wrote(self, size: int) -> None:
        """So many bytes have left."""
        self.queued = max(0, self.queued - size)
        if self._keys is not None and not self.is_full:
            self.tell(frames.Keys(self._keys))
            self._keys = None
        while self._own and not self.is_full:
            self.tell(frames.Own(self._own.popitem()[0]))
        while self._held_back and not self.is_full:
            _, event = self._held_back.popitem(last=False)
            self.tell(event)
