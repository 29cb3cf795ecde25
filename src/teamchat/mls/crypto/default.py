"""The CryptoProvider on PyNaCl and pyca/cryptography; the one door to both.

PyNaCl for X25519 and Ed25519, cryptography for AEADs, HPKE and ML-KEM. HMAC, HKDF and the
hashes are the standard library's, which are the same OpenSSL. cryptography's HPKE has no
export and no DeriveKeyPair, so those two are written out here, after RFC 9180.
"""

import hashlib
import hmac
import os
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from nacl import bindings as sodium
from nacl.exceptions import CryptoError as SodiumError

from teamchat.mls.crypto.provider import KeyPair
from teamchat.mls.crypto.secret import Secret
from teamchat.mls.crypto.suites import Aead, CipherSuite, Kdf, Kem
from teamchat.mls.errors import CryptoError, UsageError

_HPKE_KEM: Final = {Kem.X25519: hpke.KEM.X25519, Kem.X_WING: hpke.KEM.MLKEM768_X25519}
_HPKE_KDF: Final = {
    Kdf.HKDF_SHA256: hpke.KDF.HKDF_SHA256,
    Kdf.HKDF_SHA512: hpke.KDF.HKDF_SHA512,
}
_HPKE_AEAD: Final = {
    Aead.AES_128_GCM: hpke.AEAD.AES_128_GCM,
    Aead.AES_256_GCM: hpke.AEAD.AES_256_GCM,
    Aead.CHACHA20_POLY1305: hpke.AEAD.CHACHA20_POLY1305,
}
_X25519_KEM_ID: Final = b"KEM\x00\x20"
_ML_KEM_PUBLIC: Final = 1184
_ML_KEM_OUTPUT: Final = 1088
_X_WING_LABEL: Final = b"\\.//^\\"
_NO_SALT: Final = b""
_CURVE_BITS: Final = (1 << 255) - 1
_CURVE_PRIME: Final = (1 << 255) - 19
_LOW_ORDER: Final = frozenset(
    {
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        _CURVE_PRIME - 1,
        _CURVE_PRIME,
        _CURVE_PRIME + 1,
    }
)
"""The u-coordinates of points of order 1, 2, 4 and 8, and their second encodings."""


