"""The inboxes of devices."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from teamchat.ids import ConversationId, DeviceId
from teamchat.server.storage.prepared import Prepared
from teamchat.server.storage.tables.inboxes import inbox, inbox_end
from teamchat.wire.frames import InboxItem, InboxKind

_take_number = insert(inbox_end).on_conflict_do_update(
    index_elements=[inbox_end.c.device], set_={"next": inbox_end.c.next + 1}
)
_number = (
    select(inbox_end.c.next - 1).where(inbox_end.c.device == bindparam("whose")).scalar_subquery()
)
_given = ("kind", "conversation", "log_epoch", "seq", "epoch", "body")
_put = insert(inbox).values(
    {"device": bindparam("whose"), "number": _number}
    | {column: bindparam(column) for column in _given}
)
_restored = Prepared(
    select(inbox_end.c.restored).where(
        inbox_end.c.device == bindparam("device"), inbox_end.c.restored.is_not(None)
    )
)
_read = (
    select(
        inbox.c.number,
        inbox.c.kind,
        inbox.c.conversation,
        inbox.c.log_epoch,
        inbox.c.seq,
        inbox.c.epoch,
        inbox.c.body,
    )
    .where(inbox.c.device == bindparam("device"), inbox.c.number > bindparam("after"))
    .order_by(inbox.c.number)
    .limit(bindparam("count"))
)


def put(connection: Connection, items: Sequence[tuple[DeviceId, InboxItem]]) -> None:
    """Add items to the inboxes of devices, each at its end."""
    waiting = list(items)
    while waiting:
        now: dict[DeviceId, InboxItem] = {}
        later: list[tuple[DeviceId, InboxItem]] = []
        for device, item in waiting:
            if device in now:
                later.append((device, item))
            else:
                now[device] = item
        _put_one_each(connection, now)
        waiting = later


def _put_one_each(connection: Connection, items: Mapping[DeviceId, InboxItem]) -> None:
    connection.execute(_take_number, [{"device": device, "next": 2} for device in items])
    connection.execute(
        _put,
        [
            {
                "whose": device,
                "kind": item.kind.value,
                "conversation": item.conversation,
                "log_epoch": item.log_epoch,
                "seq": item.seq,
                "epoch": item.epoch,
                "body": item.body,
            }
            for device, item in items.items()
        ],
    )


def read(
    connection: Connection, device: DeviceId, *, after: int, count: int, size: int
) -> tuple[int, list[InboxItem]]:
    """Return the items behind `after` and the number of the first of them."""
    first, items, room = after + 1, list[InboxItem](), size
    with connection.execute(_read, {"device": device, "after": after, "count": count}) as rows:
        for number, kind, which, log_epoch, seq, epoch, body in rows:
            room -= len(body)
            if items and (room < 0 or number != first + len(items)):
                break
            first = first if items else number
            items.append(InboxItem(InboxKind(kind), which, log_epoch, seq, epoch, body))
    return first, items


def put_right(connection: Connection, device: DeviceId, up_to: int) -> bool:
    """Number a restored inbox anew behind what its device holds; return whether it was restored.

    What was in the backup up to there, the device has had. What came since is new to it,
    whatever its number.
    """
    row = _restored.run(connection, {"device": device}).fetchone()
    if row is None:
        return False
    (restored,) = row
    mine = inbox.c.device == device
    connection.execute(
        delete(inbox).where(mine, inbox.c.number <= up_to, inbox.c.number < restored)
    )
    shift = max(0, up_to + 1 - restored)
    moved = update(inbox).where(mine, inbox.c.number >= restored)
    connection.execute(moved.values(number=-(inbox.c.number + shift)))  # no two alike on the way
    connection.execute(update(inbox).where(mine, inbox.c.number < 0).values(number=-inbox.c.number))
    connection.execute(
        update(inbox_end)
        .where(inbox_end.c.device == device)
        .values(next=inbox_end.c.next + shift, restored=None)
    )
    return True


def drop(connection: Connection, device: DeviceId, up_to: int) -> list[tuple[ConversationId, int]]:
    """Forget what was acknowledged; return the (conversation, epoch) of Welcomes among it."""
    gone = connection.execute(
        delete(inbox)
        .where(inbox.c.device == device, inbox.c.number <= up_to)
        .returning(inbox.c.kind, inbox.c.conversation, inbox.c.epoch)
    )
    return [
        (conversation, epoch)
        for kind, conversation, epoch in gone
        if kind == InboxKind.WELCOME.value
    ]


def holds(connection: Connection, device: DeviceId, kind: InboxKind) -> bool:
    """Say whether an item of this kind waits for a device."""
    return (
        connection.execute(
            select(inbox.c.number)
            .where(inbox.c.device == device, inbox.c.kind == kind.value)
            .limit(1)
        ).first()
        is not None
    )
