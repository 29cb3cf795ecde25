"""The cipher suites and their sizes (RFC 9420 §5.1, §17.1; docs/spec/mls-ciphersuites.md)."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from teamchat.mls.errors import UsageError

MLS10: Final = 1
"""The one protocol version there is (§6)."""


class Kem(Enum):
    """A key encapsulation mechanism, by its HPKE id."""

    X25519 = 0x0020
    X_WING = 0x647A


class Kdf(Enum):
    """A key derivation function, by its HPKE id."""

    HKDF_SHA256 = 0x0001
    HKDF_SHA512 = 0x0003


class Aead(Enum):
    """An AEAD, by its HPKE id."""

    AES_128_GCM = 0x0001
    AES_256_GCM = 0x0002
    CHACHA20_POLY1305 = 0x0003


@dataclass(frozen=True, slots=True, kw_only=True)
class CipherSuite:
    """One cipher suite. Lengths are in bytes. All suites sign with Ed25519."""

    id: int
    name: str
    kem: Kem
    kdf: Kdf
    aead: Aead
    hash_name: str
    hash_length: int
    aead_key_length: int
    kem_public_key_length: int
    kem_output_length: int
    aead_nonce_length: int = 12
    kem_private_key_length: int = 32
    signature_public_key_length: int = 32
    signature_length: int = 64


MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519: Final = CipherSuite(
    id=0x0001,
    name="MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
    kem=Kem.X25519,
    kdf=Kdf.HKDF_SHA256,
    aead=Aead.AES_128_GCM,
    hash_name="sha256",
    hash_length=32,
    aead_key_length=16,
    kem_public_key_length=32,
    kem_output_length=32,
)
MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519: Final = CipherSuite(
    id=0x0003,
    name="MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
    kem=Kem.X25519,
    kdf=Kdf.HKDF_SHA256,
    aead=Aead.CHACHA20_POLY1305,
    hash_name="sha256",
    hash_length=32,
    aead_key_length=32,
    kem_public_key_length=32,
    kem_output_length=32,
)
MLS_256_XWING_AES256GCM_SHA512_Ed25519: Final = CipherSuite(
    id=0xF00D,
    name="MLS_256_XWING_AES256GCM_SHA512_Ed25519",
    kem=Kem.X_WING,
    kdf=Kdf.HKDF_SHA512,
    aead=Aead.AES_256_GCM,
    hash_name="sha512",
    hash_length=64,
    aead_key_length=32,
    kem_public_key_length=1216,
    kem_output_length=1120,
)

SUITES: Final = {
    suite.id: suite
    for suite in (
        MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
        MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
        MLS_256_XWING_AES256GCM_SHA512_Ed25519,
    )
}
"""Every suite this package speaks, by its id."""


def cipher_suite(number: int) -> CipherSuite:
    """Return the suite with this id.

    Raises:
        UsageError: This package does not speak that suite.
    """
    suite = SUITES.get(number)
    if suite is None:
        raise UsageError(f"cipher suite 0x{number:04X} is not supported")
    return suite
