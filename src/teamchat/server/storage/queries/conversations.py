"""Conversations, their people, and which device may read what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.storage.batched import AT_ONCE, batched
from teamchat.server.storage.tables.conversations import (
    conversation,
    cursor,
    group_state,
    member,
    membership,
    tree,
)
from teamchat.server.storage.tables.inboxes import inbox
from teamchat.server.storage.tables.people import device, person
from teamchat.wire.bodies import ConversationKind, MemberRole
from teamchat.wire.frames import InboxKind


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation without its people."""

    id: ConversationId
    kind: ConversationKind
    log_epoch: int
    min_seq: int
    next_seq: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a log that a device may read; `to_seq` is None while it is in the group."""

    conversation: ConversationId
    log_epoch: int
    min_seq: int
    head: int
    from_seq: int
    to_seq: int | None
    delivered: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """The group of a conversation, as anybody may see it."""

    version: int
    public_group: bytes
    group_info: bytes


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A registered device."""

    id: DeviceId
    person: UserId
    certificate: bytes
    active: bool


_row = (
    conversation.c.id,
    conversation.c.kind,
    conversation.c.log_epoch,
    conversation.c.min_seq,
    conversation.c.next_seq,
    conversation.c.epoch,
)
_by_id = select(*_row).where(conversation.c.id == bindparam("id"))
_of_person = (
    select(*_row)
    .join(member, member.c.conversation == conversation.c.id)
    .where(member.c.person == bindparam("person"))
    .order_by(conversation.c.id)
)
_spans = (
    select(
        membership.c.conversation,
        conversation.c.log_epoch,
        conversation.c.min_seq,
        conversation.c.next_seq - 1,
        membership.c.from_seq,
        membership.c.to_seq,
        func.coalesce(cursor.c.delivered_seq, 0),
    )
    .select_from(membership)
    .join(conversation, conversation.c.id == membership.c.conversation)
    .outerjoin(
        cursor,
        and_(
            cursor.c.device == membership.c.device,
            cursor.c.conversation == membership.c.conversation,
        ),
    )
    .where(membership.c.device == bindparam("device"))
    .order_by(membership.c.conversation, membership.c.from_seq)
)
_members = (
    select(member.c.person, member.c.role)
    .where(member.c.conversation == bindparam("conversation"))
    .order_by(member.c.person)
)
_devices = (
    select(device.c.person, device.c.id)
    .select_from(membership)
    .join(device, device.c.id == membership.c.device)
    .where(membership.c.conversation == bindparam("conversation"), membership.c.to_seq.is_(None))
    .order_by(device.c.id)
)
_group = select(group_state.c.version, group_state.c.public_group, group_state.c.group_info).where(
    group_state.c.conversation == bindparam("conversation")
)
_known = (
    select(
        device.c.id,
        device.c.person,
        device.c.certificate,
        and_(device.c.revoked.is_(None), person.c.active),
    )
    .join(person, person.c.id == device.c.person)
    .where(device.c.id.in_(bindparam("devices", expanding=True)))
)
_tree = select(tree.c.body).where(
    tree.c.conversation == bindparam("conversation"), tree.c.epoch == bindparam("epoch")
)
_with_device = select(membership.c.conversation).where(
    membership.c.device == bindparam("which"), membership.c.to_seq.is_(None)
)
_with_ended = (
    select(membership.c.conversation)
    .join(device, device.c.id == membership.c.device)
    .join(person, person.c.id == device.c.person)
    .where(
        membership.c.conversation == bindparam("which"),
        membership.c.to_seq.is_(None),
        or_(device.c.revoked.is_not(None), ~person.c.active),
    )
)
_wait = update(conversation).values(clear_from=conversation.c.epoch + 1)
_wait_without = _wait.where(conversation.c.id.in_(_with_device))
_wait_if_ended = _wait.where(conversation.c.id.in_(_with_ended))
_open = insert(membership).values(
    conversation=bindparam("which"), device=bindparam("whose"), from_seq=bindparam("first")
)
_add_member = insert(member)
_drop_member = delete(member).where(
    member.c.conversation == bindparam("which"), member.c.person == bindparam("who")
)
_close = (
    update(membership)
    .where(
        membership.c.conversation == bindparam("which"),
        membership.c.device == bindparam("whose"),
        membership.c.to_seq.is_(None),
    )
    .values(to_seq=bindparam("last"))
)


