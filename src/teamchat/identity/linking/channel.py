"""What two devices have in common after both have shown their ephemeral keys.

X25519 (RFC 7748) and HKDF with SHA-256 (RFC 5869), over everything that was said
(docs/spec/linking.md): if one byte arrived otherwise than it was sent, or somebody is between
the two, then pictures and keys are others. Randomness is handed in; secrets do not print.
"""

import hashlib
import hmac
from typing import Final, NoReturn, Self

from nacl import bindings
from nacl.exceptions import CryptoError

from teamchat import cbor
from teamchat.identity import sealing
from teamchat.identity.errors import Fault, IdentityError, LinkingError
from teamchat.identity.linking.code import LinkingCode
from teamchat.identity.sas import BYTES as SAS_BYTES
from teamchat.identity.sas import ShortAuthenticationString

SECRET_BYTES: Final = 32
_COMMITMENT: Final = b"teamchat linking commitment\x00"
_TRANSCRIPT: Final = b"teamchat linking transcript\x00"
_SAS: Final = b"teamchat linking pictures\x00"
FROM_NEW: Final = b"teamchat linking from new\x00"
FROM_EXISTING: Final = b"teamchat linking from existing\x00"


class EphemeralKey:
    """An X25519 key for one linking.

    Args:
        secret: 32 random bytes, never used before.

    Raises:
        IdentityError: There are not 32 bytes.
    """

    __slots__ = ("_secret", "public")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise IdentityError(f"an ephemeral key has {SECRET_BYTES} bytes, not {len(secret)}")
        self._secret: Final = secret
        self.public: Final = bytes(bindings.crypto_scalarmult_base(secret))

    def agree(self, public: bytes) -> bytes:
        """Return what both have in common with each other's key.

        Raises:
            LinkingError: FORGED, it is our own key, or one that gives everybody the same.
        """
        if hmac.compare_digest(public, self.public):
            raise LinkingError(Fault.FORGED, "our own key came back")
        try:
            return bytes(bindings.crypto_scalarmult(self._secret, public))
        except CryptoError as error:
            raise LinkingError(Fault.FORGED, "a key of small order") from error

    def __repr__(self) -> str:
        return "EphemeralKey(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EphemeralKey) and hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self.public)

    def __copy__(self) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret key is not pickled")


class Channel:
    """Keys for one message each way, and what is shown.

    Args:
        shared: What the ephemeral keys have in common.
        code: The code that brought the two together.
        messages: The first three messages, as they were sent and received.

    Attributes:
        transcript: The hash of the three messages.
        sas: What both devices show.
    """

    __slots__ = ("_keys", "sas", "transcript")

    def __init__(self, shared: bytes, code: LinkingCode, messages: tuple[bytes, ...]) -> None:
        self.transcript: Final = hashlib.sha256(_TRANSCRIPT + cbor.encode(messages)).digest()
        extracted = hmac.digest(self.transcript, shared + code.secret, "sha256")
        self.sas: Final = ShortAuthenticationString(_expand(extracted, _SAS)[:SAS_BYTES])
        self._keys: Final = {
            label: _expand(extracted, label) for label in (FROM_NEW, FROM_EXISTING)
        }

    def seal(self, label: bytes, plaintext: bytes, nonce: bytes) -> bytes:
        """Return a plaintext sealed in one direction.

        Raises:
            IdentityError: The nonce has the wrong length.
        """
        return sealing.seal(self._keys[label], plaintext, label + self.transcript, nonce)

    def open(self, label: bytes, sealed: bytes) -> bytes:
        """Return what the other device has sealed.

        Raises:
            LinkingError: FORGED, it was not that device, or not in this linking.
        """
        try:
            return sealing.unseal(self._keys[label], sealed, label + self.transcript)
        except IdentityError as error:
            raise LinkingError(Fault.FORGED, "not sealed by the other device") from error

    def __repr__(self) -> str:
        return "Channel(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Channel) and hmac.compare_digest(
            b"".join(self._keys.values()), b"".join(other._keys.values())
        )

    def __hash__(self) -> int:
        return hash(self.transcript)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


def commitment_to(revealed: bytes) -> bytes:
    """Return the commitment to the third message, 32 bytes."""
    return hashlib.sha256(_COMMITMENT + revealed).digest()


def _expand(extracted: bytes, label: bytes) -> bytes:
    """Return the first block of HKDF-Expand (RFC 5869 §2.3): 32 bytes, more is never needed."""
    return hmac.digest(extracted, label + b"\x01", "sha256")
