"""Up to where devices hold the logs."""

from collections.abc import Mapping

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


_held = func.max(func.max(func.coalesce(cursor.c.delivered_seq, 0), membership.c.from_seq - 1))
_delivered = (
    select(membership.c.conversation, device.c.person, _held)
    .select_from(membership)
    .join(device, device.c.id == membership.c.device)
    .outerjoin(
        cursor,
        and_(
            cursor.c.device == membership.c.device,
            cursor.c.conversation == membership.c.conversation,
        ),
    )
    .where(
        membership.c.conversation.in_(bindparam("conversations", expanding=True)),
        membership.c.to_seq.is_(None),
        device.c.revoked.is_(None),
    )
    .group_by(membership.c.conversation, device.c.person)
)


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


def held(
    connection: Connection, conversations: list[ConversationId]
) -> dict[ConversationId, dict[UserId, int]]:
    """Return, for each person in a group, up to where one of their devices holds its log."""
    found: dict[ConversationId, dict[UserId, int]] = {}
    for which, who, seq in connection.execute(_delivered, {"conversations": conversations}):
        found.setdefault(which, {})[who] = seq
    return found
