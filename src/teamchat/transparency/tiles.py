"""Tiles and entry bundles: which there are, where they lie, what is in them (c2sp.org/tlog-tiles).

A tile holds up to 256 hashes of one level of the tree, eight levels of it at a time; an entry
bundle holds the entries under a tile of level 0. A partial tile belongs to one size of the tree.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from teamchat.transparency.compact import Node
from teamchat.transparency.encoding import MAX_NUMBER
from teamchat.transparency.errors import FormatError, UsageError
from teamchat.transparency.hashing import HASH_BYTES

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 256
MAX_LEVEL: Final = 63
MAX_ENTRY_BYTES: Final = 65_535
"""A bundle gives an entry's length in two bytes."""
_PATH: Final = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Where a tile is, and how many hashes it has.

    Attributes:
        level: In tiles: level 1 holds the roots of the tiles of level 0.
        index: How many tiles of this level are to its left.
        width: 256, or fewer for a partial tile.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse what no tree has.

        Raises:
            UsageError: A coordinate is out of bounds.
        """
        if not 0 <= self.level <= MAX_LEVEL:
            raise UsageError("no tile has this level")
        _check(self.index, self.width)

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        return f"tile/{self.level}/{_place(self.index, self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read a path back.

        Raises:
            FormatError: It is not the one path of a tile.
        """
        level, index, width = _parse(path)
        if level == "entries" or int(level) > MAX_LEVEL:
            raise FormatError("not the path of a tile")
        return cls(int(level), index, width)


@dataclass(frozen=True, slots=True, order=True)
class EntryBundle:
    """Where a bundle of entries is, and how many there are in it; counted as tiles of level 0."""

    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse what no log has.

        Raises:
            UsageError: A coordinate is out of bounds.
        """
        _check(self.index, self.width)

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        return f"tile/entries/{_place(self.index, self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read a path back.

        Raises:
            FormatError: It is not the one path of a bundle.
        """
        level, index, width = _parse(path)
        if level != "entries":
            raise FormatError("not the path of an entry bundle")
        return cls(index, width)


def tile_at(level: int, index: int, size: int) -> Tile:
    """Return a tile as it is in a tree of a size: full, or partial at the right edge.

    Raises:
        UsageError: That tree has no such tile.
    """
    row = size >> TILE_HEIGHT * level
    width = min(row - index * TILE_WIDTH, TILE_WIDTH)
    if width < 1:
        raise UsageError("a tree of this size has no such tile")
    return Tile(level, index, width)


def tile_of(node: Node, size: int) -> Tile:
    """Return the tile that the hash of a perfect subtree is made from.

    Raises:
        UsageError: The subtree is not in a tree of this size.
    """
    if (node.index + 1) << node.level > size:
        raise UsageError("the subtree is not in a tree of this size")
    level, above = divmod(node.level, TILE_HEIGHT)
    return tile_at(level, node.index >> TILE_HEIGHT - above, size)


def edge_tiles(size: int) -> tuple[Tile, ...]:
    """Return the partial tiles at the right edge of a tree, the highest level first.

    Every perfect subtree of the tree's compact range lies in one of them.
    """
    levels = range((size.bit_length() - 1) // TILE_HEIGHT, -1, -1)
    rows = ((level, size >> TILE_HEIGHT * level) for level in levels)
    return tuple(
        Tile(level, row // TILE_WIDTH, row % TILE_WIDTH) for level, row in rows if row % TILE_WIDTH
    )


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """Write the hashes of a tile."""
    return b"".join(hashes)


def decode_tile(data: bytes, width: int) -> tuple[bytes, ...]:
    """Return the hashes of a tile.

    Raises:
        FormatError: There are not exactly so many.
    """
    if len(data) != width * HASH_BYTES:
        raise FormatError(f"a tile of width {width} has {width * HASH_BYTES} bytes")
    return tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write the entries of a bundle.

    Raises:
        UsageError: There are none or too many, or one is too large.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise UsageError(f"a bundle has 1 to {TILE_WIDTH} entries")
    for entry in entries:
        check_entry(entry)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """Return the entries of a bundle; that they are the log's is not yet checked.

    Raises:
        FormatError: There are not exactly so many.
    """
    entries, at = [], 0
    for _ in range(width):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(entry) != length:
            raise FormatError("a bundle ends in the middle of an entry")
        entries.append(entry)
        at += 2 + length
    if at != len(data):
        raise FormatError("a bundle does not end with its last entry")
    return tuple(entries)


def check_entry(entry: bytes) -> None:
    """Refuse an entry that no bundle can hold.

    Raises:
        UsageError: It is too large.
    """
    if len(entry) > MAX_ENTRY_BYTES:
        raise UsageError(f"an entry has at most {MAX_ENTRY_BYTES} bytes")


def _check(index: int, width: int) -> None:
    if not 0 <= index <= MAX_NUMBER:
        raise UsageError("no tile has this index")
    if not 1 <= width <= TILE_WIDTH:
        raise UsageError(f"a tile has a width from 1 to {TILE_WIDTH}")


def _place(index: int, width: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return "/".join(reversed(groups)) + partial


def _parse(path: str) -> tuple[str, int, int]:
    if not (found := _PATH.fullmatch(path)):
        raise FormatError("not the path of a tile")
    level, place, partial = found.groups()
    index = int(place.replace("/", "").replace("x", ""))
    width = int(partial) if partial else TILE_WIDTH
    if index > MAX_NUMBER or (partial and width >= TILE_WIDTH) or place != _place(index, 256):
        raise FormatError("not the one path of a tile")
    return level, index, width
