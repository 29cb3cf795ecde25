"""The device certificate: who says that a device is a person's (docs/spec/certificate.md).

These bytes are what an MLS basic credential carries. Version 1 is signed by the person's
identity key, which it names: it proves itself, and `read` takes no other. Version 2 is signed by
another device of the person, whose key it does not name: it proves nothing before somebody who
knows that key says so (`VouchedCertificate.vouched_by`). There is one encoding of a certificate;
every other one is refused.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from teamchat import cbor
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import (
    PUBLIC_KEY_BYTES,
    SIGNATURE_BYTES,
    DeviceKey,
    IdentityKey,
    verify,
)
from teamchat.ids import BYTES, DeviceId, UserId, identifier, identifier_bytes

VERSION: Final = 1
VOUCHED_VERSION: Final = 2
CONTEXT: Final = b"teamchat device certificate\x00"
"""Stands before what is signed, so that the signature means nothing anywhere else."""
VOUCHING: Final = b"teamchat device vouching\x00"
"""Stands before what a device signs. No text that MLS signs begins so (`session_proof.CONTEXT`)."""
MAX_BYTES: Final = 512
_LIMITS: Final = cbor.Limits(size=MAX_BYTES, depth=1, items=16)
_MAX_TIME: Final = 2**53


@dataclass(frozen=True, slots=True)
class DeviceCertificate:
    """A device and whose it is; `created` is in seconds since 1970.

    Whoever holds one holds a proven one: `read` and `VouchedCertificate.vouched_by` are the only
    ways from bytes. `by` is the device that vouched; None if the identity key itself signed.
    """

    user_id: UserId
    device_id: DeviceId
    identity_key: bytes
    device_key: bytes
    created: int
    signature: bytes
    by: DeviceId | None = None


class VouchedCertificate:
    """A certificate of version 2, of which nothing is proven yet.

    It tells only what it takes to look for the proof. What it claims of keys comes out as a
    `DeviceCertificate`, and only if the device `by` has signed it: there is no other way to
    read them, so that nobody takes the claim for the fact.

    Attributes:
        user_id: Whose device it claims to be.
        device_id: Which device it claims to be of.
        by: Which device of that person vouches.
    """

    __slots__ = ("_claim", "by", "device_id", "user_id")

    def __init__(self, claim: DeviceCertificate, by: DeviceId) -> None:
        self.user_id: Final = claim.user_id
        self.device_id: Final = claim.device_id
        self.by: Final = by
        self._claim: Final = claim

    def vouched_by(self, device_key: bytes, *, identity_key: bytes) -> DeviceCertificate:
        """Return what is proven now.

        Args:
            device_key: The public key of the device `by`, from where it was proven to be a device
                of `user_id`: the key directory, or the server's register of devices.
            identity_key: The identity key that counts for `user_id` there.

        Raises:
            IdentityError: That device has not signed it, or it is for another identity key.
        """
        claim = self._claim
        if claim.identity_key != identity_key:
            raise IdentityError("vouched for under another identity key than the person's")
        if claim.device_key == device_key:
            raise IdentityError("no device vouches for itself")
        verify(device_key, VOUCHING + cbor.encode(_vouched_fields(claim, self.by)), claim.signature)
        return claim

    def names_key(self, device_key: bytes) -> bool:
        """Tell whether the claim is for the holder of this key; that proves nothing of it."""
        return self._claim.device_key == device_key

    def __repr__(self) -> str:
        return f"VouchedCertificate(unproven, device_id={self.device_id!r}, by={self.by!r})"


AnyCertificate: TypeAlias = DeviceCertificate | VouchedCertificate


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
    fields = (VERSION, *_fields(user, device, identity.public, device_key, created))
    return cbor.encode((*fields, identity.sign(CONTEXT + cbor.encode(fields))))


def vouch(
    key: DeviceKey,
    *,
    by: DeviceId,
    user: UserId,
    identity_key: bytes,
    device: DeviceId,
    device_key: bytes,
    created: int,
) -> bytes:
    """Return the certificate with which a device vouches for another one of its person.

    Args:
        key: The key of `by`.
        by: The device that vouches.
        user: Whose devices both are.
        identity_key: The person's public identity key.
        device: The new device.
        device_key: The public key of the new device.
        created: Seconds since 1970.

    Raises:
        IdentityError: A part is not what it must be.
    """
    if device_key == key.public:
        raise IdentityError("no device vouches for itself")
    claim = DeviceCertificate(user, device, identity_key, device_key, created, b"", by)
    fields = _vouched_fields(claim, by)
    return cbor.encode((*fields, key.sign(VOUCHING + cbor.encode(fields))))


def read(data: bytes) -> DeviceCertificate:
    """Read a certificate that proves itself, and check its signature.

    That the identity key is the one known for this person, and the device key the one of the
    leaf, is for the caller to compare.

    Raises:
        IdentityError: It is malformed, its signature is wrong, or it is one of version 2, which
            proves nothing by itself.
    """
    found = read_any(data)
    if isinstance(found, VouchedCertificate):
        raise IdentityError("a certificate by another device proves nothing by itself")
    return found


def read_any(data: bytes) -> AnyCertificate:
    """Read a certificate of either version; one of version 2 is not proven yet.

    Raises:
        IdentityError: It is malformed, or the identity key that it names has not signed it.
    """
    match _decoded(data):
        case (int(version), bytes(user), bytes(device), bytes(identity_key), bytes(device_key),
              int(created), *rest) if version is not True:  # fmt: skip
            pass
        case _:
            raise IdentityError("not a device certificate: other fields")
    if len(user) != BYTES or len(device) != BYTES:
        raise IdentityError("not a device certificate: a field has the wrong length")
    claimed = UserId(identifier(user)), DeviceId(identifier(device)), identity_key, device_key
    match version, rest:
        case 1, (bytes(signature),):
            fields = (VERSION, *_fields(*claimed, created))
            verify(identity_key, CONTEXT + cbor.encode(fields), signature)
            return DeviceCertificate(*claimed, created, signature)
        case 2, (bytes(by), bytes(signature)) if len(by) == BYTES:
            return _unproven(DeviceCertificate(*claimed, created, signature), by)
        case 1 | 2, _:
            raise IdentityError("not a device certificate: other fields")
        case _:
            raise IdentityError(f"a device certificate of version {version} is not known")


def named(data: bytes) -> DeviceId:
    """Return the device that a certificate of either version names; that proves nothing.

    Raises:
        IdentityError: It names none.
    """
    match _decoded(data):
        case (int(), bytes(), bytes(device), *_) if len(device) == BYTES:
            return DeviceId(identifier(device))
        case _:
            raise IdentityError("not a device certificate: other fields")


def named_identity(data: bytes) -> bytes:
    """Return the identity key that a certificate of either version names; that proves nothing.

    Raises:
        IdentityError: It names none.
    """
    match _decoded(data):
        case (int(), bytes(), bytes(), bytes(key), *_) if len(key) == PUBLIC_KEY_BYTES:
            return key
        case _:
            raise IdentityError("not a device certificate: other fields")


def _decoded(data: bytes) -> cbor.Value:
    try:
        return cbor.decode(data, _LIMITS)
    except cbor.CborError as error:
        raise IdentityError(f"not a device certificate: {error}") from error


def _unproven(claim: DeviceCertificate, by: bytes) -> VouchedCertificate:
    if len(claim.signature) != SIGNATURE_BYTES:
        raise IdentityError("not a device certificate: a field has the wrong length")
    voucher = DeviceId(identifier(by))
    _vouched_fields(claim, voucher)
    return VouchedCertificate(replace(claim, by=voucher), voucher)


def _fields(
    user: UserId, device: DeviceId, identity_key: bytes, device_key: bytes, created: int
) -> tuple[cbor.Value, ...]:
    if len(identity_key) != PUBLIC_KEY_BYTES or len(device_key) != PUBLIC_KEY_BYTES:
        raise IdentityError(f"a public key has {PUBLIC_KEY_BYTES} bytes")
    if identity_key == device_key:
        raise IdentityError("a device has a key of its own")
    if isinstance(created, bool) or not 0 <= created < _MAX_TIME:
        raise IdentityError("no such time")
    return (_bytes_of(user), _bytes_of(device), identity_key, device_key, created)


def _vouched_fields(claim: DeviceCertificate, by: DeviceId) -> tuple[cbor.Value, ...]:
    if by == claim.device_id:
        raise IdentityError("no device vouches for itself")
    fields = _fields(
        claim.user_id, claim.device_id, claim.identity_key, claim.device_key, claim.created
    )
    return (VOUCHED_VERSION, *fields, _bytes_of(by))


def _bytes_of(one: UserId | DeviceId) -> bytes:
    try:
        return identifier_bytes(one)
    except ValueError as error:
        raise IdentityError("not an identifier of a person and a device") from error
