"""What the server in memory keeps of a conversation, and the lies it can tell of it."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from teamchat.identity.certificate import read_any as certificate_of
from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.public_group import PublicGroup
from teamchat.wire import bodies
from teamchat.wire.frames import (
    InboxItem,
    Item,
)


@dataclass
class DeviceRow:
    user: UserId
    certificate: bytes
    key_packages: list[bytes]
    last_resort: bytes
    inbox: list[InboxItem] = field(default_factory=list)
    revoked: bool = False


@dataclass
class Log:
    """One conversation: its log, its public group, and what each device may read."""

    id: ConversationId
    kind: bodies.ConversationKind
    group: PublicGroup
    group_info: bytes
    roles: dict[UserId, bodies.MemberRole]
    pair: frozenset[UserId] = frozenset()
    """The two people of a direct conversation."""
    absent: set[UserId] = field(default_factory=set)
    """Members whose last device was ended and taken out."""
    clear_from: int = 0
    """The first epoch in which something may be said, since a device of the group has ended."""
    log_epoch: int = 1
    min_seq: int = 1
    items: list[Item] = field(default_factory=list)
    trees: dict[int, bytes] = field(default_factory=dict)
    spans: dict[DeviceId, list[list[int]]] = field(default_factory=dict)
    acks: dict[DeviceId, int] = field(default_factory=dict)
    past: list[tuple[PublicGroup, bytes]] = field(default_factory=list)
    """The group and its GroupInfo after each item."""

    @property
    def head(self) -> int:
        return len(self.items)

    def devices(self) -> dict[DeviceId, UserId]:
        found = {}
        for member in self.group.members():
            assert isinstance(member.credential, BasicCredential)
            read = certificate_of(member.credential.identity)
            found[read.device_id] = read.user_id
        return found

    def users(self) -> set[UserId]:
        return set(self.devices().values()) | self.pair | self.absent

    def may_read(self, device: DeviceId, seq: int) -> bool:
        return any(first <= seq <= last for first, last in self.spans.get(device, []))

    def reads(self, device: DeviceId) -> bool:
        return bool(self.spans.get(device))


FOREVER = 2**53


class Lies:
    """What the server is told to do wrong; each lie is told once."""

    def __init__(self) -> None:
        self._next: list[Callable[[list[Item]], list[Item]]] = []
        self.heads: dict[ConversationId, int] = {}

    def drop_next(self) -> None:
        """Leave out the next item that is sent live."""
        self._next.append(lambda items: items[1:])

    def duplicate(self) -> None:
        """Send the next item twice, as if it were two."""
        self._next.append(lambda items: [items[0], *items])

    def reorder(self) -> None:
        """Send the next items backwards."""
        self._next.append(lambda items: items[::-1])

    def forge(self, change: Callable[[Item], Item]) -> None:
        """Change the next item."""
        self._next.append(lambda items: [change(items[0]), *items[1:]])

    def stale(self, conversation: ConversationId, head: int) -> None:
        """Pretend at the next CAUGHT_UP that the log ends here."""
        self.heads[conversation] = head

    @staticmethod
    def fork(log: "Log") -> "Log":
        """Return a second log with the same past."""
        copied = copy.copy(log)
        copied.items, copied.acks = list(log.items), dict(log.acks)
        copied.trees, copied.past = dict(log.trees), list(log.past)
        copied.spans = {each: [list(span) for span in spans] for each, spans in log.spans.items()}
        return copied

    def apply(self, items: list[Item]) -> list[Item]:
        return self._next.pop(0)(items) if self._next and items else items
