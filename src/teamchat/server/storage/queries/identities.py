"""The SQL about identity keys that were a person's, and about those that are to become one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from teamchat.identity import statements
from teamchat.identity.statements import Rotated
from teamchat.ids import UserId
from teamchat.server.storage.tables.identities import former_identity, identity_reset
from teamchat.server.storage.tables.people import person
from teamchat.wire.recovery import PendingReset

NONE = PendingReset(b"", b"")


def replace_identity(
    connection: Connection, user: UserId, *, key: bytes, box: bytes, rotation: bytes | None
) -> None:
    """Give a person another identity key; the one before is kept as a former one."""
    before = connection.scalar(select(person.c.identity_key).where(person.c.id == user))
    of = former_identity.c
    n = connection.scalar(select(func.count()).where(of.person == user)) or 0
    values = {"person": user, "n": n, "identity_key": before, "rotation": rotation}
    connection.execute(insert(former_identity).values(values))
    changed = update(person).where(person.c.id == user)
    connection.execute(changed.values(identity_key=key, recovery_box=box))


def was_theirs(connection: Connection, user: UserId, key: bytes) -> bool:
    """Say whether a key is or was the identity key of a person."""
    of = former_identity.c
    former = select(of.n).where(of.person == user, of.identity_key == key)
    now = select(person.c.id).where(person.c.id == user, person.c.identity_key == key)
    return connection.scalar(former) is not None or connection.scalar(now) is not None


@dataclass(frozen=True, slots=True)
class Rotation:
    """How a person came from one identity key to the next.

    Attributes:
        former: The public key before.
        said: The entry of the key directory.
    """

    former: bytes
    said: Rotated


def rotations(connection: Connection) -> Mapping[UserId, Sequence[Rotation]]:
    """Return how people came to the identity key of now, the oldest first.

    What was before a reset is left out: none of that is left.
    """
    of = former_identity.c
    found = defaultdict[UserId, list[Rotation]](list)
    for row in connection.execute(select(former_identity).order_by(of.person, of.n)):
        kept = found[UserId(row.person)]
        if row.rotation is None:
            kept.clear()
            continue
        said = statements.decode(row.rotation)
        assert isinstance(said, Rotated)  # noqa: S101 - nothing else is stored here
        kept.append(Rotation(row.identity_key, said))
    return {user: kept for user, kept in found.items() if kept}


def pending_reset(connection: Connection, user: UserId) -> PendingReset:
    """Return the reset that a person has asked for; `NONE` if there is none."""
    of = identity_reset.c
    row = connection.execute(select(identity_reset).where(of.person == user)).one_or_none()
    if row is None:
        return NONE
    return PendingReset(row.identity_key, row.recovery_box, row.asked, row.due)


def put_reset(connection: Connection, user: UserId, wanted: PendingReset) -> None:
    """Keep a reset that is asked for, in place of another one."""
    drop_reset(connection, user)
    connection.execute(
        insert(identity_reset).values(
            person=user,
            identity_key=wanted.identity_key,
            recovery_box=wanted.recovery_box,
            asked=wanted.asked,
            due=wanted.due,
        )
    )


def drop_resets(connection: Connection) -> None:
    """Forget every reset that was asked for."""
    connection.execute(delete(identity_reset))


def drop_reset(connection: Connection, user: UserId) -> bool:
    """Forget the reset that a person has asked for; return whether there was one."""
    of = identity_reset.c
    return connection.execute(delete(identity_reset).where(of.person == user)).rowcount == 1
