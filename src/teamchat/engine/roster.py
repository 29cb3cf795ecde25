"""Who a leaf of a group belongs to: what its certificate says, and nobody else.

`mls` checks every certificate of a group through `Certificates`, and no leaf may change its
person, device or identity key. A certificate that another device has signed counts if the key
directory lists it.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from teamchat.engine.state import Leaf
from teamchat.identity.certificate import AnyCertificate, DeviceCertificate, read_any
from teamchat.identity.errors import IdentityError
from teamchat.identity.key_directory import KeyDirectory
from teamchat.ids import UserId
from teamchat.mls.credentials import BasicCredential, Credential
from teamchat.mls.errors import ValidationError
from teamchat.mls.group.state import GroupState, Member
from teamchat.mls.rules import Rule


class UnlistedError(ValidationError):
    """A certificate of version 2 that the key directory does not list, or not yet.

    Attributes:
        certificate: Byte for byte.
    """

    def __init__(self, certificate: bytes) -> None:
        super().__init__(Rule.CREDENTIAL_NOT_AUTHENTICATED, "not in the key directory")
        self.certificate = certificate


class _UnprovenError(IdentityError):
    """Nobody who is known has vouched for it."""


@lru_cache(maxsize=8192)
def _read(identity: bytes) -> AnyCertificate:
    """Read a certificate; each is verified once."""
    return read_any(identity)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Authenticates leaves by the certificates they carry (RFC 9420 §5.3.1).

    Args:
        directory: Proves the certificates that do not prove themselves.
    """

    directory: KeyDirectory = field(default_factory=KeyDirectory)

    def of(self, identity: bytes) -> DeviceCertificate:
        """Return what a certificate proves.

        Raises:
            IdentityError: It is malformed, wrongly signed, or nobody known has vouched for it.
        """
        found = _read(identity)
        if isinstance(found, DeviceCertificate):
            return found
        proven = self.directory.certificate_of(identity)
        if proven is None:
            raise _UnprovenError("the key directory does not list it")
        return proven

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        """Check that the certificate is sound and names this key.

        Raises:
            UnlistedError: The key directory has to list it, and does not.
            ValidationError: It is not sound, or names another key.
        """
        try:
            found = self.of(identity_in(credential))
        except _UnprovenError as error:
            raise UnlistedError(identity_in(credential)) from error
        except IdentityError as error:
            raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED, str(error)) from error
        if found.device_key != signature_key:
            raise ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED, "another key than certified")

    def same_client(self, old: Credential, new: Credential) -> bool:
        """Say whether a leaf stays with the same device of the same person."""
        try:
            before, after = self.of(identity_in(old)), self.of(identity_in(new))
        except IdentityError:
            return False
        return (before.user_id, before.device_id, before.identity_key) == (
            after.user_id, after.device_id, after.identity_key
        )  # fmt: skip


AUTHENTICATION: Final = Certificates()
"""Of certificates that prove themselves alone."""


def person_of(member: Member) -> UserId:
    """Return who a member of a group is; their certificate was proven when they came in."""
    return person_in(member.credential)


def person_in(credential: Credential) -> UserId:
    """Return who a certificate names; whether that is proven is not asked.

    Raises:
        IdentityError: It is malformed.
    """
    return _read(identity_in(credential)).user_id


def leaf_of(member: Member, authentication: Certificates = AUTHENTICATION) -> Leaf:
    """Return whose device a member is."""
    found = authentication.of(identity_in(member.credential))
    return Leaf(member.leaf, found.user_id, found.device_id, found.identity_key)


def roster_of(group: GroupState, authentication: Certificates = AUTHENTICATION) -> tuple[Leaf, ...]:
    """Return the devices of a group."""
    return tuple(leaf_of(member, authentication) for member in group.members())


def certificates(group: GroupState) -> tuple[bytes, ...]:
    """Return the certificate of every device of a group, byte for byte."""
    return tuple(identity_in(member.credential) for member in group.members())


def identity_in(credential: Credential) -> bytes:
    """Return the certificate that a credential carries; nothing if it is of another kind."""
    return credential.identity if isinstance(credential, BasicCredential) else b""
