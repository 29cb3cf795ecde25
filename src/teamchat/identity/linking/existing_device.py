"""The device that is there: `Entered`, `AwaitsReveal`, `ExistingCompares`, and then `Agreed`."""

import hmac
from dataclasses import dataclass, field, replace
from typing import NoReturn

from teamchat.identity import certificate, keys
from teamchat.identity.errors import Fault, IdentityError, LinkingError
from teamchat.identity.keys import DeviceKey
from teamchat.identity.linking.channel import (
    FROM_EXISTING,
    FROM_NEW,
    Channel,
    EphemeralKey,
    commitment_to,
)
from teamchat.identity.linking.code import LinkingCode
from teamchat.identity.linking.messages import (
    Answered,
    Committed,
    Confirmed,
    HandedOver,
    Handover,
    Revealed,
    encode,
    encode_handover,
)
from teamchat.identity.linking.run import (
    CONFIRMATION,
    RUN_SECONDS,
    Newcomer,
    Time,
    expected,
    proven,
)
from teamchat.identity.sas import ShortAuthenticationString
from teamchat.ids import DeviceId, UserId


def enter(code: LinkingCode, *, ephemeral: bytes, now: int) -> "Entered":
    """Begin on the existing device, with the code that was scanned or typed.

    Args:
        code: From `LinkingCode.read`.
        ephemeral: 32 random bytes.
        now: Seconds.

    Raises:
        IdentityError: There are not 32 bytes.
    """
    return Entered(code, EphemeralKey(ephemeral), Time(now, now + RUN_SECONDS))


@dataclass(frozen=True, slots=True)
class Entered:
    """The existing device has a code and reads the mailbox."""

    _code: LinkingCode
    _ephemeral: EphemeralKey = field(repr=False)
    _time: Time

    @property
    def mailbox(self) -> bytes:
        """Where to look."""
        return self._code.mailbox()

    def receive(self, message: bytes, now: int) -> "AwaitsReveal":
        """Take message 1.

        Raises:
            LinkingError: It ends here.
        """
        commitment = expected(Committed, message, self._time, now).commitment
        if not hmac.compare_digest(self._code.commitment or commitment, commitment):
            raise LinkingError(Fault.FORGED, "not from the device that showed the code")
        answer = encode(Answered(self._ephemeral.public))
        return AwaitsReveal(answer, message, commitment, self._code, self._ephemeral, self._time)


@dataclass(frozen=True, slots=True)
class AwaitsReveal:
    """The existing device has answered.

    Attributes:
        message: To be put into the mailbox: message 2.
    """

    message: bytes = field(repr=False)
    _first: bytes = field(repr=False)
    _commitment: bytes = field(repr=False)
    _code: LinkingCode
    _ephemeral: EphemeralKey = field(repr=False)
    _time: Time

    def receive(self, message: bytes, now: int) -> "ExistingCompares":
        """Take message 3.

        Raises:
            LinkingError: It ends here.
        """
        revealed = expected(Revealed, message, self._time, now)
        if not hmac.compare_digest(commitment_to(message), self._commitment):
            raise LinkingError(Fault.FORGED, "not what the new device had committed itself to")
        shared = self._ephemeral.agree(revealed.public)
        channel = Channel(shared, self._code, (self._first, self.message, message))
        newcomer = Newcomer(revealed.device, revealed.device_key, revealed.name)
        return ExistingCompares(channel, newcomer, self._time)


@dataclass(frozen=True, slots=True)
class ExistingCompares:
    """The existing device shows what is to be compared; it hears of the other side, too."""

    _channel: Channel = field(repr=False)
    _newcomer: Newcomer
    _time: Time
    _here: bool = False
    _there: bool = False

    @property
    def sas(self) -> ShortAuthenticationString:
        """What is shown."""
        return self._channel.sas

    @property
    def name(self) -> str:
        """What the new device calls itself."""
        return self._newcomer.name

    def confirm(self, now: int) -> "ExistingCompares":
        """Somebody has said here that both devices show the same.

        Raises:
            LinkingError: EXPIRED.
        """
        self._time.check(now)
        return replace(self, _here=True)

    def receive(self, message: bytes, now: int) -> "ExistingCompares":
        """Take message 4: they have said so at the new device.

        Raises:
            LinkingError: It ends here.
        """
        confirmed = expected(Confirmed, message, self._time, now)
        if self._there:
            raise LinkingError(Fault.DISTURBED, "confirmed already")
        signed = self._channel.open(FROM_NEW, confirmed.sealed)
        text = CONFIRMATION + self._channel.transcript
        try:
            keys.verify(self._newcomer.device_key, text, signed)
        except IdentityError as error:
            raise LinkingError(Fault.FORGED, "a device that has not its own key") from error
        return replace(self, _there=True)

    def agreed(self) -> "Agreed | None":
        """Return what follows when both sides have confirmed; None before."""
        both = self._here and self._there
        return Agreed(self._newcomer, self._channel, self._time) if both else None


@dataclass(frozen=True, slots=True)
class Agreed:
    """Both sides have confirmed: only now can the existing device vouch.

    Attributes:
        newcomer: For which device.
    """

    newcomer: Newcomer
    _channel: Channel = field(repr=False)
    _time: Time

    def vouch(
        self, key: DeviceKey, *, by: DeviceId, user: UserId, identity_key: bytes, created: int
    ) -> bytes:
        """Return the certificate of the new device.

        Args:
            key: The key of the existing device.
            by: The existing device.
            user: Whose both are.
            identity_key: The person's public identity key.
            created: Seconds since 1970.

        Raises:
            IdentityError: A part is not what it must be.
        """
        return certificate.vouch(
            key, by=by, user=user, identity_key=identity_key, device=self.newcomer.device,
            device_key=self.newcomer.device_key, created=created,
        )  # fmt: skip

    def hand_over(self, handover: Handover, nonce: bytes, now: int) -> bytes:
        """Return message 5, the last one.

        Args:
            handover: With the certificate from `vouch`.
            nonce: 24 random bytes.
            now: Seconds.

        Raises:
            LinkingError: EXPIRED, or what is handed over is not for this device.
            IdentityError: The nonce has the wrong length.
        """
        self._time.check(now)
        proven(handover, self.newcomer)
        sealed = self._channel.seal(FROM_EXISTING, encode_handover(handover), nonce)
        return encode(HandedOver(sealed))

    def receive(self, message: bytes, now: int) -> NoReturn:
        """Take what still comes: nothing but the end may.

        Raises:
            LinkingError: Always: it ends here.
        """
        expected(Confirmed, message, self._time, now)
        raise LinkingError(Fault.DISTURBED, "confirmed already")
