"""The SQL about linking devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from teamchat.ids import DeviceId, UserId
from teamchat.server.storage.tables.linking import grant, mailbox, message


class Side(StrEnum):
    """Who has written a message."""

    NEW = "new"
    EXISTING = "existing"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMailbox:
    """A mailbox as stored; `device` is None until a device that was there already has come."""

    name: str
    secret_hash: bytes
    device: DeviceId | None
    closed: bool
    expires: int


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message; its place follows from the order."""

    side: Side
    body: bytes


class GrantState(StrEnum):
    """What became of a grant."""

    WAITING = "waiting"
    """An administrator has to approve."""
    READY = "ready"
    DECLINED = "declined"
    REDEEMED = "redeemed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGrant:
    """What a new device is registered for."""

    id: str
    user: UserId
    by: DeviceId
    certificate_hash: bytes
    name: str
    state: GrantState
    created: int
    expires: int


# --- mailboxes --------------------------------------------------------------------------------


def count_mailboxes(connection: Connection) -> int:
    """Return how many there are."""
    return connection.scalar(select(func.count()).select_from(mailbox)) or 0


def insert_mailbox(connection: Connection, new: StoredMailbox) -> None:
    """Keep a new mailbox."""
    connection.execute(
        insert(mailbox).values(
            name=new.name,
            secret_hash=new.secret_hash,
            device=new.device,
            closed=new.closed,
            expires=new.expires,
        )
    )


def mailbox_named(connection: Connection, name: str, *, now: int) -> StoredMailbox | None:
    """Return the mailbox of this name, unless its time is over."""
    row = connection.execute(
        select(mailbox).where(mailbox.c.name == name, mailbox.c.expires > now)
    ).one_or_none()
    if row is None:
        return None
    return StoredMailbox(
        name=row.name,
        secret_hash=row.secret_hash,
        device=None if row.device is None else DeviceId(row.device),
        closed=row.closed,
        expires=row.expires,
    )


def join_mailbox(connection: Connection, name: str, device: DeviceId) -> None:
    """Tie a mailbox to the device that was there already."""
    connection.execute(update(mailbox).where(mailbox.c.name == name).values(device=device))


def close_mailbox(connection: Connection, name: str) -> None:
    """Let nothing more be written."""
    connection.execute(update(mailbox).where(mailbox.c.name == name).values(closed=True))


def drop_mailboxes(connection: Connection, *names: str) -> None:
    """Delete mailboxes with all that stands in them."""
    connection.execute(delete(message).where(message.c.mailbox.in_(names)))
    connection.execute(delete(mailbox).where(mailbox.c.name.in_(names)))


def mailboxes_of(connection: Connection, device: DeviceId) -> Sequence[str]:
    """Return the mailboxes that a device has joined."""
    return connection.scalars(select(mailbox.c.name).where(mailbox.c.device == device)).all()


def mailboxes_over(connection: Connection, *, now: int) -> Sequence[str]:
    """Return the mailboxes whose time is over."""
    return connection.scalars(select(mailbox.c.name).where(mailbox.c.expires <= now)).all()


def messages_in(connection: Connection, name: str) -> list[StoredMessage]:
    """Return all messages of a mailbox in their order."""
    rows = connection.execute(
        select(message.c.side, message.c.body)
        .where(message.c.mailbox == name)
        .order_by(message.c.n)
    )
    return [StoredMessage(Side(row.side), row.body) for row in rows]


def put_message(connection: Connection, name: str, place: int, new: StoredMessage) -> None:
    """Add a message at its place."""
    connection.execute(
        insert(message).values(mailbox=name, n=place, side=new.side.value, body=new.body)
    )


# --- grants -----------------------------------------------------------------------------------


def insert_grant(connection: Connection, new: StoredGrant, *, secret_hash: bytes) -> None:
    """Keep a new grant."""
    connection.execute(
        insert(grant).values(
            id=new.id,
            secret_hash=secret_hash,
            person=new.user,
            by=new.by,
            certificate_hash=new.certificate_hash,
            name=new.name,
            state=new.state.value,
            created=new.created,
            expires=new.expires,
        )
    )


def grant_by_secret(connection: Connection, secret_hash: bytes, *, now: int) -> StoredGrant | None:
    """Return the grant with this secret, unless its time is over."""
    row = connection.execute(
        select(grant).where(grant.c.secret_hash == secret_hash, grant.c.expires > now)
    ).one_or_none()
    return None if row is None else _grant(row)


def waiting_grant(connection: Connection, which: str, *, now: int) -> StoredGrant | None:
    """Return a grant that waits for an administrator."""
    return next((each for each in waiting_grants(connection, now=now) if each.id == which), None)


def waiting_grants(connection: Connection, *, now: int) -> list[StoredGrant]:
    """Return the grants that wait for an administrator, the oldest first."""
    rows = connection.execute(
        select(grant)
        .where(grant.c.state == GrantState.WAITING.value, grant.c.expires > now)
        .order_by(grant.c.created, grant.c.id)
    )
    return [_grant(row) for row in rows]


def withdraw_grants(connection: Connection, by: DeviceId) -> None:
    """Drop what a device has asked for and nobody has used yet: it asks for another one."""
    unused = (GrantState.WAITING.value, GrantState.READY.value)
    connection.execute(delete(grant).where(grant.c.by == by, grant.c.state.in_(unused)))


def set_grant(connection: Connection, which: str, state: GrantState, *, expires: int) -> None:
    """Say what became of a grant, and until when it is kept."""
    connection.execute(
        update(grant).where(grant.c.id == which).values(state=state.value, expires=expires)
    )


def drop_grants_over(connection: Connection, *, now: int) -> None:
    """Forget the grants whose time is over."""
    connection.execute(delete(grant).where(grant.c.expires <= now))


def _grant(row: Row[*tuple[object, ...]]) -> StoredGrant:
    return StoredGrant(
        id=row.id,
        user=UserId(row.person),
        by=DeviceId(row.by),
        certificate_hash=row.certificate_hash,
        name=row.name,
        state=GrantState(row.state),
        created=row.created,
        expires=row.expires,
    )
