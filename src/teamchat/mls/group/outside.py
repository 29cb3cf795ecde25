"""Proposals from outside a group (RFC 9420 §12.1.8): signed, not encrypted, not tagged."""

from teamchat.mls.crypto import CryptoProvider, Secret
from teamchat.mls.crypto.suites import cipher_suite
from teamchat.mls.evolution.senders import check_outsider_may_send
from teamchat.mls.framing.content import (
    FramedContent,
    FramedContentAuthData,
    ProposalContent,
    Sender,
    SenderExternal,
    SenderNewMemberProposal,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import wrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.group.grease import check_greaseless
from teamchat.mls.key_package import KeyPackageBundle
from teamchat.mls.messages.proposals import Add, Proposal
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.tree.validation import check_lifetime


def external_proposal(
    crypto: CryptoProvider,
    context: GroupContext,
    sender_index: int,
    signature_key: Secret,
    proposal: Proposal,
    *,
    now: int,
) -> bytes:
    """Propose as one of the group's `external_senders`, in the epoch of `context`.

    Raises:
        ValidationError: An external sender may not send a proposal of this type, its type
            is a GREASE value, or the KeyPackage of an Add is not current.
    """
    check_outsider_may_send(proposal)
    check_greaseless(proposal)
    if isinstance(proposal, Add):
        check_lifetime(proposal.key_package.leaf_node, now)
    return _signed(crypto, context, SenderExternal(sender_index), signature_key, proposal)


def new_member_proposal(
    crypto: CryptoProvider, context: GroupContext, bundle: KeyPackageBundle, *, now: int
) -> bytes:
    """Propose to be added oneself, in the epoch of `context`.

    Raises:
        ValidationError: Our KeyPackage is not current (§7.3).
    """
    check_lifetime(bundle.key_package.leaf_node, now)
    proposal = Add(bundle.key_package)
    sender = SenderNewMemberProposal()
    return _signed(crypto, context, sender, bundle.signature_private_key, proposal)


def _signed(
    crypto: CryptoProvider,
    context: GroupContext,
    sender: Sender,
    signature_key: Secret,
    proposal: Proposal,
) -> bytes:
    content = FramedContent(context.group_id, context.epoch, sender, b"", ProposalContent(proposal))
    tbs = framed_content_tbs(WireFormat.PUBLIC_MESSAGE, content, context)
    signature = sign_content(crypto, cipher_suite(context.cipher_suite), signature_key, tbs)
    return wrap(PublicMessage(content, FramedContentAuthData(signature, None), None))
