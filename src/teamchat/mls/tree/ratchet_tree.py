"""The ratchet tree: a value (RFC 9420 §4.1, §7.4, §7.7).

Every change returns a new tree. The tree is always full: its leaves are a power of two,
blank ones included, and its right half is never entirely blank. Tree hashes are computed
when asked for and handed on to the trees made from this one, as far as they still hold.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, Self, cast

from teamchat.mls.codec import Maybe, Vector
from teamchat.mls.crypto import CipherSuite, CryptoProvider
from teamchat.mls.errors import UsageError, ValidationError
from teamchat.mls.rules import Rule
from teamchat.mls.tree.hashes import KnownHashes, node_hash, original_hash
from teamchat.mls.tree.nodes import LeafNode, Node, ParentNode
from teamchat.mls.tree_math import (
    NodeIndex,
    direct_path,
    full_leaves,
    left,
    node_width,
    right,
    root,
    sibling,
    to_node,
)

MAX_NODES: Final = 1 << 17
"""How many nodes a tree may have: 65,536 leaves. Bounds the time its hash takes."""

_RATCHET_TREE = Vector(Maybe(Node), most=MAX_NODES)
_Nodes = tuple[LeafNode | ParentNode | None, ...]


class RatchetTree:
    """A group's tree of public keys."""

    __slots__ = ("_hashes", "nodes")

    def __init__(
        self,
        nodes: Iterable[LeafNode | ParentNode | None],
        hashes: KnownHashes | None = None,
    ) -> None:
        """Make a tree of its nodes in array order; blanks at the end may be missing.

        `hashes` are those that another tree has handed on.
        """
        given = tuple(nodes)
        width = node_width(full_leaves((len(given) + 1) // 2))
        self.nodes: _Nodes = given + (None,) * (width - len(given))
        self._hashes = KnownHashes(width) if hashes is None else hashes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RatchetTree) and self.nodes == other.nodes

    def __hash__(self) -> int:
        return hash(self.nodes)

    def __repr__(self) -> str:
        return f"RatchetTree({sum(1 for _ in self.leaves())} members of {self.leaf_count})"

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Decode a `ratchet_tree` extension (§12.4.3.3).

        Raises:
            DecodeError: It is malformed, or has more than MAX_NODES nodes.
            ValidationError: It ends in a blank or a parent, or a node stands where the other
                kind belongs.
        """
        nodes = cast("_Nodes", _RATCHET_TREE.decode(data))
        if not nodes or nodes[-1] is None:
            raise ValidationError(Rule.TREE_NOT_TRUNCATED)
        for index, node in enumerate(nodes):
            if node is not None and isinstance(node, ParentNode) != bool(index & 1):
                raise ValidationError(Rule.TREE_NODE_KINDS, f"node {index}")
        if len(nodes) % 2 == 0:
            # Its right half would be blank, which a Remove would have cut off (§7.7).
            raise ValidationError(Rule.TREE_ENDS_IN_LEAF)
        return cls(nodes)

    def encode(self) -> bytes:
        """Encode as a `ratchet_tree` extension (§12.4.3.3)."""
        width = len(self.nodes)
        while width and self.nodes[width - 1] is None:
            width -= 1
        return _RATCHET_TREE.encode(self.nodes[:width])

    @property
    def leaf_count(self) -> int:
        """How many leaves there are, blank ones included: a power of two."""
        return (len(self.nodes) + 1) // 2

    def leaf(self, leaf: int) -> LeafNode | None:
        """Return a leaf; None if it is blank or outside the tree."""
        if not 0 <= leaf < self.leaf_count:
            return None
        return cast("LeafNode | None", self.nodes[2 * leaf])

    def leaves(self) -> Iterator[tuple[int, LeafNode]]:
        """Yield the leaves that are not blank, with their indices."""
        for leaf, node in enumerate(self.nodes[::2]):
            if node is not None:
                yield leaf, cast("LeafNode", node)

    def parent(self, node: NodeIndex) -> ParentNode | None:
        """Return an inner node; None if it is blank."""
        found = self.nodes[node]
        return found if isinstance(found, ParentNode) else None

    def parents(self) -> Iterator[tuple[NodeIndex, ParentNode]]:
        """Yield the inner nodes that are not blank, with their indices."""
        for place, node in enumerate(self.nodes[1::2]):
            if node is not None:
                yield NodeIndex(2 * place + 1), cast("ParentNode", node)

    def encryption_key(self, node: NodeIndex) -> bytes | None:
        """Return a node's public key; None if it is blank or outside the tree."""
        found = self.nodes[node] if node < len(self.nodes) else None
        return None if found is None else found.encryption_key

    def direct_path(self, leaf: int) -> tuple[NodeIndex, ...]:
        """Return a leaf's ancestors, from below."""
        return direct_path(to_node(leaf), self.leaf_count)

    def resolution(self, node: NodeIndex) -> tuple[NodeIndex, ...]:
        """Return the nodes whose keys cover everyone under a node (§4.1.1)."""
        found: list[NodeIndex] = []
        waiting = [node]
        while waiting:
            index = waiting.pop()
            content = self.nodes[index]
            if content is None:
                if index & 1:
                    waiting += (right(index), left(index))
                continue
            found.append(index)
            if isinstance(content, ParentNode):
                found += map(to_node, content.unmerged_leaves)
        return tuple(found)

    def is_blank_below(self, node: NodeIndex) -> bool:
        """Tell whether a node's resolution is empty."""
        reach = (node ^ (node + 1)) >> 1
        return not any(self.nodes[node - reach : node + reach + 1])

    def filtered_direct_path(self, leaf: int) -> tuple[tuple[NodeIndex, NodeIndex], ...]:
        """Return the ancestors that need keys, each with its child on the copath (§4.1.2)."""
        kept = []
        child = to_node(leaf)
        for above in self.direct_path(leaf):
            aside = sibling(child, self.leaf_count)
            if not self.is_blank_below(aside):
                kept.append((above, aside))
            child = above
        return tuple(kept)

    def add_leaf(self, leaf_node: LeafNode) -> tuple[Self, int]:
        """Place a leaf at the leftmost blank leaf (§12.1.1); return the tree and its index.

        Raises:
            ValidationError: The tree would have more than MAX_NODES nodes.
        """
        leaves = self.nodes[::2]
        leaf = leaves.index(None) if None in leaves else len(leaves)
        nodes = list(self.nodes)
        if leaf == len(leaves):
            if 2 * len(nodes) + 1 > MAX_NODES:
                raise ValidationError(Rule.TREE_BOUNDED, f"{len(leaves)} leaves")
            nodes += [None] * (len(nodes) + 1)
        nodes[2 * leaf] = leaf_node
        for above in direct_path(to_node(leaf), (len(nodes) + 1) // 2):
            node = nodes[above]
            if isinstance(node, ParentNode):
                unmerged = tuple(sorted((*node.unmerged_leaves, leaf)))
                nodes[above] = replace(node, unmerged_leaves=unmerged)
        return self._changed(nodes, leaf), leaf

    def update_leaf(self, leaf: int, leaf_node: LeafNode) -> Self:
        """Replace a leaf and blank its direct path (§12.1.2).

        Raises:
            UsageError: The leaf is outside the tree.
        """
        return self.with_path(leaf, leaf_node, {})

    def remove_leaf(self, leaf: int) -> Self:
        """Blank a leaf and its direct path, and truncate the tree (§12.1.3).

        Raises:
            UsageError: The leaf is outside the tree.
        """
        nodes = self._replaced(leaf, None, {})
        width = len(nodes)
        while width > 1 and not any(nodes[width // 2 + 1 : width]):
            width //= 2
        return self._changed(nodes[:width], leaf)

    def with_path(
        self, leaf: int, leaf_node: LeafNode | None, parents: Mapping[NodeIndex, ParentNode]
    ) -> Self:
        """Replace a leaf, and its whole direct path by `parents` and blanks (§7.5).

        Raises:
            UsageError: The leaf is outside the tree.
        """
        return self._changed(self._replaced(leaf, leaf_node, parents), leaf)

    def tree_hash(self, crypto: CryptoProvider, suite: CipherSuite) -> bytes:
        """Return the hash of the whole tree (§7.8)."""
        return self.subtree_hash(crypto, suite, root(self.leaf_count))

    def subtree_hash(self, crypto: CryptoProvider, suite: CipherSuite, node: NodeIndex) -> bytes:
        """Return the hash of the tree under a node (§7.8)."""
        return node_hash(crypto, suite, self.nodes, self._hashes.of(suite), node)

    def original_subtree_hash(
        self,
        crypto: CryptoProvider,
        suite: CipherSuite,
        node: NodeIndex,
        forgotten: Collection[int],
    ) -> bytes:
        """Return that hash as it was before the `forgotten` leaves came (§7.9)."""
        return original_hash(
            crypto, suite, self.nodes, self._hashes.of(suite), node, frozenset(forgotten)
        )

    def _replaced(
        self, leaf: int, leaf_node: LeafNode | None, parents: Mapping[NodeIndex, ParentNode]
    ) -> list[LeafNode | ParentNode | None]:
        if not 0 <= leaf < self.leaf_count:
            raise UsageError(f"leaf {leaf} is outside the tree")
        nodes = list(self.nodes)
        nodes[2 * leaf] = leaf_node
        for above in self.direct_path(leaf):
            nodes[above] = parents.get(above)
        return nodes

    def _changed(self, nodes: list[LeafNode | ParentNode | None], leaf: int) -> Self:
        """Return the tree of `nodes`, which differ from ours on the path of one leaf only."""
        start, leaves = to_node(leaf), (len(nodes) + 1) // 2
        stale = (start, *direct_path(start, leaves)) if leaf < leaves else ()
        return type(self)(nodes, self._hashes.without(stale, len(nodes)))
