"""What MLS asks of a cryptographic library (RFC 9420 §5.1).

Whatever must stay secret is a `Secret`, on the way in and on the way out. What does not
verify or decrypt raises `CryptoError`; nothing here answers with a boolean.
"""

from dataclasses import dataclass
from typing import Protocol

from teamchat.mls.crypto.secret import Secret
from teamchat.mls.crypto.suites import CipherSuite


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key and its public half, serialised as RFC 9420 §5.1.1 says."""

    private_key: Secret
    public_key: bytes


class CryptoProvider(Protocol):
    """The primitives of a cipher suite, and the one source of randomness."""

    def random(self, length: int) -> bytes:
        """Return that many unpredictable bytes."""

    def hash(self, suite: CipherSuite, data: bytes) -> bytes:
        """Return the hash of `data`."""

    def mac(self, suite: CipherSuite, key: Secret, data: bytes) -> bytes:
        """Return the HMAC of `data`. Compare it with `labels.equal`, never with `==`."""

    def extract(self, suite: CipherSuite, salt: Secret, key_material: Secret) -> Secret:
        """HKDF-Extract (RFC 5869 §2.2)."""

    def expand(self, suite: CipherSuite, key: Secret, info: bytes, length: int) -> Secret:
        """HKDF-Expand (RFC 5869 §2.3)."""

    def aead_seal(
        self, suite: CipherSuite, key: Secret, nonce: bytes, aad: bytes, plaintext: bytes
    ) -> bytes:
        """Encrypt, and append the tag."""

    def aead_open(
        self, suite: CipherSuite, key: Secret, nonce: bytes, aad: bytes, ciphertext: bytes
    ) -> bytes:
        """Decrypt.

        Raises:
            CryptoError: The ciphertext was not made with this key, nonce and aad.
        """

    def hpke_key_pair(self, suite: CipherSuite) -> KeyPair:
        """Make a fresh HPKE key pair."""

    def hpke_derive_key_pair(self, suite: CipherSuite, key_material: Secret) -> KeyPair:
        """DeriveKeyPair (RFC 9180 §4): the same pair for the same material."""

    def hpke_check_public_key(self, suite: CipherSuite, public_key: bytes) -> None:
        """Check that a public key is one that can be encrypted to.

        Raises:
            CryptoError: It is not.
        """

    def hpke_seal(
        self, suite: CipherSuite, public_key: bytes, info: bytes, plaintext: bytes
    ) -> tuple[bytes, bytes]:
        """SealBase with an empty aad: the KEM output and the ciphertext.

        Raises:
            CryptoError: The public key is not one.
        """

    def hpke_open(
        self,
        suite: CipherSuite,
        private_key: Secret,
        kem_output: bytes,
        info: bytes,
        ciphertext: bytes,
    ) -> Secret:
        """OpenBase with an empty aad.

        Raises:
            CryptoError: The ciphertext is not for this key and info.
        """

    def hpke_export_to(
        self, suite: CipherSuite, public_key: bytes, info: bytes, context: bytes, length: int
    ) -> tuple[bytes, Secret]:
        """SendExportBase (RFC 9180 §6.2): the KEM output and the exported secret.

        Raises:
            CryptoError: The public key is not one.
        """

    def hpke_export_from(
        self,
        suite: CipherSuite,
        private_key: Secret,
        kem_output: bytes,
        info: bytes,
        context: bytes,
        length: int,
    ) -> Secret:
        """ReceiveExportBase (RFC 9180 §6.2).

        Raises:
            CryptoError: The KEM output is not one.
        """

    def signature_key_pair(self, suite: CipherSuite) -> KeyPair:
        """Make a fresh signature key pair."""

    def signature_public_key(self, suite: CipherSuite, private_key: Secret) -> bytes:
        """Return the public half of a signature key."""

    def sign(self, suite: CipherSuite, private_key: Secret, message: bytes) -> bytes:
        """Sign."""

    def verify(
        self, suite: CipherSuite, public_key: bytes, message: bytes, signature: bytes
    ) -> None:
        """Check a signature.

        Raises:
            CryptoError: It is not the key's signature of the message.
        """
