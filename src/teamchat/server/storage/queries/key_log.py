"""The SQL of the key directory's log.

What is written after it was read is written only if what was read is still there: the functions
that do so return whether it was (transparency-log.md, "What a writer does").
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import sqlite

from teamchat.ids import DeviceId, UserId
from teamchat.server.storage.batched import AT_ONCE, batched
from teamchat.server.storage.tables.key_log import (
    key_log,
    key_log_cosignature,
    key_log_entry,
    key_log_tile,
)
from teamchat.server.storage.tables.people import device
from teamchat.transparency import Checkpoint, CompactRange, SignedNote, Tile
from teamchat.transparency.hashing import HASH_BYTES

_of = key_log.c
_upsert_tile = sqlite.insert(key_log_tile)
_put_tile: Final = _upsert_tile.on_conflict_do_update(
    index_elements=["log", "level", "n"], set_={"hashes": _upsert_tile.excluded.hashes}
)
_upsert_cosignature = sqlite.insert(key_log_cosignature)
_put_cosignature: Final = _upsert_cosignature.on_conflict_do_update(
    index_elements=["log", "witness"],
    set_={name: _upsert_cosignature.excluded[name] for name in ("size", "time", "line")},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLog:
    """A log as it is stored.

    Attributes:
        begun: When, in seconds since 1970; no two logs begin in one second.
        origin: The name of its key.
        public: Its public key.
        ended: Whether a backup was put back since: nothing may be added or signed.
        size: How many entries have their place.
        tree: Those that are integrated.
        intended: What is to be signed, or was.
        signed: What was signed last.
    """

    begun: int
    origin: str
    public: bytes
    ended: bool
    size: int
    tree: CompactRange
    intended: Checkpoint
    signed: SignedNote


@dataclass(frozen=True, slots=True)
class Pin:
    """What an invitation says of the log: enough to know it again.

    Attributes:
        begun: When, in seconds since 1970.
        public: Its public key.
        checkpoint: What was signed last.
    """

    begun: int
    public: bytes
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class RegisteredDevice:
    """A device that there is, or was.

    Attributes:
        user: Whose.
        device: Which.
        certificate: Its certificate.
        removed: Whether it is none any more.
    """

    user: UserId
    device: DeviceId
    certificate: bytes
    removed: bool


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What a witness has signed last.

    Attributes:
        witness: The name of its key.
        size: Of the checkpoint.
        time: When, in seconds since 1970.
        line: The line of the note.
    """

    witness: str
    size: int
    time: int
    line: str


# --- the log ------------------------------------------------------------------------------------


def newest_log(connection: Connection) -> StoredLog | None:
    """Return the log that was begun last.

    Raises:
        TransparencyError: Somebody has changed what is stored.
    """
    return _log(connection, select(key_log).order_by(_of.begun.desc()).limit(1))


def log_begun_at(connection: Connection, begun: int) -> StoredLog | None:
    """Return the log that was begun at a second.

    Raises:
        TransparencyError: Somebody has changed what is stored.
    """
    return _log(connection, select(key_log).where(_of.begun == begun))


def insert_log(
    connection: Connection, new: StoredLog, *, entries: Sequence[bytes], tiles: Mapping[Tile, bytes]
) -> None:
    """Store a new log with its first entries."""
    connection.execute(
        insert(key_log).values(
            begun=new.begun,
            origin=new.origin,
            public=new.public,
            size=new.size,
            signed=new.signed.encode().decode(),
            **_tree_values(new.tree, new.intended),
        )
    )
    rows = [{"log": new.begun, "n": n, "entry": entry} for n, entry in enumerate(entries)]
    if rows:
        connection.execute(insert(key_log_entry), rows)
    _put_tiles(connection, new.begun, tiles)


def end_log(connection: Connection, *, now: int) -> None:
    """Let nothing be added to the newest log any more."""
    connection.execute(update(key_log).where(_is_newest(), _of.ended.is_(None)).values(ended=now))


def pin(connection: Connection) -> Pin | None:
    """Return what to pin of the newest log.

    Raises:
        TransparencyError: Somebody has changed what is stored.
    """
    found = connection.execute(
        select(_of.begun, _of.public, _of.signed).where(_is_newest())
    ).one_or_none()
    if found is None:
        return None
    return Pin(found.begun, found.public, Checkpoint.decode(_note(found.signed).text))


def log_size(connection: Connection) -> int:
    """Return how many entries the newest log has; 0 if there is none."""
    return connection.scalar(select(_of.size).where(_is_newest())) or 0


# --- entries ------------------------------------------------------------------------------------


def append_entry(connection: Connection, entry: bytes) -> int | None:
    """Give an entry its place in the newest log and return it; None if there is no such log."""
    placed = connection.execute(
        update(key_log)
        .where(_is_newest(), _of.ended.is_(None))
        .values(size=_of.size + 1)
        .returning(_of.begun, _of.size)
    ).one_or_none()
    if placed is None:
        return None
    index: int = placed.size - 1
    connection.execute(insert(key_log_entry).values(log=placed.begun, n=index, entry=entry))
    return index


