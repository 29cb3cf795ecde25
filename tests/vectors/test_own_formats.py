"""Our own formats (docs/spec): the answers in `data/` stay what they are.

Another implementation reads the same files. `TEAMCHAT_WRITE_VECTORS=1` writes them anew,
which is right only when a format gets a new version.
"""

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl import bindings

from teamchat.content import codec
from teamchat.content.blobs import Decryptor, Encryptor, blob_in, external_part
from teamchat.content.envelope import pack, unpack
from teamchat.content.model import MessageId
from teamchat.content.profile import Author, meaning
from teamchat.identity import certificate, session_proof, statements, vault
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.recovery import Kept, RecoveryKey
from teamchat.identity.safety_number import code_parts, safety_number
from teamchat.identity.words import english, german
from teamchat.ids import BlobId, ConversationId, DeviceId, UserId, identifier
from tests.vectors.linking_cases import make_linking, make_pictures

DATA = Path(__file__).parent / "data"
Case = dict[str, object]


def _bytes(first: int, count: int) -> bytes:
    return bytes((first + at) % 256 for at in range(count))


def _id(first: int) -> str:
    return identifier(_bytes(first, 16))


ANNA, WEI = UserId(_id(1)), UserId(_id(33))
IDENTITY, OTHER = IdentityKey(_bytes(64, 32)), IdentityKey(_bytes(96, 32))


def make_certificate() -> list[Case]:
    key = DeviceKey(_bytes(128, 32))
    cases: list[Case] = []
    for device, created in ((_id(65), 0), (_id(97), 1_795_000_000)):
        made = certificate.issue(
            IDENTITY, user=ANNA, device=DeviceId(device), device_key=key.public, created=created
        )
        cases.append(
            {
                "identity_seed": IDENTITY.seed.hex(), "identity_key": IDENTITY.public.hex(),
                "device_key": key.public.hex(), "user": ANNA, "device": device,
                "created": created, "certificate": made.hex(),
            }
        )  # fmt: skip
    return cases


def make_certificate_vouched() -> list[Case]:
    by, key = DeviceKey(_bytes(128, 32)), DeviceKey(_bytes(150, 32))
    voucher, device = DeviceId(_id(65)), DeviceId(_id(97))
    made = certificate.vouch(
        by, by=voucher, user=ANNA, identity_key=IDENTITY.public,
        device=device, device_key=key.public, created=1_795_000_000,
    )  # fmt: skip
    return [
        {
            "by_seed": by.seed.hex(), "by_key": by.public.hex(), "by": voucher,
            "identity_key": IDENTITY.public.hex(), "device_key": key.public.hex(), "user": ANNA,
            "device": device, "created": 1_795_000_000, "certificate": made.hex(),
        }
    ]  # fmt: skip


def make_session_proof() -> list[Case]:
    key, token = DeviceKey(_bytes(128, 32)), "c2Vzc2lvbi10b2tlbi1vZi0yNTYtcmFuZG9tLWJpdHM"
    device = DeviceId(_id(65))
    return [
        {
            "device_seed": key.seed.hex(), "device_key": key.public.hex(), "user": ANNA,
            "device": device, "token": token,
            "signature": session_proof.sign(key, user=ANNA, device=device, token=token).hex(),
        }
    ]  # fmt: skip


def make_recovery() -> list[Case]:
    key, nonce, kept = RecoveryKey(_bytes(7, 20)), _bytes(160, 24), Kept(IDENTITY, _bytes(110, 32))
    return [
        {
            "recovery_secret": _bytes(7, 20).hex(), "user": ANNA,
            "german": key.written("de"), "english": key.written("en"),
            "identity_seed": IDENTITY.seed.hex(), "identity_key": IDENTITY.public.hex(),
            "history_key": kept.history_key.hex(),
            "nonce": nonce.hex(), "box": key.seal(kept, ANNA, nonce).hex(),
        }
    ]  # fmt: skip


def make_rotation() -> list[Case]:
    key, by = DeviceKey(_bytes(128, 32)), DeviceId(_id(65))
    said = statements.rotate(IDENTITY, OTHER, key, user=ANNA, by=by, day="2026-11-21")
    return [
        {
            "former_seed": IDENTITY.seed.hex(), "former_key": IDENTITY.public.hex(),
            "new_seed": OTHER.seed.hex(), "new_key": OTHER.public.hex(),
            "device_seed": key.seed.hex(), "device_key": key.public.hex(), "user": ANNA, "by": by,
            "entry": statements.encode(said).decode("ascii"),
        }
    ]  # fmt: skip


def make_vault() -> list[Case]:
    key, nonce, salt = vault.VaultKey(_bytes(3, 32)), _bytes(160, 24), _bytes(200, 16)
    cost = vault.Cost(passes=1, memory_kib=64)
    phrase = "Grüße, 你好"
    opened = {
        "vault_key": _bytes(3, 32).hex(), "place": "line/body/7", "plaintext": "Moin",
        "field_nonce": _bytes(90, 24).hex(),
        "field": key.seal(b"Moin", b"line/body/7", _bytes(90, 24)).hex(),
        "index": key.index(b"line", b"7").hex(),
    }  # fmt: skip
    by_phrase = key.wrapped_by_passphrase(phrase, salt=salt, nonce=nonce, cost=cost)
    by_key = key.wrapped_by_key(_bytes(50, 32), nonce=nonce)
    return [
        {"passphrase": phrase, "file": by_phrase.decode(), **opened},
        {"keyring_key": _bytes(50, 32).hex(), "file": by_key.decode(), **opened},
    ]


