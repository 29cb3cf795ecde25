"""Credentials, and who vouches for them (RFC 9420 §5.3)."""

from typing import Annotated, Final, Protocol

from teamchat.mls.codec import Opaque, Select, Struct, Vector, struct, uint16

BASIC: Final = 1
X509: Final = 2


@struct
class BasicCredential(Struct):
    """A bare identity; what it means is the application's affair."""

    identity: Annotated[bytes, Opaque()]


@struct
class Certificate(Struct):
    """One DER-encoded X.509 certificate."""

    cert_data: Annotated[bytes, Opaque()]


@struct
class X509Credential(Struct):
    """A certificate chain, the end entity's first."""

    certificates: Annotated[tuple[Certificate, ...], Vector(Certificate)]


Credential = Annotated[
    BasicCredential | X509Credential,
    Select(uint16, {BASIC: BasicCredential, X509: X509Credential}),
]


def credential_type(credential: Credential) -> int:
    """Return the credential's CredentialType (§17.5)."""
    return BASIC if isinstance(credential, BasicCredential) else X509


class AuthenticationService(Protocol):
    """Decides which credentials are true. Asked for every new leaf, without exception."""

    def authenticate(self, credential: Credential, signature_key: bytes) -> None:
        """Check that the credential's client holds this signature key.

        Raises:
            ValidationError: With Rule.CREDENTIAL_NOT_AUTHENTICATED, if it does not.
        """

    def same_client(self, old: Credential, new: Credential) -> bool:
        """Tell whether a leaf with `old` may become one with `new` (§5.3.1, §7.3)."""
