"""The SQL about waking devices."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select

from teamchat.ids import ConversationId, DeviceId
from teamchat.server.storage.tables.conversations import cursor, membership
from teamchat.server.storage.tables.people import device, person, session
from teamchat.server.storage.tables.push import push_subscription


@dataclass(frozen=True, slots=True)
class Target:
    """Where a device is woken."""

    device: DeviceId
    endpoint: str
    topic: str

    def __repr__(self) -> str:
        return f"Target({self.device!r})"


def put(connection: Connection, target: Target, *, now: int) -> None:
    """Keep where a device is woken, in the place of what was known."""
    drop(connection, target.device)
    connection.execute(
        insert(push_subscription).values(
            device=target.device, endpoint=target.endpoint, topic=target.topic, created=now
        )
    )


def drop(connection: Connection, which: DeviceId) -> None:
    """Forget where a device is woken."""
    connection.execute(delete(push_subscription).where(push_subscription.c.device == which))


def drop_endpoint(connection: Connection, target: Target) -> None:
    """Forget an address, unless the device has another one by now."""
    connection.execute(
        delete(push_subscription).where(
            push_subscription.c.device == target.device,
            push_subscription.c.endpoint == target.endpoint,
        )
    )


def drop_all(connection: Connection) -> int:
    """Forget where any device is woken; return how many."""
    return connection.execute(delete(push_subscription)).rowcount


def drop_idle(connection: Connection, *, now: int) -> int:
    """Forget where devices are woken that are not logged in; return how many."""
    idle = delete(push_subscription).where(~_logged_in(now))
    return connection.execute(idle).rowcount


def find(connection: Connection, which: DeviceId, *, now: int) -> Target | None:
    """Return where a device is woken; None if it is not, or is not logged in."""
    table = push_subscription.c
    row = connection.execute(
        select(table.device, table.endpoint, table.topic).where(
            table.device == which, _logged_in(now)
        )
    ).one_or_none()
    return None if row is None else Target(*row)


def behind(
    connection: Connection, conversation: ConversationId, sender: DeviceId, seq: int, *, now: int
) -> list[DeviceId]:
    """Return the devices to wake for a message: of other people, and not known to hold it."""
    of_sender = select(device.c.person).where(device.c.id == sender).scalar_subquery()
    found = (
        select(push_subscription.c.device)
        .join(
            membership,
            and_(
                membership.c.device == push_subscription.c.device,
                membership.c.conversation == conversation,
                membership.c.from_seq <= seq,
                membership.c.to_seq.is_(None),
            ),
        )
        .join(device, device.c.id == push_subscription.c.device)
        .outerjoin(
            cursor,
            and_(
                cursor.c.device == push_subscription.c.device,
                cursor.c.conversation == conversation,
            ),
        )
        .where(
            device.c.person != of_sender,
            func.coalesce(cursor.c.delivered_seq, 0) < seq,
            _logged_in(now),
        )
        .order_by(push_subscription.c.device)
    )
    return list(connection.scalars(found))


def _logged_in(now: int) -> ColumnElement[bool]:
    return (
        select(session.c.id)
        .join(device, device.c.id == session.c.device)
        .join(person, person.c.id == device.c.person)
        .where(
            session.c.device == push_subscription.c.device,
            session.c.ended.is_(None),
            session.c.expires > now,
            device.c.revoked.is_(None),
            person.c.active.is_(True),
        )
        .correlate(push_subscription)
        .exists()
    )