def insert_conversation(
    connection: Connection, row: ConversationRow, *, pair: str | None, created: int
) -> None:
    """Add a conversation."""
    connection.execute(
        insert(conversation),
        {
            "id": row.id,
            "kind": row.kind.value,
            "pair": pair,
            "created": created,
            "log_epoch": row.log_epoch,
            "min_seq": row.min_seq,
            "next_seq": row.next_seq,
            "epoch": row.epoch,
        },
    )


def find(connection: Connection, conversation: ConversationId) -> ConversationRow | None:
    """Return a conversation."""
    row = connection.execute(_by_id, {"id": conversation}).first()
    return None if row is None else _conversation(row)


def find_pair(connection: Connection, pair: str) -> ConversationId | None:
    """Return the direct conversation of two people."""
    found: ConversationId | None = connection.execute(
        select(conversation.c.id).where(conversation.c.pair == pair)
    ).scalar()
    return found


def of_person(connection: Connection, person: UserId) -> list[ConversationRow]:
    """Return the conversations of a person."""
    return [_conversation(row) for row in connection.execute(_of_person, {"person": person})]


def spans(connection: Connection, device: DeviceId) -> list[Span]:
    """Return what a device may read, by conversation and then by place."""
    return [Span(*row) for row in connection.execute(_spans, {"device": device})]


def members(connection: Connection, conversation: ConversationId) -> dict[UserId, MemberRole]:
    """Return the people of a conversation."""
    rows = connection.execute(_members, {"conversation": conversation})
    return {person: MemberRole(role) for person, role in rows}


def role_of(
    connection: Connection, conversation: ConversationId, person: UserId
) -> MemberRole | None:
    """Return what a person is in a conversation; None if they are not in it."""
    role = connection.execute(
        select(member.c.role).where(
            member.c.conversation == conversation, member.c.person == person
        )
    ).scalar()
    return None if role is None else MemberRole(role)


def devices(connection: Connection, conversation: ConversationId) -> dict[UserId, list[DeviceId]]:
    """Return the devices that are in the group, by person."""
    found: dict[UserId, list[DeviceId]] = {}
    for who, which in connection.execute(_devices, {"conversation": conversation}):
        found.setdefault(who, []).append(which)
    return found


def put_member(
    connection: Connection, conversation: ConversationId, person: UserId, role: MemberRole
) -> None:
    """Make a person a member, or change their role."""
    place = and_(member.c.conversation == conversation, member.c.person == person)
    changed = connection.execute(update(member).where(place).values(role=role.value))
    if not changed.rowcount:
        connection.execute(
            insert(member), {"conversation": conversation, "person": person, "role": role.value}
        )


def add_members(
    connection: Connection, conversation: ConversationId, people: Sequence[UserId], role: MemberRole
) -> None:
    """Make people members who are not."""
    if people:
        rows = [{"conversation": conversation, "person": who, "role": role.value} for who in people]
        connection.execute(_add_member, rows)


def drop_members(
    connection: Connection, conversation: ConversationId, people: Sequence[UserId]
) -> None:
    """People are no longer members."""
    if people:
        connection.execute(_drop_member, [{"which": conversation, "who": who} for who in people])


def open_memberships(
    connection: Connection,
    conversation: ConversationId,
    devices: Sequence[DeviceId],
    from_seq: int,
) -> None:
    """Let devices read from here on."""
    if devices:
        connection.execute(
            _open,
            [{"which": conversation, "whose": each, "first": from_seq} for each in devices],
        )


def close_memberships(
    connection: Connection, conversation: ConversationId, devices: Sequence[DeviceId], to_seq: int
) -> None:
    """Let devices read up to here, and no further."""
    if devices:
        connection.execute(
            _close,
            [{"which": conversation, "whose": each, "last": to_seq} for each in devices],
        )


