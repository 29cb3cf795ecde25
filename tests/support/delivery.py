"""The delivery half of the server on a real database, without HTTP; and groups without keys.

`async with delivery_half(tmp_path) as half:` has every service. Its people and devices are
rows, not logins. `PlainGroups` stands in for MLS: its messages are readable, so that a test can
say in one line what a commit does. What is checked about real groups is tested with real ones.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
from sqlalchemy import Connection, insert, text

from teamchat.ids import ConversationId, DeviceId, SessionId, UserId, identifier, identifier_bytes
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limiter
from teamchat.server.realtime.hub import Hub
from teamchat.server.services.admission import Accepted, Refused
from teamchat.server.services.announcements import Announcement
from teamchat.server.services.conversations import Conversations
from teamchat.server.services.cursors import Cursors
from teamchat.server.services.delivery import Delivery
from teamchat.server.services.free_space import FreeSpace
from teamchat.server.services.group_changes import (
    Add,
    Change,
    GroupError,
    Header,
    Leaf,
    Outline,
    Reconfigure,
    Remove,
    Renew,
    Unwanted,
    Wish,
)
from teamchat.server.services.inbox import Inboxes
from teamchat.server.services.key_packages import KeyPackages
from teamchat.server.services.membership import Membership
from teamchat.server.storage import schema
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries.key_packages import Stocked
from teamchat.server.storage.tables.people import device, person, site
from teamchat.wire.bodies import ConversationKind, CreateConversation
from teamchat.wire.frames import Kind, Send
from tests.support.clock import FakeClock

SITE = identifier(bytes(16))
MOST = 10
"""How many devices a person may have."""


def number(kind: str, count: int) -> str:
    """Return a fixed identifier."""
    return identifier(sha256(f"{kind}{count}".encode()).digest()[:16])


# --- groups without keys ----------------------------------------------------------------------


class PlainLeaf(msgspec.Struct, frozen=True):
    user: UserId
    device: DeviceId


class PlainMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message as `PlainGroups` reads it."""

    kind: Kind
    group: bytes
    epoch: int
    author: PlainLeaf
    add: tuple[PlainLeaf, ...] = ()
    remove: tuple[PlainLeaf, ...] = ()
    by: PlainLeaf | None = None
    """Whose proposals the commit carries out; None if they are the committer's own."""
    extra: str = ""
    joins: bool = False
    text: bytes = b""

    def encode(self) -> bytes:
        return msgspec.json.encode(self)


class PlainGroup(msgspec.Struct, frozen=True):
    group: bytes
    epoch: int
    leaves: tuple[PlainLeaf, ...]
    proposals: int = 0
    leaving: tuple[PlainLeaf, ...] = ()
    said: tuple[tuple[PlainLeaf, PlainLeaf], ...] = ()
    """Who has proposed to remove whom."""

    def encode(self) -> bytes:
        return msgspec.json.encode(self)


def certificate_of(leaf: PlainLeaf) -> bytes:
    return f"certificate of {leaf.user} {leaf.device}".encode()


def _leaf(leaf: PlainLeaf) -> Leaf:
    return Leaf(leaf.user, leaf.device, certificate_of(leaf))


_EXTRA: dict[str, Wish] = {
    "psk": Unwanted("PreSharedKey"),
    "extensions": Reconfigure(),
    "reinit": Unwanted("ReInit"),
}