def make_safety_number() -> list[Case]:
    return [
        {
            "user": ANNA, "identity_key": IDENTITY.public.hex(),
            "other_user": WEI, "other_identity_key": OTHER.public.hex(),
            "number": (number := safety_number(ANNA, IDENTITY.public, WEI, OTHER.public)),
            "code": "".join(code_parts(number)),
        }
    ]  # fmt: skip


def make_content() -> list[Case]:
    author = Author(ANNA, ConversationId(_id(129)))
    salt, first = _bytes(10, 16), MessageId(b"\x01" + _bytes(20, 31))
    messages = {
        "text": author.text("Grüß Gott, 早上好 🙂", salt=salt),
        "markdown": author.markdown("**Halle** <2>", salt=salt),
        "reply": author.text("Ja", salt=salt, in_reply_to=first),
        "edit": author.edit(first, "Nein", salt=salt),
        "reaction": author.reaction(first, "👍", salt=salt),
        "deletion": author.deletion(first, salt=salt),
        "reaction taken back": author.deletion(first, salt=salt, reaction_to=first),
        "room title": author.room_title("Werk Shenzhen", salt=salt),
        "room title, repeated": author.room_title("Werk Shenzhen", since=17, salt=salt),
    }
    return [
        {
            "name": name, "plaintext": pack(message).hex(),
            "message_id": unpack(pack(message)).id.hex(), "means": repr(meaning(message)),
        }
        for name, message in messages.items()
    ]  # fmt: skip


def make_blob() -> list[Case]:
    cases: list[Case] = []
    for size in (0, 5, 65536, 65537):
        encryptor = Encryptor(_bytes(1, 32), _bytes(2, 24))
        data = bytes(size)
        encrypted = encryptor.update(data)
        last, blob = encryptor.finish()
        encrypted += last
        part = external_part(blob, BlobId(_id(11)), content_type="x/zeros", filename="zeros")
        cases.append(
            {
                "zeros": size, "key": _bytes(1, 32).hex(), "header": _bytes(2, 24).hex(),
                "encrypted_size": len(encrypted), "encrypted_sha256": blob.encrypted_hash.hex(),
                "encrypted_head": encrypted[:64].hex(),
                "message": codec.encode(
                    Author(ANNA, ConversationId(_id(129))).files(part, salt=_bytes(10, 16))
                ).hex(),
            }
        )  # fmt: skip
        decryptor = Decryptor(blob_in(part)[1])
        assert decryptor.update(encrypted) + decryptor.finish() == data
    return cases


FORMATS: dict[str, Callable[[], list[Case]]] = {
    "certificate": make_certificate,
    "certificate-vouched": make_certificate_vouched,
    "linking": make_linking,
    "linking-pictures": make_pictures,
    "session-proof": make_session_proof,
    "recovery": make_recovery,
    "rotation": make_rotation,
    "vault": make_vault,
    "safety-number": make_safety_number,
    "content": make_content,
    "blob": make_blob,
}


def load(name: str) -> list[Case]:
    cases = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(cases, list)
    return cases


@pytest.mark.parametrize("name", FORMATS)
def test_the_answers_stay(name: str) -> None:
    made = FORMATS[name]()
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        text = json.dumps(made, ensure_ascii=False, indent=1)
        (DATA / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    assert made == load(name)


def test_certificates_are_read() -> None:
    for case in load("certificate"):
        read = certificate.read(bytes.fromhex(str(case["certificate"])))
        assert read.user_id == case["user"]
        assert read.device_id == case["device"]
        assert read.created == case["created"]


def test_another_library_checks_a_certificate_as_it_is_specified() -> None:
    """The signed bytes are put together by hand: the array without its last element."""
    for case in load("certificate"):
        data = bytes.fromhex(str(case["certificate"]))
        body, signature = data[:-66], data[-64:]
        assert (data[0], data[-66:-64]) == (0x87, b"\x58\x40")
        signed = b"teamchat device certificate\x00\x86" + body[1:]
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(case["identity_key"])))
        public.verify(signature, signed)


def test_another_library_checks_a_vouching_as_it_is_specified() -> None:
    """The signed bytes are put together by hand: the array without its last element."""
    for case in load("certificate-vouched"):
        data = bytes.fromhex(str(case["certificate"]))
        body, signature = data[:-66], data[-64:]
        assert (data[:2], data[-66:-64]) == (b"\x88\x02", b"\x58\x40")
        signed = b"teamchat device vouching\x00\x87" + body[1:]
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(case["by_key"])))
        public.verify(signature, signed)
        read = certificate.read_any(data)
        assert isinstance(read, certificate.VouchedCertificate)
        known = bytes.fromhex(str(case["identity_key"]))
        proven = read.vouched_by(bytes.fromhex(str(case["by_key"])), identity_key=known)
        assert (proven.user_id, proven.by) == (case["user"], case["by"])
        assert proven.device_key.hex() == case["device_key"]


