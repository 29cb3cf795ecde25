from dataclasses import replace

from teamchat.mls.crypto import cipher_suite
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree.hashes import KnownHashes, parent_hash
from teamchat.mls.tree.nodes import ParentNode
from teamchat.mls.tree_math import NodeIndex
from tests.support.trees import CRYPTO, SUITE, grown, leaf_of


def fresh(tree: RatchetTree) -> bytes:
    """The tree's hash, computed from nothing."""
    return RatchetTree(tree.nodes).tree_hash(CRYPTO, SUITE)


def test_known_hashes_are_forgotten_where_the_tree_changes() -> None:
    tree = grown(5).committed_by(1, 4).tree
    tree.tree_hash(CRYPTO, SUITE)
    for changed in (
        tree.add_leaf(leaf_of("new"))[0],
        tree.update_leaf(2, leaf_of("new")),
        tree.remove_leaf(1),
        tree.remove_leaf(4),
        tree.add_leaf(leaf_of("a"))[0].add_leaf(leaf_of("b"))[0].add_leaf(leaf_of("c"))[0],
    ):
        assert changed.tree_hash(CRYPTO, SUITE) == fresh(changed)
        assert changed.tree_hash(CRYPTO, SUITE) != tree.tree_hash(CRYPTO, SUITE)


def test_a_tree_can_be_hashed_with_another_hash() -> None:
    tree = grown(3).tree
    short = tree.tree_hash(CRYPTO, SUITE)
    assert len(tree.tree_hash(CRYPTO, cipher_suite(0xF00D))) == 64
    assert tree.tree_hash(CRYPTO, SUITE) == short


def test_a_parent_hash_binds_key_parent_and_sibling() -> None:
    node = ParentNode(b"key", b"above", ())
    hashes = {
        parent_hash(CRYPTO, SUITE, node, b"sibling"),
        parent_hash(CRYPTO, SUITE, node, b"Sibling"),
        parent_hash(CRYPTO, SUITE, replace(node, encryption_key=b"Key"), b"sibling"),
        parent_hash(CRYPTO, SUITE, replace(node, parent_hash=b"Above"), b"sibling"),
    }
    assert len(hashes) == 4
    unmerged = replace(node, unmerged_leaves=(1,))
    assert parent_hash(CRYPTO, SUITE, unmerged, b"sibling") in hashes


def test_the_original_hash_is_the_hash_before_a_leaf_came() -> None:
    before = grown(6).committed_by(0, 4).tree
    after, leaf = before.add_leaf(leaf_of("late"))
    right = NodeIndex(11)
    assert leaf == 6
    original = after.original_subtree_hash(CRYPTO, SUITE, right, (leaf,))
    assert original == before.subtree_hash(CRYPTO, SUITE, right)
    assert original != after.subtree_hash(CRYPTO, SUITE, right)
    untouched = after.original_subtree_hash(CRYPTO, SUITE, NodeIndex(3), (leaf,))
    assert untouched == after.subtree_hash(CRYPTO, SUITE, NodeIndex(3))


def test_a_copy_of_known_hashes_stands_alone() -> None:
    known = KnownHashes(3)
    known.of(SUITE)[1] = b"hash"
    copy = known.without((NodeIndex(1),), 5)
    assert copy.of(SUITE) == [None] * 5
    assert known.of(SUITE)[1] == b"hash"