class DefaultCrypto:
    """The primitives of suites 0x0001, 0x0003 and 0xF00D."""

    __slots__ = ()

    def random(self, length: int) -> bytes:
        """Return that many bytes from the operating system."""
        return os.urandom(length)

    def hash(self, suite: CipherSuite, data: bytes) -> bytes:
        """Return the hash of `data`."""
        return hashlib.new(suite.hash_name, data).digest()

    def mac(self, suite: CipherSuite, key: Secret, data: bytes) -> bytes:
        """Return the HMAC of `data`."""
        return hmac.digest(key.reveal(), data, suite.hash_name)

    def extract(self, suite: CipherSuite, salt: Secret, key_material: Secret) -> Secret:
        """HKDF-Extract (RFC 5869 §2.2)."""
        return Secret(_extract(suite.hash_name, salt.reveal(), key_material.reveal()))

    def expand(self, suite: CipherSuite, key: Secret, info: bytes, length: int) -> Secret:
        """HKDF-Expand (RFC 5869 §2.3)."""
        return Secret(_expand(suite.hash_name, key.reveal(), info, length))

    def aead_seal(
        self, suite: CipherSuite, key: Secret, nonce: bytes, aad: bytes, plaintext: bytes
    ) -> bytes:
        """Encrypt, and append the tag."""
        return _cipher(suite, key).encrypt(nonce, plaintext, aad)

    def aead_open(
        self, suite: CipherSuite, key: Secret, nonce: bytes, aad: bytes, ciphertext: bytes
    ) -> bytes:
        """Decrypt.

        Raises:
            CryptoError: The ciphertext was not made with this key, nonce and aad.
        """
        try:
            return _cipher(suite, key).decrypt(nonce, ciphertext, aad)
        except InvalidTag:
            raise CryptoError(detail="a ciphertext does not open") from None

    def hpke_key_pair(self, suite: CipherSuite) -> KeyPair:
        """Make a fresh HPKE key pair."""
        return _KEY_PAIRS[suite.kem](os.urandom(32))

    def hpke_derive_key_pair(self, suite: CipherSuite, key_material: Secret) -> KeyPair:
        """DeriveKeyPair (RFC 9180 §4, §7.1.3; X-Wing draft §5.6)."""
        if suite.kem is Kem.X_WING:
            return _x_wing_key_pair(hashlib.shake_256(key_material.reveal()).digest(32))
        return _x25519_key_pair(_x25519_derive(key_material.reveal()))

    def hpke_check_public_key(self, suite: CipherSuite, public_key: bytes) -> None:
        """Check that a public key is one that can be encrypted to.

        Raises:
            CryptoError: It has another length, is no ML-KEM key, or is a point of low order,
                which contributes nothing to a shared secret (RFC 7748 §6.1).
        """
        _expect(len(public_key), suite.kem_public_key_length, "HPKE public key")
        if suite.kem is Kem.X_WING:
            try:
                mlkem.MLKEM768PublicKey.from_public_bytes(public_key[:_ML_KEM_PUBLIC])
            except ValueError:
                raise CryptoError(detail="an ML-KEM public key is not one") from None
        if (int.from_bytes(public_key[-32:], "little") & _CURVE_BITS) in _LOW_ORDER:
            raise CryptoError(detail="an X25519 public key is of low order")

    def hpke_seal(
        self, suite: CipherSuite, public_key: bytes, info: bytes, plaintext: bytes
    ) -> tuple[bytes, bytes]:
        """SealBase with an empty aad: the KEM output and the ciphertext.

        Raises:
            CryptoError: The public key is not one.
        """
        _expect(len(public_key), suite.kem_public_key_length, "HPKE public key")
        try:
            key = _public_key(suite, public_key)
            sealed = _hpke_suite(suite).encrypt(plaintext, key, info)
        except ValueError:
            raise CryptoError(detail="an HPKE public key is not one") from None
        return sealed[: suite.kem_output_length], sealed[suite.kem_output_length :]

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
        _expect(len(kem_output), suite.kem_output_length, "KEM output")
        try:
            key = _private_key(suite, private_key.reveal())
            return Secret(_hpke_suite(suite).decrypt(kem_output + ciphertext, key, info))
        except (InvalidTag, ValueError):
            raise CryptoError(detail="an HPKE ciphertext does not open") from None

    def hpke_export_to(
        self, suite: CipherSuite, public_key: bytes, info: bytes, context: bytes, length: int
    ) -> tuple[bytes, Secret]:
        """SendExportBase (RFC 9180 §6.2): the KEM output and the exported secret.

        Raises:
            CryptoError: The public key is not one.
        """
        _expect(len(public_key), suite.kem_public_key_length, "HPKE public key")
        try:
            shared, kem_output = _ENCAPSULATE[suite.kem](public_key)
        except (SodiumError, ValueError, RuntimeError):
            raise CryptoError(detail="an HPKE public key is not one") from None
        return kem_output, _export(suite, shared, info, context, length)

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
        _expect(len(kem_output), suite.kem_output_length, "KEM output")
        try:
            shared = _DECAPSULATE[suite.kem](private_key.reveal(), kem_output)
        except (SodiumError, ValueError, RuntimeError):
            raise CryptoError(detail="a KEM output is not one") from None
        return _export(suite, shared, info, context, length)

    def signature_key_pair(self, suite: CipherSuite) -> KeyPair:
        """Make a fresh Ed25519 key pair; the private key is the seed (RFC 8032 §5.1.5)."""
        seed = Secret(os.urandom(sodium.crypto_sign_SEEDBYTES))
        return KeyPair(seed, self.signature_public_key(suite, seed))

    def signature_public_key(self, suite: CipherSuite, private_key: Secret) -> bytes:
        """Return the public half of a signature key.

        Raises:
            UsageError: The key is not one.
        """
        del suite  # all of them sign with Ed25519
        return _signature_keys(private_key.reveal())[0]

    def sign(self, suite: CipherSuite, private_key: Secret, message: bytes) -> bytes:
        """Sign.

        Raises:
            UsageError: The key is not one.
        """
        key = private_key.expanded(_signing_key)
        return sodium.crypto_sign(message, key)[: suite.signature_length]

    def verify(
        self, suite: CipherSuite, public_key: bytes, message: bytes, signature: bytes
    ) -> None:
        """Check a signature.

        Raises:
            CryptoError: It is not the key's signature of the message.
        """
        _expect(len(public_key), suite.signature_public_key_length, "signature key")
        _expect(len(signature), suite.signature_length, "signature")
        try:
            sodium.crypto_sign_open(signature + message, public_key)
        except SodiumError:
            raise CryptoError(detail="a signature does not verify") from None


