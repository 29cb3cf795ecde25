import pytest

from teamchat.transparency.compact import CompactRange, Node, TreeHead, perfect_nodes
from teamchat.transparency.errors import FormatError, UsageError
from teamchat.transparency.hashing import EMPTY_ROOT, leaf_hash
from tests.support.tlog import entries, tree_hash


def test_a_tree_that_grows_has_the_roots_of_the_definition() -> None:
    tree = CompactRange()
    for size, entry in enumerate(entries(70), start=1):
        tree = tree.append([leaf_hash(entry)])
        assert tree.head == TreeHead(size, tree_hash(entries(size)))


def test_appending_many_at_once_is_appending_one_after_the_other() -> None:
    leaves = [leaf_hash(entry) for entry in entries(45)]
    assert CompactRange().append(leaves[:18]).append(leaves[18:]) == CompactRange().append(leaves)


def test_an_empty_tree_has_the_empty_root() -> None:
    assert CompactRange().head == TreeHead(0, EMPTY_ROOT)


@pytest.mark.parametrize(
    ("start", "end", "nodes"),
    [
        (0, 0, []),
        (0, 21, [Node(4, 0), Node(2, 4), Node(0, 20)]),
        (2, 9, [Node(1, 1), Node(2, 1), Node(0, 8)]),
        (12, 16, [Node(2, 3)]),
        (6, 13, [Node(1, 3), Node(2, 2), Node(0, 12)]),
    ],
)
def test_a_range_is_covered_by_the_fewest_perfect_subtrees(
    start: int, end: int, nodes: list[Node]
) -> None:
    assert list(perfect_nodes(start, end)) == nodes


@pytest.mark.parametrize(
    ("size", "hashes"),
    [(3, (b"h" * 32,)), (0, (b"h" * 32,)), (1, (b"h" * 31,)), (-1, (b"h" * 32,)), (2**63, ())],
)
def test_hashes_that_do_not_fit_the_size_are_refused(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(UsageError):
        CompactRange(size, hashes)


def test_only_hashes_are_appended() -> None:
    with pytest.raises(UsageError):
        CompactRange().append([b"an entry"])


@pytest.mark.parametrize(("size", "root"), [(-1, b"r" * 32), (2**63, b"r" * 32), (1, b"r" * 33)])
def test_what_no_tree_has_is_refused(size: int, root: bytes) -> None:
    with pytest.raises(FormatError):
        TreeHead(size, root)
