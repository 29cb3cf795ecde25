"""The key of a custodian, as one of their devices has signed it (docs/spec/custodians.md)."""

from dataclasses import dataclass
from typing import Final

from teamchat import cbor
from teamchat.identity import keys
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey
from teamchat.ids import DeviceId, UserId, identifier_bytes

VERSION: Final = 1
PUBLIC_KEY_BYTES: Final = 1216
"""Of X-Wing."""
_KEY: Final = b"teamchat custody key\x00"
"""Stands before what is signed, so that the signature means nothing anywhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyKey:
    """What a custodian has published to be sealed to; nothing is proven before `check`.

    Attributes:
        user: The custodian.
        which: The set that it is for, an identifier.
        public_key: The X-Wing key.
        by: Which of the custodian's devices has signed.
        signature: By the key of `by`.
    """

    user: UserId
    which: str
    public_key: bytes
    by: DeviceId
    signature: bytes

    def check(self, device_key: bytes) -> None:
        """Check that a device has signed it.

        Args:
            device_key: That of the device `by`, from the key directory.

        Raises:
            IdentityError: It has not.
        """
        text = _signed(self.user, self.which, self.public_key, self.by)
        keys.verify(device_key, text, self.signature)


def publish(
    key: DeviceKey, *, user: UserId, which: str, public_key: bytes, by: DeviceId
) -> CustodyKey:
    """Return a custody key as its custodian publishes it.

    Raises:
        IdentityError: An identifier is none, or the key has another length.
    """
    signature = key.sign(_signed(user, which, public_key, by))
    return CustodyKey(user=user, which=which, public_key=public_key, by=by, signature=signature)


def named(*identifiers: str) -> list[bytes]:
    """Return the bytes of identifiers.

    Raises:
        IdentityError: One is none.
    """
    try:
        return [identifier_bytes(each) for each in identifiers]
    except ValueError as error:
        raise IdentityError("not an identifier") from error


def _signed(user: UserId, which: str, public_key: bytes, by: DeviceId) -> bytes:
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise IdentityError(f"a custody key has {PUBLIC_KEY_BYTES} bytes")
    person, called, device = named(user, which, by)
    return _KEY + cbor.encode((VERSION, person, called, public_key, device))
