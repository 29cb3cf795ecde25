"""From what a member says to the bytes that travel (RFC 9420 §6)."""

from dataclasses import dataclass, replace

from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.framing.content import (
    ApplicationContent,
    AuthenticatedContent,
    FramedContent,
    FramedContentAuthData,
    ProposalContent,
    SenderMember,
    WireFormat,
    framed_content_tbs,
    sign_content,
)
from teamchat.mls.framing.message import wrap
from teamchat.mls.framing.private import PADDING_MULTIPLE, seal
from teamchat.mls.framing.public import PublicMessage, membership_tag
from teamchat.mls.group.state import GroupState
from teamchat.mls.messages.commit import Commit
from teamchat.mls.schedule.secret_tree import RatchetKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How a message is to travel.

    Attributes:
        wire_format: Handshake messages are public by default, so that a delivery service
            can check them; application messages are always private.
        padding: Plaintexts of private messages are padded to a multiple of this.
    """

    wire_format: WireFormat = WireFormat.PUBLIC_MESSAGE
    authenticated_data: bytes = b""
    padding: int = PADDING_MULTIPLE


PUBLIC = Framing()
"""A PublicMessage without additional data."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A content, what was signed and the signature."""

    content: FramedContent
    wire_format: WireFormat
    tbs: bytes
    signature: bytes

    def confirmed(self, confirmation_tag: bytes | None) -> AuthenticatedContent:
        """Return the content with its signature, and its tag if it is a commit."""
        auth = FramedContentAuthData(self.signature, confirmation_tag)
        return AuthenticatedContent(self.wire_format, self.content, auth)


def sign(
    crypto: CryptoProvider,
    state: GroupState,
    body: ApplicationContent | ProposalContent | Commit,
    framing: Framing,
) -> Signed:
    """Frame and sign a body as the member that `state` belongs to."""
    content = FramedContent(
        state.group_id,
        state.epoch,
        SenderMember(state.own_leaf),
        framing.authenticated_data,
        body,
    )
    tbs = framed_content_tbs(framing.wire_format, content, state.context)
    signature = sign_content(crypto, state.suite, state.signature_key, tbs)
    return Signed(content, framing.wire_format, tbs, signature)


def protect(
    crypto: CryptoProvider,
    state: GroupState,
    signed: Signed,
    confirmation_tag: bytes | None,
    padding: int,
) -> tuple[GroupState, bytes]:
    """Return the message as it travels, and the state after its key is used up."""
    message = signed.confirmed(confirmation_tag)
    if signed.wire_format is WireFormat.PRIVATE_MESSAGE:
        return _private(crypto, state, message, padding)
    tag = membership_tag(
        crypto, state.suite, state.secrets.membership_key, signed.tbs, message.auth
    )
    return state, wrap(PublicMessage(message.content, message.auth, tag))


def _private(
    crypto: CryptoProvider, state: GroupState, message: AuthenticatedContent, padding: int
) -> tuple[GroupState, bytes]:
    application = isinstance(message.content.content, ApplicationContent)
    kind = RatchetKind.APPLICATION if application else RatchetKind.HANDSHAKE
    key, secret_tree = state.secret_tree.next_key(crypto, state.suite, state.own_leaf, kind)
    sealed = seal(crypto, state.suite, message, key, state.secrets.sender_data_secret, padding)
    return replace(state, secret_tree=secret_tree), wrap(sealed)
