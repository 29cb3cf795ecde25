"""Every question for yes or no is asked in one way."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from teamchat.cli.failure import Failure
from teamchat.cli.invocation import DECISIONS, TRIES, Invocation
from teamchat.i18n import Catalogue
from tests.support.fake_doors import FakeDoors

CLI = Path(__file__).resolve().parents[3] / "src/teamchat/cli"
PLAIN = "cli-history-confirm-forget"
DECISION = "cli-confirm-accept"


def asked(key: str, *typed: str) -> tuple[bool | str, str]:
    """Ask; return the answer, or how it failed, and what was shown."""
    lines = "".join(f"{line}\n" for line in typed)
    with CliRunner().isolation(input=lines) as (_, stderr, _):
        try:
            answer: bool | str = Invocation(FakeDoors()).agreed(key, title="Werk", who="Wei")
        except Failure as error:
            answer = error.key
        return answer, stderr.getvalue().decode()


@pytest.mark.parametrize("key", [PLAIN, DECISION])
@pytest.mark.parametrize(
    ("typed", "meant"), [("y", True), ("JA", True), (" j ", True), ("n", False), ("Nein", False)]
)
def test_yes_and_no_are_understood_in_both_languages(
    key: str,
    typed: str,
    *,
    meant: bool,
) -> None:
    assert asked(key, typed)[0] is meant


def test_an_empty_answer_is_no_but_decides_nothing() -> None:
    assert asked(PLAIN, "")[0] is False
    answer, said = asked(DECISION, "", "yes")
    assert answer is True
    assert "Please answer with yes or no." in said


def test_what_is_neither_is_asked_again() -> None:
    assert asked(PLAIN, "perhaps", "y")[0] is True
    assert asked(PLAIN, *["perhaps"] * TRIES)[0] == "cli-too-many-tries"


def test_what_can_be_answered_stands_behind_the_question() -> None:
    assert " [y/N]: " in asked(PLAIN, "n")[1]
    assert "Is that right? [y/n]: " in asked(DECISION, "n")[1]


def test_there_is_no_other_way_to_ask() -> None:
    others = [path.name for path in CLI.glob("*.py") if "click.confirm" in path.read_text()]
    assert others == []


def test_every_decision_is_a_question_of_the_catalogue() -> None:
    assert [key for key in DECISIONS if key not in Catalogue("en")] == []