def wait_without_device(connection: Connection, device: DeviceId) -> None:
    """Let nothing be said in a group that holds a device before the next epoch."""
    connection.execute(_wait_without, {"which": device})


def wait_if_ended(connection: Connection, conversation: ConversationId) -> None:
    """Let nothing be said before the next epoch if a device of the group has ended."""
    connection.execute(_wait_if_ended, {"which": conversation})


def known_device(connection: Connection, device: DeviceId) -> KnownDevice | None:
    """Return a registered device, ended or not."""
    return known_devices(connection, [device]).get(device)


def known_devices(
    connection: Connection, devices: Iterable[DeviceId]
) -> dict[DeviceId, KnownDevice]:
    """Return those of some devices that are registered, ended or not."""
    found: dict[DeviceId, KnownDevice] = {}
    for some in batched(devices, AT_ONCE):
        for row in connection.execute(_known, {"devices": some}):
            known = KnownDevice(*row)
            found[known.id] = known
    return found


def is_active_person(connection: Connection, who: UserId) -> bool:
    """Say whether there is such a person and they may take part."""
    return bool(connection.execute(select(person.c.active).where(person.c.id == who)).scalar())


# --- the group ------------------------------------------------------------------------------


def find_group(connection: Connection, conversation: ConversationId) -> GroupRow | None:
    """Return the group of a conversation."""
    row = connection.execute(_group, {"conversation": conversation}).first()
    return None if row is None else GroupRow(*row)


def insert_group(connection: Connection, conversation: ConversationId, row: GroupRow) -> None:
    """Begin to follow a group."""
    connection.execute(
        insert(group_state),
        {
            "conversation": conversation,
            "version": row.version,
            "public_group": row.public_group,
            "group_info": row.group_info,
        },
    )


def group_version(connection: Connection, conversation: ConversationId) -> int | None:
    """Return how many handshakes the stored group has followed."""
    version: int | None = connection.execute(
        select(group_state.c.version).where(group_state.c.conversation == conversation)
    ).scalar()
    return version


def replace_group(connection: Connection, conversation: ConversationId, row: GroupRow) -> None:
    """Put the group's next state in the place of the one before."""
    connection.execute(
        update(group_state)
        .where(group_state.c.conversation == conversation)
        .values(version=row.version, public_group=row.public_group, group_info=row.group_info)
    )


def put_tree(connection: Connection, conversation: ConversationId, epoch: int, body: bytes) -> None:
    """Keep the ratchet tree that those who were welcomed to an epoch need."""
    connection.execute(insert(tree), {"conversation": conversation, "epoch": epoch, "body": body})


def find_tree(connection: Connection, conversation: ConversationId, epoch: int) -> bytes | None:
    """Return the ratchet tree of an epoch, if a Welcome still refers to it."""
    body: bytes | None = connection.execute(
        _tree, {"conversation": conversation, "epoch": epoch}
    ).scalar()
    return body


def is_welcomed(
    connection: Connection, conversation: ConversationId, epoch: int, device: DeviceId
) -> bool:
    """Say whether a Welcome to this epoch waits for a device."""
    return (
        connection.execute(
            select(inbox.c.number).where(
                inbox.c.device == device,
                inbox.c.kind == InboxKind.WELCOME.value,
                inbox.c.conversation == conversation,
                inbox.c.epoch == epoch,
            )
        ).first()
        is not None
    )


def drop_unused_trees(connection: Connection, places: Iterable[tuple[ConversationId, int]]) -> None:
    """Forget the trees of these epochs to which no Welcome refers any more."""
    for which, epoch in places:
        waiting = select(inbox.c.number).where(
            inbox.c.conversation == which,
            inbox.c.epoch == epoch,
            inbox.c.kind == InboxKind.WELCOME.value,
        )
        connection.execute(
            delete(tree).where(
                tree.c.conversation == which, tree.c.epoch == epoch, ~waiting.exists()
            )
        )


def _conversation(row: Sequence[object]) -> ConversationRow:
    which, kind, *counts = row
    return ConversationRow(which, ConversationKind(kind), *counts)  # type: ignore[arg-type]  # a row of `_row`
