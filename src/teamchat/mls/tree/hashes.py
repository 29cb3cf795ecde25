"""Tree hashes and parent hashes (RFC 9420 §7.8, §7.9)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Annotated, Self

from teamchat.mls.codec import Opaque, Struct, struct
from teamchat.mls.codec.varint import encode_length
from teamchat.mls.crypto import CipherSuite, CryptoProvider
from teamchat.mls.tree.nodes import LeafNode, ParentNode
from teamchat.mls.tree_math import NodeIndex, leaves_below, left, right

Nodes = Sequence[LeafNode | ParentNode | None]


class KnownHashes:
    """The tree hashes of a tree's nodes, as far as they have been computed."""

    __slots__ = ("_hash_name", "_values")

    def __init__(self, width: int) -> None:
        self._values: list[bytes | None] = [None] * width
        self._hash_name = ""

    def of(self, suite: CipherSuite) -> list[bytes | None]:
        """Return them, to be read and filled in. A tree belongs to one suite, as its keys do."""
        if self._hash_name != suite.hash_name:
            self._values = [None] * len(self._values)
            self._hash_name = suite.hash_name
        return self._values

    def without(self, stale: Iterable[NodeIndex], width: int) -> Self:
        """Return a copy for a tree of another width, where some nodes have changed."""
        copy = type(self)(0)
        values = self._values[:width]
        values += [None] * (width - len(values))
        for node in stale:
            values[node] = None
        copy._values, copy._hash_name = values, self._hash_name  # noqa: SLF001  # our own kind
        return copy


@struct
class ParentHashInput(Struct):
    """ParentHashInput (§7.9)."""

    encryption_key: Annotated[bytes, Opaque()]
    parent_hash: Annotated[bytes, Opaque()]
    original_sibling_tree_hash: Annotated[bytes, Opaque()]


def parent_hash(
    crypto: CryptoProvider, suite: CipherSuite, node: ParentNode, sibling_hash: bytes
) -> bytes:
    """Hash a parent with the original tree hash of its copath child (§7.9)."""
    content = ParentHashInput(node.encryption_key, node.parent_hash, sibling_hash)
    return crypto.hash(suite, content.encode())


def node_hash(
    crypto: CryptoProvider,
    suite: CipherSuite,
    nodes: Nodes,
    known: list[bytes | None],
    index: NodeIndex,
) -> bytes:
    """Return the tree hash of a subtree (§7.8), and note all that was computed in `known`."""
    found = known[index]
    if found is not None:
        return found
    node = nodes[index]
    if index & 1:
        below = [node_hash(crypto, suite, nodes, known, each(index)) for each in (left, right)]
        made = crypto.hash(suite, _parent_input(node, below))
    else:
        made = crypto.hash(suite, _leaf_input(index >> 1, node))
    known[index] = made
    return made


def original_hash(  # as `node_hash`, and the leaves to forget
    crypto: CryptoProvider,
    suite: CipherSuite,
    nodes: Nodes,
    known: list[bytes | None],
    index: NodeIndex,
    forgotten: frozenset[int],
) -> bytes:
    """Return a subtree's hash as it was before the `forgotten` leaves were added (§7.9)."""
    if forgotten.isdisjoint(leaves_below(index)):
        return node_hash(crypto, suite, nodes, known, index)
    node = nodes[index]
    if not index & 1:
        return crypto.hash(suite, _leaf_input(index >> 1, None))
    if isinstance(node, ParentNode):
        unmerged = tuple(leaf for leaf in node.unmerged_leaves if leaf not in forgotten)
        node = replace(node, unmerged_leaves=unmerged)
    below = [
        original_hash(crypto, suite, nodes, known, each(index), forgotten) for each in (left, right)
    ]
    return crypto.hash(suite, _parent_input(node, below))


def _leaf_input(leaf_index: int, node: LeafNode | ParentNode | None) -> bytes:
    """TreeHashInput with LeafNodeHashInput."""
    start = b"\x01" + leaf_index.to_bytes(4, "big")
    return start + (b"\x00" if node is None else b"\x01" + node.encode())


def _parent_input(node: LeafNode | ParentNode | None, below: Sequence[bytes]) -> bytes:
    """TreeHashInput with ParentNodeHashInput."""
    parts = [b"\x02\x00"] if node is None else [b"\x02\x01", node.encode()]
    for each in below:
        parts += [encode_length(len(each)), each]
    return b"".join(parts)
