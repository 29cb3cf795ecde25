"""The device certificate: a person's identity key says that a device is theirs.

These bytes are what an MLS basic credential carries (docs/spec/certificate.md). There is
one encoding of a certificate; `read` refuses any other, and any whose signature is wrong.
"""

from dataclasses import dataclass
from typing import Final

from teamchat import cbor
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, IdentityKey, verify
from teamchat.ids import BYTES, DeviceId, UserId, identifier, identifier_bytes

VERSION: Final = 1
CONTEXT: Final = b"teamchat device certificate\x00"
"""Stands before what is signed, so that the signature means nothing anywhere else."""
MAX_BYTES: Final = 512
_LIMITS: Final = cbor.Limits(size=MAX_BYTES, depth=1, items=16)
_MAX_TIME: Final = 2**53


@dataclass(frozen=True, slots=True)
class DeviceCertificate:
    """A device and whose it is; `created` is in seconds since 1970.

    Whoever holds one holds a checked one: `read` is the only way from bytes.
    """

    user_id: UserId
    device_id: DeviceId
    identity_key: bytes
    device_key: bytes
    created: int
    signature: bytes


def issue(
    identity: IdentityKey, *, user: UserId, device: DeviceId, device_key: bytes, created: int
) -> bytes:
    """Return the certificate that makes `device_key` a device of `user`.

    Args:
        identity: The person's identity key.
        user: Whose device it is.
        device: The device.
        device_key: The public key of the device.
        created: Seconds since 1970.

    Raises:
        IdentityError: A part is not what it must be.
    """
    fields = _fields(user, device, identity.public, device_key, created)
    return cbor.encode((*fields, identity.sign(_to_be_signed(fields))))


def read(data: bytes) -> DeviceCertificate:
    """Read a certificate and check its signature.

    That the identity key is the one known for this person, and the device key the one of the
    leaf, is for the caller to compare.

    Raises:
        IdentityError: It is malformed, or its signature is wrong.
    """
    try:
        value = cbor.decode(data, _LIMITS)
    except cbor.CborError as error:
        raise IdentityError(f"not a device certificate: {error}") from error
    match value:
        case (int(version), bytes(user), bytes(device), bytes(identity_key), bytes(device_key),
              int(created), bytes(signature)) if version is not True:  # fmt: skip
            pass
        case _:
            raise IdentityError("not a device certificate: other fields")
    if version != VERSION:
        raise IdentityError(f"a device certificate of version {version} is not known")
    if len(user) != BYTES or len(device) != BYTES or len(signature) != SIGNATURE_BYTES:
        raise IdentityError("not a device certificate: a field has the wrong length")
    user_id, device_id = UserId(identifier(user)), DeviceId(identifier(device))
    fields = _fields(user_id, device_id, identity_key, device_key, created)
    verify(identity_key, _to_be_signed(fields), signature)
    return DeviceCertificate(user_id, device_id, identity_key, device_key, created, signature)


def _fields(
    user: UserId, device: DeviceId, identity_key: bytes, device_key: bytes, created: int
) -> tuple[cbor.Value, ...]:
    if len(identity_key) != PUBLIC_KEY_BYTES or len(device_key) != PUBLIC_KEY_BYTES:
        raise IdentityError(f"a public key has {PUBLIC_KEY_BYTES} bytes")
    if identity_key == device_key:
        raise IdentityError("a device has a key of its own")
    if isinstance(created, bool) or not 0 <= created < _MAX_TIME:
        raise IdentityError("no such time")
    try:
        ids = identifier_bytes(user), identifier_bytes(device)
    except ValueError as error:
        raise IdentityError("not an identifier of a person and a device") from error
    return (VERSION, *ids, identity_key, device_key, created)


def _to_be_signed(fields: tuple[cbor.Value, ...]) -> bytes:
    return CONTEXT + cbor.encode(fields)
