"""The device box: what the server passes on for another device (docs/spec/device-box.md).

A device makes a key for one use and signs it (`Slot`); whoever has looked up that device's key in
the key directory seals to it, by HPKE with X-Wing, so that a recording of today is no use to a
quantum computer of tomorrow. The sender signs too, and is named in what the key is made of: the
server can neither open a box, nor make one, nor hand one to somebody else than it was made for.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Final, NoReturn, Self

from teamchat import cbor
from teamchat.identity import keys
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import SIGNATURE_BYTES, DeviceKey
from teamchat.ids import BYTES, DeviceId, UserId, identifier, identifier_bytes
from teamchat.mls.crypto import CryptoProvider, Secret
from teamchat.mls.crypto.suites import MLS_256_XWING_AES256GCM_SHA512_Ed25519 as SUITE
from teamchat.mls.errors import CryptoError

VERSION: Final = 1
NUMBER_BYTES: Final = 16
PUBLIC_KEY_BYTES: Final = SUITE.kem_public_key_length
PRIVATE_KEY_BYTES: Final = SUITE.kem_private_key_length
MAX_PLAINTEXT: Final = 64 * 1024
MAX_SLOT: Final = 1536
MAX_BOX: Final = MAX_PLAINTEXT + 1536
_PURPOSE: Final = re.compile(r"[a-z][a-z-]{0,31}")
_MAX_TIME: Final = 2**53
_SLOT: Final = b"teamchat device box key\x00"
_BOX: Final = b"teamchat device box\x00"
_INFO: Final = b"teamchat device box info\x00"
"""Stand before what is signed. No text that MLS signs begins so (`session_proof.CONTEXT`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A device and whose it is."""

    user: UserId
    device: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A public key for one box, as its device has signed it; nothing is proven before `check`.

    Attributes:
        purpose: What for: a lower-case word, `history` or `custody`.
        receiver: Who is to open the box.
        number: 16 random bytes that name it.
        created: Seconds since 1970, by the receiver's clock.
        public_key: The X-Wing key.
        signature: By the receiver's device key, over everything else.
    """

    purpose: str
    receiver: Party
    number: bytes
    created: int
    public_key: bytes
    signature: bytes

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a slot.

        Raises:
            IdentityError: It is none, or is written in another way than the one there is.
        """
        match _decoded(data, MAX_SLOT):
            case (
                int(version), str(purpose), bytes(user), bytes(device), bytes(number),
                int(created), bytes(public_key), bytes(signature),
            ) if version == VERSION:  # fmt: skip
                slot = cls(
                    purpose=purpose,
                    receiver=_party(user, device),
                    number=number,
                    created=created,
                    public_key=public_key,
                    signature=signature,
                )
                _check_shape(slot)
                _require_same(data, slot.encode())
                return slot
            case _:
                raise IdentityError("not the key of a device box")

    def encode(self) -> bytes:
        """Return it as it is sent."""
        return cbor.encode((*_slot_fields(self), self.signature))

    def check(self, device_key: bytes, *, purpose: str, receiver: Party) -> None:
        """Check that it is the slot of this device, made for this.

        Args:
            device_key: The receiver's, from the key directory.
            purpose: What it has to be for.
            receiver: Whose it has to be.

        Raises:
            IdentityError: It is not, or its key is none that can be sealed to.
        """
        if (self.purpose, self.receiver) != (purpose, receiver):
            raise IdentityError("a key for another purpose or device")
        keys.verify(device_key, _SLOT + cbor.encode(_slot_fields(self)), self.signature)

    @property
    def digest(self) -> bytes:
        """The SHA-256 of its encoding: what a box is bound to."""
        return hashlib.sha256(self.encode()).digest()


class SlotKey:
    """The private half of a slot; for one box, then to be forgotten.

    Args:
        secret: The 32 bytes of an X-Wing private key.
        slot: The public half.

    Raises:
        IdentityError: There are not 32 bytes.
    """

    __slots__ = ("_secret", "slot")

    def __init__(self, secret: bytes, slot: Slot) -> None:
        if len(secret) != PRIVATE_KEY_BYTES:
            raise IdentityError(f"the key of a slot has {PRIVATE_KEY_BYTES} bytes")
        self._secret: Final = secret
        self.slot: Final = slot

    @classmethod
    def make(
        cls, crypto: CryptoProvider, key: DeviceKey, *, purpose: str, receiver: Party, now: int
    ) -> Self:
        """Make a slot for one box.

        Args:
            crypto: The source of randomness.
            key: The receiver's device key.
            purpose: What for.
            receiver: The device that will open the box.
            now: Seconds since 1970.

        Raises:
            IdentityError: Purpose, receiver or time are not what they must be.
        """
        pair = crypto.hpke_key_pair(SUITE)
        bare = Slot(
            purpose=purpose,
            receiver=receiver,
            number=crypto.random(NUMBER_BYTES),
            created=now,
            public_key=pair.public_key,
            signature=bytes(SIGNATURE_BYTES),
        )
        _check_shape(bare)
        signature = key.sign(_SLOT + cbor.encode(_slot_fields(bare)))
        signed = Slot(
            purpose=purpose,
            receiver=receiver,
            number=bare.number,
            created=now,
            public_key=pair.public_key,
            signature=signature,
        )
        return cls(pair.private_key.reveal(), signed)

    @property
    def secret(self) -> bytes:
        """The private key, to be sealed in the store; never to be shown."""
        return self._secret

    def open(self, crypto: CryptoProvider, box: "Box", sender_key: bytes, context: bytes) -> bytes:
        """Return what is in a box.

        Args:
            crypto: The cryptography.
            box: What was received.
            sender_key: The device key of `box.sender`, from the key directory.
            context: What sender and receiver both know it belongs to.

        Raises:
            IdentityError: It is for another slot or context, or not by that sender.
        """
        if box.slot != self.slot.digest:
            raise IdentityError("the box is for another key")
        keys.verify(sender_key, _BOX + cbor.encode(_box_fields(box)), box.signature)
        info = _info(self.slot, box.sender, context)
        try:
            return crypto.hpke_open(
                SUITE, Secret(self._secret), box.kem_output, info, box.ciphertext
            ).reveal()
        except CryptoError as error:
            raise IdentityError("the box does not open") from error

    def __repr__(self) -> str:
        return f"SlotKey({self.slot.purpose!r}, {self.slot.number.hex()})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something sealed to a slot; who made it is proven when it is opened.

    Attributes:
        slot: The digest of the slot it is for.
        sender: Who made it.
        kem_output: What the receiver finds the key with.
        ciphertext: What is sealed.
        signature: By the sender's device key, over everything else.
    """

    slot: bytes
    sender: Party
    kem_output: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a box.

        Raises:
            IdentityError: It is none, or is written in another way than the one there is.
        """
        match _decoded(data, MAX_BOX):
            case (
                int(version), bytes(slot), bytes(user), bytes(device), bytes(kem_output),
                bytes(ciphertext), bytes(signature),
            ) if version == VERSION:  # fmt: skip
                lengths = (len(slot), len(kem_output), len(signature))
                if lengths != (32, SUITE.kem_output_length, SIGNATURE_BYTES):
                    raise IdentityError("a part of a device box has the wrong length")
                box = cls(
                    slot=slot,
                    sender=_party(user, device),
                    kem_output=kem_output,
                    ciphertext=ciphertext,
                    signature=signature,
                )
                _require_same(data, box.encode())
                return box
            case _:
                raise IdentityError("not a device box")

    def encode(self) -> bytes:
        """Return it as it is sent."""
        return cbor.encode((*_box_fields(self), self.signature))


def seal(
    crypto: CryptoProvider,
    slot: Slot,
    plaintext: bytes,
    *,
    key: DeviceKey,
    sender: Party,
    context: bytes,
) -> Box:
    """Seal something to a slot that was checked.

    Args:
        crypto: The cryptography.
        slot: Whose `check` has passed.
        plaintext: At most 64 KiB.
        key: The sender's device key.
        sender: Whose key that is.
        context: What sender and receiver both know it belongs to.

    Raises:
        IdentityError: It is too much, or the slot's key is none that can be sealed to.
    """
    if len(plaintext) > MAX_PLAINTEXT:
        raise IdentityError(f"a device box holds at most {MAX_PLAINTEXT} bytes")
    try:
        crypto.hpke_check_public_key(SUITE, slot.public_key)
        info = _info(slot, sender, context)
        kem_output, ciphertext = crypto.hpke_seal(SUITE, slot.public_key, info, plaintext)
    except CryptoError as error:
        raise IdentityError("nothing can be sealed to this key") from error
    fields = _fields_of_box(slot.digest, sender, kem_output, ciphertext)
    return Box(
        slot=slot.digest,
        sender=sender,
        kem_output=kem_output,
        ciphertext=ciphertext,
        signature=key.sign(_BOX + cbor.encode(fields)),
    )


def _slot_fields(slot: Slot) -> tuple[cbor.Value, ...]:
    user, device = _identifiers(slot.receiver)
    return (VERSION, slot.purpose, user, device, slot.number, slot.created, slot.public_key)


def _box_fields(box: Box) -> tuple[cbor.Value, ...]:
    return _fields_of_box(box.slot, box.sender, box.kem_output, box.ciphertext)


def _fields_of_box(
    slot: bytes, sender: Party, kem_output: bytes, ciphertext: bytes
) -> tuple[cbor.Value, ...]:
    user, device = _identifiers(sender)
    return (VERSION, slot, user, device, kem_output, ciphertext)


def _info(slot: Slot, sender: Party, context: bytes) -> bytes:
    """Return what the key is made of, so that a box taken over by another sender does not open."""
    return _INFO + cbor.encode((VERSION, slot.digest, *_identifiers(sender), context))


def _check_shape(slot: Slot) -> None:
    _identifiers(slot.receiver)
    lengths = (len(slot.number), len(slot.public_key), len(slot.signature))
    if lengths != (NUMBER_BYTES, PUBLIC_KEY_BYTES, SIGNATURE_BYTES):
        raise IdentityError("a part of a slot has the wrong length")
    if not _PURPOSE.fullmatch(slot.purpose):
        raise IdentityError("a purpose is a lower-case word")
    if isinstance(slot.created, bool) or not 0 <= slot.created < _MAX_TIME:
        raise IdentityError("a time out of range")


def _identifiers(party: Party) -> tuple[bytes, bytes]:
    try:
        return identifier_bytes(party.user), identifier_bytes(party.device)
    except ValueError as error:
        raise IdentityError("not an identifier of a person and a device") from error


def _party(user: bytes, device: bytes) -> Party:
    if (len(user), len(device)) != (BYTES, BYTES):
        raise IdentityError("not an identifier of a person and a device")
    return Party(user=UserId(identifier(user)), device=DeviceId(identifier(device)))


def _decoded(data: bytes, most: int) -> cbor.Value:
    try:
        return cbor.decode(data, cbor.Limits(size=most, depth=1, items=16))
    except cbor.CborError as error:
        raise IdentityError("not an array of this format") from error


def _require_same(data: bytes, written: bytes) -> None:
    """Refuse what would be written otherwise: `true` stands for 1 in Python, not here."""
    if data != written:
        raise IdentityError("not written in the one way there is")
