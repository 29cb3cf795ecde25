import pytest

from teamchat.mls.errors import UsageError
from teamchat.mls.tree_math import (
    NodeIndex,
    common_ancestor,
    copath,
    direct_path,
    full_leaves,
    is_below,
    is_leaf,
    leaves_below,
    left,
    level,
    node_width,
    parent,
    right,
    root,
    sibling,
    to_leaf,
    to_node,
)


def test_leaves_stand_at_even_places() -> None:
    assert to_node(3) == 6
    assert to_leaf(NodeIndex(6)) == 3
    assert is_leaf(NodeIndex(6))
    assert not is_leaf(NodeIndex(5))


def test_a_parent_is_no_leaf_and_a_leaf_no_parent() -> None:
    with pytest.raises(UsageError):
        to_leaf(NodeIndex(5))
    with pytest.raises(UsageError):
        left(NodeIndex(4))
    with pytest.raises(UsageError):
        right(NodeIndex(4))


def test_the_root_has_nothing_above() -> None:
    with pytest.raises(UsageError):
        parent(root(8), 8)
    with pytest.raises(UsageError):
        sibling(root(8), 8)


def test_sizes_of_a_full_tree() -> None:
    assert [full_leaves(n) for n in (0, 1, 2, 3, 4, 5, 1000)] == [1, 1, 2, 4, 4, 8, 1024]
    assert [node_width(n) for n in (0, 1, 8)] == [0, 1, 15]


def test_paths_of_appendix_c() -> None:
    assert direct_path(NodeIndex(4), 8) == (5, 3, 7)
    assert copath(NodeIndex(4), 8) == (6, 1, 11)
    assert direct_path(NodeIndex(0), 1) == ()


def test_ancestry() -> None:
    assert common_ancestor(NodeIndex(0), NodeIndex(2)) == 1
    assert common_ancestor(NodeIndex(4), NodeIndex(14)) == 7
    assert common_ancestor(NodeIndex(5), NodeIndex(6)) == 5
    assert is_below(NodeIndex(4), NodeIndex(3))
    assert not is_below(NodeIndex(8), NodeIndex(3))
    assert list(leaves_below(NodeIndex(11))) == [4, 5, 6, 7]
    assert [level(NodeIndex(node)) for node in range(8)] == [0, 1, 0, 2, 0, 1, 0, 3]
