"""What a message turned out to be."""

from dataclasses import dataclass

from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import Sender
from teamchat.mls.group.state import GroupState, Member
from teamchat.mls.messages.proposals import Proposal


@dataclass(frozen=True, slots=True)
class ApplicationReceived:
    """Application data of a member.

    Attributes:
        sender: The sender as it was in the message's epoch; it may have left since.
        epoch: The epoch the message was sent in.
    """

    state: GroupState
    sender: Member
    epoch: int
    data: bytes
    authenticated_data: bytes

    def __repr__(self) -> str:
        return f"ApplicationReceived(epoch={self.epoch}, sender={self.sender.leaf})"


@dataclass(frozen=True, slots=True)
class ProposalReceived:
    """A proposal, remembered for a later commit.

    Attributes:
        member: The sender, if it is a member.
        ref: The ProposalRef a commit will name it by.
    """

    state: GroupState
    sender: Sender
    member: Member | None
    ref: bytes
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class CommitReceived:
    """A commit, and the state of the epoch it began.

    Attributes:
        committer: The committer in the new epoch.
        added: Those who are new, an external joiner among them.
        removed: Those who are gone, as they were.
        updated: Leaves that were replaced, the committer's own not counted.
    """

    state: GroupState
    committer: Member
    proposals: tuple[SentProposal, ...]
    added: tuple[Member, ...]
    removed: tuple[Member, ...]
    updated: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class RemovedFromGroup:
    """A commit that removed us. There is no next state: forget the group.

    Nothing of the new epoch can be checked by one who is not in it; the commit's signature
    and its proposals have been.
    """

    committer: Member
    proposals: tuple[SentProposal, ...]


Received = ApplicationReceived | ProposalReceived | CommitReceived | RemovedFromGroup
