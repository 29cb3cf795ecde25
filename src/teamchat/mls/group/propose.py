"""Making proposals (RFC 9420 §12.1). A proposal changes nothing until a commit."""

from dataclasses import dataclass, replace

from teamchat.mls.credentials import AuthenticationService
from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.errors import UsageError
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.extensions import Extension
from teamchat.mls.framing.content import ProposalContent, SenderMember
from teamchat.mls.group.grease import check_greaseless
from teamchat.mls.group.protect import PUBLIC, Framing, protect, sign
from teamchat.mls.group.state import GroupState, OwnUpdate
from teamchat.mls.key_package import KeyPackage, validate_key_package
from teamchat.mls.messages.proposals import (
    Add,
    CustomProposal,
    GroupContextExtensions,
    PreSharedKey,
    Proposal,
    ReInit,
    Remove,
    Update,
)
from teamchat.mls.schedule.key_names import ExternalPSKID, ResumptionPSKID, ResumptionPSKUsage
from teamchat.mls.tree.nodes import LeafPlace, UpdateSource, sign_leaf_node
from teamchat.mls.tree.validation import LeafRules


@dataclass(frozen=True, slots=True)
class ProposalMade:
    """A proposal to send.

    Attributes:
        state: The state to keep: it remembers the proposal.
        message: The MLSMessage to send.
        ref: The ProposalRef a commit will name it by.
    """

    state: GroupState
    message: bytes
    ref: bytes


def propose(
    crypto: CryptoProvider, state: GroupState, proposal: Proposal, framing: Framing = PUBLIC
) -> ProposalMade:
    """Make a proposal of any type but Add and Update.

    Raises:
        UsageError: It is an Add, which has to be checked first (`propose_add`), or an
            Update, which needs keys (`propose_update`).
        ValidationError: The group is over, or the proposal's type is a GREASE value.
    """
    if isinstance(proposal, Add | Update):
        raise UsageError("an Add is made by propose_add, an Update by propose_update")
    check_greaseless(proposal)
    return _propose(crypto, state, proposal, framing)


def propose_add(
    crypto: CryptoProvider,
    state: GroupState,
    key_package: KeyPackage,
    framing: Framing = PUBLIC,
    *,
    authentication: AuthenticationService,
    now: int,
) -> ProposalMade:
    """Propose to add a client (§12.1.1), whose KeyPackage is checked first (§5.3.1, §10.1).

    Raises:
        MlsError: The KeyPackage is not valid in this group, or the group is over.
    """
    rules = LeafRules.of(state.suite, state.extensions)
    validate_key_package(crypto, key_package, rules=rules, authentication=authentication, now=now)
    return _propose(crypto, state, Add(key_package), framing)


def propose_remove(
    crypto: CryptoProvider, state: GroupState, leaf: int, framing: Framing = PUBLIC
) -> ProposalMade:
    """Propose to remove a member, who may be oneself (§12.1.3)."""
    return propose(crypto, state, Remove(leaf), framing)


def propose_update(
    crypto: CryptoProvider, state: GroupState, framing: Framing = PUBLIC
) -> ProposalMade:
    """Propose a fresh leaf of ours (§12.1.2)."""
    pair = crypto.hpke_key_pair(state.suite)
    unsigned = replace(
        state.own_leaf_node, encryption_key=pair.public_key, leaf_node_source=UpdateSource()
    )
    place = LeafPlace(state.group_id, state.own_leaf)
    leaf = sign_leaf_node(crypto, state.suite, state.signature_key, unsigned, place)
    made = _propose(crypto, state, Update(leaf), framing)
    keys = OwnUpdate(pair.private_key, state.signature_key)
    own_updates = {**made.state.own_updates, made.ref: keys}
    return replace(made, state=replace(made.state, own_updates=own_updates))


def propose_psk(
    crypto: CryptoProvider, state: GroupState, psk_id: bytes, framing: Framing = PUBLIC
) -> ProposalMade:
    """Propose to mix in a key that the application hands to everyone (§12.1.4)."""
    return propose(crypto, state, external_psk(crypto, state, psk_id), framing)


def propose_resumption_psk(
    crypto: CryptoProvider,
    state: GroupState,
    group_id: bytes,
    epoch: int,
    framing: Framing = PUBLIC,
) -> ProposalMade:
    """Propose to mix in the resumption key of an epoch (§8.6)."""
    return propose(crypto, state, resumption_psk(crypto, state, group_id, epoch), framing)


def propose_reinit(
    crypto: CryptoProvider, state: GroupState, reinit: ReInit, framing: Framing = PUBLIC
) -> ProposalMade:
    """Propose to end this group in favour of a new one (§12.1.5)."""
    return propose(crypto, state, reinit, framing)


def propose_group_context_extensions(
    crypto: CryptoProvider,
    state: GroupState,
    extensions: tuple[Extension, ...],
    framing: Framing = PUBLIC,
) -> ProposalMade:
    """Propose to replace all of the group's extensions (§12.1.7)."""
    return propose(crypto, state, GroupContextExtensions(extensions), framing)


def propose_custom(
    crypto: CryptoProvider,
    state: GroupState,
    proposal_type: int,
    data: bytes,
    framing: Framing = PUBLIC,
) -> ProposalMade:
    """Propose something that only the application understands."""
    return propose(crypto, state, CustomProposal(proposal_type, data), framing)


def external_psk(crypto: CryptoProvider, state: GroupState, psk_id: bytes) -> PreSharedKey:
    """Return a PreSharedKey proposal for an external key, with a fresh nonce (§8.4)."""
    return PreSharedKey(ExternalPSKID(psk_id, crypto.random(state.suite.hash_length)))


def resumption_psk(
    crypto: CryptoProvider, state: GroupState, group_id: bytes, epoch: int
) -> PreSharedKey:
    """Return a PreSharedKey proposal for a resumption key, with a fresh nonce (§8.6)."""
    nonce = crypto.random(state.suite.hash_length)
    return PreSharedKey(ResumptionPSKID(ResumptionPSKUsage.APPLICATION, group_id, epoch, nonce))


def _propose(
    crypto: CryptoProvider, state: GroupState, proposal: Proposal, framing: Framing
) -> ProposalMade:
    state.check_active()
    signed = sign(crypto, state, ProposalContent(proposal), framing)
    after, message = protect(crypto, state, signed, None, framing.padding)
    ref = signed.confirmed(None).proposal_ref(crypto, state.suite)
    sent = SentProposal(SenderMember(state.own_leaf), proposal)
    pending = {**state.pending_proposals, ref: sent}
    return ProposalMade(replace(after, pending_proposals=pending), message, ref)
