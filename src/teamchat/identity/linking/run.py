"""What holds for both sides of a linking: its time, its order, and what ends it.

Each side is a value that every step replaces by the next. Whatever is wrong ends the linking with
a `LinkingError`: the caller drops what it holds, sends `ending`, and asks for a new code. A value
is used for one step only and never stored: whoever took two answers with the same `Offered`
would let the server guess twice.
"""

from dataclasses import dataclass
from typing import Final, TypeVar

from teamchat.identity import certificate
from teamchat.identity.certificate import DeviceCertificate, VouchedCertificate
from teamchat.identity.errors import Fault, IdentityError, LinkingError
from teamchat.identity.linking.messages import (
    Answered,
    Committed,
    Confirmed,
    Ended,
    HandedOver,
    Handover,
    Revealed,
    decode,
    encode,
)
from teamchat.ids import DeviceId

Expected = TypeVar("Expected", Committed, Answered, Revealed, Confirmed, HandedOver)
RUN_SECONDS: Final = 600
"""How long a linking may take from the moment when both devices have met."""
CONFIRMATION: Final = b"teamchat linking confirmation\x00"
"""Stands before what the new device signs, so that the signature means nothing anywhere else."""


@dataclass(frozen=True, slots=True)
class Time:
    """From when until when something holds, in seconds of any clock; `until` is too late."""

    since: int
    until: int

    def check(self, now: int) -> None:
        """Check that it holds now.

        Raises:
            LinkingError: EXPIRED.
        """
        if not self.since <= now < self.until:
            raise LinkingError(Fault.EXPIRED, "the time is over, or the clock was set back")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """The device that is to be linked; both sides have confirmed that it is this one.

    Attributes:
        device: Its identifier.
        device_key: Its public key, which it has proved to hold.
        name: What it calls itself.
    """

    device: DeviceId
    device_key: bytes
    name: str


def ending(fault: Fault) -> bytes:
    """Return the message that breaks off, at any time, by either side.

    Args:
        fault: DIFFERENT if somebody said so; anything else is told as CANCELLED.
    """
    return encode(Ended(fault))


def expected(kind: type[Expected], message: bytes, time: Time, now: int) -> Expected:
    """Read a message of the one kind that may come now.

    Raises:
        LinkingError: It is late, none, another one, or the end.
    """
    time.check(now)
    found = decode(message)
    if isinstance(found, Ended):
        raise LinkingError(found.fault, "the other side has ended it")
    if not isinstance(found, kind):
        raise LinkingError(Fault.DISTURBED, "another message than the one to come next")
    return found


def proven(handover: Handover, newcomer: Newcomer) -> DeviceCertificate:
    """Check that a certificate is the newcomer's, by the device and person that are named.

    Raises:
        LinkingError: FORGED, it is not.
    """
    found = None
    try:
        read = certificate.read_any(handover.certificate)
        if isinstance(read, VouchedCertificate):
            found = read.vouched_by(handover.by_key, identity_key=handover.identity_key)
    except IdentityError as error:
        raise LinkingError(Fault.FORGED, "the certificate is wrong") from error
    wanted = (handover.user, newcomer.device, newcomer.device_key)
    if found is None or (found.user_id, found.device_id, found.device_key) != wanted:
        raise LinkingError(Fault.FORGED, "no certificate for this device by another one")
    return found