def _cipher(suite: CipherSuite, key: Secret) -> AESGCM | ChaCha20Poly1305:
    kind = ChaCha20Poly1305 if suite.aead is Aead.CHACHA20_POLY1305 else AESGCM
    return kind(key.reveal())


def _signing_key(seed: bytes) -> bytes:
    return _signature_keys(seed)[1]


def _signature_keys(seed: bytes) -> tuple[bytes, bytes]:
    """Return public and signing key of a seed (RFC 8032 §5.1.5)."""
    if len(seed) != sodium.crypto_sign_SEEDBYTES:
        raise UsageError(f"a signature key of {len(seed)} bytes")
    return sodium.crypto_sign_seed_keypair(seed)


def _expect(length: int, expected: int, name: str) -> None:
    if length != expected:
        raise CryptoError(detail=f"a {name} has {expected} bytes, not {length}")


def _extract(hash_name: str, salt: bytes, key_material: bytes) -> bytes:
    return hmac.digest(salt, key_material, hash_name)


def _expand(hash_name: str, key: bytes, info: bytes, length: int) -> bytes:
    block = hmac.digest(key, info + b"\x01", hash_name)
    output = block
    counter = 1
    while len(output) < length:
        counter += 1
        if counter > 255:
            raise UsageError(f"HKDF cannot expand to {length} bytes")
        block = hmac.digest(key, block + info + bytes([counter]), hash_name)
        output += block
    return output[:length]


@lru_cache(maxsize=8)
def _hpke_suite(suite: CipherSuite) -> hpke.Suite:
    return hpke.Suite(_HPKE_KEM[suite.kem], _HPKE_KDF[suite.kdf], _HPKE_AEAD[suite.aead])


def _labeled_extract(
    hash_name: str, suite_id: bytes, salt: bytes, label: bytes, material: bytes
) -> bytes:
    """LabeledExtract (RFC 9180 §4)."""
    return _extract(hash_name, salt, b"HPKE-v1" + suite_id + label + material)


def _labeled_expand(  # the arguments are RFC 9180's own
    hash_name: str, suite_id: bytes, key: bytes, label: bytes, info: bytes, length: int
) -> bytes:
    """LabeledExpand (RFC 9180 §4)."""
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite_id + label + info
    return _expand(hash_name, key, labeled, length)


def _export(suite: CipherSuite, shared: bytes, info: bytes, context: bytes, length: int) -> Secret:
    """KeySchedule in base mode, as far as the exporter secret, and Export (RFC 9180 §5.1, §5.3)."""
    ids = (suite.kem.value, suite.kdf.value, suite.aead.value)
    suite_id = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in ids)
    name = suite.hash_name
    psk_id_hash = _labeled_extract(name, suite_id, _NO_SALT, b"psk_id_hash", b"")
    info_hash = _labeled_extract(name, suite_id, _NO_SALT, b"info_hash", info)
    schedule_context = b"\x00" + psk_id_hash + info_hash
    secret = _labeled_extract(name, suite_id, shared, b"secret", b"")
    exporter = _labeled_expand(name, suite_id, secret, b"exp", schedule_context, suite.hash_length)
    return Secret(_labeled_expand(name, suite_id, exporter, b"sec", context, length))


def _x25519_key_pair(private_key: bytes) -> KeyPair:
    return KeyPair(Secret(private_key), sodium.crypto_scalarmult_base(private_key))


def _x25519_derive(key_material: bytes) -> bytes:
    """DeriveKeyPair of DHKEM(X25519, HKDF-SHA256) (RFC 9180 §7.1.3)."""
    key = _labeled_extract("sha256", _X25519_KEM_ID, _NO_SALT, b"dkp_prk", key_material)
    return _labeled_expand("sha256", _X25519_KEM_ID, key, b"sk", b"", 32)


def _x25519_encapsulate(public_key: bytes) -> tuple[bytes, bytes]:
    ephemeral = os.urandom(32)
    kem_output = sodium.crypto_scalarmult_base(ephemeral)
    return _x25519_shared(ephemeral, public_key, kem_output + public_key), kem_output


