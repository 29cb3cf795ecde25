"""UpdatePath, as everybody sees it (RFC 9420 §7.5, §7.6, §7.9).

Public keys only: a delivery service merges paths as well. What needs secrets is in
`treekem`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from teamchat.mls.codec import Opaque, Struct, Vector, struct
from teamchat.mls.crypto import CipherSuite, CryptoProvider
from teamchat.mls.crypto.labels import HPKECiphertext
from teamchat.mls.errors import ValidationError
from teamchat.mls.rules import Rule
from teamchat.mls.tree.hashes import parent_hash
from teamchat.mls.tree.nodes import CommitSource, LeafNode, ParentNode, check_public_key
from teamchat.mls.tree.ratchet_tree import RatchetTree
from teamchat.mls.tree_math import NodeIndex, to_node


@struct
class UpdatePathNode(Struct):
    """A new key, and the path secret for everyone under the copath child (§7.6)."""

    encryption_key: Annotated[bytes, Opaque()]
    encrypted_path_secret: Annotated[tuple[HPKECiphertext, ...], Vector(HPKECiphertext)]


@struct
class UpdatePath(Struct):
    """A committer's new leaf and the nodes of its filtered direct path (§7.6)."""

    leaf_node: LeafNode
    nodes: Annotated[tuple[UpdatePathNode, ...], Vector(UpdatePathNode)]


def recipients(tree: RatchetTree, copath: NodeIndex, added: Collection[int]) -> list[NodeIndex]:
    """Return the resolution of a copath node without the leaves that the commit added (§7.6)."""
    newcomers = set(map(to_node, added))
    return [node for node in tree.resolution(copath) if node not in newcomers]


def hash_path(
    crypto: CryptoProvider,
    suite: CipherSuite,
    tree: RatchetTree,
    sender: int,
    keys: Sequence[bytes],
) -> tuple[Mapping[NodeIndex, ParentNode], bytes]:
    """Chain new keys by parent hashes, from the root down (§7.9).

    Returns the nodes of the filtered direct path, and the parent hash of the leaf.

    Raises:
        ValidationError: There are not as many keys as nodes.
    """
    path = tree.filtered_direct_path(sender)
    if len(path) != len(keys):
        raise ValidationError(Rule.UPDATE_PATH_LENGTH, f"{len(keys)} for {len(path)}")
    made: dict[NodeIndex, ParentNode] = {}
    above = b""
    for (node, copath), key in zip(reversed(path), reversed(keys), strict=True):
        made[node] = ParentNode(key, above, ())
        # The copath is as it was: the commit's own path leaves it alone.
        above = parent_hash(crypto, suite, made[node], tree.subtree_hash(crypto, suite, copath))
    return made, above


def merge_path(  # the commit's own parts
    crypto: CryptoProvider,
    suite: CipherSuite,
    tree: RatchetTree,
    sender: int,
    path: UpdatePath,
    added: Collection[int],
) -> RatchetTree:
    """Check an UpdatePath against the tree after the commit's proposals, and merge it (§7.5).

    The leaf node itself is checked elsewhere (`validation`).

    Args:
        crypto: The primitives.
        suite: The group's suite.
        tree: The tree after the proposals; for an external commit, the newcomer in it.
        sender: The committer's leaf.
        path: The path.
        added: The leaves that the commit's Add proposals filled.

    Raises:
        ValidationError: A key is not fresh, the shape is not the tree's, or the parent hash
            is another.
    """
    _check_ciphertexts(tree, sender, path, added)
    _check_keys_fresh(tree, sender, path)
    keys = [node.encryption_key for node in path.nodes]
    for key in keys:
        check_public_key(crypto, suite, key)
    parents, leaf_hash = hash_path(crypto, suite, tree, sender, keys)
    source = path.leaf_node.leaf_node_source
    if not isinstance(source, CommitSource):
        raise ValidationError(Rule.LEAF_SOURCE, "not a commit's")
    if source.parent_hash != leaf_hash:
        raise ValidationError(Rule.UPDATE_PATH_PARENT_HASH)
    return tree.with_path(sender, path.leaf_node, parents)


def with_parent_hash(leaf: LeafNode, leaf_hash: bytes) -> LeafNode:
    """Return a leaf as a commit brings it: unsigned, with the parent hash of its path."""
    return replace(leaf, leaf_node_source=CommitSource(leaf_hash), signature=b"")


def _check_ciphertexts(
    tree: RatchetTree, sender: int, path: UpdatePath, added: Collection[int]
) -> None:
    levels = tree.filtered_direct_path(sender)
    if len(levels) != len(path.nodes):
        raise ValidationError(Rule.UPDATE_PATH_LENGTH, f"{len(path.nodes)} for {len(levels)}")
    for (_, copath), node in zip(levels, path.nodes, strict=True):
        expected = len(recipients(tree, copath, added))
        if len(node.encrypted_path_secret) != expected:
            found = len(node.encrypted_path_secret)
            raise ValidationError(Rule.UPDATE_PATH_CIPHERTEXT_COUNT, f"{found} for {expected}")


def _check_keys_fresh(tree: RatchetTree, sender: int, path: UpdatePath) -> None:
    """None of the keys may be in the tree, or twice in the path (§12.4.2)."""
    keys = [path.leaf_node.encryption_key, *(node.encryption_key for node in path.nodes)]
    if len(set(keys)) != len(keys):
        raise ValidationError(Rule.UPDATE_PATH_KEYS_FRESH, "twice in the path")
    own = to_node(sender)
    # A newcomer's leaf is placed before its path is merged: that is no older use of the key.
    placed = tree.nodes[own] is path.leaf_node
    known = {
        node.encryption_key
        for index, node in enumerate(tree.nodes)
        if node is not None and not (placed and index == own)
    }
    if not known.isdisjoint(keys):
        raise ValidationError(Rule.UPDATE_PATH_KEYS_FRESH)
