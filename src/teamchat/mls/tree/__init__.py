"""The ratchet tree of public keys (RFC 9420 §4, §7). Its secrets are in `tree.treekem`."""

from teamchat.mls.tree.nodes import LeafNode, ParentNode
from teamchat.mls.tree.path import UpdatePath
from teamchat.mls.tree.ratchet_tree import RatchetTree

__all__ = ["LeafNode", "ParentNode", "RatchetTree", "UpdatePath"]
