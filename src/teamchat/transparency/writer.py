"""What a log's writer does, without the storage: integrate, then decide, then sign.

Three laws keep a log from forking. A writer's result is stored only if what it read is still there
(compare-and-set on the old size). What will be signed is stored before it is signed. And
nothing is signed that does not provably continue what was to be signed before, so that a crash
between any two steps leads to the same signature again, not to another one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from teamchat.transparency.checkpoint import Checkpoint, SignedCheckpoint
from teamchat.transparency.compact import CompactRange
from teamchat.transparency.errors import ConflictError, ForkRefusedError, ProofError, UsageError
from teamchat.transparency.hashing import leaf_hash
from teamchat.transparency.keys import LogKey
from teamchat.transparency.note import SignedNote
from teamchat.transparency.proofs import verify_extension
from teamchat.transparency.tiled_tree import range_of, tile_root
from teamchat.transparency.tiles import (
    TILE_WIDTH,
    Tile,
    check_entry,
    decode_tile,
    edge_tiles,
    encode_tile,
)

MAX_BATCH: Final = 65_536
"""How many entries are integrated at once."""


@dataclass(frozen=True, slots=True)
class Integration:
    """What one step of the writer wants stored, in one transaction.

    Attributes:
        base: The tree that was read. Store nothing if another one is there by now.
        tree: The tree with the new entries.
        tiles: What to write: every tile that is new or larger, with its hashes.
    """

    base: CompactRange
    tree: CompactRange
    tiles: tuple[tuple[Tile, bytes], ...]

    def onto(self, stored: CompactRange) -> CompactRange:
        """Return the tree to store instead of the one that is stored (compare-and-set).

        Raises:
            ConflictError: Another writer was there first.
        """
        if stored != self.base:
            raise ConflictError("the stored tree is not the one that was read")
        return self.tree


def integrate(
    base: CompactRange, edge: Mapping[Tile, bytes], entries: Sequence[bytes]
) -> Integration:
    """Append entries to a tree.

    Args:
        base: The stored tree.
        edge: The stored tiles that are `edge_tiles(base.size)`.
        entries: In the order in which they are to stand.

    Raises:
        ProofError: The stored tiles are not those of the stored tree: the disk is damaged, or
            somebody has changed it. Nothing is to be appended to that.
        FormatError: A stored tile has not the size of its width.
        UsageError: There are no entries, too many, or one is too large.
    """
    if not 1 <= len(entries) <= MAX_BATCH:
        raise UsageError(f"1 to {MAX_BATCH} entries are integrated at once")
    for entry in entries:
        check_entry(entry)
    if range_of(base.size, edge) != base:
        raise ProofError("the stored tiles are not those of the stored tree")
    old = {tile.level: decode_tile(edge[tile], tile.width) for tile in edge_tiles(base.size)}
    tiles: list[tuple[Tile, bytes]] = []
    risen, level = [leaf_hash(entry) for entry in entries], 0
    while risen:
        row = [*old.get(level, ()), *risen]
        first = (base.size >> 8 * level) // TILE_WIDTH
        risen = []
        for index, at in enumerate(range(0, len(row), TILE_WIDTH), first):
            hashes = row[at : at + TILE_WIDTH]
            tiles.append((Tile(level, index, len(hashes)), encode_tile(hashes)))
            if len(hashes) == TILE_WIDTH:
                risen.append(tile_root(hashes))
        level += 1
    size = base.size + len(entries)
    kept = {tile: edge[tile] for tile in edge_tiles(base.size)}
    return Integration(base, range_of(size, kept | dict(tiles)), tuple(tiles))


@dataclass(frozen=True, slots=True)
class Intent:
    """A checkpoint that may be signed, and is stored before it is.

    Attributes:
        last: What was read as intended last. Store nothing if it is another by now.
        checkpoint: What is to be signed.
    """

    last: Checkpoint | None
    checkpoint: Checkpoint

    def onto(self, stored: Checkpoint | None) -> Checkpoint:
        """Return what to store as intended last, instead of what is stored (compare-and-set).

        Raises:
            ConflictError: Another writer was there first; sign nothing.
        """
        if stored != self.last:
            raise ConflictError("the stored intent is not the one that was read")
        return self.checkpoint

    def sign(self, key: LogKey) -> SignedNote:
        """Return the signed checkpoint: the same bytes, however often it is signed.

        Raises:
            UsageError: The key is not of this log.
        """
        if key.verifier.name != self.checkpoint.origin:
            raise UsageError("the key is another log's")
        text = self.checkpoint.encode()
        return SignedNote(text, (key.sign(text),))


def intend(
    origin: str, tree: CompactRange, last: Checkpoint | None, proof: Sequence[bytes]
) -> Intent:
    """Decide that a tree may be signed.

    Args:
        origin: The log's name.
        tree: The stored tree.
        last: What was intended last, whether or not it came to be signed; none for a new log.
        proof: That the tree continues it, made from the stored tiles.

    Raises:
        ForkRefusedError: It does not: what is stored is not what was signed.
    """
    checkpoint = Checkpoint(origin, tree.head.size, tree.head.root)
    if last is not None:
        if last.origin != origin:
            raise ForkRefusedError("what was signed last is of another log")
        _check_continues(last, checkpoint, proof)
    return Intent(last, checkpoint)


def resume(origin: str, tree: CompactRange, seen: SignedCheckpoint, proof: Sequence[bytes]) -> None:
    """Check, before a log is started, that what others have seen of it is still there.

    A log that was put back from a backup has forgotten what it signed, and would sign another
    history. It must not go on; a new log, whose first entry names the old checkpoint, may.

    Args:
        origin: The log's name.
        tree: The stored tree.
        seen: The log's own checkpoint, from a witness or another who keeps it elsewhere.
        proof: That the tree continues it.

    Raises:
        ForkRefusedError: The stored tree does not continue what others have seen.
        UsageError: The checkpoint is another log's.
    """
    if seen.checkpoint.origin != origin:
        raise UsageError("the checkpoint is another log's")
    _check_continues(seen.checkpoint, Checkpoint(origin, tree.size, tree.head.root), proof)


def _check_continues(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    if new.size < old.size:
        raise ForkRefusedError(f"{old.size} leaves were signed and only {new.size} are stored")
    try:
        verify_extension(old.head, new.head, proof)
    except ProofError as error:
        raise ForkRefusedError("what is stored does not continue what was signed") from error
