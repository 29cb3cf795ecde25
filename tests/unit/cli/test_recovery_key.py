"""The recovery key is shown once, confirmed by two of its words, and put on a sheet."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from teamchat.cli.asking import Secret
from teamchat.cli.failure import Exit, Failure
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from teamchat.cli.recovery_key import Asked, asked_for, numbered
from teamchat.i18n import Catalogue
from tests.support.fake_doors import PASSWORD, RECOVERY_KEY, FakeDoors

WORDS = RECOVERY_KEY.split()
ASKED = [WORDS[place - 1] for place in asked_for(WORDS)]


def log_in(doors: FakeDoors, *typed: str, options: tuple[str, ...] = ()) -> Result:
    arguments = ["login", "https://chat.example", "anna", *options]
    lines = "".join(f"{line}\n" for line in (PASSWORD, *typed))
    return CliRunner().invoke(teamchat, arguments, obj=Invocation(doors), input=lines)


@given(st.lists(st.sampled_from(WORDS), min_size=16, max_size=16))
def test_two_words_are_asked_for(words: list[str]) -> None:
    first, second = asked_for(words)
    assert 1 <= first < second <= 16
    assert asked_for(words) == (first, second)


def test_the_words_have_numbers() -> None:
    rows = numbered(RECOVERY_KEY)
    assert len(rows) == 4
    assert " ".join(rows).split()[::2] == [str(number) for number in range(1, 17)]
    assert " ".join(rows).split()[1::2] == WORDS


def test_nothing_is_made_if_the_words_never_come() -> None:
    doors = FakeDoors()
    result = log_in(doors, *["apfel"] * 5)
    assert result.exit_code == Exit.FAILED
    assert doors.entries == []
    assert "teamchat login https://chat.example anna" in result.stderr


def test_the_sheet_of_a_key_that_does_not_count_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "sheet.html"
    log_in(FakeDoors(), *["apfel"] * 5, options=("--sheet", str(path)))
    assert not path.exists()


def test_where_the_sheet_goes_is_looked_at_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "sheet.html").write_text("of before")
    for name in ("sheet.html", "nowhere/sheet.html"):
        result = log_in(FakeDoors(), options=("--sheet", str(tmp_path / name)))
        assert result.exit_code == Exit.FAILED
        assert "Password" not in result.stderr
    assert (tmp_path / "sheet.html").read_text() == "of before"


def test_capitals_are_taken_and_saying_no_is_a_choice() -> None:
    doors = FakeDoors()
    assert "Confirmed" in log_in(doors, ASKED[0].upper(), f" {ASKED[1]} ").stderr
    assert doors.entries
    result = log_in(FakeDoors(), ASKED[0], "Without confirmation")
    assert result.exit_code == 0
    assert "have not confirmed" in result.stderr


def test_a_sheet_is_for_its_owner_only_and_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sheet.html"
    result = log_in(FakeDoors(), *ASKED, options=("--sheet", str(path)))
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(word in path.read_text() for word in WORDS)
    doors = FakeDoors()
    again = log_in(doors, *ASKED, options=("--sheet", str(path)))
    assert again.exit_code == Exit.FAILED
    assert doors.entries == []


def test_a_program_gets_the_words_and_is_asked_nothing() -> None:
    result = log_in(FakeDoors(), options=("--json",))
    assert json.loads(result.stdout)["recovery_key"] == RECOVERY_KEY
    assert "Type word" not in result.stderr


def test_a_mistyped_key_out_of_a_file_is_told_by_its_word(tmp_path: Path) -> None:
    wrong = tmp_path / "key"
    wrong.write_text(" ".join([*WORDS[:15], "bnajo"]))
    options = ("--recovery-key-file", str(wrong))
    result = log_in(FakeDoors(first_device=False), options=options)
    assert result.exit_code == Exit.FAILED
    assert "Word 16 is in no recovery key. May it be: banjo" in result.stderr


def test_the_sheet_is_removed_if_the_server_refuses_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "sheet.html"
    doors = FakeDoors(refuses="error-too-many-devices")
    result = log_in(doors, *ASKED, options=("--sheet", str(path)))
    assert result.exit_code == Exit.FAILED
    assert not path.exists()
    assert "do not count" in result.stderr
    assert f"The sheet {path} was deleted." in result.stderr


def test_without_a_sheet_it_is_said_of_the_paper() -> None:
    result = log_in(FakeDoors(refuses="error-not-allowed"), *ASKED)
    assert "do not count" in result.stderr
    assert "was deleted" not in result.stderr


@pytest.mark.parametrize("answer", ["error-offline", "error-not-possible"])
def test_the_sheet_stays_if_nobody_knows_whether_the_words_count(
    tmp_path: Path, answer: str
) -> None:
    path = tmp_path / "sheet.html"
    result = log_in(FakeDoors(refuses=answer), *ASKED, options=("--sheet", str(path)))
    assert path.exists()
    assert "is not certain yet" in result.stderr


def test_nothing_is_said_of_words_that_were_never_shown() -> None:
    doors = FakeDoors(first_device=False, refuses="error-not-allowed")
    result = log_in(doors, RECOVERY_KEY)
    assert "words of a moment ago" not in result.stderr


def test_words_of_a_file_that_do_not_count_now(tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text(RECOVERY_KEY)
    ask = Asked(Invocation(FakeDoors()), Secret(kept))
    assert ask() == RECOVERY_KEY
    with pytest.raises(Failure) as caught:
        ask()
    said = Catalogue("de").text(caught.value.key)
    assert "wurde dieser auf einem Ihrer Geräte aufgehalten" in said
    assert "gelten die Wörter von davor" in said
