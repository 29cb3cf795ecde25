"""From bytes to a content that its sender signed (RFC 9420 §6).

Nothing of a message is believed before its signature is verified: `Opened` is only made
after that, and whoever wants to act on a message asks for one.
"""

from dataclasses import dataclass, replace

from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.errors import UsageError, ValidationError
from teamchat.mls.evolution.senders import member_key, sender_key
from teamchat.mls.framing.content import (
    ApplicationContent,
    AuthenticatedContent,
    ContentType,
    SenderMember,
    framed_content_tbs,
    verify_content,
)
from teamchat.mls.framing.message import unwrap
from teamchat.mls.framing.private import open_content, open_sender_data
from teamchat.mls.framing.private_message import PrivateMessage
from teamchat.mls.framing.public import PublicMessage, verify_membership_tag
from teamchat.mls.group.state import GroupState, Member, PastEpoch
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.secret_tree import RatchetKind


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified content.

    Attributes:
        state: The state after the message's key is used up.
        member: The sender as it was in the message's epoch, if it is a member.
    """

    state: GroupState
    message: AuthenticatedContent
    member: Member | None


def unprotect(crypto: CryptoProvider, state: GroupState, data: bytes) -> Opened:
    """Open and verify a message of this group.

    Raises:
        MlsError: It is not a message that a sender known to the group signed.
    """
    match unwrap(data):
        case PublicMessage() as message:
            _check_group(state, message.content.group_id)
            return _open_public(crypto, state, message)
        case PrivateMessage() as message:
            _check_group(state, message.group_id)
            if message.epoch == state.epoch:
                return _open_private(crypto, state, message)
            return _open_late(crypto, state, message)
        case other:
            raise UsageError(f"a {type(other).__name__} is not for a member to process")


def _check_group(state: GroupState, group_id: bytes) -> None:
    if group_id != state.group_id:
        raise ValidationError(Rule.GROUP_ID_MATCHES)


def _open_public(crypto: CryptoProvider, state: GroupState, message: PublicMessage) -> Opened:
    content = message.content
    if isinstance(content.content, ApplicationContent):
        raise ValidationError(Rule.APPLICATION_DATA_PRIVATE)
    if content.epoch != state.epoch:
        raise ValidationError(Rule.EPOCH_CURRENT, f"epoch {content.epoch}, not {state.epoch}")
    authenticated = message.authenticated()
    tbs = framed_content_tbs(authenticated.wire_format, content, state.context)
    if isinstance(content.sender, SenderMember):
        verify_membership_tag(crypto, state.suite, state.secrets.membership_key, tbs, message)
    key = sender_key(content, state.tree, state.extensions)
    verify_content(crypto, state.suite, key, tbs, message.auth.signature)
    return Opened(state, authenticated, _member(state, authenticated))


def _member(state: GroupState, message: AuthenticatedContent) -> Member | None:
    sender = message.content.sender
    return state.roster[sender.leaf_index] if isinstance(sender, SenderMember) else None


def _open_private(crypto: CryptoProvider, state: GroupState, message: PrivateMessage) -> Opened:
    sender = open_sender_data(crypto, state.suite, message, state.secrets.sender_data_secret)
    signature_key = member_key(state.tree, sender.leaf_index)
    key, secret_tree = state.secret_tree.take_key(
        crypto, state.suite, sender.leaf_index, _kind(message), sender.generation
    )
    authenticated = open_content(crypto, state.suite, message, sender, key)
    tbs = framed_content_tbs(authenticated.wire_format, authenticated.content, state.context)
    verify_content(crypto, state.suite, signature_key, tbs, authenticated.auth.signature)
    opened = replace(state, secret_tree=secret_tree)
    return Opened(opened, authenticated, state.roster[sender.leaf_index])


def _open_late(crypto: CryptoProvider, state: GroupState, message: PrivateMessage) -> Opened:
    if message.content_type is not ContentType.APPLICATION:
        raise ValidationError(Rule.EPOCH_CURRENT, f"epoch {message.epoch}, not {state.epoch}")
    past = state.past_epoch(message.epoch)
    sender = open_sender_data(crypto, state.suite, message, past.sender_data_secret)
    member = past.roster.get(sender.leaf_index)
    if member is None:
        raise ValidationError(Rule.SENDER_LEAF_NOT_BLANK, f"leaf {sender.leaf_index}")
    key, secret_tree = past.secret_tree.take_key(
        crypto, state.suite, sender.leaf_index, RatchetKind.APPLICATION, sender.generation
    )
    authenticated = open_content(crypto, state.suite, message, sender, key)
    tbs = framed_content_tbs(authenticated.wire_format, authenticated.content, past.context)
    verify_content(crypto, state.suite, member.signature_key, tbs, authenticated.auth.signature)
    return Opened(_replacing(state, replace(past, secret_tree=secret_tree)), authenticated, member)


def _replacing(state: GroupState, past: PastEpoch) -> GroupState:
    epoch = past.context.epoch
    kept = tuple(past if old.context.epoch == epoch else old for old in state.past)
    return replace(state, past=kept)


def _kind(message: PrivateMessage) -> RatchetKind:
    if message.content_type is ContentType.APPLICATION:
        return RatchetKind.APPLICATION
    return RatchetKind.HANDSHAKE
