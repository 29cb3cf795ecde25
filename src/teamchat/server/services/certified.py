"""Leaves and certificates: whose device a leaf is, and who vouches for that."""

from functools import lru_cache

from teamchat.identity import certificate
from teamchat.identity.certificate import AnyCertificate, VouchedCertificate
from teamchat.identity.errors import IdentityError
from teamchat.ids import DeviceId
from teamchat.mls.credentials import BasicCredential, Credential
from teamchat.mls.errors import ValidationError
from teamchat.mls.framing.message import unwrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.messages.commit import Commit, ProposalByValue
from teamchat.mls.messages.proposals import Add
from teamchat.mls.rules import Rule
from teamchat.server.services.group_changes import GroupError, Leaf, Outline


class Certified:
    """The authentication service of the server: a credential is a device certificate.

    Whether it is the certificate that was registered is for `group_rules` to ask. That is also what
    proves a certificate of version 2: it was registered only after its voucher was looked up.
    """

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        """Check that a certificate is genuine and for this signature key.

        Raises:
            ValidationError: It is not.
        """
        read = _read(credential)
        if not (
            read.names_key(signature_key)
            if isinstance(read, VouchedCertificate)
            else read.device_key == signature_key
        ):
            raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED, "another device key")

    def same_client(self, old: Credential, new: Credential) -> bool:
        """Tell whether both are of the same device of the same person."""
        one, two = _read(old), _read(new)
        if isinstance(one, VouchedCertificate) or isinstance(two, VouchedCertificate):
            return old == new  # a device has one certificate, as long as it lives
        return (one.user_id, one.device_id, one.identity_key) == (
            two.user_id,
            two.device_id,
            two.identity_key,
        )


def leaf_of(credential: Credential) -> Leaf:
    """Return whose device a leaf with this credential is.

    Raises:
        ValidationError: Its certificate is not genuine.
    """
    read = _read(credential)
    assert isinstance(credential, BasicCredential)  # noqa: S101 - it was read
    return Leaf(read.user_id, read.device_id, credential.identity)


def outline(body: bytes) -> Outline:
    """Return what a commit claims to do.

    Raises:
        GroupError: It is no commit.
        MlsError: It is malformed.
    """
    message = unwrap(body)
    if not isinstance(message, PublicMessage) or not isinstance(message.content.content, Commit):
        raise GroupError("not a commit")
    given = message.content.content.proposals
    added = [
        each.proposal.key_package.leaf_node.credential
        for each in given
        if isinstance(each, ProposalByValue) and isinstance(each.proposal, Add)
    ]
    return Outline(len(given), dict(map(_named, added)))


def _named(credential: Credential) -> tuple[DeviceId, bytes]:
    if not isinstance(credential, BasicCredential):
        raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED, "not a basic credential")
    try:
        return certificate.named(credential.identity), credential.identity
    except IdentityError as error:
        raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED, str(error)) from error


@lru_cache(maxsize=16_384)
def _certificate(identity: bytes) -> AnyCertificate:
    return certificate.read_any(identity)


def _read(credential: Credential) -> AnyCertificate:
    if not isinstance(credential, BasicCredential):
        raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED, "not a basic credential")
    try:
        return _certificate(credential.identity)
    except IdentityError as error:
        raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED, str(error)) from error
