"""Our logs, byte for byte: the answers in `data/transparency.json` stay what they are.

The web client reads the same file. `TEAMCHAT_WRITE_VECTORS=1` writes it anew.
"""

import json
import os
from pathlib import Path

from tests.vectors.transparency_cases import make_transparency

FILE = Path(__file__).parent / "data" / "transparency.json"


def test_the_answers_stay() -> None:
    made = make_transparency()
    if os.environ.get("TEAMCHAT_WRITE_VECTORS"):
        text = json.dumps(made, ensure_ascii=False, indent=1)
        FILE.write_text(text + "\n", encoding="utf-8")
    assert made == json.loads(FILE.read_text(encoding="utf-8"))
