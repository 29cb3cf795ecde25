"""The session proof: a device says that a fresh session is its own (docs/spec/session-proof.md).

A person who logs in again on a device that is registered already shows with it that the key of
the device is here. The text holds the hash of the session's token, so that a proof is worth
nothing for any other session.
"""

import hashlib
from typing import Final

from teamchat import cbor
from teamchat.identity import keys
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey
from teamchat.ids import DeviceId, UserId, identifier_bytes

VERSION: Final = 1
CONTEXT: Final = b"teamchat session proof\x00"
"""Stands before what is signed. No text that MLS signs begins so: those begin with the length
of a label (RFC 9420 §5.1.2), which is shorter than the letter t would say."""
HASH_BYTES: Final = 32


def sign(key: DeviceKey, *, user: UserId, device: DeviceId, token: str) -> bytes:
    """Return the signature that binds the session of `token` to a device.

    Raises:
        IdentityError: A part is not what it must be.
    """
    hashed = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
    return key.sign(_text(user, device, hashed))


def verify(
    device_key: bytes, signature: bytes, *, user: UserId, device: DeviceId, token_hash: bytes
) -> None:
    """Check a proof.

    Args:
        device_key: The public key of the device, as it was registered.
        signature: The proof.
        user: Whose session and device it is.
        device: The device.
        token_hash: The SHA-256 of the session's token.

    Raises:
        IdentityError: It is not by this key, or is for another session, device or person.
    """
    keys.verify(device_key, _text(user, device, token_hash), signature)


def _text(user: UserId, device: DeviceId, token_hash: bytes) -> bytes:
    if len(token_hash) != HASH_BYTES:
        raise IdentityError(f"a token's hash has {HASH_BYTES} bytes")
    try:
        ids = identifier_bytes(user), identifier_bytes(device)
    except ValueError as error:
        raise IdentityError("not an identifier of a person and a device") from error
    return CONTEXT + cbor.encode((VERSION, *ids, token_hash))
