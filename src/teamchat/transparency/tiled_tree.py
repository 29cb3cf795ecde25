"""Reading a tree from tiles that nobody vouches for, against a root that is trusted.

Every tile is authenticated before a hash of it is used: the partial tiles at the right edge
together make the root, and every full tile makes its one hash in the tile above it. A tile that
is neither is not taken, so there is no hash that came from nowhere (as in CVE-2026-56865).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Self

from teamchat.transparency.compact import CompactRange, Node, TreeHead
from teamchat.transparency.errors import ProofError, UsageError
from teamchat.transparency.hashing import leaf_hash, node_hash
from teamchat.transparency.proofs import (
    consistency_spans,
    inclusion_spans,
    make_proof,
    nodes_of,
)
from teamchat.transparency.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    EntryBundle,
    Tile,
    decode_bundle,
    decode_tile,
    edge_tiles,
    tile_at,
    tile_of,
)

MAX_TILES: Final = 4_096
"""How many tiles are taken at once: 32 MiB of them, the leaves of a million entries."""


def tiles_to_read(nodes: Iterable[Node], size: int) -> tuple[Tile, ...]:
    """Return the tiles it takes to read the hashes of subtrees, those that vouch for them too.

    Raises:
        UsageError: A subtree is not in a tree of this size.
    """
    wanted = set(edge_tiles(size))
    for node in nodes:
        tile = tile_of(node, size)
        while tile not in wanted:
            wanted.add(tile)
            tile = _above(tile, size)
    return tuple(sorted(wanted, reverse=True))


def tiles_for_inclusion(index: int, size: int) -> tuple[Tile, ...]:
    """Return the tiles it takes to prove that a leaf is in a tree of a size.

    Raises:
        UsageError: There is no such leaf.
    """
    return tiles_to_read(nodes_of(inclusion_spans(index, size)), size)


def tiles_for_consistency(old: int, new: int) -> tuple[Tile, ...]:
    """Return the tiles it takes to prove that a tree continues a smaller one.

    Raises:
        UsageError: Not 0 < old <= new.
    """
    return tiles_to_read(nodes_of(consistency_spans(old, new)), new)


def range_of(size: int, edge: Mapping[Tile, bytes]) -> CompactRange:
    """Return the compact range that the partial tiles at a tree's right edge make.

    Raises:
        ProofError: One of them is missing.
        FormatError: One has not the size of its width.
    """
    peaks: list[bytes] = []
    for tile in edge_tiles(size):
        levels = _levels(decode_tile(_data(edge, tile), tile.width))
        heights = (at for at in range(TILE_HEIGHT - 1, -1, -1) if tile.width >> at & 1)
        peaks += [levels[height][(tile.width >> height) - 1] for height in heights]
    return CompactRange(size, tuple(peaks))


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of a full tile, as the tile above holds it."""
    return _levels(hashes)[TILE_HEIGHT][0]


class TiledTree:
    """A tree of which some tiles are known and authenticated.

    Attributes:
        head: The tree.
    """

    __slots__ = ("_levels", "head")

    def __init__(self, head: TreeHead, levels: Mapping[tuple[int, int], list[list[bytes]]]) -> None:
        self.head: Final = head
        self._levels: Final = levels

    @classmethod
    def authenticate(cls, head: TreeHead, tiles: Mapping[Tile, bytes]) -> Self:
        """Take tiles of a tree whose root is trusted.

        Args:
            head: From a signed checkpoint.
            tiles: All tiles of the tree's right edge, and with each other tile the one above it.

        Raises:
            ProofError: A tile is not of this tree, or what vouches for it is missing.
            FormatError: A tile has not the size of its width.
            UsageError: There are more than `MAX_TILES`.
        """
        if len(tiles) > MAX_TILES:
            raise UsageError(f"at most {MAX_TILES} tiles at once")
        if range_of(head.size, tiles).head != head:
            raise ProofError("the tiles at the edge do not make the root")
        known: dict[tuple[int, int], list[list[bytes]]] = {}
        edge = set(edge_tiles(head.size))
        for tile in sorted(tiles, reverse=True):
            levels = _levels(decode_tile(tiles[tile], tile.width))
            if tile not in edge and levels[-1][0] != _vouched(known, tile):
                raise ProofError(f"{tile.path} is not what the tile above it says")
            known[tile.level, tile.index] = levels
        return cls(head, known)

    def hash_of(self, node: Node) -> bytes:
        """Return the hash of a perfect subtree.

        Raises:
            ProofError: The tile it is in is not known.
            UsageError: The subtree is not in this tree.
        """
        tile = tile_of(node, self.head.size)
        height = node.level % TILE_HEIGHT
        if (levels := self._levels.get((tile.level, tile.index))) is None:
            raise ProofError(f"{tile.path} is not known")
        return levels[height][node.index % (TILE_WIDTH >> height)]

    def inclusion_proof(self, index: int) -> tuple[bytes, ...]:
        """Prove that a leaf is in the tree; it needs `tiles_for_inclusion`.

        Raises:
            ProofError: A tile is not known.
            UsageError: There is no such leaf.
        """
        return make_proof(inclusion_spans(index, self.head.size), self.hash_of)

    def consistency_proof(self, old: int) -> tuple[bytes, ...]:
        """Prove that the tree continues a smaller one; it needs `tiles_for_consistency`.

        Raises:
            ProofError: A tile is not known.
            UsageError: There is no smaller tree of that size, or it is empty.
        """
        return make_proof(consistency_spans(old, self.head.size), self.hash_of)

    def entries(self, bundle: EntryBundle, data: bytes) -> tuple[bytes, ...]:
        """Return the entries of a bundle, each compared with its leaf.

        Raises:
            ProofError: An entry is not the log's, or its tile is not known.
            FormatError: The data are not a bundle of this width.
        """
        entries = decode_bundle(data, bundle.width)
        first = bundle.index * TILE_WIDTH
        if first + bundle.width > self.head.size:
            raise ProofError("the bundle goes on beyond the tree")
        for index, entry in enumerate(entries, first):
            if leaf_hash(entry) != self.hash_of(Node(0, index)):
                raise ProofError(f"entry {index} is not the log's")
        return entries


def _vouched(known: Mapping[tuple[int, int], list[list[bytes]]], tile: Tile) -> bytes:
    above, place = divmod(tile.index, TILE_WIDTH)
    levels = known.get((tile.level + 1, above))
    if tile.width != TILE_WIDTH or levels is None or place >= len(levels[0]):
        raise ProofError(f"nothing vouches for {tile.path}")
    return levels[0][place]


def _above(tile: Tile, size: int) -> Tile:
    return tile_at(tile.level + 1, tile.index // TILE_WIDTH, size)


def _data(tiles: Mapping[Tile, bytes], tile: Tile) -> bytes:
    if tile not in tiles:
        raise ProofError(f"{tile.path} is missing")
    return tiles[tile]


def _levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Return the hashes of all perfect subtrees within a tile, lowest level first."""
    levels = [list(hashes)]
    while len(row := levels[-1]) > 1:
        levels.append([node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)])
    return levels
