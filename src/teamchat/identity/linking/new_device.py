"""The new device: `Offered`, `NewCompares`, `Waiting`, and then it has a `Handover`."""

from dataclasses import dataclass, field
from typing import NoReturn

from teamchat.identity.certificate import DeviceCertificate
from teamchat.identity.errors import Fault, LinkingError
from teamchat.identity.keys import DeviceKey
from teamchat.identity.linking.channel import (
    FROM_EXISTING,
    FROM_NEW,
    Channel,
    EphemeralKey,
    commitment_to,
)
from teamchat.identity.linking.code import LinkingCode, Way
from teamchat.identity.linking.messages import (
    Answered,
    Committed,
    Confirmed,
    HandedOver,
    Handover,
    Revealed,
    decode_handover,
    encode,
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
from teamchat.ids import DeviceId


def offer(
    way: Way,
    *,
    secret: bytes,
    ephemeral: bytes,
    device: DeviceId,
    key: DeviceKey,
    name: str,
    now: int,
) -> "Offered":
    """Begin on the new device; its code is shown, its first message goes into the mailbox.

    Args:
        way: How the code gets to the other device.
        secret: `way.secret_bytes` random bytes.
        ephemeral: 32 random bytes.
        device: The new device.
        key: The new device's key.
        name: What it calls itself.
        now: Seconds.

    Raises:
        IdentityError: A part is not what it must be.
    """
    chosen = EphemeralKey(ephemeral)
    revealed = encode(Revealed(chosen.public, device, key.public, name))
    commitment = commitment_to(revealed)
    code = LinkingCode(secret, commitment if way is Way.SCANNED else None)
    newcomer = Newcomer(device, key.public, name)
    time = Time(now, now + way.life_seconds)
    return Offered(code, encode(Committed(commitment)), revealed, chosen, key, newcomer, time)


@dataclass(frozen=True, slots=True)
class Offered:
    """The new device shows its code and waits for an answer.

    Attributes:
        code: To be shown.
        message: To be put into the mailbox first.
    """

    code: LinkingCode
    message: bytes = field(repr=False)
    _revealed: bytes = field(repr=False)
    _ephemeral: EphemeralKey = field(repr=False)
    _key: DeviceKey = field(repr=False)
    _newcomer: Newcomer
    _time: Time

    def receive(self, message: bytes, now: int) -> "NewCompares":
        """Take the answer, message 2. The code is used up.

        Raises:
            LinkingError: It ends here.
        """
        answer = expected(Answered, message, self._time, now)
        shared = self._ephemeral.agree(answer.public)
        channel = Channel(shared, self.code, (self.message, message, self._revealed))
        time = Time(now, now + RUN_SECONDS)
        return NewCompares(self._revealed, channel, self._key, self._newcomer, time)


@dataclass(frozen=True, slots=True)
class NewCompares:
    """The new device shows what is to be compared.

    Attributes:
        message: To be put into the mailbox: message 3.
    """

    message: bytes = field(repr=False)
    _channel: Channel = field(repr=False)
    _key: DeviceKey = field(repr=False)
    _newcomer: Newcomer
    _time: Time

    @property
    def sas(self) -> ShortAuthenticationString:
        """What is shown."""
        return self._channel.sas

    def confirm(self, nonce: bytes, now: int) -> "Waiting":
        """Somebody has said here that both devices show the same.

        Args:
            nonce: 24 random bytes.
            now: Seconds.

        Raises:
            LinkingError: EXPIRED.
            IdentityError: The nonce has the wrong length.
        """
        self._time.check(now)
        signed = self._key.sign(CONFIRMATION + self._channel.transcript)
        sealed = self._channel.seal(FROM_NEW, signed, nonce)
        return Waiting(encode(Confirmed(sealed)), self._channel, self._newcomer, self._time)

    def receive(self, message: bytes, now: int) -> NoReturn:
        """Take what comes before somebody has confirmed here: nothing but the end may.

        Raises:
            LinkingError: Always: it ends here.
        """
        expected(HandedOver, message, self._time, now)
        raise LinkingError(Fault.DISTURBED, "handed over before anybody confirmed")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The new device has confirmed and waits for what it needs.

    Attributes:
        message: To be put into the mailbox: message 4.
    """

    message: bytes = field(repr=False)
    _channel: Channel = field(repr=False)
    _newcomer: Newcomer
    _time: Time

    def receive(self, message: bytes, now: int) -> tuple[Handover, DeviceCertificate]:
        """Take message 5: all that the new device needs, and its certificate as it was proven.

        The certificate is proven by the key that came with it, so by the device whose pictures
        were compared. That this is a device of the person is for the caller to find in the key
        directory, from the pin on.

        Raises:
            LinkingError: It ends here.
        """
        sealed = expected(HandedOver, message, self._time, now).sealed
        handover = decode_handover(self._channel.open(FROM_EXISTING, sealed))
        return handover, proven(handover, self._newcomer)
