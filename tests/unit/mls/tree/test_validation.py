from dataclasses import replace

import pytest

from teamchat.mls.credentials import BASIC, X509, X509Credential
from teamchat.mls.errors import CryptoError, ValidationError
from teamchat.mls.extensions import (
    APPLICATION_ID,
    REQUIRED_CAPABILITIES,
    Extension,
    RequiredCapabilities,
)
from teamchat.mls.rules import Rule
from teamchat.mls.tree import LeafNode, RatchetTree
from teamchat.mls.tree.nodes import (
    KeyPackageSource,
    LeafPlace,
    Lifetime,
    ParentNode,
    UpdateSource,
    sign_leaf_node,
)
from teamchat.mls.tree.validation import (
    MAX_LIFETIME,
    LeafRules,
    check_leaf,
    check_leaf_contents,
    check_lifetime,
    check_neighbours,
    check_parent_hashes,
    check_tree,
    check_unmerged_leaves,
)
from teamchat.mls.tree_math import NodeIndex
from tests.support.trees import (
    CAPABILITIES,
    CRYPTO,
    DAY,
    GROUP,
    NOW,
    SUITE,
    Trusting,
    Unsearched,
    grown,
    key_pair,
    leaf_of,
)

PLAIN = LeafRules.of(SUITE, ())
LEAF = leaf_of("ada")
CUSTOM = 0xF123


def refused(leaf: LeafNode, rules: LeafRules = PLAIN) -> Rule:
    with pytest.raises(ValidationError) as caught:
        check_leaf_contents(leaf, rules)
    return caught.value.rule


def can(**changes: tuple[int, ...]) -> LeafNode:
    return replace(LEAF, capabilities=replace(CAPABILITIES, **changes))


def test_a_leaf_names_what_it_is_and_what_it_needs() -> None:
    check_leaf_contents(LEAF, PLAIN)
    assert refused(can(credentials=(X509,))) is Rule.LEAF_CREDENTIAL_IN_CAPABILITIES
    assert refused(can(versions=(0x2A2A,))) is Rule.LEAF_SUPPORTS_SUITE
    assert refused(can(cipher_suites=(0x0003,))) is Rule.LEAF_SUPPORTS_SUITE
    custom = replace(LEAF, extensions=(Extension(CUSTOM, b""),))
    assert refused(custom) is Rule.LEAF_EXTENSIONS_IN_CAPABILITIES
    twice = replace(LEAF, extensions=(Extension(APPLICATION_ID, b""),) * 2)
    assert refused(twice) is Rule.EXTENSION_UNIQUE
    misplaced = replace(LEAF, extensions=(Extension(REQUIRED_CAPABILITIES, b""),))
    assert refused(misplaced) is Rule.EXTENSION_ELSEWHERE


def test_unknown_and_grease_capabilities_are_ignored() -> None:
    grease = (0x0A0A, 0x1A1A)
    leaf = can(
        versions=(1, *grease),
        cipher_suites=(1, *grease),
        extensions=(CUSTOM, *grease),
        proposals=grease,
        credentials=(BASIC, *grease),
    )
    with_extensions = (Extension(APPLICATION_ID, b"id"), Extension(0x0A0A, b"?"))
    check_leaf_contents(replace(leaf, extensions=with_extensions), PLAIN)


def test_long_capabilities_are_not_searched() -> None:
    types = range(0xF000, 0xF400)
    leaf = replace(
        can(extensions=Unsearched(types), proposals=Unsearched(types)),
        extensions=tuple(Extension(kind, b"") for kind in types),
    )
    required = RequiredCapabilities(tuple(types), tuple(types), ())
    group = (Extension(REQUIRED_CAPABILITIES, required.encode()), Extension(0xF000, b""))
    check_leaf_contents(leaf, LeafRules.of(SUITE, group))


def test_a_leaf_supports_what_the_group_uses() -> None:
    rules = LeafRules.of(SUITE, (Extension(CUSTOM, b""),))
    assert refused(LEAF, rules) is Rule.LEAF_SUPPORTS_GROUP_CONTEXT
    check_leaf_contents(can(extensions=(CUSTOM,)), rules)


@pytest.mark.parametrize(
    "required",
    [
        RequiredCapabilities((CUSTOM,), (), ()),
        RequiredCapabilities((), (CUSTOM,), ()),
        RequiredCapabilities((), (), (X509,)),
    ],
)
def test_a_leaf_supports_what_the_group_requires(required: RequiredCapabilities) -> None:
    rules = LeafRules.of(SUITE, (Extension(REQUIRED_CAPABILITIES, required.encode()),))
    assert refused(LEAF, rules) is Rule.LEAF_SUPPORTS_REQUIRED
    capable = can(extensions=(CUSTOM,), proposals=(CUSTOM,), credentials=(BASIC, X509))
    check_leaf_contents(capable, rules)


def test_what_is_default_need_not_be_named() -> None:
    required = RequiredCapabilities((1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7), (BASIC,))
    rules = LeafRules.of(SUITE, (Extension(REQUIRED_CAPABILITIES, required.encode()),))
    check_leaf_contents(LEAF, rules)


