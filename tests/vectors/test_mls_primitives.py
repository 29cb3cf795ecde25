"""data/mls-primitives.json: what every client of ours accepts, seals and opens alike.

The web client's tests read the same file. `TEAMCHAT_WRITE_VECTORS=1` writes the signatures
and the sealed messages anew; the X-Wing answer is appendix C of its draft and stays.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import TypedDict, cast

import pytest

from teamchat.mls.crypto import Secret, cipher_suite, default
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.suites import SUITES, Kem
from teamchat.mls.errors import CryptoError
from tests.support.edge_signatures import edge_cases

FILE = Path(__file__).parent / "data" / "mls-primitives.json"
CRYPTO = DefaultCrypto()


class Signature(TypedDict):
    name: str
    public_key: str
    message: str
    signature: str
    accepted: bool


class XWing(TypedDict):
    private_key: str
    public_key_sha256: str
    kem_output: str
    shared_secret: str


class Sealed(TypedDict):
    cipher_suite: int
    key_material: str
    private_key: str
    public_key_sha256: str
    info: str
    plaintext: str
    kem_output: str
    ciphertext: str
    exporter_context: str
    exporter_kem_output: str
    exported: str


class Primitives(TypedDict):
    ed25519: list[Signature]
    low_order_x25519: list[str]
    x_wing: XWing
    hpke: list[Sealed]


def load() -> Primitives:
    return cast("Primitives", json.loads(FILE.read_text(encoding="utf-8")))


def raw(text: str) -> bytes:
    return bytes.fromhex(text)


def make_signatures() -> list[Signature]:
    return [
        {
            "name": case.name, "public_key": case.public_key.hex(), "message": case.message.hex(),
            "signature": case.signature.hex(), "accepted": case.accepted,
        }
        for case in edge_cases()
    ]  # fmt: skip


def make_low_order() -> list[str]:
    return sorted(number.to_bytes(32, "little").hex() for number in default._LOW_ORDER)


def make_sealed(number: int) -> Sealed:
    suite, material = cipher_suite(number), Secret(b"material of %d" % number)
    pair = CRYPTO.hpke_derive_key_pair(suite, material)
    kem_output, ciphertext = CRYPTO.hpke_seal(suite, pair.public_key, b"info", b"hello")
    other_output, exported = CRYPTO.hpke_export_to(suite, pair.public_key, b"info", b"context", 80)
    return {
        "cipher_suite": number, "key_material": material.reveal().hex(),
        "private_key": pair.private_key.reveal().hex(),
        "public_key_sha256": hashlib.sha256(pair.public_key).hexdigest(),
        "info": b"info".hex(), "plaintext": b"hello".hex(),
        "kem_output": kem_output.hex(), "ciphertext": ciphertext.hex(),
        "exporter_context": b"context".hex(), "exporter_kem_output": other_output.hex(),
        "exported": exported.reveal().hex(),
    }  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _written() -> None:
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        made: Primitives = {
            "ed25519": make_signatures(),
            "low_order_x25519": make_low_order(),
            "x_wing": load()["x_wing"],
            "hpke": [make_sealed(number) for number in SUITES],
        }
        FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def test_the_answers_stay() -> None:
    assert load()["ed25519"] == make_signatures()
    assert load()["low_order_x25519"] == make_low_order()


@pytest.mark.parametrize("case", load()["ed25519"], ids=lambda case: case["name"])
def test_a_signature_at_the_edge(case: Signature) -> None:
    key, message, signature = (raw(case[n]) for n in ("public_key", "message", "signature"))
    if case["accepted"]:
        CRYPTO.verify(cipher_suite(1), key, message, signature)
    else:
        with pytest.raises(CryptoError):
            CRYPTO.verify(cipher_suite(1), key, message, signature)


def test_x_wing_of_its_draft() -> None:
    answer, suite = load()["x_wing"], cipher_suite(0xF00D)
    seed = raw(answer["private_key"])
    public_key = default._KEY_PAIRS[Kem.X_WING](seed).public_key
    assert hashlib.sha256(public_key).hexdigest() == answer["public_key_sha256"]
    shared = default._DECAPSULATE[suite.kem](seed, raw(answer["kem_output"]))
    assert shared.hex() == answer["shared_secret"]


@pytest.mark.parametrize("case", load()["hpke"], ids=lambda case: hex(case["cipher_suite"]))
def test_what_was_sealed_is_opened(case: Sealed) -> None:
    suite = cipher_suite(case["cipher_suite"])
    pair = CRYPTO.hpke_derive_key_pair(suite, Secret(raw(case["key_material"])))
    key, info = pair.private_key, raw(case["info"])
    assert key.reveal().hex() == case["private_key"]
    assert hashlib.sha256(pair.public_key).hexdigest() == case["public_key_sha256"]
    sealed = raw(case["kem_output"]), info, raw(case["ciphertext"])
    assert CRYPTO.hpke_open(suite, key, *sealed).reveal().hex() == case["plaintext"]
    output, context = raw(case["exporter_kem_output"]), raw(case["exporter_context"])
    exported = CRYPTO.hpke_export_from(suite, key, output, info, context, 80)
    assert exported.reveal().hex() == case["exported"]
