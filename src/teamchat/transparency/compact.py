"""Compact ranges: a tree's perfect subtrees, left to right, and nothing else.

They are enough to append and to know the root, and they never change while a tree
grows: a tree of `n` leaves has one for each bit of `n` that is set.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from teamchat.transparency.encoding import MAX_NUMBER
from teamchat.transparency.errors import FormatError, UsageError
from teamchat.transparency.hashing import EMPTY_ROOT, HASH_BYTES, node_hash


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A perfect subtree: the leaves from `index << level` to `(index + 1) << level`."""

    level: int
    index: int


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A tree as a whole: how many leaves, and the root over them."""

    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what no tree has.

        Raises:
            FormatError: The size or the root's length is out of bounds.
        """
        if not 0 <= self.size <= MAX_NUMBER or len(self.root) != HASH_BYTES:
            raise FormatError("no tree has this size or root")


def perfect_nodes(start: int, end: int) -> tuple[Node, ...]:
    """Return the fewest perfect subtrees that cover the leaves `start <= i < end`."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return tuple(nodes)


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over perfect subtrees that get smaller from left to right."""
    if not hashes:
        return EMPTY_ROOT
    *others, root = hashes
    for left in reversed(others):
        root = node_hash(left, root)
    return root


@dataclass(frozen=True, slots=True)
class CompactRange:
    """A tree from its first leaf on, with just what it takes to append.

    Attributes:
        size: How many leaves.
        hashes: The hash of each perfect subtree, the largest first.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse hashes that are not as many as the size asks for.

        Raises:
            UsageError: They are not, or one is no hash.
        """
        if not 0 <= self.size <= MAX_NUMBER or self.size.bit_count() != len(self.hashes):
            raise UsageError("a compact range has one hash for each bit of its size")
        if any(len(each) != HASH_BYTES for each in self.hashes):
            raise UsageError(f"a hash has {HASH_BYTES} bytes")

    @property
    def head(self) -> TreeHead:
        """The tree as a whole."""
        return TreeHead(self.size, root_of(self.hashes))

    def append(self, leaf_hashes: Iterable[bytes]) -> Self:
        """Return the tree with more leaves at its end.

        Raises:
            UsageError: One is no hash, or the tree would be too large.
        """
        hashes, size = list(self.hashes), self.size
        for leaf in leaf_hashes:
            if len(leaf) != HASH_BYTES:
                raise UsageError(f"a hash has {HASH_BYTES} bytes")
            grown, rest = leaf, size
            while rest & 1:
                grown = node_hash(hashes.pop(), grown)
                rest >>= 1
            hashes.append(grown)
            size += 1
        return type(self)(size, tuple(hashes))