def test_a_leaf_is_checked_whole() -> None:
    place = LeafPlace(GROUP, 0)
    check_leaf(CRYPTO, LEAF, place, PLAIN, Trusting())
    with pytest.raises(ValidationError) as caught:
        check_leaf(CRYPTO, LEAF, place, PLAIN, Trusting(frozenset({b"ada"})))
    assert caught.value.rule is Rule.CREDENTIAL_NOT_AUTHENTICATED
    with pytest.raises(CryptoError) as unsigned:
        check_leaf(CRYPTO, replace(LEAF, signature=b""), place, PLAIN, Trusting())
    assert unsigned.value.rule is Rule.LEAF_SIGNATURE


@pytest.mark.parametrize(
    ("lifetime", "rule"),
    [
        (Lifetime(NOW - DAY, NOW - 1), Rule.LEAF_LIFETIME_CURRENT),
        (Lifetime(NOW + 1, NOW + DAY), Rule.LEAF_LIFETIME_CURRENT),
        (Lifetime(NOW + DAY, NOW - DAY), Rule.LEAF_LIFETIME_CURRENT),
        (Lifetime(NOW, NOW + MAX_LIFETIME + 1), Rule.LEAF_LIFETIME_BOUNDED),
        (Lifetime(0, (1 << 64) - 1), Rule.LEAF_LIFETIME_BOUNDED),
    ],
)
def test_a_lifetime_that_is_over_early_or_endless_is_refused(
    lifetime: Lifetime, rule: Rule
) -> None:
    leaf = replace(LEAF, leaf_node_source=KeyPackageSource(lifetime))
    with pytest.raises(ValidationError) as caught:
        check_lifetime(leaf, NOW)
    assert caught.value.rule is rule


def test_a_leaf_nobody_can_encrypt_to_is_refused() -> None:
    pair = key_pair()
    bad = replace(LEAF, encryption_key=bytes(32), signature_key=pair.public_key)
    signed = sign_leaf_node(CRYPTO, SUITE, pair.private_key, bad, LeafPlace(GROUP, 0))
    with pytest.raises(ValidationError) as caught:
        check_leaf(CRYPTO, signed, LeafPlace(GROUP, 0), PLAIN, Trusting())
    assert caught.value.rule is Rule.PUBLIC_KEY_VALID


def test_a_parent_nobody_can_encrypt_to_is_refused() -> None:
    tree = changed_parent(GROWN.tree, 7, encryption_key=bytes(32))
    with pytest.raises(ValidationError) as caught:
        check_tree(CRYPTO, tree, GROUP, PLAIN, Trusting())
    assert caught.value.rule is Rule.PUBLIC_KEY_VALID


def test_a_lifetime_includes_its_ends() -> None:
    for lifetime in (Lifetime(NOW, NOW + DAY), Lifetime(NOW - MAX_LIFETIME, NOW)):
        check_lifetime(replace(LEAF, leaf_node_source=KeyPackageSource(lifetime)), NOW)


def test_only_a_key_package_s_leaf_has_a_lifetime() -> None:
    with pytest.raises(ValidationError) as caught:
        check_lifetime(replace(LEAF, leaf_node_source=UpdateSource()), NOW)
    assert caught.value.rule is Rule.LEAF_SOURCE


def clash(leaf: LeafNode, tree: RatchetTree) -> Rule:
    tree, index = tree.add_leaf(leaf)
    with pytest.raises(ValidationError) as caught:
        check_neighbours(tree, [index])
    return caught.value.rule


def test_keys_are_unique_among_members() -> None:
    base = grown(3).committed_by(1)
    check_neighbours(base.tree, range(3))
    other = base.leaf(2)
    same_signer = replace(LEAF, signature_key=other.signature_key)
    assert clash(same_signer, base.tree) is Rule.LEAF_SIGNATURE_KEY_UNIQUE
    same_key = replace(LEAF, encryption_key=other.encryption_key)
    assert clash(same_key, base.tree) is Rule.LEAF_ENCRYPTION_KEY_UNIQUE
    root = base.tree.encryption_key(NodeIndex(3))
    assert root is not None
    parents_key = replace(LEAF, encryption_key=root)
    assert clash(parents_key, base.tree) is Rule.LEAF_ENCRYPTION_KEY_UNIQUE


def test_credential_types_are_understood_both_ways() -> None:
    tree = grown(2).tree
    both = replace(CAPABILITIES, credentials=(BASIC, X509))
    foreign = replace(LEAF, credential=X509Credential(()), capabilities=both)
    assert clash(foreign, tree) is Rule.LEAF_CREDENTIAL_SUPPORTED
    members = [replace(leaf, capabilities=both) for _, leaf in tree.leaves()]
    hearing, _ = RatchetTree([members[0], None, members[1]]).add_leaf(foreign)
    check_neighbours(hearing, [2])
    # It supports what it is itself, but not what it would meet.
    assert clash(leaf_of("basic only"), hearing) is Rule.LEAF_CREDENTIAL_SUPPORTED
    check_neighbours(hearing.add_leaf(replace(leaf_of("eve"), capabilities=both))[0], [3])


