import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamchat.mls.errors import DecodeError, UsageError, ValidationError
from teamchat.mls.rules import Rule
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree.nodes import ParentNode
from teamchat.mls.tree.ratchet_tree import MAX_NODES
from teamchat.mls.tree_math import NodeIndex
from tests.support.trees import grown, leaf_of

LEAVES = [leaf_of(str(index)) for index in range(12)]
PARENT = ParentNode(b"key", b"", ())


def tree_of(*members: int | None) -> RatchetTree:
    nodes: list[object] = []
    for member in members:
        nodes += [None if member is None else LEAVES[member], None]
    return RatchetTree(nodes[:-1])  # type: ignore[arg-type]


def test_a_tree_is_always_full() -> None:
    assert [len(tree_of(*range(size)).nodes) for size in (1, 2, 3, 5)] == [1, 3, 7, 15]
    assert tree_of(0, 1, 2).leaf_count == 4


def test_a_newcomer_takes_the_leftmost_blank_leaf() -> None:
    tree, leaf = tree_of(0, None, 2, None).add_leaf(LEAVES[5])
    assert leaf == 1
    tree, leaf = tree.add_leaf(LEAVES[6])
    assert leaf == 3
    tree, leaf = tree.add_leaf(LEAVES[7])
    assert (leaf, tree.leaf_count) == (4, 8)


def test_a_newcomer_is_unmerged_at_every_parent_above() -> None:
    nodes = [LEAVES[0], PARENT, None, PARENT, LEAVES[2], None, LEAVES[3]]
    tree, leaf = RatchetTree(nodes).add_leaf(LEAVES[5])
    assert leaf == 1
    assert [node.unmerged_leaves for _, node in tree.parents()] == [(1,), (1,)]
    tree = tree.update_leaf(2, LEAVES[6])
    assert [index for index, _ in tree.parents()] == [1]


def test_unmerged_leaves_stay_sorted() -> None:
    full = [LEAVES[0], PARENT, None, PARENT, LEAVES[2], None, None]
    last, _ = RatchetTree(full).add_leaf(LEAVES[5])
    tree, _ = last.add_leaf(LEAVES[6])
    root = tree.parent(NodeIndex(3))
    assert root is not None
    assert root.unmerged_leaves == (1, 3)


def test_an_emptied_right_half_is_cut_off() -> None:
    tree = tree_of(*range(8), 8)
    assert tree.leaf_count == 16
    tree = tree.remove_leaf(8)
    assert tree.leaf_count == 8
    for leaf in (7, 6, 5, 3, 2, 1):
        tree = tree.remove_leaf(leaf)
    assert tree.leaf_count == 8
    assert tree.remove_leaf(4).leaf_count == 1


def test_a_left_half_may_be_blank() -> None:
    tree = tree_of(0, 1, 2, 3).remove_leaf(0).remove_leaf(1)
    assert tree.leaf_count == 4
    assert [index for index, _ in tree.leaves()] == [2, 3]
    assert tree.filtered_direct_path(2) == ((NodeIndex(5), NodeIndex(6)),)


def test_the_last_member_removed_leaves_one_blank_leaf() -> None:
    tree = tree_of(0).remove_leaf(0)
    assert tree.nodes == (None,)
    assert tree.add_leaf(LEAVES[1])[1] == 0


def test_a_resolution_covers_everyone_below() -> None:
    nodes = [LEAVES[0], PARENT, LEAVES[1], None, LEAVES[2], None, None]
    tree = RatchetTree(nodes)
    assert tree.resolution(NodeIndex(3)) == (1, 4)
    assert tree.resolution(NodeIndex(5)) == (4,)
    assert tree.resolution(NodeIndex(6)) == ()
    late, _ = tree.add_leaf(LEAVES[4])
    assert late.resolution(NodeIndex(3)) == (1, 4, 6)
    unmerged = RatchetTree([LEAVES[0], ParentNode(b"k", b"", (1,)), LEAVES[1]])
    assert unmerged.resolution(NodeIndex(1)) == (1, 2)


def test_a_filtered_path_skips_where_nobody_listens() -> None:
    tree = tree_of(0, None, None, None, 4)
    assert tree.filtered_direct_path(0) == ((NodeIndex(7), NodeIndex(11)),)
    assert tree.filtered_direct_path(4) == ((NodeIndex(7), NodeIndex(3)),)


def test_a_change_leaves_the_old_tree_alone() -> None:
    tree = tree_of(0, 1, 2, 3)
    nodes = tree.nodes
    tree.add_leaf(LEAVES[5])
    tree.remove_leaf(1)
    tree.update_leaf(2, LEAVES[6])
    assert tree.nodes is nodes


def test_what_is_outside_is_none_or_refused() -> None:
    tree = tree_of(0, 1)
    assert tree.leaf(7) is None
    assert tree.leaf(-1) is None
    assert tree.encryption_key(NodeIndex(99)) is None
    with pytest.raises(UsageError):
        tree.update_leaf(2, LEAVES[0])
    with pytest.raises(UsageError):
        tree.remove_leaf(-1)


def test_a_tree_is_read_as_it_was_written() -> None:
    tree = grown(6).committed_by(0, 3).tree.remove_leaf(5)
    assert RatchetTree.decode(tree.encode()) == tree
    assert hash(RatchetTree.decode(tree.encode())) == hash(tree)
    assert repr(tree) == "RatchetTree(5 members of 8)"


def test_an_empty_tree_is_refused() -> None:
    for blank in (b"\x00", b"\x01\x00"):
        with pytest.raises(ValidationError) as caught:
            RatchetTree.decode(blank)
        assert caught.value.rule is Rule.TREE_NOT_TRUNCATED
    with pytest.raises(DecodeError):
        RatchetTree.decode(tree_of(0, 1).encode() + b"\x00")


def test_a_tree_too_large_to_hash_is_refused() -> None:
    content = bytes(MAX_NODES) + b"\x02 what is beyond the last node is not even read"
    with pytest.raises(DecodeError, match="too large"):
        RatchetTree.decode((0x8000_0000 | len(content)).to_bytes(4, "big") + content)


def test_trailing_blanks_are_refused() -> None:
    leaf = b"\x01\x01" + LEAVES[0].encode()
    content = leaf + b"\x00"
    encoded = (0x4000 | len(content)).to_bytes(2, "big") + content
    with pytest.raises(ValidationError) as caught:
        RatchetTree.decode(encoded)
    assert caught.value.rule is Rule.TREE_NOT_TRUNCATED


@pytest.mark.parametrize("wrong", [[PARENT], [LEAVES[0], LEAVES[1], LEAVES[2]]])
def test_a_node_of_the_wrong_kind_is_refused(wrong: list[ParentNode]) -> None:
    with pytest.raises(ValidationError) as caught:
        RatchetTree.decode(RatchetTree(wrong).encode())
    assert caught.value.rule is Rule.TREE_NODE_KINDS


@given(st.lists(st.integers(0, 11), max_size=30))
def test_any_life_keeps_the_tree_full_and_minimal(steps: list[int]) -> None:
    tree = tree_of(0)
    for step in steps:
        if tree.leaf(step) is None:
            tree, _ = tree.add_leaf(LEAVES[step])
        else:
            tree = tree.remove_leaf(step)
        count = tree.leaf_count
        assert count & (count - 1) == 0
        members = [index for index, _ in tree.leaves()]
        assert count == 1 or max(members) >= count // 2
        assert tree == RatchetTree(tree.nodes)
