"""The corpus of invalid and hostile MLS messages: each is refused for its one reason.

Format: docs/spec/mls-invalid-corpus.md. The corpus is made by `make corpus`.
"""

from collections import Counter

import pytest

from teamchat.mls.errors import CryptoError, MlsError, ValidationError
from teamchat.mls.rules import Rule
from tests.forge.corpus import FOLDER
from tests.forge.make import files
from tests.support.mls_corpus import (
    Entry,
    Json,
    cases,
    holds,
    opened,
    rooms,
    run,
    shared,
    stored,
    without,
)

CASES = cases()
SCENES = sorted(shared()["scenes"])


def _played(room: str, case: Json, state: object) -> tuple[str, str | None]:
    """Return the error and the rule that a case ends in."""
    entry = Entry.of(case["scene"], case, rooms()[room]["messages"])
    try:
        run(entry, state)
    except MlsError as error:
        rule = error.rule if isinstance(error, ValidationError | CryptoError) else None
        return type(error).__name__, None if rule is None else rule.name
    return "accepted", None


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_invalid_is_refused_and_what_is_valid_goes_on(scene: str) -> None:
    """One state, all cases of its scene; it stays as it was, and its valid messages pass."""
    state = opened(scene)
    before = stored(state)
    for room, case in CASES:
        if case["scene"] == scene:
            name = case["name"]
            assert (name, *_played(room, case, state)) == (name, case["error"], case["rule"])
            assert stored(state) == before, name
    for valid in holds(scene)["valid"]:
        assert run(Entry.of(scene, valid, {}), state) == valid["gives"]
    assert holds(scene)["valid"]
    assert stored(state) == before


def test_every_rule_has_a_case_or_a_reason() -> None:
    named = {case["rule"] for _, case in CASES} - {None}
    assert named | set(without()) == {rule.name for rule in Rule}
    assert not named & set(without())


def test_every_case_has_a_name_of_its_own_and_a_scene() -> None:
    names = Counter(case["name"] for _, case in CASES)
    assert [name for name, count in names.items() if count > 1] == []
    assert {case["scene"] for _, case in CASES} <= set(SCENES)


def test_the_corpus_is_made_again_byte_for_byte() -> None:
    stored_files = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert files() == stored_files, "run: make corpus"
