"""The messages of linking, byte for byte (docs/spec/linking.md): one encoding each, all bounded.

What stands in them proves nothing here; that is for `linking`.
"""

import unicodedata
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from teamchat import cbor
from teamchat.identity.certificate import MAX_BYTES as CERTIFICATE_BYTES
from teamchat.identity.errors import Fault, LinkingError
from teamchat.identity.keys import PUBLIC_KEY_BYTES, SIGNATURE_BYTES
from teamchat.identity.linking.code import COMMITMENT_BYTES
from teamchat.identity.sealing import OVERHEAD
from teamchat.ids import BYTES, DeviceId, UserId, identifier, identifier_bytes

VERSION: Final = 1
HANDOVER_VERSION: Final = 2
HANDOVER_BYTES: Final = 10_240
"""Of what is handed over, at most."""
MAX_BYTES: Final = HANDOVER_BYTES + OVERHEAD + 16
"""Of any message."""
NAME_CHARACTERS: Final = 200
TEXT_CHARACTERS: Final = 500
CHECKPOINT_CHARACTERS: Final = 3000
GRANT_BYTES: Final = 512
WITNESSES: Final = 16
"""How many witnesses may be required."""
WITNESS_CHARACTERS: Final = 150
"""Of the key of one."""
_SECONDS: Final = range(2**48)
_LIMITS: Final = cbor.Limits(size=MAX_BYTES, depth=2, items=64)
_UNSEEN: Final = {"Cc", "Cf", "Zl", "Zp"}
"""Categories of characters that move a cursor, or that nobody sees."""


@dataclass(frozen=True, slots=True)
class Committed:
    """1: the new device has chosen, and does not say what."""

    commitment: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """2: the ephemeral key of the device that was there before."""

    public: bytes


@dataclass(frozen=True, slots=True)
class Revealed:
    """3: what the new device has chosen: its ephemeral key, and which device it is."""

    public: bytes
    device: DeviceId
    device_key: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """4: at the new device somebody has said that the pictures are the same."""

    sealed: bytes


@dataclass(frozen=True, slots=True)
class HandedOver:
    """5: all that the new device needs, for it alone."""

    sealed: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """6: the other side has broken it off."""

    fault: Fault


Message: TypeAlias = Committed | Answered | Revealed | Confirmed | HandedOver | Ended
_FAULTS: Final = {1: Fault.DIFFERENT, 2: Fault.CANCELLED}


@dataclass(frozen=True, slots=True)
class LogPin:
    """Which key directory, and how much of it the existing device has read.

    Attributes:
        origin: The log's name.
        key: A vkey line.
        checkpoint: A signed note.
    """

    origin: str
    key: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account it is, for people.

    Attributes:
        server: The address.
        user_name: What one logs in with.
        name: The person's.
        organisation: The company's.
    """

    server: str
    user_name: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Which witnesses of the key directory the person requires, so that the new device does too.

    Attributes:
        keys: vkey lines, not yet read.
        quorum: How many of them have to have cosigned; 1 at least.
        maximum_age: How long ago, in seconds.
        since: When enough of them last had, or were first required; in seconds since 1970.
    """

    keys: tuple[str, ...]
    quorum: int
    maximum_age: int
    since: int


@dataclass(frozen=True, slots=True)
class Handover:
    """What the existing device gives the new one; the identity seed is not among it.

    Attributes:
        user: Whose device it is now.
        certificate: Of version 2, for the new device; not yet read.
        by_key: The public key of the device that vouches.
        identity_key: The person's public identity key.
        log: The key directory as the existing device knows it.
        account: Whose account it is.
        grant: What the server gives a session for; opaque.
        witnesses: Which ones the person requires, if any.
    """

    user: UserId
    certificate: bytes
    by_key: bytes
    identity_key: bytes
    log: LogPin
    account: Account
    grant: bytes = field(repr=False)
    witnesses: Witnesses | None = None


def encode(message: Message) -> bytes:
    """Return the bytes of a message.

    Raises:
        LinkingError: DISTURBED, a part is not what it must be.
    """
    data = _encoded((VERSION, *_fields(message)))
    decode(data)
    return data


def _fields(message: Message) -> tuple[cbor.Value, ...]:
    match message:
        case Committed():
            return 1, message.commitment
        case Answered():
            return 2, message.public
        case Revealed():
            device = _raw(message.device)
            return 3, message.public, device, message.device_key, message.name
        case Confirmed():
            return 4, message.sealed
        case HandedOver():
            return 5, message.sealed
        case Ended():
            return 6, 1 if message.fault is Fault.DIFFERENT else 2


