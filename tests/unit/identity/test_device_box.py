"""A box reaches the device that made the slot, from the device that signed it, and nobody else."""

import pickle
from dataclasses import replace

import pytest

from teamchat import cbor
from teamchat.identity import device_box
from teamchat.identity.device_box import Box, Party, Slot, SlotKey
from teamchat.identity.errors import IdentityError
from teamchat.ids import UserId
from teamchat.mls.crypto.default import DefaultCrypto
from tests.unit.identity.people import ANNA, LAPTOP, LAPTOPS_KEY, PHONE, PHONES_KEY, WEI, WEIS_KEY

CRYPTO = DefaultCrypto()
RECEIVER = Party(user=ANNA, device=LAPTOP)
SENDER = Party(user=ANNA, device=PHONE)
CONTEXT = b"what it belongs to"
PLAINTEXT = b"a key of 32 bytes, and more of it"


def slot_key(purpose: str = "history") -> SlotKey:
    return SlotKey.make(CRYPTO, LAPTOPS_KEY, purpose=purpose, receiver=RECEIVER, now=1_795_000_000)


def sealed(slot: Slot, plaintext: bytes = PLAINTEXT) -> Box:
    return device_box.seal(CRYPTO, slot, plaintext, key=PHONES_KEY, sender=SENDER, context=CONTEXT)


KEY = slot_key()
BOX = sealed(KEY.slot)


def test_a_box_opens_for_its_slot() -> None:
    slot = Slot.read(KEY.slot.encode())
    slot.check(LAPTOPS_KEY.public, purpose="history", receiver=RECEIVER)
    box = Box.read(sealed(slot).encode())
    assert SlotKey(KEY.secret, slot).open(CRYPTO, box, PHONES_KEY.public, CONTEXT) == PLAINTEXT
    assert box.sender == SENDER


def test_a_slot_is_of_one_device_and_for_one_purpose() -> None:
    with pytest.raises(IdentityError, match="another purpose"):
        KEY.slot.check(LAPTOPS_KEY.public, purpose="custody", receiver=RECEIVER)
    with pytest.raises(IdentityError, match="another purpose"):
        KEY.slot.check(LAPTOPS_KEY.public, purpose="history", receiver=SENDER)
    with pytest.raises(IdentityError, match="signature"):
        KEY.slot.check(PHONES_KEY.public, purpose="history", receiver=RECEIVER)


@pytest.mark.parametrize(
    "changed",
    [
        {"purpose": "custody"},
        {"receiver": SENDER},
        {"number": bytes(16)},
        {"created": 1},
        {"public_key": slot_key().slot.public_key},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_slot_that_was_changed_is_not_signed(changed: dict[str, object]) -> None:
    bent = replace(KEY.slot, **changed)  # type: ignore[arg-type]  # one field, of its type
    with pytest.raises(IdentityError, match="signature"):
        bent.check(LAPTOPS_KEY.public, purpose=bent.purpose, receiver=bent.receiver)


def test_a_box_for_another_slot_does_not_open() -> None:
    with pytest.raises(IdentityError, match="another key"):
        slot_key().open(CRYPTO, BOX, PHONES_KEY.public, CONTEXT)


def test_a_box_in_another_context_does_not_open() -> None:
    with pytest.raises(IdentityError, match="does not open"):
        KEY.open(CRYPTO, BOX, PHONES_KEY.public, b"something else")


def test_a_box_that_nobody_signed_does_not_open() -> None:
    for sender_key in (LAPTOPS_KEY.public, WEIS_KEY.public):
        with pytest.raises(IdentityError, match="signature"):
            KEY.open(CRYPTO, BOX, sender_key, CONTEXT)
    for bent in (
        replace(BOX, ciphertext=BOX.ciphertext[:-1] + bytes([BOX.ciphertext[-1] ^ 1])),
        replace(BOX, kem_output=bytes(1120)),
        replace(BOX, sender=Party(user=WEI, device=PHONE)),
    ):
        with pytest.raises(IdentityError, match="signature"):
            KEY.open(CRYPTO, bent, PHONES_KEY.public, CONTEXT)


def test_nobody_takes_over_a_box_that_another_has_made() -> None:
    thief = Party(user=WEI, device=PHONE)
    bare = replace(BOX, sender=thief)
    fields = cbor.decode(bare.encode())
    assert isinstance(fields, tuple)
    signed = WEIS_KEY.sign(b"teamchat device box\x00" + cbor.encode(fields[:-1]))
    with pytest.raises(IdentityError, match="does not open"):
        KEY.open(CRYPTO, replace(bare, signature=signed), WEIS_KEY.public, CONTEXT)


def test_nothing_is_sealed_to_what_is_no_key() -> None:
    low_order = KEY.slot.public_key[:1184] + bytes(32)
    no_lattice = b"\xff" * 1184 + KEY.slot.public_key[1184:]
    for public_key in (low_order, no_lattice):
        with pytest.raises(IdentityError, match="nothing can be sealed"):
            sealed(replace(KEY.slot, public_key=public_key))


def test_a_box_holds_64_kib() -> None:
    most = bytes(device_box.MAX_PLAINTEXT)
    box = Box.read(sealed(KEY.slot, most).encode())
    assert KEY.open(CRYPTO, box, PHONES_KEY.public, CONTEXT) == most
    with pytest.raises(IdentityError, match="at most"):
        sealed(KEY.slot, most + b"1")


def test_only_the_one_encoding_is_read() -> None:
    for data in (b"", b"\x80", KEY.slot.encode() + b"\x00", b"\x98\x08" + KEY.slot.encode()[1:]):
        with pytest.raises(IdentityError):
            Slot.read(data)
    for data in (b"", b"\x80", BOX.encode() + b"\x00", KEY.slot.encode()):
        with pytest.raises(IdentityError):
            Box.read(data)
    with pytest.raises(IdentityError, match="wrong length"):
        Box.read(replace(BOX, kem_output=b"short").encode())
    with pytest.raises(IdentityError, match="wrong length"):
        Slot.read(replace(KEY.slot, public_key=b"short").encode())
    with pytest.raises(IdentityError, match="lower-case"):
        Slot.read(replace(KEY.slot, purpose="No Word").encode())
    with pytest.raises(IdentityError, match="out of range"):
        Slot.read(replace(KEY.slot, created=2**53).encode())
    with pytest.raises(IdentityError, match="out of range"):
        Slot.read(replace(KEY.slot, created=True).encode())


def test_what_is_no_identifier_is_refused() -> None:
    nobody = Party(user=UserId("nobody"), device=LAPTOP)
    with pytest.raises(IdentityError, match="identifier"):
        SlotKey.make(CRYPTO, LAPTOPS_KEY, purpose="history", receiver=nobody, now=0)


def test_the_private_key_does_not_show() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(KEY)
    with pytest.raises(IdentityError, match="32 bytes"):
        SlotKey(b"short", KEY.slot)
