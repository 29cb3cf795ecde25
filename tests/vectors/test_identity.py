"""Keys and certificates that are wrong: the answers in `data/identity.json` stay what they are.

The web client reads the same file. `TEAMCHAT_WRITE_VECTORS=1` writes it anew.
"""

import json
import os
from pathlib import Path

from teamchat.identity import keys
from teamchat.identity.errors import IdentityError
from teamchat.transparency import SignatureError, SignatureType, VerifierKey
from teamchat.transparency.keys import Signature
from tests.vectors.identity_cases import make_identity
from tests.vectors.test_mls_primitives import load
from tests.vectors.verdicts import verdict

FILE = Path(__file__).parent / "data" / "identity.json"


def test_the_answers_stay() -> None:
    made = make_identity()
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        text = json.dumps(made, indent=1)
        FILE.write_text(text + "\n", encoding="utf-8")
    assert made == json.loads(FILE.read_text(encoding="utf-8"))


def test_signatures_at_the_edge_count_as_they_do_for_mls() -> None:
    for case in load()["ed25519"]:
        given = case["public_key"], case["message"], case["signature"]
        key, message, signed = map(bytes.fromhex, given)
        log = VerifierKey("chat.example", SignatureType.ED25519, key)
        line = Signature(log.name, log.key_id, signed)
        said = (
            verdict(IdentityError, keys.verify, key, message, signed),
            verdict(SignatureError, log.verify, message, line),
        )
        assert [each == "accepted" for each in said] == [case["accepted"]] * 2, case["name"]
