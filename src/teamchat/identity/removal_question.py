"""A device asks whether it was removed, and shows that it is that device (docs/spec/wiping.md).

Its session is refused, so its key is all that it has. The text holds a time, so that what was
asked once is not asked for ever by whoever has heard it.
"""

from typing import Final

from teamchat import cbor
from teamchat.identity import keys
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey
from teamchat.ids import DeviceId, identifier_bytes

VERSION: Final = 1
CONTEXT: Final = b"teamchat removal question\x00"
"""Stands before what is signed, so that the signature means nothing anywhere else."""
SECONDS: Final = 86_400
"""How far the clocks of device and server may be apart."""


def sign(key: DeviceKey, *, device: DeviceId, time: int) -> bytes:
    """Return the signature with which a device asks.

    Args:
        key: The key of the device.
        device: The device.
        time: Now, in seconds since 1970.

    Raises:
        IdentityError: The device or the time is none.
    """
    return key.sign(_text(device, time))


def verify(device_key: bytes, signature: bytes, *, device: DeviceId, time: int, now: int) -> None:
    """Check that a device asks, and lately.

    Args:
        device_key: The public key of the device, as it was registered.
        signature: What came with the question.
        device: The device.
        time: When it asked, as it says.
        now: In seconds since 1970.

    Raises:
        IdentityError: It is not by this key, for another device, or of another time.
    """
    if abs(now - time) > SECONDS:
        raise IdentityError("asked at another time")
    keys.verify(device_key, _text(device, time), signature)


def _text(device: DeviceId, time: int) -> bytes:
    try:
        return CONTEXT + cbor.encode((VERSION, identifier_bytes(device), time))
    except ValueError as error:
        raise IdentityError("not an identifier of a device and a time") from error
