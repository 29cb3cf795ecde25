"""Linking, computed by hand from docs/spec/linking.md and with another library."""

import base64
import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl import bindings

from teamchat.ids import identifier_bytes
from tests.vectors.test_own_formats import Case, load


def raw(case: Case, name: str) -> bytes:
    return bytes.fromhex(str(case[name]))


def said(case: Case) -> list[bytes]:
    found = case["messages"]
    assert isinstance(found, list)
    return [bytes.fromhex(each) for each in found]


def text(string: str) -> bytes:
    """A CBOR text of fewer than 65,536 bytes."""
    data = string.encode()
    if len(data) < 24:
        return bytes([0x60 + len(data)]) + data
    return (b"\x78" + bytes([len(data)]) if len(data) < 256 else b"\x79") + data


def test_the_code_and_its_mailbox() -> None:
    for case in load("linking"):
        secret = raw(case, "secret")
        named = hashlib.sha256(b"teamchat linking mailbox\x00" + secret).digest()
        assert named[:16] == raw(case, "mailbox")
        commitment = said(case)[0][-32:]
        if case["way"] == "scanned":
            encoded = base64.b32encode(secret + commitment).decode().rstrip("=")
            assert case["code"] == f"TEAMCHAT-LINK:1:{encoded}"
            continue
        checked = hashlib.sha256(b"teamchat linking code check\x00" + secret).digest()
        number = int.from_bytes(secret, "big") << 10 | int.from_bytes(checked[:2], "big") >> 6
        alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        letters = "".join(alphabet[number >> 5 * at & 31] for at in reversed(range(10)))
        assert case["code"] == f"{letters[:5]}-{letters[5:]}"


def test_the_first_three_messages() -> None:
    for case in load("linking"):
        first, second, third = said(case)[:3]
        ours = X25519PrivateKey.from_private_bytes(raw(case, "new_ephemeral"))
        theirs = X25519PrivateKey.from_private_bytes(raw(case, "existing_ephemeral"))
        device_key = Ed25519PrivateKey.from_private_bytes(raw(case, "new_device_seed"))
        assert second == b"\x83\x01\x02\x58\x20" + theirs.public_key().public_bytes_raw()
        assert third == (
            b"\x86\x01\x03\x58\x20" + ours.public_key().public_bytes_raw()
            + b"\x50" + identifier_bytes(str(case["new_device"]))
            + b"\x58\x20" + device_key.public_key().public_bytes_raw()
            + text(str(case["name"]))
        )  # fmt: skip
        commitment = hashlib.sha256(b"teamchat linking commitment\x00" + third).digest()
        assert first == b"\x83\x01\x01\x58\x20" + commitment


def test_pictures_numbers_and_keys() -> None:
    pictures = load("linking-pictures")
    for case in load("linking"):
        listed = b"".join(
            b"\x58" + bytes([len(each)]) + each for each in said(case)[:3]
        )  # each is longer than 23 bytes and shorter than 256
        transcript = hashlib.sha256(b"teamchat linking transcript\x00\x83" + listed).digest()
        assert transcript == raw(case, "transcript")
        theirs = X25519PublicKey.from_public_bytes(said(case)[1][-32:])
        ours = X25519PrivateKey.from_private_bytes(raw(case, "new_ephemeral"))
        material = ours.exchange(theirs) + raw(case, "secret")

        def derived(
            label: bytes, length: int, salt: bytes = transcript, secret: bytes = material
        ) -> bytes:
            return HKDF(hashes.SHA256(), length, salt=salt, info=label + b"\x00").derive(secret)

        assert derived(b"teamchat linking from new", 32) == raw(case, "key_from_new")
        assert derived(b"teamchat linking from existing", 32) == raw(case, "key_from_existing")
        shown = derived(b"teamchat linking pictures", 6)
        assert shown == raw(case, "sas")
        bits = f"{int.from_bytes(shown, 'big'):048b}"
        numbers = [int(bits[at : at + 6], 2) for at in range(0, 42, 6)]
        assert case["pictures"] == [pictures[each]["english"] for each in numbers]
        assert case["numbers"] == [1000 + int(bits[at : at + 13], 2) for at in range(0, 39, 13)]


def test_the_sealed_messages() -> None:
    for case in load("linking"):
        fourth, fifth = said(case)[3:]
        transcript = raw(case, "transcript")
        assert fourth[:5] == b"\x83\x01\x04\x58\x69"
        signed = opened(fourth[5:], raw(case, "key_from_new"), b"from new", transcript)
        key = Ed25519PublicKey.from_public_bytes(said(case)[2][56:88])
        key.verify(signed, b"teamchat linking confirmation\x00" + transcript)
        assert fifth[:4] == b"\x83\x01\x05\x59"
        assert int.from_bytes(fifth[4:6], "big") == len(fifth) - 6
        handed = opened(fifth[6:], raw(case, "key_from_existing"), b"from existing", transcript)
        assert handed == raw(case, "handover")


def opened(sealed: bytes, key: bytes, way: bytes, transcript: bytes) -> bytes:
    bound = b"teamchat linking " + way + b"\x00" + transcript
    assert sealed[0] == 1
    return bytes(
        bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[25:], bound, sealed[1:25], key)
    )


def test_what_is_handed_over() -> None:
    for case in load("linking"):
        by = Ed25519PrivateKey.from_private_bytes(raw(case, "existing_device_seed"))
        handed = raw(case, "handover")
        head = b"\x89\x02\x50" + identifier_bytes(str(case["user"])) + b"\x58\xc0"
        assert handed.startswith(head + b"\x88\x02")
        rest = handed[len(head) + 0xC0 :]
        strings = ("chat.example/v1/keys/1790000000", "chat.example+1+key", "chat.example\n7\n")
        keys = ("council.example+1+key", "officer.example+2+key")
        witnesses = (
            b"\x85\x01\x1a" + (86_400).to_bytes(4, "big")
            + b"\x1a" + (1_794_990_000).to_bytes(4, "big") + b"".join(map(text, keys))
        )  # fmt: skip
        account = ("https://chat.example", "anna", "Anna Schmidt", "Werk Halle")
        assert rest == (
            b"\x58\x20" + by.public_key().public_bytes_raw()
            + b"\x58\x20" + raw(case, "identity_key")
            + b"\x83" + b"".join(map(text, strings))
            + b"\x84" + b"".join(map(text, account))
            + b"\x45grant" + (witnesses if case["way"] == "scanned" else b"\x80")
        )  # fmt: skip