def _x25519_decapsulate(private_key: bytes, kem_output: bytes) -> bytes:
    own = sodium.crypto_scalarmult_base(private_key)
    return _x25519_shared(private_key, kem_output, kem_output + own)


def _x25519_shared(private_key: bytes, public_key: bytes, context: bytes) -> bytes:
    """ExtractAndExpand of DHKEM(X25519, HKDF-SHA256) (RFC 9180 §4.1)."""
    shared = sodium.crypto_scalarmult(private_key, public_key)
    key = _labeled_extract("sha256", _X25519_KEM_ID, _NO_SALT, b"eae_prk", shared)
    return _labeled_expand("sha256", _X25519_KEM_ID, key, b"shared_secret", context, 32)


def _x_wing_halves(seed: bytes) -> tuple[mlkem.MLKEM768PrivateKey, bytes]:
    expanded = hashlib.shake_256(seed).digest(96)
    return mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), expanded[64:]


def _x_wing_key_pair(seed: bytes) -> KeyPair:
    lattice, curve = _x_wing_halves(seed)
    public_key = lattice.public_key().public_bytes_raw() + sodium.crypto_scalarmult_base(curve)
    return KeyPair(Secret(seed), public_key)


def _x_wing_encapsulate(public_key: bytes) -> tuple[bytes, bytes]:
    lattice = mlkem.MLKEM768PublicKey.from_public_bytes(public_key[:_ML_KEM_PUBLIC])
    curve = public_key[_ML_KEM_PUBLIC:]
    ephemeral = os.urandom(32)
    lattice_shared, lattice_output = lattice.encapsulate()
    curve_output = sodium.crypto_scalarmult_base(ephemeral)
    curve_shared = sodium.crypto_scalarmult(ephemeral, curve)
    shared = _x_wing_combine(lattice_shared, curve_shared, curve_output, curve)
    return shared, lattice_output + curve_output


def _x_wing_decapsulate(seed: bytes, kem_output: bytes) -> bytes:
    lattice, curve = _x_wing_halves(seed)
    curve_output = kem_output[_ML_KEM_OUTPUT:]
    return _x_wing_combine(
        lattice.decapsulate(kem_output[:_ML_KEM_OUTPUT]),
        sodium.crypto_scalarmult(curve, curve_output),
        curve_output,
        sodium.crypto_scalarmult_base(curve),
    )


def _x_wing_combine(
    lattice_shared: bytes, curve_shared: bytes, curve_output: bytes, curve_public: bytes
) -> bytes:
    """Combiner of X-Wing (draft-connolly-cfrg-xwing-kem §5.3)."""
    parts = lattice_shared + curve_shared + curve_output + curve_public + _X_WING_LABEL
    return hashlib.sha3_256(parts).digest()


def _public_key(
    suite: CipherSuite, public_key: bytes
) -> x25519.X25519PublicKey | hpke.MLKEM768X25519PublicKey:
    if suite.kem is Kem.X_WING:
        return _x_wing_public(public_key)
    return x25519.X25519PublicKey.from_public_bytes(public_key)


def _private_key(
    suite: CipherSuite, private_key: bytes
) -> x25519.X25519PrivateKey | hpke.MLKEM768X25519PrivateKey:
    if suite.kem is Kem.X_WING:
        return _x_wing_private(private_key)
    return x25519.X25519PrivateKey.from_private_bytes(private_key)


def _x_wing_public(public_key: bytes) -> hpke.MLKEM768X25519PublicKey:
    return hpke.MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(public_key[:_ML_KEM_PUBLIC]),
        x25519.X25519PublicKey.from_public_bytes(public_key[_ML_KEM_PUBLIC:]),
    )


def _x_wing_private(seed: bytes) -> hpke.MLKEM768X25519PrivateKey:
    lattice, curve = _x_wing_halves(seed)
    return hpke.MLKEM768X25519PrivateKey(lattice, x25519.X25519PrivateKey.from_private_bytes(curve))


_KEY_PAIRS: Final = {Kem.X25519: _x25519_key_pair, Kem.X_WING: _x_wing_key_pair}
_ENCAPSULATE: Final = {Kem.X25519: _x25519_encapsulate, Kem.X_WING: _x_wing_encapsulate}
_DECAPSULATE: Final = {Kem.X25519: _x25519_decapsulate, Kem.X_WING: _x_wing_decapsulate}
