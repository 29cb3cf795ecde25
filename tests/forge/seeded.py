"""A CryptoProvider whose randomness follows from a seed, so that a corpus is made twice alike.

Encapsulation is written out here because no library takes its randomness from outside; what
comes out is opened by the product's own provider.
"""

import hashlib
from typing import Final

from nacl import bindings as sodium
from nacl.exceptions import CryptoError as SodiumError

from teamchat.mls.crypto import CipherSuite, KeyPair, Secret
from teamchat.mls.crypto import default as real
from teamchat.mls.crypto.suites import Kem
from tests.forge import ml_kem

_ML_KEM_PUBLIC: Final = 1184


class SeededCrypto(real.DefaultCrypto):
    """The product's provider, except for where randomness comes from."""

    __slots__ = ("_drawn", "_seed")

    def __init__(self, seed: str) -> None:
        self._seed = b"teamchat mls-invalid 1 " + seed.encode()
        self._drawn = 0

    def random(self, length: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(self._seed + self._drawn.to_bytes(8, "big")).digest(length)

    def hpke_key_pair(self, suite: CipherSuite) -> KeyPair:
        return real._KEY_PAIRS[suite.kem](self.random(32))

    def signature_key_pair(self, suite: CipherSuite) -> KeyPair:
        seed = Secret(self.random(32))
        return KeyPair(seed, self.signature_public_key(suite, seed))

    def hpke_seal(
        self, suite: CipherSuite, public_key: bytes, info: bytes, plaintext: bytes
    ) -> tuple[bytes, bytes]:
        shared, kem_output = self._encapsulate(suite, public_key)
        key, nonce = _schedule(suite, shared, info)
        return kem_output, self.aead_seal(suite, Secret(key), nonce, b"", plaintext)

    def hpke_export_to(
        self, suite: CipherSuite, public_key: bytes, info: bytes, context: bytes, length: int
    ) -> tuple[bytes, Secret]:
        shared, kem_output = self._encapsulate(suite, public_key)
        return kem_output, real._export(suite, shared, info, context, length)

    def _encapsulate(self, suite: CipherSuite, public_key: bytes) -> tuple[bytes, bytes]:
        ephemeral = self.random(32)
        output = sodium.crypto_scalarmult_base(ephemeral)
        if suite.kem is Kem.X25519:
            try:
                return real._x25519_shared(ephemeral, public_key, output + public_key), output
            except (SodiumError, RuntimeError, TypeError, ValueError):
                return bytes(32), output  # a key that is none opens nothing either
        lattice, curve = public_key[:_ML_KEM_PUBLIC], public_key[_ML_KEM_PUBLIC:]
        lattice_shared, lattice_output = ml_kem.encapsulate(lattice, self.random(32))
        curve_shared = sodium.crypto_scalarmult(ephemeral, curve)
        shared = real._x_wing_combine(lattice_shared, curve_shared, output, curve)
        return shared, lattice_output + output


def _schedule(suite: CipherSuite, shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """KeySchedule in base mode: key and base_nonce (RFC 9180 §5.1)."""
    ids = (suite.kem.value, suite.kdf.value, suite.aead.value)
    suite_id = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in ids)
    name = suite.hash_name
    psk_id_hash = real._labeled_extract(name, suite_id, b"", b"psk_id_hash", b"")
    info_hash = real._labeled_extract(name, suite_id, b"", b"info_hash", info)
    context = b"\x00" + psk_id_hash + info_hash
    secret = real._labeled_extract(name, suite_id, shared, b"secret", b"")

    def expanded(label: bytes, length: int) -> bytes:
        return real._labeled_expand(name, suite_id, secret, label, context, length)

    return expanded(b"key", suite.aead_key_length), expanded(b"base_nonce", suite.aead_nonce_length)


class Again(SeededCrypto):
    """One that has lost its state: the path secret of its first commit is always the same.

    A path takes a key pair for the leaf first and the path secret second.
    """

    __slots__ = ()

    def random(self, length: int) -> bytes:
        drawn = super().random(length)
        return bytes(range(length)) if self._drawn == 2 else drawn
