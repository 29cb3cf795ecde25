"""The SQL about files that a member gives to new ones."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, exists, insert, select, update

from teamchat.ids import BlobId, DeviceId, UserId
from teamchat.server.storage.batched import AT_ONCE, batched
from teamchat.server.storage.tables.conversations import member, membership
from teamchat.server.storage.tables.governance import blob, blob_taker
from teamchat.server.storage.tables.people import device, person


def is_of(connection: Connection, which: BlobId, owner: UserId) -> bool:
    """Say whether somebody keeps such a file."""
    theirs = (blob.c.id == which, blob.c.person == owner, blob.c.expires.is_not(None))
    return connection.scalar(select(blob.c.id).where(*theirs)) is not None


def companions(connection: Connection, user: UserId, devices: Iterable[DeviceId]) -> list[DeviceId]:
    """Return which of these devices are in a conversation with somebody."""
    theirs = select(member.c.conversation).where(member.c.person == user)
    there = select(membership.c.device).where(
        membership.c.to_seq.is_(None), membership.c.conversation.in_(theirs)
    )
    found: list[DeviceId] = []
    for some in batched(sorted({*devices}), AT_ONCE):
        found += connection.scalars(
            select(device.c.id).where(device.c.id.in_(some), device.c.id.in_(there))
        )
    return found


def has_takers(connection: Connection, which: BlobId) -> bool:
    """Say whether it is noted for whom a file is."""
    found = select(blob_taker.c.device).where(blob_taker.c.blob == which).limit(1)
    return connection.scalar(found) is not None


def add_takers(connection: Connection, which: BlobId, devices: Iterable[DeviceId]) -> None:
    """Note for which devices a file is."""
    for some in batched([*devices], AT_ONCE):
        rows = [{"blob": which, "device": each, "taken": False} for each in some]
        connection.execute(insert(blob_taker), rows)


def keep(connection: Connection, which: BlobId, *, until: int) -> None:
    """Keep a file until then, in seconds since 1970."""
    connection.execute(update(blob).where(blob.c.id == which).values(expires=until))


def take(connection: Connection, which: BlobId, by: DeviceId) -> bool:
    """Note that a device has taken a file; return whether it is for this device."""
    theirs = (blob_taker.c.blob == which, blob_taker.c.device == by)
    return connection.execute(update(blob_taker).where(*theirs).values(taken=True)).rowcount == 1


def taken_by_all(connection: Connection, which: BlobId | None = None) -> list[BlobId]:
    """Return which files, or whether this one, nobody is to take any more; somebody was to."""
    waiting = (
        select(blob_taker.c.device)
        .join(device, device.c.id == blob_taker.c.device)
        .join(person, person.c.id == device.c.person)
        .where(
            blob_taker.c.blob == blob.c.id,
            blob_taker.c.taken.is_(False),
            device.c.revoked.is_(None),
            person.c.active.is_(True),
        )
    )
    named = exists().where(blob_taker.c.blob == blob.c.id)
    found = select(blob.c.id).where(blob.c.expires.is_not(None), named, ~waiting.exists())
    if which is not None:
        found = found.where(blob.c.id == which)
    return list(connection.scalars(found))


def expired(connection: Connection, *, now: int, owner: UserId | None = None) -> list[BlobId]:
    """Return what of all, or of one person, is over."""
    over = select(blob.c.id).where(blob.c.expires <= now)
    if owner is not None:
        over = over.where(blob.c.person == owner)
    return list(connection.scalars(over))


def drop(connection: Connection, which: Sequence[BlobId]) -> None:
    """Forget files."""
    for some in batched(which, AT_ONCE):
        connection.execute(delete(blob_taker).where(blob_taker.c.blob.in_(some)))
        connection.execute(delete(blob).where(blob.c.id.in_(some)))
