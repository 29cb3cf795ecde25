"""The labelled functions of MLS: every use of a key says what for.

SignWithLabel (RFC 9420 §5.1.2), EncryptWithLabel (§5.1.3), RefHash (§5.2),
ExpandWithLabel, DeriveSecret (§8) and DeriveTreeSecret (§9).
"""

import hmac
from functools import lru_cache
from typing import Annotated, Final

from teamchat.mls.codec import Opaque, Struct, struct
from teamchat.mls.codec.varint import encode_length
from teamchat.mls.crypto.provider import CryptoProvider
from teamchat.mls.crypto.secret import Secret
from teamchat.mls.crypto.suites import CipherSuite

_PREFIX: Final = b"MLS 1.0 "


@struct
class HPKECiphertext(Struct):
    """HPKECiphertext (§7.6)."""

    kem_output: Annotated[bytes, Opaque()]
    ciphertext: Annotated[bytes, Opaque()]


def _opaque(data: bytes) -> bytes:
    return encode_length(len(data)) + data


def _labelled(label: str, content: bytes) -> bytes:
    """SignContent, EncryptContext and KDFLabel share this shape."""
    return _prefix(label) + _opaque(content)


@lru_cache(maxsize=64)
def _prefix(label: str) -> bytes:
    """Encode a label; there are a few dozen of them, and exporters' own."""
    return _opaque(_PREFIX + label.encode("ascii"))


def sign_with_label(
    crypto: CryptoProvider, suite: CipherSuite, private_key: Secret, label: str, content: bytes
) -> bytes:
    """SignWithLabel (§5.1.2)."""
    return crypto.sign(suite, private_key, _labelled(label, content))


def verify_with_label(  # the arguments are the RFC's own
    crypto: CryptoProvider,
    suite: CipherSuite,
    public_key: bytes,
    label: str,
    content: bytes,
    signature: bytes,
) -> None:
    """VerifyWithLabel (§5.1.2).

    Raises:
        CryptoError: It is not the key's signature of label and content.
    """
    crypto.verify(suite, public_key, _labelled(label, content), signature)


def encrypt_with_label(  # the arguments are the RFC's own
    crypto: CryptoProvider,
    suite: CipherSuite,
    public_key: bytes,
    label: str,
    context: bytes,
    plaintext: Secret,
) -> HPKECiphertext:
    """EncryptWithLabel (§5.1.3).

    Raises:
        CryptoError: The public key is not one.
    """
    info = _labelled(label, context)
    return HPKECiphertext(*crypto.hpke_seal(suite, public_key, info, plaintext.reveal()))


def decrypt_with_label(  # the arguments are the RFC's own
    crypto: CryptoProvider,
    suite: CipherSuite,
    private_key: Secret,
    label: str,
    context: bytes,
    sealed: HPKECiphertext,
) -> Secret:
    """DecryptWithLabel (§5.1.3).

    Raises:
        CryptoError: It was not encrypted for this key, label and context.
    """
    info = _labelled(label, context)
    return crypto.hpke_open(suite, private_key, sealed.kem_output, info, sealed.ciphertext)


def expand_with_label(  # the arguments are the RFC's own
    crypto: CryptoProvider,
    suite: CipherSuite,
    secret: Secret,
    label: str,
    context: bytes,
    length: int,
) -> Secret:
    """ExpandWithLabel (§8): KDF.Expand over a KDFLabel."""
    kdf_label = length.to_bytes(2, "big") + _labelled(label, context)
    return crypto.expand(suite, secret, kdf_label, length)


def derive_secret(crypto: CryptoProvider, suite: CipherSuite, secret: Secret, label: str) -> Secret:
    """DeriveSecret (§8)."""
    return expand_with_label(crypto, suite, secret, label, b"", suite.hash_length)


def derive_tree_secret(  # the arguments are the RFC's own
    crypto: CryptoProvider,
    suite: CipherSuite,
    secret: Secret,
    label: str,
    generation: int,
    length: int,
) -> Secret:
    """DeriveTreeSecret (§9)."""
    context = generation.to_bytes(4, "big")
    return expand_with_label(crypto, suite, secret, label, context, length)


def ref_hash(crypto: CryptoProvider, suite: CipherSuite, label: str, value: bytes) -> bytes:
    """RefHash (§5.2), of a whole label."""
    return crypto.hash(suite, _opaque(label.encode("ascii")) + _opaque(value))


def make_key_package_ref(crypto: CryptoProvider, suite: CipherSuite, key_package: bytes) -> bytes:
    """MakeKeyPackageRef (§5.2) of an encoded KeyPackage."""
    return ref_hash(crypto, suite, "MLS 1.0 KeyPackage Reference", key_package)


def make_proposal_ref(crypto: CryptoProvider, suite: CipherSuite, content: bytes) -> bytes:
    """MakeProposalRef (§5.2) of an encoded AuthenticatedContent."""
    return ref_hash(crypto, suite, "MLS 1.0 Proposal Reference", content)


def equal(ours: bytes, theirs: bytes) -> bool:
    """Compare two tags in constant time."""
    return hmac.compare_digest(ours, theirs)
