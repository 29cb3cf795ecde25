"""Array-based trees (RFC 9420 §4.1.1, Appendix C): arithmetic on node indices alone.

A tree of `n` leaves, `n` a power of two, has `2n - 1` nodes: leaf `i` at the even index `2i`,
parents at the odd ones. The number of 1 bits below the lowest 0 bit is a node's level.
"""

from typing import NewType

from teamchat.mls.errors import UsageError

NodeIndex = NewType("NodeIndex", int)


def to_node(leaf: int) -> NodeIndex:
    """Return the node index of a leaf."""
    return NodeIndex(2 * leaf)


def to_leaf(node: NodeIndex) -> int:
    """Return the leaf index of a leaf's node.

    Raises:
        UsageError: The node is a parent.
    """
    if node & 1:
        raise UsageError(f"node {node} is not a leaf")
    return node >> 1


def is_leaf(node: NodeIndex) -> bool:
    """Tell whether a node is a leaf."""
    return not node & 1


def level(node: NodeIndex) -> int:
    """Return a node's height above the leaves."""
    return (~node & (node + 1)).bit_length() - 1


def node_width(leaves: int) -> int:
    """Return how many nodes a tree of so many leaves has."""
    return 2 * leaves - 1 if leaves else 0


def full_leaves(leaves: int) -> int:
    """Return the smallest power of two that is not below `leaves`, at least 1."""
    return 1 << (leaves - 1).bit_length() if leaves > 1 else 1


def root(leaves: int) -> NodeIndex:
    """Return the root of a tree of so many leaves."""
    return NodeIndex(full_leaves(leaves) - 1)


def left(node: NodeIndex) -> NodeIndex:
    """Return a parent's left child.

    Raises:
        UsageError: The node is a leaf.
    """
    if not node & 1:
        raise UsageError(f"leaf node {node} has no children")
    return NodeIndex(node ^ (1 << (level(node) - 1)))


def right(node: NodeIndex) -> NodeIndex:
    """Return a parent's right child.

    Raises:
        UsageError: The node is a leaf.
    """
    if not node & 1:
        raise UsageError(f"leaf node {node} has no children")
    return NodeIndex(node ^ (3 << (level(node) - 1)))


def parent(node: NodeIndex, leaves: int) -> NodeIndex:
    """Return a node's parent.

    Raises:
        UsageError: The node is the root.
    """
    if node == root(leaves):
        raise UsageError("the root has no parent")
    height = level(node)
    return NodeIndex((node | 1 << height) & ~(1 << (height + 1)))


def sibling(node: NodeIndex, leaves: int) -> NodeIndex:
    """Return the other child of a node's parent.

    Raises:
        UsageError: The node is the root.
    """
    above = parent(node, leaves)
    return right(above) if node < above else left(above)


def direct_path(node: NodeIndex, leaves: int) -> tuple[NodeIndex, ...]:
    """Return a node's ancestors, from its parent to the root."""
    top = root(leaves)
    path = []
    while node != top:
        node = parent(node, leaves)
        path.append(node)
    return tuple(path)


def copath(node: NodeIndex, leaves: int) -> tuple[NodeIndex, ...]:
    """Return the siblings of a node and its ancestors, from below, without the root's."""
    top = root(leaves)
    path = []
    while node != top:
        path.append(sibling(node, leaves))
        node = parent(node, leaves)
    return tuple(path)


def common_ancestor(one: NodeIndex, other: NodeIndex) -> NodeIndex:
    """Return the lowest node that is above, or is, both."""
    while one != other:
        if level(one) <= level(other):
            one = _up(one)
        else:
            other = _up(other)
    return one


def _up(node: NodeIndex) -> NodeIndex:
    height = level(node)
    return NodeIndex((node | 1 << height) & ~(1 << (height + 1)))


def is_below(node: NodeIndex, ancestor: NodeIndex) -> bool:
    """Tell whether a node is, or is under, another."""
    reach = (1 << level(ancestor)) - 1
    return ancestor - reach <= node <= ancestor + reach


def leaves_below(node: NodeIndex) -> range:
    """Return the leaf indices under a node."""
    reach = (1 << level(node)) - 1
    return range((node - reach) // 2, (node + reach) // 2 + 1)
