"""The SQL about files that a member gives to new ones."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, exists, insert, select, update

from teamchat.ids import BlobId, DeviceId, UserId
from teamchat.server.storage.batched import AT_ONCE, batched
from teamchat.server.storage.tables.governance import blob, blob_taker
from teamchat.server.storage.tables.people import device, person


def is_of(connection: Connection, which: BlobId, owner: UserId) -> bool:
    """Say whether somebody keeps such a file."""
    theirs = (blob.c.id == which, blob.c.person == owner, blob.c.expires.is_not(None))
    return connection.scalar(select(blob.c.id).where(*theirs)) is not None


def add_takers(connection: Connection, which: BlobId, devices: Iterable[DeviceId]) -> None:
    """Note for which devices a file is; those that are none, or are noted already, are left out."""
    for some in batched(sorted({*devices}), AT_ONCE):
        noted = select(blob_taker.c.device).where(blob_taker.c.blob == which)
        fresh = connection.scalars(
            select(device.c.id).where(device.c.id.in_(some), device.c.id.not_in(noted))
        )
        rows = [{"blob": which, "device": each, "taken": False} for each in fresh]
        if rows:
            connection.execute(insert(blob_taker), rows)


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


def expired(connection: Connection, *, now: int) -> list[BlobId]:
    """Return whose time is over."""
    return list(connection.scalars(select(blob.c.id).where(blob.c.expires <= now)))


def drop(connection: Connection, which: Sequence[BlobId]) -> None:
    """Forget files."""
    for some in batched(which, AT_ONCE):
        connection.execute(delete(blob_taker).where(blob_taker.c.blob.in_(some)))
        connection.execute(delete(blob).where(blob.c.id.in_(some)))
