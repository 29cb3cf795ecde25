"""The device box (docs/spec/device-box.md), opened a second time with nothing of ours."""

import hashlib
import hmac
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from teamchat.identity import device_box
from teamchat.identity.device_box import Box, Party, Slot, SlotKey
from teamchat.mls.crypto.default import DefaultCrypto
from tests.unit.identity.people import ANNA, LAPTOP, LAPTOPS_KEY, PHONE, PHONES_KEY

FILE = Path(__file__).parent / "data" / "device-box.json"
CRYPTO = DefaultCrypto()
CONTEXT = b"history"
SUITE_ID = b"HPKE\x64\x7a\x00\x03\x00\x02"


def write() -> None:
    """Make a case; its randomness is fresh, so it is made once and read for ever."""
    receiver, sender = Party(user=ANNA, device=LAPTOP), Party(user=ANNA, device=PHONE)
    made = SlotKey.make(
        CRYPTO, LAPTOPS_KEY, purpose="history", receiver=receiver, now=1_795_000_000
    )
    plaintext = b"Gr\xc3\xbc\xc3\x9fe"
    box = device_box.seal(
        CRYPTO, made.slot, plaintext, key=PHONES_KEY, sender=sender, context=CONTEXT
    )
    case = {
        "receiver_key": LAPTOPS_KEY.public.hex(), "sender_key": PHONES_KEY.public.hex(),
        "private_key": made.secret.hex(), "slot": made.slot.encode().hex(),
        "context": CONTEXT.hex(), "box": box.encode().hex(), "plaintext": plaintext.hex(),
    }  # fmt: skip
    FILE.write_text(json.dumps([case], indent=1) + "\n", encoding="utf-8")


def cases() -> list[dict[str, bytes]]:
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        write()
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return [{name: bytes.fromhex(value) for name, value in case.items()} for case in read]


def test_a_box_is_opened() -> None:
    for case in cases():
        slot, box = Slot.read(case["slot"]), Box.read(case["box"])
        slot.check(case["receiver_key"], purpose="history", receiver=slot.receiver)
        key = SlotKey(case["private_key"], slot)
        opened = key.open(CRYPTO, box, case["sender_key"], case["context"])
        assert opened == case["plaintext"]


def labeled_extract(salt: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + SUITE_ID + label + material, "sha512")


def labeled_expand(key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    text = length.to_bytes(2, "big") + b"HPKE-v1" + SUITE_ID + label + info
    return hmac.digest(key, text + b"\x01", "sha512")[:length]


def test_another_library_opens_it_as_it_is_specified() -> None:
    """X-Wing, HPKE's key schedule and the signed bytes are put together by hand."""
    for case in cases():
        slot, box = case["slot"], case["box"]
        sender, kem_output = box[36:70], box[73:1193]
        at = box.index(kem_output) + 1120
        ciphertext, signature = box[at + 1 + (box[at] == 0x58) : -66], box[-64:]
        signed = b"teamchat device box\x00\x86" + box[1:-66]
        Ed25519PublicKey.from_public_bytes(case["sender_key"]).verify(signature, signed)
        signed = b"teamchat device box key\x00\x87" + slot[1:-66]
        Ed25519PublicKey.from_public_bytes(case["receiver_key"]).verify(slot[-64:], signed)

        seed = hashlib.shake_256(case["private_key"]).digest(96)
        lattice = MLKEM768PrivateKey.from_seed_bytes(seed[:64]).decapsulate(kem_output[:1088])
        curve = X25519PrivateKey.from_private_bytes(seed[64:])
        agreed = curve.exchange(X25519PublicKey.from_public_bytes(kem_output[1088:]))
        public = curve.public_key().public_bytes_raw()
        parts = lattice + agreed + kem_output[1088:] + public + b"\\.//^\\"
        shared = hashlib.sha3_256(parts).digest()

        digest = b"\x58\x20" + hashlib.sha256(slot).digest()
        context = bytes([0x40 + len(case["context"])]) + case["context"]
        info = b"teamchat device box info\x00\x85\x01" + digest + sender + context
        psk_id_hash = labeled_extract(b"", b"psk_id_hash", b"")
        schedule = b"\x00" + psk_id_hash + labeled_extract(b"", b"info_hash", info)
        secret = labeled_extract(shared, b"secret", b"")
        key = labeled_expand(secret, b"key", schedule, 32)
        nonce = labeled_expand(secret, b"base_nonce", schedule, 12)
        assert AESGCM(key).decrypt(nonce, ciphertext, b"") == case["plaintext"]
