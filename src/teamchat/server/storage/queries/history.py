"""The SQL about encrypted histories."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from teamchat.ids import DeviceId, UserId
from teamchat.server.storage.tables.history import history_archive, history_backup, history_part
from teamchat.wire.history import PART_LEAST, HistoryArchive


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is whole on the disk."""

    file: str
    size: int
    sha256: bytes

    @property
    def counted(self) -> int:
        """How many bytes it counts as: a small file takes as much of the disk as this."""
        return max(self.size, PART_LEAST)


def insert_archive(connection: Connection, person: UserId, new: HistoryArchive) -> None:
    """Begin an archive without parts."""
    connection.execute(
        insert(history_archive).values(
            id=new.id, person=person, receiver=new.receiver or None, maker=new.maker or None,
            slot=new.slot, head=new.head, box=new.box, parts=0, bytes=0, complete=False,
            created=new.created, expires=new.expires,
        )
    )  # fmt: skip


def archive(
    connection: Connection, person: UserId, which: str, *, now: int
) -> HistoryArchive | None:
    """Return an archive of a person that has not expired."""
    found = connection.execute(
        select(history_archive).where(_theirs(person, now), history_archive.c.id == which)
    ).one_or_none()
    return None if found is None else _archive(found)


def transfers(connection: Connection, person: UserId, *, now: int) -> tuple[HistoryArchive, ...]:
    """Return what the devices of a person have asked for, oldest first."""
    return _archives(connection, _theirs(person, now), history_archive.c.receiver.is_not(None))


def segments(connection: Connection, person: UserId, *, now: int) -> tuple[HistoryArchive, ...]:
    """Return the segments of a person's backup, oldest first, finished or not."""
    return _archives(connection, _theirs(person, now), history_archive.c.receiver.is_(None))


def begun_by(connection: Connection, maker: DeviceId) -> list[str]:
    """Return the segments that a device has begun and that no backup holds."""
    found = connection.scalars(
        select(history_archive.c.id).where(
            history_archive.c.maker == maker,
            history_archive.c.receiver.is_(None),
            history_archive.c.expires.is_not(None),
        )
    )
    return list(found)


def asked_by(connection: Connection, receiver: DeviceId) -> list[str]:
    """Return what a device has asked for."""
    found = select(history_archive.c.id).where(history_archive.c.receiver == receiver)
    return list(connection.scalars(found))


def of_device(connection: Connection, device: DeviceId) -> list[str]:
    """Return what is of no use without a device: what it asked for, or has not finished."""
    unfinished = (history_archive.c.maker == device) & history_archive.c.complete.is_(False)
    found = select(history_archive.c.id).where(
        or_(history_archive.c.receiver == device, unfinished)
    )
    return list(connection.scalars(found))


def of_person(connection: Connection, person: UserId) -> list[str]:
    """Return everything of a person."""
    return list(
        connection.scalars(select(history_archive.c.id).where(history_archive.c.person == person))
    )


def expired(connection: Connection, *, now: int, most: int) -> list[str]:
    """Return what is over, at most so many."""
    found = select(history_archive.c.id).where(history_archive.c.expires <= now).limit(most)
    return list(connection.scalars(found))


def offer(connection: Connection, which: str, *, maker: DeviceId, head: bytes, box: bytes) -> None:
    """Note who writes an archive that was asked for."""
    connection.execute(
        update(history_archive)
        .where(history_archive.c.id == which)
        .values(maker=maker, head=head, box=box)
    )


def part(connection: Connection, which: str, n: int) -> Part | None:
    """Return a part."""
    found = connection.execute(
        select(history_part).where(history_part.c.archive == which, history_part.c.n == n)
    ).one_or_none()
    return None if found is None else Part(found.file, found.size, found.sha256)


def append_part(connection: Connection, which: str, n: int, new: Part) -> bool:
    """Add the next part; return whether it was its turn."""
    changed = connection.execute(
        update(history_archive)
        .where(
            history_archive.c.id == which,
            history_archive.c.parts == n,
            history_archive.c.complete.is_(False),
        )
        .values(parts=n + 1, bytes=history_archive.c.bytes + new.counted)
    )
    if changed.rowcount != 1:
        return False
    connection.execute(
        insert(history_part).values(
            archive=which, n=n, file=new.file, size=new.size, sha256=new.sha256
        )
    )
    return True


def finish(connection: Connection, which: str) -> None:
    """Note that an archive has all its parts."""
    connection.execute(
        update(history_archive).where(history_archive.c.id == which).values(complete=True)
    )


def drop(connection: Connection, which: Iterable[str]) -> list[str]:
    """Forget archives; return the files of their parts."""
    ids = list(which)
    if not ids:
        return []
    files = list(
        connection.scalars(select(history_part.c.file).where(history_part.c.archive.in_(ids)))
    )
    connection.execute(delete(history_part).where(history_part.c.archive.in_(ids)))
    connection.execute(delete(history_archive).where(history_archive.c.id.in_(ids)))
    return files


def count_of(connection: Connection, person: UserId) -> int:
    """Return how many archives the server keeps for a person."""
    total = select(func.count()).where(history_archive.c.person == person)
    return connection.scalar(total) or 0


def bytes_of(connection: Connection, person: UserId) -> int:
    """Return how many bytes of history the server keeps for a person."""
    total = select(func.coalesce(func.sum(history_archive.c.bytes), 0)).where(
        history_archive.c.person == person
    )
    return connection.scalar(total) or 0


def backup(connection: Connection, person: UserId) -> tuple[int, bytes, int]:
    """Return version, manifest and time of the backup; version 0 if there is none."""
    found = connection.execute(
        select(history_backup).where(history_backup.c.person == person)
    ).one_or_none()
    return (0, b"", 0) if found is None else (found.version, found.manifest, found.changed)


def set_backup(
    connection: Connection,
    person: UserId,
    *,
    version: int,
    manifest: bytes,
    segments: Sequence[str],
    now: int,
) -> None:
    """Note what the backup is; its segments stay from now on."""
    connection.execute(delete(history_backup).where(history_backup.c.person == person))
    connection.execute(
        insert(history_backup).values(
            person=person, version=version, manifest=manifest, changed=now
        )
    )
    connection.execute(
        update(history_archive).where(history_archive.c.id.in_(segments)).values(expires=None)
    )


def drop_backup(connection: Connection, person: UserId) -> None:
    """Forget which segments are the backup."""
    connection.execute(delete(history_backup).where(history_backup.c.person == person))


def _theirs(person: UserId, now: int) -> ColumnElement[bool]:
    alive = or_(history_archive.c.expires.is_(None), history_archive.c.expires > now)
    return (history_archive.c.person == person) & alive


def _archives(
    connection: Connection, *conditions: ColumnElement[bool]
) -> tuple[HistoryArchive, ...]:
    found = connection.execute(
        select(history_archive)
        .where(*conditions)
        .order_by(history_archive.c.created, history_archive.c.id)
    )
    return tuple(map(_archive, found))


def _archive(row: Row[tuple[object, ...]]) -> HistoryArchive:
    return HistoryArchive(
        id=row.id,
        receiver=row.receiver or "",
        maker=row.maker or "",
        slot=row.slot,
        head=row.head,
        box=row.box,
        parts=row.parts,
        bytes=row.bytes,
        complete=row.complete,
        created=row.created,
        expires=row.expires or 0,
    )
