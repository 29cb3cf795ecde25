"""The bounds fit each other; that they are kept is tested with real groups in `test_groups`."""

from teamchat.client.http import ANSWER_BYTES
from teamchat.mls.crypto.suites import SUITES, cipher_suite
from teamchat.mls.tree.nodes import ParentNode
from teamchat.wire.limits import GROUP_INFO_BYTES, LEAF_BYTES, LEAVES, TREE_BYTES


def test_a_client_takes_the_largest_tree_that_a_group_can_have() -> None:
    levels = LEAVES.bit_length()
    for number in SUITES:
        suite = cipher_suite(number)
        parent = ParentNode(bytes(suite.kem_public_key_length), bytes(suite.hash_length), ())
        inner = len(parent.encode()) + 4 * levels + 8  # on each level a leaf is unmerged once
        outer = LEAF_BYTES + 8
        assert LEAVES * (inner + outer) <= TREE_BYTES
    assert 4 * (TREE_BYTES + GROUP_INFO_BYTES) // 3 < ANSWER_BYTES
