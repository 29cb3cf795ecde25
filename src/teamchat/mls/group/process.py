"""Processing any message of a group (RFC 9420 §12.1, §12.4.2, §15)."""

from dataclasses import replace

from teamchat.mls.credentials import AuthenticationService
from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.errors import InternalError
from teamchat.mls.evolution.leaves import Judge
from teamchat.mls.evolution.remember import remember
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.framing.content import ApplicationContent, ProposalContent
from teamchat.mls.group.follow import follow
from teamchat.mls.group.psk_store import NO_PSKS, PSKStore
from teamchat.mls.group.received import ApplicationReceived, ProposalReceived, Received
from teamchat.mls.group.state import GroupState, forgetting
from teamchat.mls.group.unprotect import Opened, unprotect
from teamchat.mls.messages.commit import Commit
from teamchat.mls.messages.proposals import Proposal
from teamchat.mls.tree.validation import MAX_LIFETIME


def process(
    crypto: CryptoProvider,
    state: GroupState,
    message: bytes,
    *,
    authentication: AuthenticationService,
    psks: PSKStore = NO_PSKS,
    now: int,
    longest_lifetime: int = MAX_LIFETIME,
) -> Received:
    """Process a message of this group, and say what it was.

    Our own commit is not processed but adopted (`PendingCommit.adopt`).

    Raises:
        MlsError: The message is not valid. The state stays as it is.
    """
    opened = unprotect(crypto, forgetting(state, now), message)
    content = opened.message.content.content
    judge = Judge(authentication, now, longest_lifetime)
    match content:
        case ApplicationContent(data):
            return _application(opened, data)
        case ProposalContent(proposal):
            return _proposal(crypto, opened, proposal, judge)
        case Commit():
            return follow(crypto, opened, content, judge, psks)


def _application(opened: Opened, data: bytes) -> ApplicationReceived:
    if opened.member is None:
        raise InternalError("application data of one who is not a member has passed")
    content = opened.message.content
    if content.epoch == opened.state.epoch:
        opened.state.check_active()
    return ApplicationReceived(
        opened.state, opened.member, content.epoch, data, content.authenticated_data
    )


def _proposal(
    crypto: CryptoProvider, opened: Opened, proposal: Proposal, judge: Judge
) -> ProposalReceived:
    state, sender = opened.state, opened.message.content.sender
    state.check_active()
    ref = opened.message.proposal_ref(crypto, state.suite)
    sent = SentProposal(sender, proposal)
    pending = remember(state.pending_proposals, ref, sent, state.tree, judge)
    after = replace(state, pending_proposals=pending)
    return ProposalReceived(after, sender, opened.member, ref, proposal)
