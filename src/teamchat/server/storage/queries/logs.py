"""Append to logs and read them."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.storage.prepared import Prepared, Value
from teamchat.server.storage.tables.conversations import conversation, membership
from teamchat.server.storage.tables.messages import message
from teamchat.server.storage.tables.people import device, person
from teamchat.wire.frames import Item, Kind


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation is, what a device is in it, and whether it sent this before."""

    log_epoch: int
    epoch: int
    clear_from: int
    next_seq: int
    kind: str
    person: UserId
    active: bool
    from_seq: int | None
    earlier_seq: int | None
    earlier_ms: int | None

    @property
    def head(self) -> int:
        """The last message of the log."""
        return self.next_seq - 1

    @property
    def holds_ended(self) -> bool:
        """Whether a leaf of a device that has ended is in the group."""
        return self.clear_from > self.epoch


@dataclass(frozen=True, slots=True)
class Entry:
    """One message, about to be appended."""

    conversation: ConversationId
    seq: int
    item: Item


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive messages of one log, and where the log ended when they were read."""

    log_epoch: int
    min_seq: int
    head: int
    items: list[Item]


_standing = Prepared(
    select(
        conversation.c.log_epoch,
        conversation.c.epoch,
        conversation.c.clear_from,
        conversation.c.next_seq,
        conversation.c.kind,
        device.c.person,
        and_(device.c.revoked.is_(None), person.c.active).label("active"),
        membership.c.from_seq,
        message.c.seq,
        message.c.time_ms,
    )
    .select_from(conversation)
    .join(device, device.c.id == bindparam("device"))
    .join(person, person.c.id == device.c.person)
    .outerjoin(
        membership,
        and_(
            membership.c.conversation == conversation.c.id,
            membership.c.device == device.c.id,
            membership.c.to_seq.is_(None),
        ),
    )
    .outerjoin(
        message,
        and_(
            message.c.conversation == conversation.c.id,
            message.c.sender == device.c.id,
            message.c.client_id == bindparam("client"),
        ),
    )
    .where(conversation.c.id == bindparam("conversation"))
)
_insert = Prepared(
    insert(message).values({column: bindparam(column.name) for column in message.columns})
)
_advance = Prepared(
    update(conversation)
    .where(conversation.c.id == bindparam("which"))
    .values(next_seq=bindparam("next"))
)
_advance_epoch = Prepared(
    update(conversation)
    .where(conversation.c.id == bindparam("which"))
    .values(next_seq=bindparam("next"), epoch=bindparam("new_epoch"))
)
_end = select(conversation.c.log_epoch, conversation.c.min_seq, conversation.c.next_seq - 1).where(
    conversation.c.id == bindparam("conversation")
)
_read = (
    select(
        message.c.kind,
        message.c.epoch,
        message.c.sender,
        message.c.client_id,
        message.c.time_ms,
        message.c.body,
    )
    .where(
        message.c.conversation == bindparam("conversation"),
        message.c.seq > bindparam("after"),
        message.c.seq <= bindparam("last"),
    )
    .order_by(message.c.seq)
    .limit(bindparam("count"))
)


def standing(
    connection: Connection, conversation: ConversationId, device: DeviceId, client_id: bytes
) -> Standing | None:
    """Return what a send has to know; None if there is no such conversation."""
    row = _standing.run(
        connection, {"conversation": conversation, "device": device, "client": client_id}
    ).fetchone()
    return None if row is None else Standing(*row)


def append(connection: Connection, entry: Entry, *, epoch: int | None = None) -> None:
    """Add a message at its place; `epoch` is the new one if it was a commit."""
    item = entry.item
    _insert.run(
        connection,
        {
            "conversation": entry.conversation,
            "seq": entry.seq,
            "sender": item.sender,
            "client_id": item.client_id,
            "epoch": item.epoch,
            "kind": item.kind.value,
            "time_ms": item.time_ms,
            "body": item.body,
        },
    )
    place: dict[str, Value] = {"which": entry.conversation, "next": entry.seq + 1}
    if epoch is None:
        _advance.run(connection, place)
    else:
        _advance_epoch.run(connection, {**place, "new_epoch": epoch})


def read(
    connection: Connection,
    conversation: ConversationId,
    *,
    after: int,
    last: int,
    count: int,
    size: int,
) -> Piece | None:
    """Return the messages behind `after`, up to `last`; None if there is no such log.

    Not more than `count` of them and, if there are several, not more than `size` bytes.
    """
    end = connection.execute(_end, {"conversation": conversation}).first()
    if end is None:
        return None
    items: list[Item] = []
    room = size
    place = {"conversation": conversation, "after": after, "last": last, "count": count}
    with connection.execute(_read, place) as rows:
        for kind, epoch, sender, client_id, time_ms, body in rows:
            room -= len(body)
            if items and room < 0:
                break
            items.append(Item(Kind(kind), epoch, sender, client_id, time_ms, body))
    return Piece(*end, items)
