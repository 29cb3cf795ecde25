"""A log of the key directory is begun: with the installation, and after a backup was put back.

A log begins whole. Its first checkpoint is signed before it is stored, and the log exists from
the moment that both are stored together: what was signed before that moment, nobody has seen.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.errors import TeamchatError
from teamchat.identity import certificate, statements
from teamchat.identity.certificate import VouchedCertificate
from teamchat.identity.statements import (
    Added,
    Begun,
    Removed,
    Rotated,
)
from teamchat.ids import DeviceId, UserId
from teamchat.server.storage.database import Database
from teamchat.server.storage.log_key import LogKeyFiles
from teamchat.server.storage.queries import custodians, identities, key_log
from teamchat.server.storage.queries.identities import Rotation
from teamchat.server.storage.queries.key_log import RegisteredDevice, StoredLog
from teamchat.transparency import (
    Checkpoint,
    CompactRange,
    LogKey,
    SignedNote,
    Tile,
    edge_tiles,
    integrate,
    intend,
)

SEED_BYTES: Final = 32
BATCH: Final = 65_536
MOMENT: Final = 100_000
"""Five digits of chance behind the second (the wire counts to 2^48): a backup that is put back
twice in one second, on two machines, begins two logs, and they must not have one name."""
PATH: Final = "/v1/keys/"
"""Where a log is served, below the public address."""


OLD_DATABASE: Final = (
    "This database is older than the key directory that was signed here. Put it in its place with "
    "`teamchat-server backup` and then `teamchat-server restore`: the key directory begins anew."
)


class OldDatabaseError(TeamchatError):
    """The database is from before the key directory that was signed here."""


async def ensure(
    database: Database,
    files: LogKeyFiles,
    clock: Clock,
    random: Callable[[int], bytes],
    *,
    url: str,
) -> None:
    """Begin a log if there is none that goes on.

    Args:
        database: Of this version's schema; nobody else writes to it yet.
        files: Where the key of the log will be.
        clock: Says when.
        random: Makes the key.
        url: The public address.

    Raises:
        OldDatabaseError: The database has no log, but there is the key of one.
    """
    before = await database.read(key_log.newest_log)
    if before is not None and not before.ended:
        files.adopt(before.begun)
        return
    if before is None and files.in_use():
        raise OldDatabaseError(OLD_DATABASE)
    chance = int.from_bytes(random(8), "big") % MOMENT
    begun = max([clock.now() * MOMENT + chance, *(each + 1 for each in _known(before, files))])
    entries = await database.read(lambda c: _first_entries(c, before, day=clock.now()))
    seed = random(SEED_BYTES)
    key = LogKey(f"{_address(url)}{PATH}{begun}", seed)
    tree, tiles = _integrated(entries)
    intent = intend(key.verifier.name, tree, None, ())
    files.make(begun, seed, intent.checkpoint)
    new = _log(begun, key, tree, intent.checkpoint, intent.sign(key))
    await database.write(lambda c: key_log.insert_log(c, new, entries=entries, tiles=tiles))
    files.adopt(begun)
    files.forget_others(begun)


def _known(before: StoredLog | None, files: LogKeyFiles) -> tuple[int, ...]:
    return (*files.in_use(), *([] if before is None else [before.begun]))


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"


def _first_entries(connection: Connection, before: StoredLog | None, *, day: int) -> list[bytes]:
    today = statements.day_of(day)
    entries = []
    if before is not None:
        entries.append(statements.encode(Begun(_without_witnesses(before.signed), today)))
    found, rotations = key_log.all_devices(connection), identities.rotations(connection)
    entries += [statements.encode(said) for said in present(found, today, rotations)]
    held = custodians.set_in_force(connection)
    if held is not None:
        people = tuple(held.keys)
        entries.append(
            statements.encode(statements.Custodians(held.id, people, held.threshold, today))
        )
    return entries


def present(
    devices: Sequence[RegisteredDevice],
    day: str,
    rotations: Mapping[UserId, Sequence[Rotation]] = MappingProxyType({}),
) -> Iterator[Added | Removed | Rotated]:
    """Yield what a new log says of the devices there are.

    A device that was vouched for stands behind the one that vouched. If that one was removed, it
    is added all the same, and removed at the end: else nobody could check who vouched. So is one
    that has signed for another identity key; devices under the key before stand before that.

    Args:
        devices: Every device that there is or was.
        day: Today, as YYYY-MM-DD in UTC.
        rotations: By person, how they came to their identity key of now.
    """
    known, said = {each.device: each for each in devices}, set[DeviceId]()
    for each in _in_order(devices, known, rotations):
        if isinstance(each, Rotation):
            yield replace(each.said, day=day)
            continue
        chain = [each]
        while (by := known.get(_voucher(chain[-1]))) and by not in chain:
            chain.append(by)
        for link in reversed(chain):
            if link.device not in said:
                said.add(link.device)
                yield Added(link.user, link.device, link.certificate, day)
    for each in devices:
        if each.removed and each.device in said:
            yield Removed(each.user, each.device, day)


def _in_order(
    devices: Sequence[RegisteredDevice],
    known: Mapping[DeviceId, RegisteredDevice],
    rotations: Mapping[UserId, Sequence[Rotation]],
) -> Iterator[RegisteredDevice | Rotation]:
    """Yield what is to be said: of people whose key was renewed, each key's devices before that."""
    here = [each for each in devices if not each.removed]
    signers = {each.said.by for some in rotations.values() for each in some}
    needed = _with_vouchers(known, signers | {each.device for each in here})
    for user, some in rotations.items():
        theirs = [each for each in devices if each.user == user and each.device in needed]
        for rotation in some:
            for each in theirs:
                if certificate.named_identity(each.certificate) == rotation.former:
                    yield each
            yield rotation
    yield from here


def _with_vouchers(
    known: Mapping[DeviceId, RegisteredDevice], wanted: set[DeviceId]
) -> set[DeviceId]:
    """Return devices with those who vouched for them, and so on."""
    found: set[DeviceId] = set()
    left = [known[each] for each in wanted if each in known]
    while left:
        each = left.pop()
        found.add(each.device)
        by = known.get(_voucher(each))
        if by is not None and by.device not in found:
            left.append(by)
    return found


def _voucher(device: RegisteredDevice) -> DeviceId:
    """Return which device vouched for this one; none if the identity key did."""
    read = certificate.read_any(device.certificate)
    return read.by if isinstance(read, VouchedCertificate) else statements.NO_DEVICE


def _without_witnesses(note: SignedNote) -> str:
    """Return a checkpoint with its log's signature alone, which stands first; so it is small."""
    return SignedNote(note.text, note.signatures[:1]).encode().decode()


def _integrated(entries: Sequence[bytes]) -> tuple[CompactRange, dict[Tile, bytes]]:
    tree, tiles = CompactRange(), dict[Tile, bytes]()
    for at in range(0, len(entries), BATCH):
        edge = {tile: tiles[tile] for tile in edge_tiles(tree.size)}
        step = integrate(tree, edge, entries[at : at + BATCH])
        tree, tiles = step.tree, tiles | dict(step.tiles)
    return tree, tiles


def _log(
    begun: int, key: LogKey, tree: CompactRange, checkpoint: Checkpoint, signed: SignedNote
) -> StoredLog:
    return StoredLog(
        begun=begun,
        origin=key.verifier.name,
        public=key.verifier.public,
        ended=False,
        size=tree.size,
        tree=tree,
        intended=checkpoint,
        signed=signed,
    )
