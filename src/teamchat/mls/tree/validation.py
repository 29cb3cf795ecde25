"""Is a leaf node, is a whole tree, valid (RFC 9420 §7.3, §12.4.3.1)?

A leaf is checked alone (`check_leaf`) and against its neighbours (`check_neighbours`).
After a commit only the leaves that changed need it; on joining, all of them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from teamchat.mls.credentials import AuthenticationService, credential_type
from teamchat.mls.crypto import CipherSuite, CryptoProvider
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.errors import ValidationError
from teamchat.mls.extensions import (
    DEFAULT_EXTENSIONS,
    DEFAULT_PROPOSALS,
    LEAF_NODE_TYPES,
    Extension,
    RequiredCapabilities,
    check_extensions,
    required_capabilities,
)
from teamchat.mls.rules import Rule
from teamchat.mls.tree.hashes import parent_hash
from teamchat.mls.tree.nodes import (
    CommitSource,
    KeyPackageSource,
    LeafNode,
    LeafPlace,
    Lifetime,
    ParentNode,
    check_public_key,
    verify_leaf_node,
)
from teamchat.mls.tree.ratchet_tree import RatchetTree
from teamchat.mls.tree_math import (
    NodeIndex,
    direct_path,
    is_below,
    leaves_below,
    left,
    right,
    to_node,
)

DAY: Final = 24 * 3600
MAX_LIFETIME: Final = 94 * DAY
"""The longest lifetime accepted, in seconds: a quarter of a year and two days of slack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafRules:
    """What a group asks of every leaf: its suite, version and GroupContext extensions."""

    suite: CipherSuite
    extension_types: frozenset[int]
    required: RequiredCapabilities

    @classmethod
    def of(cls, suite: CipherSuite, extensions: Collection[Extension]) -> "LeafRules":
        """Read the rules from a GroupContext's extensions.

        Raises:
            DecodeError: `required_capabilities` is malformed.
        """
        types = frozenset(extension.extension_type for extension in extensions)
        return cls(
            suite=suite,
            extension_types=types - DEFAULT_EXTENSIONS,
            required=required_capabilities(extensions),
        )


def check_leaf(
    crypto: CryptoProvider,
    leaf: LeafNode,
    place: LeafPlace,
    rules: LeafRules,
    authentication: AuthenticationService,
) -> None:
    """Check a leaf alone: signature, key, credential, capabilities, extensions (§7.3).

    Source, lifetime and neighbours are checked by who knows where the leaf came from.

    Raises:
        CryptoError: The signature does not verify.
        ValidationError: The leaf breaks a rule, or its credential is not vouched for.
    """
    verify_leaf_node(crypto, rules.suite, leaf, place)
    check_public_key(crypto, rules.suite, leaf.encryption_key)
    check_leaf_contents(leaf, rules)
    authentication.authenticate(leaf.credential, leaf.signature_key)


def check_leaf_contents(leaf: LeafNode, rules: LeafRules) -> None:
    """Check what a leaf says of itself, and that it suits the group (§7.2, §7.3).

    Raises:
        ValidationError: The leaf breaks a rule.
    """
    can = leaf.capabilities
    check_extensions(leaf.extensions, LEAF_NODE_TYPES)
    if credential_type(leaf.credential) not in can.credentials:
        raise ValidationError(Rule.LEAF_CREDENTIAL_IN_CAPABILITIES)
    types = (extension.extension_type for extension in leaf.extensions)
    if not DEFAULT_EXTENSIONS.union(can.extensions).issuperset(types):
        raise ValidationError(Rule.LEAF_EXTENSIONS_IN_CAPABILITIES)
    if MLS10 not in can.versions or rules.suite.id not in can.cipher_suites:
        raise ValidationError(Rule.LEAF_SUPPORTS_SUITE)
    check_supports(leaf, rules)


