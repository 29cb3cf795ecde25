"""From the references of a commit to the proposals they mean (RFC 9420 §12.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from teamchat.mls.errors import ValidationError
from teamchat.mls.framing.content import Sender, SenderNewMemberCommit
from teamchat.mls.messages.commit import Commit, ProposalByValue, ProposalReference
from teamchat.mls.messages.proposals import Proposal
from teamchat.mls.rules import Rule

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SentProposal:
    """A proposal, and who made it."""

    sender: Sender
    proposal: Proposal


def resolve(
    commit: Commit, committer: Sender, sent: Mapping[bytes, SentProposal]
) -> tuple[SentProposal, ...]:
    """Return the proposals of a commit in their order.

    `sent` holds the proposals seen in this epoch, by ProposalRef.

    Raises:
        ValidationError: A reference names no proposal, or an external commit has one.
    """
    found: list[SentProposal] = []
    for item in commit.proposals:
        match item:
            case ProposalByValue(proposal):
                found.append(SentProposal(committer, proposal))
            case ProposalReference(reference):
                found.append(_referenced(reference, committer, sent))
    return tuple(found)


def _referenced(
    reference: bytes, committer: Sender, sent: Mapping[bytes, SentProposal]
) -> SentProposal:
    if isinstance(committer, SenderNewMemberCommit):
        raise ValidationError(Rule.EXTERNAL_COMMIT_NO_REFERENCES)
    if reference not in sent:
        raise ValidationError(Rule.PROPOSAL_REFERENCE_KNOWN, reference.hex())
    return sent[reference]


def of_type(proposals: Sequence[SentProposal], kind: type[_T]) -> tuple[_T, ...]:
    """Return the proposals of one type, in their order."""
    return tuple(sent.proposal for sent in proposals if isinstance(sent.proposal, kind))
