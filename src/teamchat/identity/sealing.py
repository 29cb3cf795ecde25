"""Authenticated encryption of secrets: XChaCha20-Poly1305, behind a version byte.

The nonce is handed in: 24 random bytes, so many that choosing them at random never repeats.
"""

from typing import Final

from nacl import bindings
from nacl.exceptions import CryptoError

from teamchat.identity.errors import IdentityError

VERSION: Final = 1
KEY_BYTES: Final = 32
NONCE_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
OVERHEAD: Final = 1 + NONCE_BYTES + bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
"""How many bytes a sealed value is longer than what is inside."""


def seal(key: bytes, plaintext: bytes, associated_data: bytes, nonce: bytes) -> bytes:
    """Return version, nonce and ciphertext.

    Raises:
        IdentityError: Key or nonce have the wrong length.
    """
    if len(key) != KEY_BYTES or len(nonce) != NONCE_BYTES:
        raise IdentityError("a key or nonce has the wrong length")
    sealed: bytes = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext, associated_data, nonce, key
    )
    return bytes([VERSION]) + nonce + sealed


def unseal(key: bytes, sealed: bytes, associated_data: bytes) -> bytes:
    """Return what `seal` was given.

    Raises:
        IdentityError: Another key or associated data, or the bytes were changed.
    """
    if len(key) != KEY_BYTES:
        raise IdentityError("a key has the wrong length")
    if len(sealed) < OVERHEAD:
        raise IdentityError("sealed bytes are cut off")
    if sealed[0] != VERSION:
        raise IdentityError(f"sealed bytes of version {sealed[0]} are not known")
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return bytes(
            bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
                ciphertext, associated_data, nonce, key
            )
        )
    except CryptoError as error:
        raise IdentityError("the key does not open these sealed bytes") from error
