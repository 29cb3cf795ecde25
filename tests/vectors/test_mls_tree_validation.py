"""tree-validation.json of the MLS working group: resolutions, hashes, signatures."""

from typing import TypedDict, cast

from teamchat.mls.crypto import cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.suites import SUITES
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree.nodes import LeafPlace, verify_leaf_node
from teamchat.mls.tree.validation import check_parent_hashes, check_unmerged_leaves
from teamchat.mls.tree_math import NodeIndex
from tests.support import vectors

CRYPTO = DefaultCrypto()


class Case(TypedDict):
    cipher_suite: int
    tree: str
    group_id: str
    resolutions: list[list[int]]
    tree_hashes: list[str]


def test_every_tree_of_our_suites() -> None:
    cases = [
        case
        for case in cast("list[Case]", vectors.mls("tree-validation"))
        if case["cipher_suite"] in SUITES
    ]
    assert len(cases) >= 14
    for case in cases:
        suite = cipher_suite(case["cipher_suite"])
        tree = RatchetTree.decode(bytes.fromhex(case["tree"]))
        assert tree.encode().hex() == case["tree"]
        nodes = [NodeIndex(node) for node in range(len(tree.nodes))]
        assert [list(tree.resolution(node)) for node in nodes] == case["resolutions"]
        hashes = [tree.subtree_hash(CRYPTO, suite, node).hex() for node in nodes]
        assert hashes == case["tree_hashes"]
        check_unmerged_leaves(tree)
        check_parent_hashes(CRYPTO, suite, tree)
        for index, leaf in tree.leaves():
            place = LeafPlace(bytes.fromhex(case["group_id"]), index)
            verify_leaf_node(CRYPTO, suite, leaf, place)
