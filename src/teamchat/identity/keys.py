"""Identity and device keys: Ed25519 made from seeds that are handed in; secrets never print.

The two are types of their own, so that one cannot be used where the other is meant.
"""

import hmac
from typing import Final, NoReturn, Self

from nacl import bindings
from nacl.exceptions import CryptoError

from teamchat.identity.errors import IdentityError

SEED_BYTES: Final = 32
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


class SigningKey:
    """An Ed25519 key (RFC 8032) that signs.

    Args:
        seed: 32 random bytes; the whole key follows from them.

    Raises:
        IdentityError: There are not 32 bytes.
    """

    __slots__ = ("_secret", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise IdentityError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        public, secret = bindings.crypto_sign_seed_keypair(seed)
        self.public: Final = bytes(public)
        self._secret: Final = bytes(secret)

    @property
    def seed(self) -> bytes:
        """The secret itself, to be sealed or to be handed to MLS; never to be shown."""
        return self._secret[:SEED_BYTES]

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return bytes(bindings.crypto_sign(message, self._secret)[:SIGNATURE_BYTES])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(public={self.public.hex()[:16]}…)"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash(self.public)

    def __copy__(self) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret key is not pickled")


class IdentityKey(SigningKey):
    """The one key of a person; it signs their device certificates and nothing else."""

    __slots__ = ()


class DeviceKey(SigningKey):
    """The key of one device: the signature key of its MLS leaves."""

    __slots__ = ()


def verify(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Check a signature.

    Raises:
        IdentityError: The signature is not by this key over this message.
    """
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        raise IdentityError("a key or signature has the wrong length")
    try:
        bindings.crypto_sign_open(signature + message, public_key)
    except (CryptoError, ValueError) as error:
        raise IdentityError("the signature is wrong") from error
