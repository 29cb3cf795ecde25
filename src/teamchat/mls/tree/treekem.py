"""TreeKEM: the secrets behind an UpdatePath (RFC 9420 §7.4 to §7.6). Members only."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from teamchat.mls.crypto import CipherSuite, CryptoProvider, KeyPair, Secret
from teamchat.mls.crypto.labels import decrypt_with_label, derive_secret, encrypt_with_label
from teamchat.mls.errors import CryptoError, InternalError, UsageError, ValidationError
from teamchat.mls.rules import Rule
from teamchat.mls.tree.nodes import LeafNode, LeafPlace, sign_leaf_node
from teamchat.mls.tree.path import (
    UpdatePath,
    UpdatePathNode,
    hash_path,
    recipients,
    with_parent_hash,
)
from teamchat.mls.tree.ratchet_tree import RatchetTree
from teamchat.mls.tree_math import NodeIndex, common_ancestor, is_below, to_node

_LABEL = "UpdatePathNode"


@dataclass(frozen=True, slots=True)
class FreshPath:
    """A path we have made, before its secrets are encrypted.

    Attributes:
        tree: The tree with the path merged.
        sender: Our leaf.
        path_secrets: By node of the filtered direct path, from below.
        private_keys: Of our leaf and of the filtered direct path, by node.
    """

    tree: RatchetTree
    sender: int
    path_secrets: Mapping[NodeIndex, Secret]
    private_keys: Mapping[int, Secret]
    commit_secret: Secret


@dataclass(frozen=True, slots=True)
class OpenedPath:
    """What a receiver learns from a path: keys by node, and the commit secret."""

    private_keys: Mapping[int, Secret]
    commit_secret: Secret


def make_path(  # the group's own parts
    crypto: CryptoProvider,
    suite: CipherSuite,
    tree: RatchetTree,
    sender: int,
    leaf: LeafNode,
    signature_key: Secret,
    group_id: bytes,
) -> FreshPath:
    """Make fresh keys for a leaf and its filtered direct path (§7.4, §7.5).

    Args:
        crypto: The primitives, and randomness.
        suite: The group's suite.
        tree: The tree after the commit's proposals, with something at `sender`.
        sender: Our leaf.
        leaf: What our new leaf shall say; encryption key, source and signature are made here.
        signature_key: What signs the leaf.
        group_id: The group.
    """
    own = crypto.hpke_key_pair(suite)
    first = Secret(crypto.random(suite.hash_length))
    nodes = [node for node, _ in tree.filtered_direct_path(sender)]
    secrets, pairs, commit_secret = _ladder(crypto, suite, first, nodes)
    public_keys = [pairs[node].public_key for node in nodes]
    parents, leaf_hash = hash_path(crypto, suite, tree, sender, public_keys)
    unsigned = with_parent_hash(replace(leaf, encryption_key=own.public_key), leaf_hash)
    place = LeafPlace(group_id, sender)
    signed = sign_leaf_node(crypto, suite, signature_key, unsigned, place)
    private_keys: dict[int, Secret] = {node: pair.private_key for node, pair in pairs.items()}
    private_keys[to_node(sender)] = own.private_key
    merged = tree.with_path(sender, signed, parents)
    return FreshPath(merged, sender, secrets, private_keys, commit_secret)


def seal_path(
    crypto: CryptoProvider,
    suite: CipherSuite,
    fresh: FreshPath,
    context: bytes,
    added: Collection[int],
) -> UpdatePath:
    """Encrypt a path's secrets to everyone but the newcomers (§7.6).

    Args:
        crypto: The primitives.
        suite: The group's suite.
        fresh: The path.
        context: The encoded provisional GroupContext.
        added: The leaves that the commit's Add proposals filled.

    Raises:
        CryptoError: A public key in the tree is not one.
    """
    leaf = fresh.tree.leaf(fresh.sender)
    if leaf is None:
        raise InternalError("a path without a leaf")
    nodes = []
    for node, copath in fresh.tree.filtered_direct_path(fresh.sender):
        secret = fresh.path_secrets[node]
        sealed = tuple(
            encrypt_with_label(crypto, suite, key, _LABEL, context, secret)
            for key in _keys(fresh.tree, copath, added)
        )
        nodes.append(UpdatePathNode(_key(fresh.tree, node), sealed))
    return UpdatePath(leaf, tuple(nodes))


def path_secret_for(fresh: FreshPath, newcomer: int) -> Secret:
    """Return the path secret of the lowest node above both us and a newcomer (§12.4.1)."""
    node = common_ancestor(to_node(fresh.sender), to_node(newcomer))
    return fresh.path_secrets[node]


def open_path(  # noqa: PLR0913, PLR0917  # the commit's own parts
    crypto: CryptoProvider,
    suite: CipherSuite,
    tree: RatchetTree,
    sender: int,
    own_leaf: int,
    private_keys: Mapping[int, Secret],
    path: UpdatePath,
    context: bytes,
    added: Collection[int],
) -> OpenedPath:
    """Decrypt the path secret meant for us and derive what lies above it (§7.5).

    Args:
        crypto: The primitives.
        suite: The group's suite.
        tree: The tree after the commit's proposals; the path may be merged already.
        sender: The committer's leaf.
        own_leaf: Our leaf.
        private_keys: The HPKE private keys we hold for this tree, by node.
        path: The path, whose shape was checked (`merge_path`).
        context: The encoded provisional GroupContext.
        added: The leaves that the commit's Add proposals filled.

    Raises:
        CryptoError: The secret for us does not decrypt.
        ValidationError: A derived key is not the one in the path.
        UsageError: We hold no key that the path is encrypted to.
    """
    levels = tree.filtered_direct_path(sender)
    ours = to_node(own_leaf)
    start = next((i for i, (_, side) in enumerate(levels) if is_below(ours, side)), None)
    if start is None:
        raise UsageError("we are not among the receivers of this path")
    to = recipients(tree, levels[start][1], added)
    place = next((i for i, node in enumerate(to) if node in private_keys), None)
    if place is None:
        raise UsageError("we hold no key that this path is encrypted to")
    sealed = path.nodes[start].encrypted_path_secret[place]
    try:
        key = private_keys[to[place]]
        secret = decrypt_with_label(crypto, suite, key, _LABEL, context, sealed)
    except CryptoError as error:
        raise CryptoError(Rule.UPDATE_PATH_DECRYPTS) from error
    nodes = [node for node, _ in levels[start:]]
    _, pairs, commit_secret = _ladder(crypto, suite, secret, nodes)
    for node, announced in zip(nodes, path.nodes[start:], strict=True):
        if pairs[node].public_key != announced.encryption_key:
            raise ValidationError(Rule.UPDATE_PATH_KEY_MATCHES, f"node {node}")
    return OpenedPath({node: pair.private_key for node, pair in pairs.items()}, commit_secret)


def implant_path_secret(  # a Welcome's own parts
    crypto: CryptoProvider,
    suite: CipherSuite,
    tree: RatchetTree,
    sender: int,
    own_leaf: int,
    path_secret: Secret,
) -> Mapping[int, Secret]:
    """Derive a newcomer's private keys from a Welcome's path secret (§12.4.3.1).

    Raises:
        ValidationError: A derived key is not the tree's.
    """
    lowest = common_ancestor(to_node(sender), to_node(own_leaf))
    nodes = [node for node, _ in tree.filtered_direct_path(sender) if is_below(lowest, node)]
    _, pairs, _ = _ladder(crypto, suite, path_secret, nodes)
    for node, pair in pairs.items():
        if tree.encryption_key(node) != pair.public_key:
            raise ValidationError(Rule.PATH_SECRET_KEY_MATCHES, f"node {node}")
    return {node: pair.private_key for node, pair in pairs.items()}


def retain_keys(
    private_keys: Mapping[int, Secret], before: RatchetTree, after: RatchetTree
) -> dict[int, Secret]:
    """Return the private keys whose public halves a change of the tree has left in place."""
    return {
        node: key
        for node, key in private_keys.items()
        if after.encryption_key(NodeIndex(node)) == before.encryption_key(NodeIndex(node))
    }


def _ladder(
    crypto: CryptoProvider, suite: CipherSuite, secret: Secret, nodes: list[NodeIndex]
) -> tuple[dict[NodeIndex, Secret], dict[NodeIndex, KeyPair], Secret]:
    """Derive path secrets and key pairs upwards, and the commit secret beyond the last (§7.4)."""
    secrets: dict[NodeIndex, Secret] = {}
    pairs: dict[NodeIndex, KeyPair] = {}
    for node in nodes:
        secrets[node] = secret
        node_secret = derive_secret(crypto, suite, secret, "node")
        pairs[node] = crypto.hpke_derive_key_pair(suite, node_secret)
        secret = derive_secret(crypto, suite, secret, "path")
    return secrets, pairs, secret


def _keys(tree: RatchetTree, copath: NodeIndex, added: Collection[int]) -> Iterator[bytes]:
    for node in recipients(tree, copath, added):
        yield _key(tree, node)


def _key(tree: RatchetTree, node: NodeIndex) -> bytes:
    key = tree.encryption_key(node)
    if key is None:
        raise InternalError(f"node {node} is blank")
    return key
