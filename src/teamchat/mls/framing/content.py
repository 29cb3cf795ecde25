"""FramedContent: who says what in which epoch, and the signature over it (RFC 9420 §6, §6.1)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Self, cast

from teamchat.mls.codec import (
    Enumerated,
    Kept,
    Opaque,
    Reader,
    Select,
    Struct,
    Writer,
    struct,
    uint8,
    uint16,
    uint32,
    uint64,
)
from teamchat.mls.codec.varint import encode_length, read_length
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import make_proposal_ref, sign_with_label, verify_with_label
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.errors import CryptoError
from teamchat.mls.messages.commit import Commit
from teamchat.mls.messages.proposals import Proposal
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.context import GroupContext


class WireFormat(IntEnum):
    """How a message travels (§17.2)."""

    PUBLIC_MESSAGE = 1
    PRIVATE_MESSAGE = 2
    WELCOME = 3
    GROUP_INFO = 4
    KEY_PACKAGE = 5


class ContentType(IntEnum):
    """What a message carries (§6)."""

    APPLICATION = 1
    PROPOSAL = 2
    COMMIT = 3


@struct
class SenderMember(Struct):
    """A member, by its leaf."""

    leaf_index: Annotated[int, uint32]


@struct
class SenderExternal(Struct):
    """A party outside, by its place in the `external_senders` extension."""

    sender_index: Annotated[int, uint32]


@struct
class SenderNewMemberProposal(Struct):
    """A client that proposes its own Add."""


@struct
class SenderNewMemberCommit(Struct):
    """A client that joins by an external commit."""


Sender = Annotated[
    SenderMember | SenderExternal | SenderNewMemberProposal | SenderNewMemberCommit,
    Select(
        uint8,
        {
            1: SenderMember,
            2: SenderExternal,
            3: SenderNewMemberProposal,
            4: SenderNewMemberCommit,
        },
    ),
]


@struct
class ApplicationContent(Struct):
    """Application data, as the application wrote it."""

    application_data: Annotated[bytes, Opaque()]


@struct
class ProposalContent(Struct):
    """One proposal."""

    proposal: Proposal


Content = Annotated[
    ApplicationContent | ProposalContent | Commit,
    Select(
        uint8,
        {
            ContentType.APPLICATION: ApplicationContent,
            ContentType.PROPOSAL: ProposalContent,
            ContentType.COMMIT: Commit,
        },
    ),
]
CONTENT_CLASSES: dict[ContentType, type[ApplicationContent | ProposalContent | Commit]] = {
    ContentType.APPLICATION: ApplicationContent,
    ContentType.PROPOSAL: ProposalContent,
    ContentType.COMMIT: Commit,
}


@struct
class FramedContent(Kept):
    """FramedContent (§6)."""

    group_id: Annotated[bytes, Opaque()]
    epoch: Annotated[int, uint64]
    sender: Sender
    authenticated_data: Annotated[bytes, Opaque()]
    content: Content

    @property
    def content_type(self) -> ContentType:
        """What the message carries."""
        match self.content:
            case ApplicationContent():
                return ContentType.APPLICATION
            case ProposalContent():
                return ContentType.PROPOSAL
            case Commit():
                return ContentType.COMMIT


@dataclass(frozen=True, slots=True)
class FramedContentAuthData:
    """The signature, and for a commit the confirmation tag (§6.1)."""

    signature: bytes
    confirmation_tag: bytes | None

    @classmethod
    def read(cls, reader: Reader, content_type: ContentType) -> Self:
        """Read what belongs to a content of this type."""
        signature = reader.take(read_length(reader))
        if content_type is not ContentType.COMMIT:
            return cls(signature, None)
        return cls(signature, reader.take(read_length(reader)))

    def write(self, writer: Writer) -> None:
        """Append signature and tag."""
        put_opaque(writer, self.signature)
        if self.confirmation_tag is not None:
            put_opaque(writer, self.confirmation_tag)

    def encode(self) -> bytes:
        """Return signature and tag as bytes."""
        writer = Writer()
        self.write(writer)
        return bytes(writer.buffer)


_WIRE_FORMAT = Enumerated(uint16, WireFormat)


@dataclass(frozen=True, slots=True)
class AuthenticatedContent:
    """AuthenticatedContent (§6): a content and what vouches for it."""

    wire_format: WireFormat
    content: FramedContent
    auth: FramedContentAuthData

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read exactly one AuthenticatedContent.

        Raises:
            DecodeError: The bytes are not one.
        """
        reader = Reader(data)
        wire_format = cast("WireFormat", _WIRE_FORMAT.read(reader))
        content = FramedContent.read(reader)
        auth = FramedContentAuthData.read(reader, content.content_type)
        reader.finish()
        return cls(wire_format, content, auth)

    def encode(self) -> bytes:
        """Return the canonical bytes, which a ProposalRef hashes."""
        return self.wire_format.to_bytes(2, "big") + self.content.encode() + self.auth.encode()

    def proposal_ref(self, crypto: CryptoProvider, suite: CipherSuite) -> bytes:
        """Return the ProposalRef of the proposal in here (§5.2)."""
        return make_proposal_ref(crypto, suite, self.encode())


def framed_content_tbs(
    wire_format: WireFormat, content: FramedContent, context: GroupContext
) -> bytes:
    """Return FramedContentTBS: what the signature covers (§6.1)."""
    tbs = MLS10.to_bytes(2, "big") + wire_format.to_bytes(2, "big") + content.encode()
    if isinstance(content.sender, SenderMember | SenderNewMemberCommit):
        return tbs + context.encode()
    return tbs


def sign_content(
    crypto: CryptoProvider, suite: CipherSuite, signature_key: Secret, tbs: bytes
) -> bytes:
    """Sign a FramedContentTBS."""
    return sign_with_label(crypto, suite, signature_key, "FramedContentTBS", tbs)


def verify_content(
    crypto: CryptoProvider, suite: CipherSuite, signature_key: bytes, tbs: bytes, signature: bytes
) -> None:
    """Verify the signature over a FramedContentTBS.

    Raises:
        CryptoError: The signature is missing or not the sender's.
    """
    try:
        verify_with_label(crypto, suite, signature_key, "FramedContentTBS", tbs, signature)
    except CryptoError as error:
        raise CryptoError(Rule.CONTENT_SIGNATURE) from error


def put_opaque(writer: Writer, data: bytes) -> None:
    """Append `opaque data<V>`."""
    writer.put(encode_length(len(data)))
    writer.put(data)