def check_supports(leaf: LeafNode, rules: LeafRules) -> None:
    """Check that a leaf supports what the group uses and requires (§7.3, §11.1, §13.4).

    Raises:
        ValidationError: It does not.
    """
    can, required = leaf.capabilities, rules.required
    if not rules.extension_types.issubset(can.extensions):
        raise ValidationError(Rule.LEAF_SUPPORTS_GROUP_CONTEXT)
    if not (
        DEFAULT_EXTENSIONS.union(can.extensions).issuperset(required.extension_types)
        and DEFAULT_PROPOSALS.union(can.proposals).issuperset(required.proposal_types)
        and set(required.credential_types).issubset(can.credentials)
    ):
        raise ValidationError(Rule.LEAF_SUPPORTS_REQUIRED)


def check_lifetime(leaf: LeafNode, now: int, longest: int = MAX_LIFETIME) -> None:
    """Check the lifetime of a leaf that a KeyPackage brought (§7.2).

    Args:
        leaf: The leaf.
        now: Seconds since 1970.
        longest: The longest lifetime that is accepted, in seconds.

    Raises:
        ValidationError: The lifetime is over, has not begun, or is too long.
    """
    source = leaf.leaf_node_source
    if not isinstance(source, KeyPackageSource):
        raise ValidationError(Rule.LEAF_SOURCE, "not a KeyPackage's")
    lifetime: Lifetime = source.lifetime
    if not lifetime.not_before <= now <= lifetime.not_after:
        raise ValidationError(Rule.LEAF_LIFETIME_CURRENT)
    check_total_lifetime(leaf, longest)


def check_total_lifetime(leaf: LeafNode, longest: int) -> None:
    """Check that a leaf's lifetime, if it has one, is not longer than `longest` seconds (§7.2).

    Raises:
        ValidationError: It is.
    """
    source = leaf.leaf_node_source
    if isinstance(source, KeyPackageSource):
        lifetime: Lifetime = source.lifetime
        if lifetime.not_after - lifetime.not_before > longest:
            raise ValidationError(Rule.LEAF_LIFETIME_BOUNDED)


def check_neighbours(tree: RatchetTree, changed: Iterable[int]) -> None:
    """Check leaves against all others: keys are unique, credentials understood (§7.3).

    `changed` names the leaves that are new in `tree`; the others are known to get along.

    Raises:
        ValidationError: Two leaves share a key, a leaf's key is a parent's as well, or a
            member does not support another's credential type.
    """
    newcomers = [leaf for leaf in map(tree.leaf, set(changed)) if leaf is not None]
    if not newcomers:
        return
    members = [leaf for _, leaf in tree.leaves()]
    if len({leaf.signature_key for leaf in members}) != len(members):
        raise ValidationError(Rule.LEAF_SIGNATURE_KEY_UNIQUE)
    _check_encryption_keys(tree)
    wanted = {credential_type(leaf.credential) for leaf in newcomers}
    if not all(wanted.issubset(leaf.capabilities.credentials) for leaf in members):
        raise ValidationError(Rule.LEAF_CREDENTIAL_SUPPORTED)
    used = {credential_type(leaf.credential) for leaf in members}
    if not all(used.issubset(leaf.capabilities.credentials) for leaf in newcomers):
        raise ValidationError(Rule.LEAF_CREDENTIAL_SUPPORTED)


def check_tree(
    crypto: CryptoProvider,
    tree: RatchetTree,
    group_id: bytes,
    rules: LeafRules,
    authentication: AuthenticationService,
    longest_lifetime: int = MAX_LIFETIME,
) -> None:
    """Check a whole tree, as a joiner does (§12.4.3.1). Its hash is checked by who knows it.

    A lifetime may be over: a member that was added long ago and has not committed since is
    still a member, and the others go on accepting it (§7.3 leaves this open). How long a
    lifetime is in all does not change, so that is checked.

    Raises:
        CryptoError: A leaf's signature does not verify.
        ValidationError: A leaf, a parent or the whole breaks a rule.
    """
    check_unmerged_leaves(tree)
    for _, node in tree.parents():
        check_public_key(crypto, rules.suite, node.encryption_key)
    check_parent_hashes(crypto, rules.suite, tree)
    for index, leaf in tree.leaves():
        check_total_lifetime(leaf, longest_lifetime)
        check_leaf(crypto, leaf, LeafPlace(group_id, index), rules, authentication)
    check_neighbours(tree, (index for index, _ in tree.leaves()))


