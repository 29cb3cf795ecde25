"""Every way in which a command can end has a code that somebody has chosen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from teamchat.cli import failure
from teamchat.cli.failure import USAGE, Exit, Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from teamchat.i18n import Catalogue
from tests.support.fake_doors import FakeDoors

ROOT = Path(__file__).resolve().parents[3]
RAISED = {"Failure", "AccountError"}

DID_NOT_WORK = frozenset(
    {
        # not there
        "cli-admin-no-device",
        "cli-custody-nobody-so",
        "cli-history-nobody-asked",
        "cli-log-not-read",
        "cli-lost-none",
        "cli-no-such-linking",
        "error-no-custodians",
        "error-peer-absent",
        # not to be done so, whatever is typed
        "cli-file-exists",
        "cli-file-not-written",
        "cli-history-given-before",
        "cli-leave-direct",
        "cli-lost-this-device",
        "cli-no-full-screen",
        "cli-no-terminal",
        "cli-remove-this-device",
        "cli-send-failed",
        "cli-verify-oneself",
        "error-linking-profile-in-use",
        "error-profile-taken",
        "error-witnesses-missing",
        # the person has said no, or broken off
        "cli-aborted",
        "cli-nothing-done",
        "error-linking-different",
        # what was typed at a question, or lies in a file or pipe
        "cli-not-the-same",
        "cli-passphrase-short",
        "cli-password-short",
        "cli-recovery-begin-again",
        "cli-secret-not-readable",
        "cli-text-empty",
        "cli-text-not-utf8",
        "cli-text-too-long",
        "cli-too-many-tries",
        "cli-web-no-manifest",
        "error-invitation-incomplete",
        "cli-typed-nothing",
        "error-password-too-short",
        "cli-recovery-key-not-now",
        # anything else
        "cli-failed",
    }
)


def raised() -> Iterator[str]:
    """Return the keys that the code of the command line fails with."""
    for path in (ROOT / "src/teamchat/cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            first = node.args[0] if node.args else None
            if node.func.id in RAISED and isinstance(first, ast.Constant):
                yield str(first.value)


def test_somebody_has_chosen_the_code_of_every_failure() -> None:
    chosen = failure._CODES.keys() | DID_NOT_WORK
    assert sorted(set(raised()) - chosen) == []
    assert sorted(DID_NOT_WORK - set(raised())) == []
    assert sorted(failure._CODES.keys() & DID_NOT_WORK) == []


@pytest.mark.parametrize("key", sorted(failure._CODES))
def test_what_has_a_code_has_a_text(key: str) -> None:
    assert key in Catalogue("en")


@pytest.mark.parametrize(
    "typed",
    [
        "newcomers Werk 5x",
        "new wei --newcomers often",
        "new wei --newcomers 30d",
        "new wei mara",
        "new --title= wei mara",
        "admin devices remove anna --yes",
        "recover --new-key --lost-key",
        "verify wei --compare 123",
        "log witnesses --none abc",
        "log witnesses abc",
        "devices link 4H7KQ --no-input",
        "devices link 4H7KQ",
        "send Werk --no-input --yes --wait never hallo",
        "leave Werk --no-input",
    ],
)
def test_what_does_not_say_what_to_do_ends_with_2(typed: str) -> None:
    result = CliRunner().invoke(teamchat, typed.split(), obj=Invocation(FakeDoors()))
    assert result.exit_code == Exit.USAGE, result.output


@pytest.mark.parametrize(
    "typed", ["read nowhere", "members nowhere", "verify nobody", "devices remove x --yes"]
)
def test_what_is_not_there_ends_with_1(typed: str) -> None:
    result = CliRunner().invoke(teamchat, typed.split(), obj=Invocation(FakeDoors()))
    assert result.exit_code == Exit.FAILED, result.output


def test_all_codes_are_in_the_help_and_in_the_table() -> None:
    help_text = CliRunner().invoke(teamchat, ["--help"], obj=Invocation(FakeDoors())).output
    said = help_text.partition("Exit codes:")[2].partition("Options:")[0]
    table = (ROOT / "docs/use/terminal.md").read_text()
    for code in Exit:
        assert f" {code.value} " in said, code
        assert f"| {code.value} |" in table, code


def test_usage_is_nothing_else() -> None:
    assert {Failure(key).code for key in USAGE} == {Exit.USAGE}
