"""PublicMessage: signed, not encrypted (RFC 9420 §6.2).

The membership tag shows members that a member sent it. Nobody else can check it.
"""

from typing import Self

from teamchat.mls.codec import Reader, Struct, Writer, struct
from teamchat.mls.codec.varint import read_length
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import equal
from teamchat.mls.errors import CryptoError
from teamchat.mls.framing.content import (
    AuthenticatedContent,
    FramedContent,
    FramedContentAuthData,
    SenderMember,
    WireFormat,
    put_opaque,
)
from teamchat.mls.rules import Rule


@struct
class PublicMessage(Struct):
    """PublicMessage (§6.2)."""

    content: FramedContent
    auth: FramedContentAuthData
    membership_tag: bytes | None

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Read a PublicMessage."""
        content = FramedContent.read(reader)
        auth = FramedContentAuthData.read(reader, content.content_type)
        if not isinstance(content.sender, SenderMember):
            return cls(content, auth, None)
        return cls(content, auth, reader.take(read_length(reader)))

    def write(self, writer: Writer) -> None:
        """Append the message."""
        self.content.write(writer)
        self.auth.write(writer)
        if self.membership_tag is not None:
            put_opaque(writer, self.membership_tag)

    def authenticated(self) -> AuthenticatedContent:
        """Return what the signature covers, the tag left off."""
        return AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, self.content, self.auth)


def membership_tag(
    crypto: CryptoProvider,
    suite: CipherSuite,
    membership_key: Secret,
    tbs: bytes,
    auth: FramedContentAuthData,
) -> bytes:
    """Return the MAC over AuthenticatedContentTBM (§6.2)."""
    return crypto.mac(suite, membership_key, tbs + auth.encode())


def verify_membership_tag(
    crypto: CryptoProvider,
    suite: CipherSuite,
    membership_key: Secret,
    tbs: bytes,
    message: PublicMessage,
) -> None:
    """Check that a member's PublicMessage was sent by a member.

    Raises:
        CryptoError: It was not.
    """
    expected = membership_tag(crypto, suite, membership_key, tbs, message.auth)
    if not equal(expected, message.membership_tag or b""):
        raise CryptoError(Rule.MEMBERSHIP_TAG)
