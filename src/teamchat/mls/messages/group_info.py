"""GroupInfo: what a newcomer is told about a group (RFC 9420 §12.4.3)."""

from typing import Annotated, Self

from teamchat.mls.codec import Opaque, Struct, struct, uint32
from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import sign_with_label, verify_with_label
from teamchat.mls.errors import CryptoError
from teamchat.mls.extensions import Extensions
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.context import GroupContext


@struct
class GroupInfoTBS(Struct):
    """What a GroupInfo's signature covers."""

    group_context: GroupContext
    extensions: Extensions
    confirmation_tag: Annotated[bytes, Opaque()]
    signer: Annotated[int, uint32]


@struct
class GroupInfo(Struct):
    """GroupInfo (§12.4.3)."""

    group_context: GroupContext
    extensions: Extensions
    confirmation_tag: Annotated[bytes, Opaque()]
    signer: Annotated[int, uint32]
    signature: Annotated[bytes, Opaque()]

    @classmethod
    def signed(
        cls, crypto: CryptoProvider, suite: CipherSuite, tbs: GroupInfoTBS, signature_key: Secret
    ) -> Self:
        """Return the GroupInfo with its signature."""
        signature = sign_with_label(crypto, suite, signature_key, "GroupInfoTBS", tbs.encode())
        return cls(tbs.group_context, tbs.extensions, tbs.confirmation_tag, tbs.signer, signature)

    def tbs(self) -> GroupInfoTBS:
        """Everything above the signature."""
        return GroupInfoTBS(self.group_context, self.extensions, self.confirmation_tag, self.signer)


def verify_group_info(
    crypto: CryptoProvider, suite: CipherSuite, info: GroupInfo, signature_key: bytes
) -> None:
    """Verify a GroupInfo with the signature key of its signer's leaf.

    Raises:
        CryptoError: The signature is not the signer's.
    """
    try:
        verify_with_label(
            crypto, suite, signature_key, "GroupInfoTBS", info.tbs().encode(), info.signature
        )
    except CryptoError as error:
        raise CryptoError(Rule.GROUP_INFO_SIGNATURE) from error
