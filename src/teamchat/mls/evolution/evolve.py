"""The public half of processing a commit (RFC 9420 §12.4.2), for members and for servers.

Everything that can be checked without a secret is checked here: the proposal list, each
proposal, every new leaf, the path's place, its keys and its parent hashes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from teamchat.mls.crypto import CipherSuite, CryptoProvider
from teamchat.mls.errors import InternalError, ValidationError
from teamchat.mls.evolution.apply import Applied, apply_proposals
from teamchat.mls.evolution.leaves import Judge, check_changes, check_successor
from teamchat.mls.evolution.resolve import SentProposal, resolve
from teamchat.mls.evolution.rules_of_list import (
    IN_A_GROUP,
    check_external_list,
    check_member_list,
    check_psks,
)
from teamchat.mls.framing.content import Sender, SenderMember
from teamchat.mls.messages.commit import Commit, needs_path
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.key_names import ResumptionPSKUsage
from teamchat.mls.tree import LeafNode, RatchetTree, UpdatePath
from teamchat.mls.tree.nodes import LeafPlace
from teamchat.mls.tree.path import merge_path
from teamchat.mls.tree.validation import LeafRules, check_leaf, check_neighbours


@dataclass(frozen=True, slots=True)
class PublicState:
    """What everybody may know of an epoch."""

    suite: CipherSuite
    context: GroupContext
    tree: RatchetTree


@dataclass(frozen=True, slots=True)
class Evolved:
    """The public state that a commit leads to.

    Attributes:
        proposals: The commit's proposals, references resolved.
        applied: The state after the proposals and before the path; for an external
            commit with the newcomer's leaf in place.
        tree: The tree after the path.
        context: The provisional GroupContext: of the new epoch, but with the confirmed
            transcript hash of the old one (§12.4.1).
        committer: The committer's leaf in the new tree.
    """

    proposals: tuple[SentProposal, ...]
    applied: Applied
    tree: RatchetTree
    context: GroupContext
    committer: int


def evolve(
    crypto: CryptoProvider,
    state: PublicState,
    sender: Sender,
    commit: Commit,
    sent: Mapping[bytes, SentProposal],
    judge: Judge,
) -> Evolved:
    """Return what a commit leads to. Its signature must have been verified.

    `sent` holds the proposals seen in this epoch, by ProposalRef.

    Raises:
        ValidationError: The commit breaks a rule.
        CryptoError: A signature in it does not verify.
    """
    proposals = resolve(commit, sender, sent)
    if isinstance(sender, SenderMember):
        committer = sender.leaf_index
        applied = apply_member_list(crypto, state, committer, proposals, judge)
        _check_committer_leaf(state.tree, committer, commit.path, judge)
    else:
        applied, committer = _apply_external(state, commit.path, proposals, judge)
    if commit.path is not None:
        tree = _merge(crypto, state, commit.path, applied, committer, judge)
    elif needs_path([each.proposal for each in proposals]):
        raise ValidationError(Rule.PATH_REQUIRED)
    else:
        tree = applied.tree
    context = provisional_context(crypto, state, tree, applied)
    return Evolved(proposals, applied, tree, context, committer)


def apply_member_list(
    crypto: CryptoProvider,
    state: PublicState,
    committer: int,
    proposals: Sequence[SentProposal],
    judge: Judge,
    usages: frozenset[ResumptionPSKUsage] = IN_A_GROUP,
) -> Applied:
    """Check and apply the proposal list of a commit by a member (§12.2, §12.3).

    Raises:
        ValidationError: The list, a proposal or a leaf breaks a rule.
        CryptoError: A leaf's or KeyPackage's signature does not verify.
    """
    check_member_list(proposals, committer, state.tree)
    applied = apply_proposals(proposals, state.tree, state.context.extensions)
    check_psks(applied.psks, state.suite.hash_length, usages)
    check_changes(crypto, state.suite, state.context, state.tree, applied, judge)
    return applied


def apply_external_list(state: PublicState, proposals: Sequence[SentProposal]) -> Applied:
    """Check and apply the proposal list of an external commit (§12.2).

    Raises:
        ValidationError: The list or a proposal breaks a rule.
    """
    check_external_list(proposals)
    applied = apply_proposals(proposals, state.tree, state.context.extensions)
    check_psks(applied.psks, state.suite.hash_length)
    return applied


def check_resync(state: PublicState, applied: Applied, joiner: LeafNode, judge: Judge) -> None:
    """Check that an external commit removes nobody but the joiner's former self (§12.2).

    Raises:
        ValidationError: It removes another client, or reuses its key.
    """
    for index in applied.removed:
        old = state.tree.leaf(index)
        if old is not None:
            check_successor(old, joiner, judge)


def check_new_leaf(
    crypto: CryptoProvider,
    state: PublicState,
    applied: Applied,
    tree: RatchetTree,
    committer: int,
    judge: Judge,
) -> None:
    """Check the leaf that a path has put into `tree`, and against those it replaces (§7.3).

    Raises:
        ValidationError: It breaks a rule, or is not a client's that it replaces.
        CryptoError: Its signature does not verify.
    """
    leaf = tree.leaf(committer)
    if leaf is None:
        raise InternalError("a path without a leaf")
    place = LeafPlace(state.context.group_id, committer)
    rules = LeafRules.of(state.suite, applied.extensions)
    check_leaf(crypto, leaf, place, rules, judge.authentication)
    check_neighbours(tree, [committer])


def provisional_context(
    crypto: CryptoProvider, state: PublicState, tree: RatchetTree, applied: Applied
) -> GroupContext:
    """Return the context of the next epoch, its transcript hash still the old one (§12.4.1)."""
    old = state.context
    return GroupContext(
        old.version,
        old.cipher_suite,
        old.group_id,
        old.epoch + 1,
        tree.tree_hash(crypto, state.suite),
        old.confirmed_transcript_hash,
        applied.extensions,
    )


def _check_committer_leaf(
    tree: RatchetTree, committer: int, path: UpdatePath | None, judge: Judge
) -> None:
    old = tree.leaf(committer)
    if path is not None and old is not None:
        check_successor(old, path.leaf_node, judge)


def _apply_external(
    state: PublicState,
    path: UpdatePath | None,
    proposals: Sequence[SentProposal],
    judge: Judge,
) -> tuple[Applied, int]:
    if path is None:
        raise ValidationError(Rule.EXTERNAL_COMMIT_PATH)
    applied = apply_external_list(state, proposals)
    check_resync(state, applied, path.leaf_node, judge)
    return applied.joined_by(path.leaf_node)


def _merge(
    crypto: CryptoProvider,
    state: PublicState,
    path: UpdatePath,
    applied: Applied,
    committer: int,
    judge: Judge,
) -> RatchetTree:
    added = [index for index, _ in applied.added]
    tree = merge_path(crypto, state.suite, applied.tree, committer, path, added)
    check_new_leaf(crypto, state, applied, tree, committer, judge)
    return tree