class PlainGroups:
    """Groups whose messages say in plain words what they do."""

    def peek(self, body: bytes) -> Header:
        try:
            message = msgspec.json.decode(body, type=PlainMessage)
        except msgspec.MsgspecError as error:
            raise GroupError("not a message") from error
        return Header(message.kind, message.group, message.epoch)

    async def open(
        self, group_info: bytes, ratchet_tree: bytes, *, now: int
    ) -> tuple[bytes, int, Sequence[Leaf], bytes]:
        group = msgspec.json.decode(group_info, type=PlainGroup)
        return group.group, group.epoch, [_leaf(each) for each in group.leaves], group_info

    async def tree(self, public_group: bytes) -> bytes:
        return b"tree of " + public_group

    async def outline(self, body: bytes) -> Outline:
        message = msgspec.json.decode(body, type=PlainMessage)
        additions = {each.device: certificate_of(each) for each in message.add}
        return Outline(len(message.add) + len(message.remove), additions)

    async def check(self, public_group: bytes, send: Send, *, kind: Kind, now: int) -> Change:
        group = msgspec.json.decode(public_group, type=PlainGroup)
        message = msgspec.json.decode(send.body, type=PlainMessage)
        if message.epoch != group.epoch:
            raise GroupError("another epoch")
        if message.extra == "broken":
            raise GroupError("broken")
        by = _leaf(message.by or message.author)
        wishes: list[tuple[Leaf, Wish]] = [
            (by, Add(_leaf(each), each.device.encode())) for each in message.add
        ]
        wishes += [(by, Remove(_leaf(each))) for each in message.remove]
        if message.extra:
            wishes.append((by, _EXTRA.get(message.extra, Renew(_leaf(message.author)))))
        if kind is Kind.PROPOSAL:
            said = tuple(each for each in message.remove if each.user == message.author.user)
            following = msgspec.structs.replace(
                group,
                proposals=group.proposals + 1,
                leaving=(*group.leaving, *said),
                said=(*group.said, *((message.author, each) for each in message.remove)),
            )
        else:
            following = self._next(group, message)
        welcomes = {each.device: b"welcome " + each.device.encode() for each in message.add}
        return Change(
            kind=kind,
            author=_leaf(message.author),
            joins=message.joins,
            wishes=tuple(wishes),
            leaves=tuple(_leaf(each) for each in following.leaves),
            epoch=following.epoch,
            public_group=following.encode(),
            tree=b"tree" if welcomes else b"",
            welcomes=welcomes,
            ignored=()
            if kind is Kind.PROPOSAL or message.joins
            else tuple(_leaf(each) for each in group.leaving if each in following.leaves),
            repeated=any((message.author, each) in group.said for each in message.remove),
        )

    async def check_key_package(
        self, data: bytes, certificate: bytes, *, last_resort: bool, now: int
    ) -> Stocked:
        if b"broken" in data:
            raise GroupError("broken")
        return Stocked(sha256(data).digest(), now + 1_000, data)

    def _next(self, group: PlainGroup, message: PlainMessage) -> PlainGroup:
        joined = (message.author,) if message.joins else ()
        left = [each for each in group.leaves if each not in message.remove]
        added = [each for each in (*message.add, *joined) if each not in left]
        return PlainGroup(group.group, group.epoch + 1, (*left, *added))


# --- the delivery half --------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """A device that sends, with the helpers that make its messages."""

    leaf: PlainLeaf
    actor: Actor

    @property
    def device(self) -> DeviceId:
        return self.leaf.device

    @property
    def user(self) -> UserId:
        return self.leaf.user

    def message(
        self, conversation: ConversationId, epoch: int, kind: Kind = Kind.APPLICATION
    ) -> PlainMessage:
        return PlainMessage(kind, identifier_bytes(conversation), epoch, self.leaf)