def test_nothing_changed_is_nothing_to_check() -> None:
    tree = RatchetTree([LEAF, None, LEAF])
    check_neighbours(tree, [])
    with pytest.raises(ValidationError):
        check_neighbours(tree, [0])


def changed_parent(tree: RatchetTree, index: int, **changes: object) -> RatchetTree:
    nodes = list(tree.nodes)
    node = nodes[index]
    assert isinstance(node, ParentNode)
    nodes[index] = replace(node, **changes)  # type: ignore[arg-type]
    return RatchetTree(nodes)


GROWN = grown(6).committed_by(0, 5, 2)


def test_an_honest_tree_is_valid() -> None:
    late, _ = GROWN.tree.add_leaf(leaf_of("late"))
    for tree in (GROWN.tree, late, late.remove_leaf(1), late.remove_leaf(2)):
        check_tree(CRYPTO, tree, GROUP, PLAIN, Trusting())


def test_a_tree_of_a_stranger_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        check_tree(CRYPTO, GROWN.tree, GROUP, PLAIN, Trusting(frozenset({b"member 4"})))
    assert caught.value.rule is Rule.CREDENTIAL_NOT_AUTHENTICATED


def test_a_tree_of_another_group_is_refused() -> None:
    with pytest.raises(CryptoError) as caught:
        check_tree(CRYPTO, GROWN.tree, b"another group", PLAIN, Trusting())
    assert caught.value.rule is Rule.LEAF_SIGNATURE


@pytest.mark.parametrize("change", [{"encryption_key": b"k" * 32}, {"parent_hash": b"h" * 32}])
def test_a_parent_that_nobody_set_is_refused(change: dict[str, bytes]) -> None:
    for index, _ in GROWN.tree.parents():
        tree = changed_parent(GROWN.tree, index, **change)
        with pytest.raises(ValidationError) as caught:
            check_parent_hashes(CRYPTO, SUITE, tree)
        assert caught.value.rule is Rule.TREE_PARENT_HASHES


def test_a_parent_above_fresh_leaves_only_is_refused() -> None:
    nodes = list(grown(2).tree.nodes)
    nodes[1] = ParentNode(b"k" * 32, b"", ())
    with pytest.raises(ValidationError) as caught:
        check_parent_hashes(CRYPTO, SUITE, RatchetTree(nodes))
    assert caught.value.rule is Rule.TREE_PARENT_HASHES


def test_an_unmerged_leaf_cannot_hide_a_member() -> None:
    """A parent that claims a merged member is unmerged is set by nobody."""
    tree = changed_parent(GROWN.tree, 7, unmerged_leaves=(1,))
    with pytest.raises(ValidationError):
        check_tree(CRYPTO, tree, GROUP, PLAIN, Trusting())


@pytest.mark.parametrize("unmerged", [(6,), (5, 4), (4, 4), (0,), (7,), (1 << 31,)])
def test_unmerged_leaves_are_sorted_members_below(unmerged: tuple[int, ...]) -> None:
    tree = changed_parent(GROWN.tree, 9, unmerged_leaves=unmerged)
    with pytest.raises(ValidationError) as caught:
        check_unmerged_leaves(tree)
    assert caught.value.rule is Rule.TREE_UNMERGED_LEAVES


def test_parents_in_between_know_of_an_unmerged_leaf() -> None:
    tree = changed_parent(GROWN.tree, 7, unmerged_leaves=(5,))
    with pytest.raises(ValidationError) as caught:
        check_unmerged_leaves(tree)
    assert caught.value.rule is Rule.TREE_UNMERGED_LEAVES
    assert "omits" in str(caught.value)


def test_long_lists_of_unmerged_leaves_are_not_searched() -> None:
    nodes: list[LeafNode | ParentNode | None] = [LEAF, *[None, LEAF] * 7]
    for node in (1, 3, 7):
        nodes[node] = ParentNode(b"key", b"", Unsearched(range(1, node + 1)))
    check_unmerged_leaves(RatchetTree(nodes))


def test_a_resigned_leaf_does_not_save_a_forged_parent() -> None:
    """A member may sign what it likes for itself; the parent hash chain must still hold."""
    forged = changed_parent(GROWN.tree, 7, encryption_key=b"k" * 32)
    leaf = forged.leaf(2)
    assert leaf is not None
    signed = sign_leaf_node(CRYPTO, SUITE, GROWN.signature_key(2), leaf, LeafPlace(GROUP, 2))
    nodes = list(forged.nodes)
    nodes[4] = signed
    with pytest.raises(ValidationError) as caught:
        check_tree(CRYPTO, RatchetTree(nodes), GROUP, PLAIN, Trusting())
    assert caught.value.rule is Rule.TREE_PARENT_HASHES
