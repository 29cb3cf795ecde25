"""Remembering a proposal until the commit that takes it up (RFC 9420 §12.1).

Whether a proposal is valid depends on those it is committed with (§12.2). What is asked
here is only who vouches for a new credential, and whether there is room.
"""

from collections.abc import Mapping

from teamchat.mls.errors import ValidationError
from teamchat.mls.evolution.leaves import Judge
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import SenderMember
from teamchat.mls.messages.commit import MAX_PROPOSALS
from teamchat.mls.messages.proposals import Add, Update
from teamchat.mls.rules import Rule
from teamchat.mls.tree import RatchetTree


def remember(
    pending: Mapping[bytes, SentProposal],
    ref: bytes,
    sent: SentProposal,
    tree: RatchetTree,
    judge: Judge,
) -> dict[bytes, SentProposal]:
    """Return the proposals of an epoch, by ProposalRef, with one more.

    Raises:
        ValidationError: Nobody vouches for its credential, or there are too many.
    """
    if len(pending) >= MAX_PROPOSALS and ref not in pending:
        raise ValidationError(Rule.PROPOSALS_BOUNDED)
    _authenticate(sent, tree, judge)
    return {**pending, ref: sent}


def _authenticate(sent: SentProposal, tree: RatchetTree, judge: Judge) -> None:
    """Ask about a new credential as soon as it is seen (§5.3.1)."""
    match sent.proposal:
        case Add(key_package):
            leaf = key_package.leaf_node
        case Update(leaf_node):
            leaf = leaf_node
            sender = sent.sender
            old = tree.leaf(sender.leaf_index) if isinstance(sender, SenderMember) else None
            if old is None:
                raise ValidationError(Rule.UPDATE_BY_MEMBER)
            if not judge.authentication.same_client(old.credential, leaf.credential):
                raise ValidationError(Rule.CREDENTIAL_SAME_CLIENT)
        case _:
            return
    judge.authentication.authenticate(leaf.credential, leaf.signature_key)