def log_entries(connection: Connection, begun: int, *, first: int, count: int) -> list[bytes]:
    """Return entries in their order; fewer than asked for at the end, or before one is missing."""
    of = key_log_entry.c
    wanted = select(of.n, of.entry).where(of.log == begun, of.n >= first, of.n < first + count)
    entries: list[bytes] = []
    for row in connection.execute(wanted.order_by(of.n)):
        if row.n != first + len(entries):
            break
        entries.append(row.entry)
    return entries


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands.

    Attributes:
        begun: In which log.
        index: At which place.
    """

    begun: int
    index: int


def removal_of(
    connection: Connection, user: UserId, which: DeviceId, *, preferred: int
) -> Place | None:
    """Return the newest entry that ended a device: its removal, or a later reset of its person.

    Every entry is looked at: ask rarely.

    Args:
        connection: For reading.
        user: Whose device it was.
        which: The device.
        preferred: The log to take it from, if that one says so; else it is the newest that does.
    """
    of = key_log_entry.c

    def holds(name: str, value: str) -> ColumnElement[bool]:
        return func.instr(of.entry, f'"{name}":"{value}"'.encode()) > 0

    of_device = holds("device", which)
    removed = and_(holds("op", "remove"), of_device)
    reset = and_(holds("op", "reset"), holds("user", user), not_(of_device))
    row = connection.execute(
        select(of.log, of.n)
        .where(or_(removed, reset))
        .order_by((of.log == preferred).desc(), of.log.desc(), of.n.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Place(row.log, row.n)


def last_web_build(connection: Connection) -> Place | None:
    """Return where the newest log last says which build of the web client is handed out.

    Every entry is looked at: ask rarely.
    """
    of = key_log_entry.c
    newest = select(func.max(_of.begun)).scalar_subquery()
    row = connection.execute(
        select(of.log, of.n)
        .where(of.log == newest, func.instr(of.entry, b'"op":"web"') > 0)
        .order_by(of.n.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Place(row.log, row.n)


def all_devices(connection: Connection) -> list[RegisteredDevice]:
    """Return every device that there is or was, the oldest first."""
    found = select(device.c.person, device.c.id, device.c.certificate, device.c.revoked)
    return [
        RegisteredDevice(
            UserId(row.person), DeviceId(row.id), row.certificate, row.revoked is not None
        )
        for row in connection.execute(found.order_by(device.c.created, device.c.id))
    ]


# --- the tree -----------------------------------------------------------------------------------


def log_tiles(connection: Connection, begun: int, wanted: Iterable[Tile]) -> dict[Tile, bytes]:
    """Return those of the tiles that are stored, each as wide as it was asked for."""
    of = key_log_tile.c
    found: dict[Tile, bytes] = {}
    for some in batched(wanted, AT_ONCE):
        places = {(tile.level, tile.index): tile for tile in some}
        rows = connection.execute(
            select(of.level, of.n, of.hashes).where(
                of.log == begun, tuple_(of.level, of.n).in_(list(places))
            )
        )
        for row in rows:
            tile = places[row.level, row.n]
            found[tile] = row.hashes[: tile.width * HASH_BYTES]
    return found


def replace_tree(
    connection: Connection,
    before: StoredLog,
    *,
    tree: CompactRange,
    intended: Checkpoint,
    tiles: Mapping[Tile, bytes],
) -> bool:
    """Store a tree and what is to be signed of it; return whether `before` was still there."""
    old = _tree_values(before.tree, before.intended)
    changed = connection.execute(
        update(key_log)
        .where(
            _of.begun == before.begun,
            _of.ended.is_(None),
            *(_of[name] == value for name, value in old.items()),
        )
        .values(**_tree_values(tree, intended))
    )
    if changed.rowcount != 1:
        return False
    _put_tiles(connection, before.begun, tiles)
    return True


def put_signed(connection: Connection, begun: int, intended: Checkpoint, note: SignedNote) -> bool:
    """Store what was signed; return whether it is still what is intended."""
    changed = connection.execute(
        update(key_log)
        .where(
            _of.begun == begun,
            _of.intended_size == intended.size,
            _of.intended_root == intended.root,
        )
        .values(signed=note.encode().decode())
    )
    return changed.rowcount == 1


# --- witnesses ----------------------------------------------------------------------------------


def cosignatures(connection: Connection, begun: int) -> list[Cosigned]:
    """Return what the witnesses have signed last, by their names."""
    of = key_log_cosignature.c
    rows = connection.execute(
        select(key_log_cosignature).where(of.log == begun).order_by(of.witness)
    )
    return [Cosigned(row.witness, row.size, row.time, row.line) for row in rows]


def put_cosignature(connection: Connection, begun: int, new: Cosigned) -> None:
    """Store what a witness has signed, in place of what it signed before."""
    row = {"witness": new.witness, "size": new.size, "time": new.time, "line": new.line}
    connection.execute(_put_cosignature, {"log": begun, **row})


def _is_newest() -> ColumnElement[bool]:
    return _of.begun == select(func.max(_of.begun)).scalar_subquery()


def _log(connection: Connection, wanted: Select[tuple[object, ...]]) -> StoredLog | None:
    row: Row[tuple[object, ...]] | None = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    hashes = row.tree_hashes
    peaks = (hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))
    return StoredLog(
        begun=row.begun,
        origin=row.origin,
        public=row.public,
        ended=row.ended is not None,
        size=row.size,
        tree=CompactRange(row.tree_size, tuple(peaks)),
        intended=Checkpoint(row.origin, row.intended_size, row.intended_root),
        signed=_note(row.signed),
    )


def _note(text: str) -> SignedNote:
    return SignedNote.decode(text.encode())


def _tree_values(tree: CompactRange, intended: Checkpoint) -> dict[str, int | bytes]:
    return {
        "tree_size": tree.size,
        "tree_hashes": b"".join(tree.hashes),
        "intended_size": intended.size,
        "intended_root": intended.root,
    }


def _put_tiles(connection: Connection, begun: int, tiles: Mapping[Tile, bytes]) -> None:
    rows = [
        {"log": begun, "level": tile.level, "n": tile.index, "hashes": hashes}
        for tile, hashes in tiles.items()
    ]
    if rows:
        connection.execute(_put_tile, rows)
