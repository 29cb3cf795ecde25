"""A transparency log with the thinnest storage there can be, to be put through every accident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from teamchat.transparency import (
    Checkpoint,
    CompactRange,
    Intent,
    LogKey,
    Policy,
    SignedNote,
    Tile,
    TiledTree,
    TLogProof,
    TreeHead,
    TrustedCheckpoint,
    WitnessKey,
    cosign,
    edge_tiles,
    integrate,
    intend,
    leaf_hash,
    node_hash,
    open_checkpoint,
    tiles_for_consistency,
    tiles_for_inclusion,
)
from teamchat.transparency.hashing import EMPTY_ROOT

LOG_KEY = LogKey("chat.example/audit/1", bytes(range(32)))
WITNESSES = tuple(WitnessKey(f"witness.example/{n}", bytes([n]) * 32) for n in (1, 2, 3))
NOW = 1_790_000_000
LOG_ONLY = Policy(LOG_KEY.verifier)
ALL_WITNESSES = Policy(LOG_KEY.verifier, tuple(key.verifier for key in WITNESSES), quorum=3)


def entries(count: int, start: int = 0) -> list[bytes]:
    return [f'{{"entry":{number}}}'.encode() for number in range(start, start + count)]


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962 §2.1, word for word; slow and surely right."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(tree_hash(leaves[:split]), tree_hash(leaves[split:]))


@dataclass
class StoredLog:
    """What a database would hold; `key` is kept elsewhere and survives everything."""

    key: LogKey = LOG_KEY
    tree: CompactRange = field(default_factory=CompactRange)
    tiles: dict[Tile, bytes] = field(default_factory=dict)
    entries: list[bytes] = field(default_factory=list)
    intended: Checkpoint | None = None
    published: list[SignedNote] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.key.verifier.name

    def append(self, new: Iterable[bytes]) -> Self:
        new = list(new)
        step = integrate(self.tree, self.read(edge_tiles(self.tree.size)), new)
        self.tree = step.onto(self.tree)
        self.tiles |= dict(step.tiles)
        self.entries += new
        return self

    def intent(self) -> Intent:
        proof = self.consistency(self.intended.size) if self.intended else ()
        return intend(self.origin, self.tree, self.intended, proof)

    def intend(self) -> Self:
        self.intended = self.intent().onto(self.intended)
        return self

    def publish(self) -> TrustedCheckpoint:
        intent = self.intent()
        self.intended = intent.onto(self.intended)
        self.published.append(intent.sign(self.key))
        return Policy(self.key.verifier).check(self.published[-1])

    def backup(self) -> "StoredLog":
        return replace(
            self,
            tiles=dict(self.tiles),
            entries=list(self.entries),
            published=list(self.published),
        )

    def read(self, tiles: Iterable[Tile]) -> dict[Tile, bytes]:
        return {tile: self.tiles[tile] for tile in tiles}

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        tiles = self.read(tiles_for_inclusion(index, self.tree.size))
        return TiledTree.authenticate(self.tree.head, tiles).inclusion_proof(index)

    def consistency(self, old: int) -> tuple[bytes, ...]:
        if not 0 < old < self.tree.size:
            return ()
        tiles = self.read(tiles_for_consistency(old, self.tree.size))
        return TiledTree.authenticate(self.tree.head, tiles).consistency_proof(old)

    def proof_file(self, index: int) -> TLogProof:
        return TLogProof(index, self.inclusion(index), witnessed(self.published[-1]))


def witnessed(note: SignedNote, *keys: WitnessKey, time: int = NOW) -> SignedNote:
    signed = open_checkpoint(note, LOG_KEY.verifier)
    return note.with_signatures(*(cosign(signed, key, time) for key in keys or WITNESSES))


def log_of(count: int) -> StoredLog:
    log = StoredLog()
    return log.append(entries(count)) if count else log


def checkpoint(head: TreeHead, key: LogKey = LOG_KEY) -> SignedNote:
    text = Checkpoint(key.verifier.name, head.size, head.root).encode()
    return SignedNote(text, (key.sign(text),))
