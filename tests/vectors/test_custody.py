"""What is entrusted to custodians: the answers in `data/custody.json` stay what they are.

`TEAMCHAT_WRITE_VECTORS=1` writes them anew, with fresh encapsulations.
"""

import hashlib
import json
import os
from pathlib import Path

from nacl import bindings

from teamchat import cbor
from teamchat.identity import custody
from teamchat.identity.custody import Deposit, SealedShare
from teamchat.identity.custody_key import publish
from teamchat.identity.device_box import Slot
from teamchat.identity.keys import DeviceKey
from teamchat.ids import DeviceId, UserId, identifier, identifier_bytes
from teamchat.mls.crypto.default import DefaultCrypto
from tests.unit.identity.test_custody import slot

FILE = Path(__file__).parent / "data" / "custody.json"
CRYPTO = DefaultCrypto()
Case = dict[str, object]


def _id(first: int) -> str:
    return identifier(bytes((first + at) % 256 for at in range(16)))


ANNA, SET, DEPOSIT, DEVICE = UserId(_id(1)), _id(33), _id(65), DeviceId(_id(97))
SECRET = bytes(range(20))
KEY = DeviceKey(bytes(range(32)))
CUSTODIANS = {UserId(_id(n)): bytes([n]) * 32 for n in (129, 161, 193)}
"""With the history key of each."""
WHAT = Deposit(user=ANNA, identity_key=bytes(32), which=SET, number=DEPOSIT, threshold=2)


def make() -> dict[str, object]:
    pairs = {who: custody.key_pair(CRYPTO, key, who, SET) for who, key in CUSTODIANS.items()}
    shares = custody.entrust(CRYPTO, WHAT, SECRET, {w: p.public_key for w, p in pairs.items()})
    request = slot(ANNA).slot
    return {
        "user": ANNA, "identity_key": WHAT.identity_key.hex(), "set": SET, "deposit": DEPOSIT,
        "threshold": WHAT.threshold, "recovery_key": SECRET.hex(),
        "custodians": [
            {
                "user": share.custodian, "history_key": CUSTODIANS[share.custodian].hex(),
                "public_key": pairs[share.custodian].public_key.hex(),
                "signed_by": DEVICE, "device_seed": KEY.seed.hex(),
                "signature": publish(
                    KEY, user=share.custodian, which=SET, by=DEVICE,
                    public_key=pairs[share.custodian].public_key,
                ).signature.hex(),
                "number": share.number, "sealed": share.sealed.hex(), "check": share.check.hex(),
            }
            for share in shares
        ],
        "user_name": "anna", "slot": request.encode().hex(),
        "code": custody.code(request, ANNA, "anna"),
    }  # fmt: skip


def _known() -> dict[str, object]:
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        FILE.write_text(json.dumps(make(), indent=1) + "\n")
    found: dict[str, object] = json.loads(FILE.read_text())
    return found


def _cases(known: dict[str, object]) -> list[dict[str, str]]:
    cases = known["custodians"]
    assert isinstance(cases, list)
    return cases


def test_custody_keys_follow_from_history_keys_and_are_signed() -> None:
    for case in _cases(_known()):
        user = UserId(case["user"])
        pair = custody.key_pair(CRYPTO, bytes.fromhex(case["history_key"]), user, SET)
        assert pair.public_key.hex() == case["public_key"]
        text = b"teamchat custody key\x00" + cbor.encode(
            (1, identifier_bytes(user), identifier_bytes(SET), pair.public_key,
             identifier_bytes(DEVICE))
        )  # fmt: skip
        bindings.crypto_sign_open(bytes.fromhex(case["signature"]) + text, KEY.public)


def test_any_two_shares_open_and_make_the_key() -> None:
    cases, opened = _cases(_known()), []
    for case in cases:
        user, number = UserId(case["user"]), int(case["number"])
        pair = custody.key_pair(CRYPTO, bytes.fromhex(case["history_key"]), user, SET)
        sealed, check = bytes.fromhex(case["sealed"]), bytes.fromhex(case["check"])
        share = SealedShare(user, number, sealed, check)
        opened.append(custody.open_share(CRYPTO, WHAT, share, pair.private_key))
        about = cbor.encode(
            (1, identifier_bytes(ANNA), bytes(32), identifier_bytes(SET),
             identifier_bytes(DEPOSIT), 2, number, identifier_bytes(user))
        )  # fmt: skip
        plain = cbor.encode((1, number, opened[-1].value))
        wanted = hashlib.sha256(b"teamchat custody check\x00" + about + plain).digest()
        assert wanted == check
    for some in (opened[:2], opened[1:], opened[::2]):
        assert custody.combine(WHAT, some) == SECRET


def test_the_code_follows_from_slot_and_person() -> None:
    known = _known()
    data = bytes.fromhex(str(known["slot"]))
    text = cbor.encode((1, hashlib.sha256(data).digest(), identifier_bytes(ANNA), "anna"))
    digest = hashlib.sha256(b"teamchat custody code\x00" + text).digest()
    digits = f"{int.from_bytes(digest[:16], 'big') % 10**30:030}"
    assert known["code"] == " ".join(digits[at : at + 5] for at in range(0, 30, 5))
    assert custody.code(Slot.read(data), ANNA, str(known["user_name"])) == known["code"]
