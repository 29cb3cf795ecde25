"""The SQL about sessions and invitations; secrets come and go as hashes."""

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from teamchat.ids import DeviceId, InvitationId, SessionId, UserId
from teamchat.server.storage.tables.people import invitation, person, role, session
from teamchat.wire.bodies import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session as stored; `ended` is None while nobody has ended it."""

    id: SessionId
    user: UserId
    device: DeviceId | None
    used_day: int
    expires: int
    ended: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInvitation:
    """An invitation as stored; `ended` is when it was used or withdrawn."""

    id: InvitationId
    user: UserId
    expires: int
    ended: int | None


def insert_session(
    connection: Connection, new: StoredSession, *, token_hash: bytes, now: int
) -> None:
    """Keep a new session."""
    connection.execute(
        insert(session).values(
            id=new.id,
            token_hash=token_hash,
            person=new.user,
            device=new.device,
            created=now,
            used_day=new.used_day,
            expires=new.expires,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose token it is, and what they are now."""

    session: StoredSession
    active: bool
    roles: frozenset[Role]


_holder = (
    select(session, person.c.active, role.c.role)
    .join(person, person.c.id == session.c.person)
    .join(role, role.c.person == person.c.id, isouter=True)
    .where(session.c.token_hash == bindparam("hash"))
)


def holder_of(connection: Connection, token_hash: bytes) -> Holder | None:
    """Return who holds a token, also that of an ended session."""
    rows = connection.execute(_holder, {"hash": token_hash}).all()
    if not rows:
        return None
    return Holder(
        session=_session(rows[0], ended=rows[0].ended),
        active=rows[0].active,
        roles=frozenset(Role(row.role) for row in rows if row.role is not None),
    )


def token_hash_of(connection: Connection, which: SessionId) -> bytes | None:
    """Return the hash of a session's token; None if it is forgotten."""
    found: bytes | None = connection.scalar(
        select(session.c.token_hash).where(session.c.id == which)
    )
    return found


def device_of(connection: Connection, which: SessionId) -> DeviceId | None:
    """Return the device of a session; None if it has none yet, or is forgotten."""
    found: DeviceId | None = connection.scalar(
        select(session.c.device).where(session.c.id == which)
    )
    return found


def is_going(connection: Connection, which: SessionId, *, now: int) -> bool:
    """Tell whether a session is there, and neither ended nor expired."""
    found = connection.scalar(
        select(session.c.id).where(
            session.c.id == which, session.c.ended.is_(None), session.c.expires > now
        )
    )
    return found is not None


def touch(connection: Connection, which: SessionId, *, day: int, expires: int) -> None:
    """Note that a session was used on a day, and put off its end."""
    connection.execute(
        update(session)
        .where(session.c.id == which, session.c.ended.is_(None))
        .values(used_day=day, expires=expires)
    )


def bind_device(
    connection: Connection, which: SessionId, device: DeviceId, *, expires: int
) -> bool:
    """Tie a live session to its device, and put off its end; return whether it had none."""
    changed = connection.execute(
        update(session)
        .where(session.c.id == which, session.c.device.is_(None), session.c.ended.is_(None))
        .values(device=device, expires=expires)
    )
    return changed.rowcount == 1


def end_session(connection: Connection, which: SessionId, *, now: int) -> bool:
    """End a session; return whether it was still going."""
    changed = connection.execute(
        update(session).where(session.c.id == which, session.c.ended.is_(None)).values(ended=now)
    )
    return changed.rowcount == 1


def end_sessions_of(
    connection: Connection, user: UserId, *, now: int, but: SessionId | None = None
) -> list[StoredSession]:
    """End every session of a person, all but one if given; return those that were going."""
    return _end(connection, session.c.person == user, session.c.id != (but or ""), now=now)


def end_sessions_on(connection: Connection, device: DeviceId, *, now: int) -> list[StoredSession]:
    """End every session of a device; return those that were going."""
    return _end(connection, session.c.device == device, now=now)


def end_unbound_before(
    connection: Connection, which: SessionId, *, now: int
) -> list[StoredSession]:
    """End a person's sessions without a device that are older than one; return those going."""
    newest = select(session.c.person, session.c.created).where(session.c.id == which).subquery()
    return _end(
        connection,
        session.c.device.is_(None),
        session.c.person == select(newest.c.person).scalar_subquery(),
        session.c.created < select(newest.c.created).scalar_subquery(),
        now=now,
    )


def forget_sessions(connection: Connection, *, before: int) -> int:
    """Delete what expired before an instant; return how many."""
    return connection.execute(delete(session).where(session.c.expires < before)).rowcount


def insert_invitation(
    connection: Connection, new: StoredInvitation, *, secret_hash: bytes, now: int
) -> None:
    """Keep a new invitation."""
    connection.execute(
        insert(invitation).values(
            id=new.id,
            person=new.user,
            secret_hash=secret_hash,
            created=now,
            expires=new.expires,
        )
    )


def invitation_by_secret(connection: Connection, secret_hash: bytes) -> StoredInvitation | None:
    """Return the invitation with this secret, also an ended one; not of someone inactive."""
    row = connection.execute(
        select(invitation)
        .join(person, person.c.id == invitation.c.person)
        .where(invitation.c.secret_hash == secret_hash, person.c.active)
    ).one_or_none()
    if row is None:
        return None
    return StoredInvitation(
        id=InvitationId(row.id), user=UserId(row.person), expires=row.expires, ended=row.ended
    )


def end_invitation(connection: Connection, which: InvitationId, *, now: int) -> bool:
    """Use up an invitation; return whether it could still be used."""
    changed = connection.execute(
        update(invitation)
        .where(invitation.c.id == which, invitation.c.ended.is_(None), invitation.c.expires > now)
        .values(ended=now)
    )
    return changed.rowcount == 1


def end_invitations_of(connection: Connection, user: UserId, *, now: int) -> list[InvitationId]:
    """Withdraw the open invitations of a person; return them."""
    return _end_invitations(
        connection, invitation.c.person == user, invitation.c.expires > now, now=now
    )


def end_expired(
    connection: Connection, *, now: int, user: UserId | None = None
) -> list[InvitationId]:
    """End the invitations, of one person or of all, that nobody used in time; return them."""
    whose = () if user is None else (invitation.c.person == user,)
    return _end_invitations(connection, *whose, invitation.c.expires <= now, now=now)


def _end_invitations(
    connection: Connection, *which: ColumnElement[bool], now: int
) -> list[InvitationId]:
    still = (*which, invitation.c.ended.is_(None))
    found = connection.scalars(
        select(invitation.c.id).where(*still).order_by(invitation.c.id)
    ).all()
    if found:
        connection.execute(update(invitation).where(*still).values(ended=now))
    return [InvitationId(each) for each in found]


def _end(connection: Connection, *which: ColumnElement[bool], now: int) -> list[StoredSession]:
    live = (*which, session.c.ended.is_(None))
    found = connection.execute(select(session).where(*live)).all()
    connection.execute(update(session).where(*live).values(ended=now))
    return [_session(row, ended=now) for row in found]


def _session(row: Row[*tuple[object, ...]], *, ended: int | None) -> StoredSession:
    return StoredSession(
        id=SessionId(row.id),
        user=UserId(row.person),
        device=row.device,
        used_day=row.used_day,
        expires=row.expires,
        ended=ended,
    )
