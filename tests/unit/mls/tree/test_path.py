from dataclasses import replace

import pytest

from teamchat.mls.errors import ValidationError
from teamchat.mls.rules import Rule
from teamchat.mls.tree import RatchetTree, UpdatePath
from teamchat.mls.tree.nodes import CommitSource, UpdateSource
from teamchat.mls.tree.path import UpdatePathNode, hash_path, merge_path, recipients
from teamchat.mls.tree.treekem import make_path, seal_path
from teamchat.mls.tree_math import NodeIndex
from tests.support.trees import CRYPTO, GROUP, SUITE, Grown, grown, leaf_of

BASE = grown(6).committed_by(1, 4)


def path_by(base: Grown, sender: int, added: tuple[int, ...] = ()) -> UpdatePath:
    key = base.signature_key(sender)
    fresh = make_path(CRYPTO, SUITE, base.tree, sender, base.leaf(sender), key, GROUP)
    return seal_path(CRYPTO, SUITE, fresh, b"context", added)


def refused(path: UpdatePath, tree: RatchetTree = BASE.tree, sender: int = 0) -> Rule:
    with pytest.raises(ValidationError) as caught:
        merge_path(CRYPTO, SUITE, tree, sender, path, ())
    return caught.value.rule


def with_key(path: UpdatePath, index: int, key: bytes) -> UpdatePath:
    nodes = list(path.nodes)
    nodes[index] = replace(nodes[index], encryption_key=key)
    return replace(path, nodes=tuple(nodes))


def test_a_merged_path_replaces_the_filtered_direct_path() -> None:
    path = path_by(BASE, 0)
    tree = merge_path(CRYPTO, SUITE, BASE.tree, 0, path, ())
    above = [node for node, _ in BASE.tree.filtered_direct_path(0)]
    assert [tree.encryption_key(node) for node in above] == [n.encryption_key for n in path.nodes]
    assert tree.leaf(0) == path.leaf_node
    root = tree.parent(above[-1])
    assert root is not None
    assert root.parent_hash == b""


def test_a_path_of_the_wrong_length_is_refused() -> None:
    path = path_by(BASE, 0)
    assert refused(replace(path, nodes=path.nodes[:-1])) is Rule.UPDATE_PATH_LENGTH
    assert refused(replace(path, nodes=(*path.nodes, path.nodes[0]))) is Rule.UPDATE_PATH_LENGTH
    assert refused(replace(path, nodes=())) is Rule.UPDATE_PATH_LENGTH


def test_as_many_keys_are_chained_as_there_are_nodes() -> None:
    tree = grown(4).tree
    for keys in ([], [b"one"], [b"one", b"two", b"three"]):
        with pytest.raises(ValidationError) as caught:
            hash_path(CRYPTO, SUITE, tree, 0, keys)
        assert caught.value.rule is Rule.UPDATE_PATH_LENGTH


def test_a_missing_or_surplus_ciphertext_is_refused() -> None:
    path = path_by(BASE, 0)
    first = path.nodes[0]
    sealed = first.encrypted_path_secret
    for wrong in (sealed[:-1], (*sealed, sealed[0])):
        nodes = (UpdatePathNode(first.encryption_key, wrong), *path.nodes[1:])
        assert refused(replace(path, nodes=nodes)) is Rule.UPDATE_PATH_CIPHERTEXT_COUNT


def test_a_key_that_is_in_the_tree_is_refused() -> None:
    path = path_by(BASE, 0)
    for old in (BASE.leaf(0), BASE.leaf(5), BASE.tree.parent(NodeIndex(7))):
        assert old is not None
        assert refused(with_key(path, 1, old.encryption_key)) is Rule.UPDATE_PATH_KEYS_FRESH
        leaf = replace(path.leaf_node, encryption_key=old.encryption_key)
        assert refused(replace(path, leaf_node=leaf)) is Rule.UPDATE_PATH_KEYS_FRESH


def test_a_key_that_is_twice_in_the_path_is_refused() -> None:
    path = path_by(BASE, 0)
    twice = with_key(path, 1, path.nodes[0].encryption_key)
    assert refused(twice) is Rule.UPDATE_PATH_KEYS_FRESH
    as_leaf = with_key(path, 1, path.leaf_node.encryption_key)
    assert refused(as_leaf) is Rule.UPDATE_PATH_KEYS_FRESH


def test_a_changed_key_breaks_the_parent_hash() -> None:
    path = path_by(BASE, 0)
    for index in range(len(path.nodes)):
        assert refused(with_key(path, index, b"\x07" * 32)) is Rule.UPDATE_PATH_PARENT_HASH
    leaf = replace(path.leaf_node, leaf_node_source=CommitSource(b""))
    assert refused(replace(path, leaf_node=leaf)) is Rule.UPDATE_PATH_PARENT_HASH


def test_a_key_that_nobody_can_encrypt_to_is_refused() -> None:
    path = path_by(BASE, 0)
    for bad in (b"", bytes(32), b"\x01" + bytes(31)):
        assert refused(with_key(path, 0, bad)) is Rule.PUBLIC_KEY_VALID


def test_a_leaf_that_is_not_a_commit_s_is_refused() -> None:
    path = path_by(BASE, 0)
    leaf = replace(path.leaf_node, leaf_node_source=UpdateSource())
    assert refused(replace(path, leaf_node=leaf)) is Rule.LEAF_SOURCE


def test_newcomers_of_the_commit_get_no_ciphertext() -> None:
    tree, leaf = BASE.tree.add_leaf(leaf_of("new"))
    assert leaf == 6
    with_newcomer = replace(BASE, tree=tree)
    assert NodeIndex(12) in recipients(tree, NodeIndex(11), ())
    assert NodeIndex(12) not in recipients(tree, NodeIndex(11), (leaf,))
    path = path_by(with_newcomer, 0, (leaf,))
    merge_path(CRYPTO, SUITE, tree, 0, path, (leaf,))
    assert refused(path, tree) is Rule.UPDATE_PATH_CIPHERTEXT_COUNT


def test_an_external_joiner_s_leaf_is_in_place_before_its_path() -> None:
    """Its own key there is no reuse; the same key at another member is."""
    placed, leaf = BASE.tree.add_leaf(leaf_of("joiner"))
    node = placed.leaf(leaf)
    assert node is not None
    key = BASE.signature_key(0)
    fresh = make_path(CRYPTO, SUITE, placed, leaf, node, key, GROUP)
    path = seal_path(CRYPTO, SUITE, fresh, b"context", ())
    tree, _ = BASE.tree.add_leaf(path.leaf_node)
    assert merge_path(CRYPTO, SUITE, tree, leaf, path, ()) == fresh.tree
    copied = replace(path.leaf_node, encryption_key=BASE.leaf(3).encryption_key)
    tree, _ = BASE.tree.add_leaf(copied)
    assert refused(replace(path, leaf_node=copied), tree, leaf) is Rule.UPDATE_PATH_KEYS_FRESH


def test_a_blank_root_gets_no_key() -> None:
    """The left half is empty: the path ends below the root (§7.4), and so does its hash chain."""
    tree = grown(4).tree.remove_leaf(0).remove_leaf(1)
    base = replace(grown(4), tree=tree)
    path = path_by(replace(base, bundles=grown(4).bundles), 2)
    assert len(path.nodes) == 1
    merged = merge_path(CRYPTO, SUITE, tree, 2, path, ())
    assert merged.parent(NodeIndex(3)) is None
    assert merged.encryption_key(NodeIndex(5)) == path.nodes[0].encryption_key