@dataclass
class DeliveryHalf:
    database: Database
    clock: FakeClock
    hub: Hub
    limiter: Limiter
    inboxes: Inboxes
    cursors: Cursors
    conversations: Conversations
    key_packages: KeyPackages
    delivery: Delivery
    announced: list[Announcement] = field(default_factory=list)
    sends: int = 0

    async def member(self, user: int, device: int = 0) -> Member:
        """Return a device of a person; both are made if they are not there."""
        which = DeviceId(number(f"device of {user}", device))
        leaf = PlainLeaf(UserId(number("user", user)), which)
        await self.database.write(lambda c: insert_device(c, leaf))
        session = SessionId(number(f"session of {user}", device))
        return Member(
            leaf, Actor(user=leaf.user, session=session, roles=frozenset(), device=leaf.device)
        )

    async def converse(
        self,
        creator: Member,
        count: int = 0,
        kind: ConversationKind = ConversationKind.GROUP,
        peer: Member | None = None,
    ) -> ConversationId:
        """Create a conversation."""
        which = ConversationId(number("conversation", count))
        group = PlainGroup(identifier_bytes(which), 0, (creator.leaf,)).encode()
        wanted = CreateConversation(which, kind, group, b"tree", peer.user if peer else None)
        await self.conversations.create(creator.actor, wanted)
        return which

    async def send(
        self, sender: Member, message: PlainMessage, client_id: bytes | None = None
    ) -> Accepted | Refused:
        """Send a message, a commit with its GroupInfo."""
        self.sends += 1
        conversation = ConversationId(identifier(message.group))
        commit = message.kind is Kind.COMMIT
        send = Send(
            self.sends,
            conversation,
            client_id or self.sends.to_bytes(16, "big"),
            message.encode(),
            b"group info" if commit else b"",
            b"welcome" if commit and message.add else b"",
        )
        return await self.delivery.accept(sender.actor, send)

    async def commit(
        self,
        sender: Member,
        conversation: ConversationId,
        epoch: int,
        *,
        add: Sequence[Member] = (),
        remove: Sequence[Member] = (),
        extra: str = "",
        by: Member | None = None,
        joins: bool = False,
    ) -> Accepted | Refused:
        """Commit something."""
        message = msgspec.structs.replace(
            sender.message(conversation, epoch, Kind.COMMIT),
            add=tuple(each.leaf for each in add),
            remove=tuple(each.leaf for each in remove),
            extra=extra,
            by=by.leaf if by else None,
            joins=joins,
        )
        return await self.send(sender, message)

    async def say(
        self, sender: Member, conversation: ConversationId, epoch: int, words: bytes = b""
    ) -> Accepted | Refused:
        """Send an application message."""
        message = sender.message(conversation, epoch)
        return await self.send(sender, msgspec.structs.replace(message, text=words))

    async def sql(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """Look into the database."""
        return await self.database.read(
            lambda c: [tuple(row) for row in c.execute(text(statement), values)]
        )

    async def change(self, statement: str, **values: object) -> None:
        """Change the database behind the services' back."""
        await self.database.write(lambda c: c.execute(text(statement), values).rowcount)


def insert_device(connection: Connection, leaf: PlainLeaf) -> None:
    """Make a person and a device, if they are not there."""
    connection.execute(
        insert(site).prefix_with("OR IGNORE"),
        {"id": SITE, "name": "Stuttgart", "time_zone": "Europe/Berlin", "created": 0},
    )
    connection.execute(
        insert(person).prefix_with("OR IGNORE"),
        {
            "id": leaf.user,
            "user_name": leaf.user,
            "display_name": leaf.user,
            "search": leaf.user,
            "site": SITE,
            "language": "en",
            "active": True,
            "created": 0,
        },
    )
    connection.execute(
        insert(device).prefix_with("OR IGNORE"),
        {
            "id": leaf.device,
            "person": leaf.user,
            "name": "laptop",
            "certificate": certificate_of(leaf),
            "device_key": leaf.device.encode(),
            "created": 0,
            "last_active_day": 0,
        },
    )


@asynccontextmanager
async def delivery_half(
    directory: Path, *, rates: float = 1e9, reserve: int = 1
) -> AsyncIterator[DeliveryHalf]:
    """Open everything, on a database that may exist already.

    `rates` multiplies every limit; `reserve` is how many bytes of the disk have to stay free.
    """
    async with Database(directory / "delivery.db") as database:
        await database.write(schema.upgrade)
        yield assemble(database, rates, reserve)


def assemble(database: Database, rates: float = 1e9, reserve: int = 1) -> DeliveryHalf:
    """Put the delivery half together on an open database."""
    clock, hub, groups = FakeClock(), Hub(), PlainGroups()
    limiter = Limiter(clock, factor=rates)
    announced: list[Announcement] = []

    def announce(announcement: Announcement) -> None:
        announced.append(announcement)
        hub.announce(announcement)

    inboxes = Inboxes(database, announce)
    space = FreeSpace(Path(), clock, reserve=reserve)
    return DeliveryHalf(
        database=database,
        clock=clock,
        hub=hub,
        limiter=limiter,
        inboxes=inboxes,
        cursors=Cursors(database, inboxes),
        conversations=Conversations(database, clock, groups=groups, announce=announce, space=space),
        key_packages=KeyPackages(database, clock, limiter, checker=groups, inboxes=inboxes),
        delivery=Delivery(
            database,
            clock,
            limiter,
            groups=groups,
            membership=Membership(clock, inboxes=inboxes, announce=announce, most_devices=MOST),
            announce=announce,
            space=space,
        ),
        announced=announced,
    )
