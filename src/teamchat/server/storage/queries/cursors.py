"""Up to where devices hold the logs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.storage.tables.conversations import conversation, cursor, membership
from teamchat.server.storage.tables.people import device

_new = insert(cursor)
_raise = _new.on_conflict_do_update(
    index_elements=[cursor.c.device, cursor.c.conversation],
    set_={"delivered_seq": _new.excluded.delivered_seq},
    where=cursor.c.delivered_seq < _new.excluded.delivered_seq,
)
_ends = (
    select(
        membership.c.conversation,
        func.max(func.coalesce(membership.c.to_seq, conversation.c.next_seq - 1)),
    )
    .join(conversation, conversation.c.id == membership.c.conversation)
    .where(membership.c.device == bindparam("device"))
    .group_by(membership.c.conversation)
)


_readings = (
    select(
        membership.c.conversation,
        device.c.person,
        membership.c.from_seq,
        membership.c.to_seq,
        func.coalesce(cursor.c.delivered_seq, 0),
        and_(membership.c.to_seq.is_(None), device.c.revoked.is_(None)),
    )
    .select_from(membership)
    .join(device, device.c.id == membership.c.device)
    .outerjoin(
        cursor,
        and_(
            cursor.c.device == membership.c.device,
            cursor.c.conversation == membership.c.conversation,
        ),
    )
    .where(membership.c.conversation.in_(bindparam("conversations", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device may read of a log, and how far it has come.

    Attributes:
        from_seq: Where it begins.
        to_seq: Where it ends; None while the device is in the group.
        held: Up to where the device holds the log durably.
        is_current: The device is in the group and has not ended.
    """

    from_seq: int
    to_seq: int | None
    held: int
    is_current: bool


def ends(connection: Connection, device: DeviceId) -> dict[ConversationId, int]:
    """Return the last message of each log that a device may read."""
    rows = connection.execute(_ends, {"device": device})
    return {row[0]: row[1] for row in rows}


def put(connection: Connection, device: DeviceId, cursors: Mapping[ConversationId, int]) -> None:
    """Raise cursors; one that is higher already stays."""
    if cursors:
        connection.execute(
            _raise,
            [
                {"device": device, "conversation": which, "delivered_seq": seq}
                for which, seq in cursors.items()
            ],
        )


def readings(
    connection: Connection, conversations: list[ConversationId]
) -> dict[ConversationId, dict[UserId, list[Reading]]]:
    """Return, for each person who was ever in a group, what their devices may read and hold."""
    found: dict[ConversationId, dict[UserId, list[Reading]]] = {}
    for which, who, *reading in connection.execute(_readings, {"conversations": conversations}):
        found.setdefault(which, {}).setdefault(who, []).append(Reading(*reading))
    return found
