"""Keys and certificates that are wrong: the answers in `data/identity.json` stay what they are.

The web client reads the same file. `TEAMCHAT_WRITE_VECTORS=1` writes it anew.
"""

import json
import os
from pathlib import Path

from tests.vectors.identity_cases import make_identity

FILE = Path(__file__).parent / "data" / "identity.json"


def test_the_answers_stay() -> None:
    made = make_identity()
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        text = json.dumps(made, indent=1)
        FILE.write_text(text + "\n", encoding="utf-8")
    assert made == json.loads(FILE.read_text(encoding="utf-8"))
