"""tree-operations.json of the MLS working group: add, update and remove on a tree."""

from typing import TypedDict, cast

from teamchat.mls.codec import field_codec
from teamchat.mls.crypto import cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.messages.proposals import Add, Proposal, Remove, Update
from teamchat.mls.tree import RatchetTree
from tests.support import vectors

CRYPTO = DefaultCrypto()


class Case(TypedDict):
    cipher_suite: int
    tree_before: str
    tree_hash_before: str
    proposal: str
    proposal_sender: int
    tree_after: str
    tree_hash_after: str


def test_every_operation() -> None:
    for case in cast("list[Case]", vectors.mls("tree-operations")):
        suite = cipher_suite(case["cipher_suite"])
        before = RatchetTree.decode(bytes.fromhex(case["tree_before"]))
        assert before.tree_hash(CRYPTO, suite).hex() == case["tree_hash_before"]
        after = _apply(before, bytes.fromhex(case["proposal"]), case["proposal_sender"])
        assert after.encode().hex() == case["tree_after"]
        assert after.tree_hash(CRYPTO, suite).hex() == case["tree_hash_after"]
        assert before.encode().hex() == case["tree_before"]


def _apply(tree: RatchetTree, encoded: bytes, sender: int) -> RatchetTree:
    match field_codec(Proposal).decode(encoded):
        case Add(key_package):
            return tree.add_leaf(key_package.leaf_node)[0]
        case Update(leaf_node):
            return tree.update_leaf(sender, leaf_node)
        case Remove(removed):
            return tree.remove_leaf(removed)
        case other:
            raise AssertionError(other)