def decode(data: bytes) -> Message:
    """Read a message.

    Raises:
        LinkingError: DISTURBED, it is none.
    """
    match _decoded(data):
        case (1, 1, bytes(commitment)) if len(commitment) == COMMITMENT_BYTES:
            return Committed(commitment)
        case (1, 2, bytes(public)) if len(public) == PUBLIC_KEY_BYTES:
            return Answered(public)
        case (1, 3, bytes(public), bytes(device), bytes(device_key), str(name)) if (
            len(public) == len(device_key) == PUBLIC_KEY_BYTES and len(device) == BYTES
        ):
            shown = _line(name, NAME_CHARACTERS)
            return Revealed(public, DeviceId(identifier(device)), device_key, shown)
        case (1, 4, bytes(sealed)) if len(sealed) == SIGNATURE_BYTES + OVERHEAD:
            return Confirmed(sealed)
        case (1, 5, bytes(sealed)) if OVERHEAD < len(sealed) <= HANDOVER_BYTES + OVERHEAD:
            return HandedOver(sealed)
        case (1, 6, int(number)) if number in _FAULTS:
            return Ended(_FAULTS[number])
        case _:
            raise LinkingError(Fault.DISTURBED, "not a message of linking")


def encode_handover(handover: Handover) -> bytes:
    """Return the bytes of what is handed over.

    Raises:
        LinkingError: DISTURBED, a part is not what it must be.
    """
    log, account = handover.log, handover.account
    data = _encoded(
        (
            HANDOVER_VERSION, _raw(handover.user), handover.certificate, handover.by_key,
            handover.identity_key, (log.origin, log.key, log.checkpoint),
            (account.server, account.user_name, account.name, account.organisation),
            handover.grant, _policy(handover.witnesses),
        )
    )  # fmt: skip
    decode_handover(data)
    return data


def decode_handover(data: bytes) -> Handover:
    """Read what was handed over.

    Raises:
        LinkingError: DISTURBED, it is not that.
    """
    match _decoded(data):
        case (2, bytes(user), bytes(certificate), bytes(by_key), bytes(identity_key),
              (str(origin), str(key), str(checkpoint)),
              (str(server), str(user_name), str(name), str(organisation)),
              bytes(grant), tuple(policy)) if (
            len(user) == BYTES and 1 <= len(certificate) <= CERTIFICATE_BYTES
            and len(by_key) == len(identity_key) == PUBLIC_KEY_BYTES
            and 1 <= len(checkpoint) <= CHECKPOINT_CHARACTERS and 1 <= len(grant) <= GRANT_BYTES
        ):  # fmt: skip
            lines = (origin, key, server, user_name, name, organisation)
            origin, key, *known = (_line(each, TEXT_CHARACTERS) for each in lines)
            pin, account = LogPin(origin, key, checkpoint), Account(*known)
            whose, witnesses = UserId(identifier(user)), _witnesses(policy)
            return Handover(
                whose, certificate, by_key, identity_key, pin, account, grant, witnesses
            )
        case _:
            raise LinkingError(Fault.DISTURBED, "not what a new device needs")


def _policy(witnesses: Witnesses | None) -> tuple[cbor.Value, ...]:
    if witnesses is None:
        return ()
    return witnesses.quorum, witnesses.maximum_age, witnesses.since, *witnesses.keys


def _witnesses(policy: tuple[cbor.Value, ...]) -> Witnesses | None:
    """Read which witnesses are required: none, or three numbers and their keys."""
    if not policy:
        return None
    numbers = [each for each in policy[:3] if type(each) is int]  # True is no number here
    keys = [each for each in policy[3:] if isinstance(each, str)]
    if len(numbers) + len(keys) == len(policy) and len(keys) <= WITNESSES:
        match numbers:
            case quorum, age, since if (
                1 <= quorum <= len(keys) and age in _SECONDS and since in _SECONDS
            ):
                shown = tuple(_line(each, WITNESS_CHARACTERS) for each in keys)
                return Witnesses(shown, quorum, age, since)
    raise LinkingError(Fault.DISTURBED, "not a policy of witnesses")


def _encoded(value: cbor.Value) -> bytes:
    try:
        return cbor.encode(value)
    except ValueError as error:
        raise LinkingError(Fault.DISTURBED, "a text that has no encoding") from error


def _decoded(data: bytes) -> cbor.Value:
    try:
        value = cbor.decode(data, _LIMITS)
    except cbor.CborError as error:
        raise LinkingError(Fault.DISTURBED, f"not a message of linking: {error}") from error
    if isinstance(value, tuple) and any(isinstance(each, bool | float) for each in value):
        # True and 1.0 equal 1 for `match`, and would be other ways to write it.
        raise LinkingError(Fault.DISTURBED, "not a message of linking")
    return value


def _line(text: str, most: int) -> str:
    """Return a text that can be shown in one line."""
    seen = all(unicodedata.category(each) not in _UNSEEN for each in text)
    if not 1 <= len(text) <= most or not seen or text != text.strip(" "):
        raise LinkingError(Fault.DISTURBED, "a text that cannot be shown as one line")
    return text


def _raw(one: UserId | DeviceId) -> bytes:
    try:
        return identifier_bytes(one)
    except ValueError as error:
        raise LinkingError(Fault.DISTURBED, "not an identifier of a person and a device") from error
