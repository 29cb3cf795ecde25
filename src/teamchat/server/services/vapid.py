"""How the server says to a push service who it is: VAPID (RFC 8292), signed with ES256.

A token is for one push service and for some hours; it names a contact of the operator. Of whom
is called, or why, it says nothing.
"""

import base64
from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SECONDS: Final = 12 * 3_600
"""How long a token holds; a push service takes at most 24 hours (RFC 8292, section 2)."""
RENEW_SECONDS: Final = 3_600
"""How long before its end it is made anew."""
_HALF: Final = 32
_HEADER: Final = b'{"typ":"JWT","alg":"ES256"}'


class _Claims(msgspec.Struct, frozen=True):
    aud: str
    exp: int
    sub: str


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    expires: int


class Vapid:
    """The key of a server, and the tokens that are made with it.

    Args:
        secret: A private P-256 key as a number of 32 bytes, big-endian.
        contact: Whom a push service may ask, `mailto:` or `https:`.
    """

    def __init__(self, secret: bytes, *, contact: str) -> None:
        self._key = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
        self._contact = contact
        self._tokens: dict[str, _Token] = {}
        self.public: Final = self._key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def __repr__(self) -> str:
        return "Vapid()"

    def authorization(self, origin: str, *, now: int) -> str:
        """Return the header for a call to a push service (RFC 8292, section 3).

        Args:
            origin: Scheme, host, and port if it is another than the usual one.
            now: Seconds since 1970.
        """
        token = self._tokens.get(origin)
        if (
            token is None
            or not now < token.expires - RENEW_SECONDS
            or token.expires > now + SECONDS
        ):
            token = self._tokens[origin] = self._made(origin, now + SECONDS)
        return f"vapid t={token.text}, k={_base64(self.public)}"

    def _made(self, origin: str, expires: int) -> _Token:
        claims = msgspec.json.encode(_Claims(origin, expires, self._contact))
        signed = f"{_base64(_HEADER)}.{_base64(claims)}"
        der = self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        halves = (each.to_bytes(_HALF, "big") for each in decode_dss_signature(der))
        return _Token(f"{signed}.{_base64(b''.join(halves))}", expires)


def new_secret() -> bytes:
    """Return the secret of a fresh key."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_numbers().private_value.to_bytes(_HALF, "big")


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
