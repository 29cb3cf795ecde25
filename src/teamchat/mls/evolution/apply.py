"""Applying a proposal list to the public state (RFC 9420 §12.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from teamchat.mls.errors import ValidationError
from teamchat.mls.evolution.resolve import SentProposal, of_type
from teamchat.mls.extensions import Extension
from teamchat.mls.framing.content import SenderMember
from teamchat.mls.key_package import KeyPackage
from teamchat.mls.messages.proposals import (
    Add,
    ExternalInit,
    GroupContextExtensions,
    PreSharedKey,
    ReInit,
    Remove,
    Update,
)
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import PreSharedKeyID
from teamchat.mls.tree import LeafNode, RatchetTree


@dataclass(frozen=True, slots=True)
class Applied:
    """The public state after a list of proposals, before the path.

    Attributes:
        added: The leaf and the KeyPackage of everyone added, in the order of the list.
        kem_output: That of the ExternalInit, if there is one.
        reinit: The ReInit, if there is one.
    """

    tree: RatchetTree
    extensions: tuple[Extension, ...]
    updated: tuple[int, ...]
    removed: tuple[int, ...]
    added: tuple[tuple[int, KeyPackage], ...]
    psks: tuple[PreSharedKeyID, ...]
    kem_output: bytes | None
    reinit: ReInit | None

    def joined_by(self, leaf_node: LeafNode) -> tuple["Applied", int]:
        """Return this with an external joiner's leaf in place, and its index (§12.4.2)."""
        tree, leaf = self.tree.add_leaf(leaf_node)
        return replace(self, tree=tree), leaf


def apply_proposals(
    proposals: Sequence[SentProposal], tree: RatchetTree, extensions: tuple[Extension, ...]
) -> Applied:
    """Apply proposals in the order of §12.3, whatever order they stand in.

    Raises:
        ValidationError: A Remove or an Update is for a blank leaf.
    """
    replaced = of_type(proposals, GroupContextExtensions)
    tree, updated = _update(proposals, tree)
    tree, removed = _remove(of_type(proposals, Remove), tree)
    tree, added = _add(of_type(proposals, Add), tree)
    inits = of_type(proposals, ExternalInit)
    reinits = of_type(proposals, ReInit)
    return Applied(
        tree,
        replaced[0].extensions if replaced else extensions,
        updated,
        removed,
        added,
        tuple(proposal.psk for proposal in of_type(proposals, PreSharedKey)),
        inits[0].kem_output if inits else None,
        reinits[0] if reinits else None,
    )


def _update(
    proposals: Sequence[SentProposal], tree: RatchetTree
) -> tuple[RatchetTree, tuple[int, ...]]:
    updated: list[int] = []
    for sent in proposals:
        match sent:
            case SentProposal(SenderMember(leaf_index), Update(leaf_node)):
                tree = tree.update_leaf(leaf_index, leaf_node)
                updated.append(leaf_index)
            case _:
                pass
    return tree, tuple(updated)


def _remove(removes: Sequence[Remove], tree: RatchetTree) -> tuple[RatchetTree, tuple[int, ...]]:
    for remove in removes:
        if tree.leaf(remove.removed) is None:
            raise ValidationError(Rule.REMOVE_MEMBER, f"leaf {remove.removed}")
        tree = tree.remove_leaf(remove.removed)
    return tree, tuple(remove.removed for remove in removes)


def _add(
    adds: Sequence[Add], tree: RatchetTree
) -> tuple[RatchetTree, tuple[tuple[int, KeyPackage], ...]]:
    added: list[tuple[int, KeyPackage]] = []
    for add in adds:
        tree, leaf = tree.add_leaf(add.key_package.leaf_node)
        added.append((leaf, add.key_package))
    return tree, tuple(added)
