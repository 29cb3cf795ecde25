"""The TypeScript twin knows the same rules: one corpus of invalid messages names them for both."""

import json
import re
from pathlib import Path

from teamchat.mls.rules import Rule

_TWIN = Path(__file__).parents[3] / "clients/web/src/mls/rules.ts"
_TEXT = r'("(?:[^"\\]|\\.)*")'
_ENTRY = re.compile(rf"^  ([A-Z_]+): \[\s*{_TEXT},\s*{_TEXT},?\s*\],$", re.MULTILINE)


def test_names_sections_and_texts_are_the_same_in_both_languages() -> None:
    found = _ENTRY.findall(_TWIN.read_text(encoding="utf-8"))
    there = [(name, json.loads(section), json.loads(text)) for name, section, text in found]
    assert there == [(rule.name, rule.section, rule.text) for rule in Rule]
