"""tree-math.json of the MLS working group: indices of trees of 1 to 512 leaves."""

from collections.abc import Callable
from typing import TypedDict, cast

from teamchat.mls import tree_math
from teamchat.mls.errors import UsageError
from teamchat.mls.tree_math import NodeIndex
from tests.support import vectors


class Case(TypedDict):
    n_leaves: int
    n_nodes: int
    root: int
    left: list[int | None]
    right: list[int | None]
    parent: list[int | None]
    sibling: list[int | None]


def test_every_index_of_every_tree() -> None:
    for case in cast("list[Case]", vectors.mls("tree-math")):
        leaves = case["n_leaves"]
        nodes = [NodeIndex(node) for node in range(case["n_nodes"])]
        assert tree_math.node_width(leaves) == case["n_nodes"]
        assert tree_math.root(leaves) == case["root"]
        assert [_ask(tree_math.left, node) for node in nodes] == case["left"]
        assert [_ask(tree_math.right, node) for node in nodes] == case["right"]
        assert [_ask(tree_math.parent, node, leaves) for node in nodes] == case["parent"]
        assert [_ask(tree_math.sibling, node, leaves) for node in nodes] == case["sibling"]


def _ask(question: Callable[..., int], *arguments: int) -> int | None:
    try:
        return question(*arguments)
    except UsageError:
        return None