def test_another_library_checks_a_session_proof_as_it_is_specified() -> None:
    for case in load("session-proof"):
        hashed = hashlib.sha256(str(case["token"]).encode()).digest()
        ids = b"\x50" + _bytes(1, 16) + b"\x50" + _bytes(65, 16)
        signed = b"teamchat session proof\x00\x84\x01" + ids + b"\x58\x20" + hashed
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(case["device_key"])))
        public.verify(bytes.fromhex(str(case["signature"])), signed)


def test_another_library_checks_a_rotation_as_it_is_specified() -> None:
    for case in load("rotation"):
        entry = json.loads(str(case["entry"]))
        keys = [bytes.fromhex(str(case[name])) for name in ("former_key", "new_key", "device_key")]
        ids = [b"\x50" + _bytes(1, 16), b"\x50" + _bytes(65, 16)]
        both = b"\x58\x20" + keys[0] + b"\x58\x20" + keys[1]
        signed = b"teamchat identity rotation\x00\x85\x01" + ids[0] + both + ids[1]
        for key, name in zip(keys, ("former", "new", "signature"), strict=True):
            public = Ed25519PublicKey.from_public_bytes(key)
            public.verify(base64.b64decode(entry[name]), signed)
        assert base64.b64decode(entry["identity_key"]) == keys[1]
        assert (entry["op"], entry["user"], entry["by"]) == ("rotate", case["user"], case["by"])


def test_a_recovery_box_is_opened() -> None:
    for case in load("recovery"):
        key = RecoveryKey.read(str(case["german"]))
        assert key == RecoveryKey.read(str(case["english"]))
        box, public = bytes.fromhex(str(case["box"])), bytes.fromhex(str(case["identity_key"]))
        kept = key.open(box, ANNA, public)
        assert kept.identity.seed.hex() == case["identity_seed"]
        assert kept.history_key.hex() == case["history_key"]


def test_recovery_words_as_they_are_specified() -> None:
    """Worked out by hand: 160 bits and 16 of check, eleven for each word."""
    for case in load("recovery"):
        secret = bytes.fromhex(str(case["recovery_secret"]))
        check = hashlib.sha256(b"teamchat recovery words check\x00" + secret).digest()[:2]
        bits = "".join(f"{each:08b}" for each in secret + check)
        places = [int(bits[at : at + 11], 2) for at in range(0, 176, 11)]
        for name, words in (("german", german.WORDS), ("english", english.WORDS)):
            assert " ".join(words[place] for place in places) == case[name]


def test_a_recovery_box_as_it_is_specified() -> None:
    """Opened by hand, from what the page says."""
    for case in load("recovery"):
        secret, box = bytes.fromhex(str(case["recovery_secret"])), bytes.fromhex(str(case["box"]))
        key = hashlib.blake2b(key=secret, person=b"tc-recovery-v2", digest_size=32).digest()
        assert (box[:2], box[2:26].hex(), len(box)) == (b"\x02\x01", case["nonce"], 106)
        bound = b"teamchat recovery box\x00" + _bytes(1, 16)
        bound += bytes.fromhex(str(case["identity_key"]))
        opened = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            box[26:], bound, box[2:26], key
        )
        assert opened.hex() == f"{case['identity_seed']}{case['history_key']}"


def test_a_vault_is_opened() -> None:
    for case in load("vault"):
        file = str(case["file"]).encode()
        if "passphrase" in case:
            key = vault.unlock_with_passphrase(file, str(case["passphrase"]))
        else:
            key = vault.unlock_with_key(file, bytes.fromhex(str(case["keyring_key"])))
        field = bytes.fromhex(str(case["field"]))
        assert key.open(field, str(case["place"]).encode()).decode() == case["plaintext"]


def test_a_safety_number_as_it_is_specified() -> None:
    """Computed by hand: half of it for each person."""

    def half(user: str, key: str) -> str:
        person = bytes.fromhex(key) + _bytes(1 if user == ANNA else 33, 16)
        digest = b"teamchat safety number\x00\x01" + person
        for _ in range(5200):
            digest = hashlib.sha512(digest + person).digest()
        numbers = [int.from_bytes(digest[at : at + 5], "big") % 100_000 for at in range(0, 30, 5)]
        return " ".join(f"{number:05}" for number in numbers)

    for case in load("safety-number"):
        one = half(str(case["user"]), str(case["identity_key"]))
        other = half(str(case["other_user"]), str(case["other_identity_key"]))
        assert case["number"] == f"{min(one, other)} {max(one, other)}"
        assert case["code"] == "TEAMCHAT-VERIFY:1:" + str(case["number"]).replace(" ", "")


def test_content_is_understood() -> None:
    for case in load("content"):
        opened = unpack(bytes.fromhex(str(case["plaintext"])))
        assert opened.id.hex() == case["message_id"]
        assert repr(meaning(opened.message)) == case["means"]
