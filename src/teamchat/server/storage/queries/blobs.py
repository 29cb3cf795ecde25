"""The SQL about encrypted files."""

from typing import Final

from sqlalchemy import Connection, case, delete, func, insert, select

from teamchat.ids import BlobId, UserId
from teamchat.server.storage.tables.governance import blob, blob_taker
from teamchat.server.storage.tables.history import history_part

LEAST_BYTES: Final = 4096
"""What a file takes on a disk, however small it is."""
TAKER_BYTES: Final = 160
"""What it takes to note that a file is for a device: a row and its place in the index."""


def insert_blob(
    connection: Connection,
    which: BlobId,
    *,
    owner: UserId,
    size: int,
    now: int,
    expires: int | None,
) -> None:
    """Note a file that is whole on the disk."""
    connection.execute(
        insert(blob).values(id=which, person=owner, size=size, created=now, expires=expires)
    )


def blob_size(connection: Connection, which: BlobId) -> int | None:
    """Return the size of a file, None if there is none."""
    return connection.scalar(select(blob.c.size).where(blob.c.id == which))


def bytes_of(connection: Connection, owner: UserId) -> int:
    """Return how many bytes a person keeps here, with the notes of whom the files are for."""
    size = case((blob.c.size < LEAST_BYTES, LEAST_BYTES), else_=blob.c.size)
    files = select(func.coalesce(func.sum(size), 0)).where(blob.c.person == owner)
    takers = (
        select(func.count())
        .select_from(blob_taker)
        .join(blob, blob.c.id == blob_taker.c.blob)
        .where(blob.c.person == owner)
    )
    return (connection.scalar(files) or 0) + TAKER_BYTES * (connection.scalar(takers) or 0)


def delete_blob(connection: Connection, which: BlobId, *, owner: UserId) -> bool:
    """Forget a file of a person; return whether it was theirs."""
    theirs = (blob.c.id == which, blob.c.person == owner)
    if connection.scalar(select(blob.c.id).where(*theirs)) is None:
        return False
    connection.execute(delete(blob_taker).where(blob_taker.c.blob == which))
    connection.execute(delete(blob).where(*theirs))
    return True


def blob_ids(connection: Connection) -> frozenset[str]:
    """Return all files there should be: what people sent, and the parts of their histories."""
    sent = connection.scalars(select(blob.c.id))
    return frozenset(sent) | frozenset(connection.scalars(select(history_part.c.file)))