def check_unmerged_leaves(tree: RatchetTree) -> None:
    """Check every parent's unmerged leaves (§7.1, §12.4.3.1).

    Raises:
        ValidationError: They are not sorted, not members below the parent, or a parent in
            between does not know of them.
    """
    unmerged: dict[NodeIndex, frozenset[int]] = {}
    for index, node in tree.parents():
        listed = node.unmerged_leaves
        if any(a >= b for a, b in pairwise(listed)):
            raise ValidationError(Rule.TREE_UNMERGED_LEAVES, f"node {index}: not sorted")
        for leaf in listed:
            if leaf not in leaves_below(index) or tree.leaf(leaf) is None:
                raise ValidationError(Rule.TREE_UNMERGED_LEAVES, f"node {index}: leaf {leaf}")
        unmerged[index] = frozenset(listed)
    for leaf, _ in tree.leaves():
        _check_between(tree, leaf, unmerged)


def check_parent_hashes(crypto: CryptoProvider, suite: CipherSuite, tree: RatchetTree) -> None:
    """Check that every parent was set together with exactly one node below it (§7.9.2).

    Raises:
        ValidationError: A parent is not parent-hash valid.
    """
    for index, node in tree.parents():
        sides = (left(index), right(index)), (right(index), left(index))
        if sum(_chains(crypto, suite, tree, node, *side) for side in sides) != 1:
            raise ValidationError(Rule.TREE_PARENT_HASHES, f"node {index}")


def _chains(  # §7.9.2's own letters: P, C, S
    crypto: CryptoProvider,
    suite: CipherSuite,
    tree: RatchetTree,
    parent: ParentNode,
    child: NodeIndex,
    aside: NodeIndex,
) -> bool:
    """Tell whether a node under `child` was set together with `parent`."""
    unmerged = {to_node(leaf) for leaf in parent.unmerged_leaves}
    unmerged = {node for node in unmerged if is_below(node, child)}
    resolution = set(tree.resolution(child))
    rest = resolution - unmerged
    if len(rest) != 1 or not unmerged <= resolution:
        return False
    found = tree.nodes[rest.pop()]
    if isinstance(found, ParentNode):
        claimed = found.parent_hash
    elif found is not None and isinstance(found.leaf_node_source, CommitSource):
        claimed = found.leaf_node_source.parent_hash
    else:
        return False
    hashed = tree.original_subtree_hash(crypto, suite, aside, parent.unmerged_leaves)
    return parent_hash(crypto, suite, parent, hashed) == claimed


def _check_between(
    tree: RatchetTree, leaf: int, unmerged: Mapping[NodeIndex, frozenset[int]]
) -> None:
    """Refuse an ancestor that omits a leaf which one further up lists."""
    omitting: NodeIndex | None = None
    for index in direct_path(to_node(leaf), tree.leaf_count):
        if index not in unmerged:
            continue
        if leaf not in unmerged[index]:
            omitting = index
        elif omitting is not None:
            raise ValidationError(Rule.TREE_UNMERGED_LEAVES, f"node {omitting} omits leaf {leaf}")


def _check_encryption_keys(tree: RatchetTree) -> None:
    keys = [node.encryption_key for node in tree.nodes if node is not None]
    if len(set(keys)) != len(keys):
        raise ValidationError(Rule.LEAF_ENCRYPTION_KEY_UNIQUE)
