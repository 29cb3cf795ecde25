"""`teamchat recover`: come back, renew, start anew, stop a fresh start."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from teamchat.cli.failure import Exit
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from teamchat.cli.recovery_key import asked_for
from teamchat.engine.model import Alarm
from tests.support.fake_account import FakeRecovery
from tests.support.fake_doors import PASSWORD, RECOVERY_KEY, FakeDoors

URL = "https://chat.example"


def confirmed(words: str) -> list[str]:
    return [words.split()[place - 1] for place in asked_for(words.split())]


def recover(doors: FakeDoors, *options: str, typed: tuple[str, ...] = ()) -> Result:
    lines = "".join(f"{line}\n" for line in typed)
    invocation = Invocation(doors)
    return CliRunner().invoke(teamchat, ["recover", *options], obj=invocation, input=lines)


def test_it_asks_for_server_name_password_and_words() -> None:
    doors = FakeDoors(first_device=False)
    result = recover(doors, typed=("chat.example", "anna", PASSWORD, RECOVERY_KEY))
    assert result.exit_code == 0, result.output
    assert doors.entries[0][:2] == (URL, "anna")
    assert "Your 2 conversations are here" in result.stderr
    assert "no backup of your history" in result.stderr
    assert "If you required witnesses of the list of devices" in result.stderr


def test_the_backup_of_the_history_is_taken_in() -> None:
    doors = FakeDoors(first_device=False)
    doors.fake.history.backed_up = 1_795_000_000
    result = recover(doors, URL, "anna", typed=(PASSWORD, RECOVERY_KEY))
    assert result.exit_code == 0, result.output
    assert "messages of the backup were read" in result.stderr
    assert "stays on your other devices" not in result.stderr


def test_everything_else_is_here_if_the_backup_does_not_come() -> None:
    doors = FakeDoors(first_device=False)
    doors.fake.history.backed_up = 1_795_000_000
    doors.fake.history.reachable = False
    result = recover(doors, URL, "anna", typed=(PASSWORD, RECOVERY_KEY))
    assert result.exit_code == 0, result.output
    assert "teamchat history restore" in result.stderr


def test_a_fresh_start_waits_while_there_are_devices() -> None:
    doors = FakeDoors(waits=True)
    typed = ("anna", PASSWORD, *confirmed(RECOVERY_KEY))
    result = recover(doors, "--lost-key", URL, "anna", typed=typed)
    assert result.exit_code == 0, result.output
    assert "Your devices have been told" in result.stderr
    assert f"teamchat recover {URL} anna" in result.stderr
    assert doors.entries == []


def test_a_fresh_start_needs_no_waiting_without_devices(tmp_path: Path) -> None:
    doors = FakeDoors()
    sheet = tmp_path / "sheet.html"
    typed = ("anna", PASSWORD, *confirmed(RECOVERY_KEY))
    result = recover(doors, "--lost-key", "--sheet", str(sheet), URL, "anna", typed=typed)
    assert result.exit_code == 0, result.output
    assert "You have started anew" in result.stderr
    assert sheet.exists()
    assert doors.entries[0][:2] == (URL, "anna")


def test_a_fresh_start_has_to_be_wanted() -> None:
    result = recover(FakeDoors(), "--lost-key", URL, "anna", typed=("yes", PASSWORD))
    assert result.exit_code == Exit.FAILED
    assert "Nothing was done" in result.stderr


def test_programs_are_told_when_it_is_due(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    options = ("--lost-key", "--yes", "--json", "--password-file", str(password), URL, "anna")
    result = recover(FakeDoors(waits=True), *options)
    assert json.loads(result.stdout)["type"] == "fresh_start"


def test_it_is_stopped_once() -> None:
    doors = FakeDoors()
    assert "Stopped." in recover(doors, "--cancel").stderr
    assert "nothing to stop" in recover(doors, "--cancel").stderr


def test_what_was_stopped_is_no_alarm_any_more() -> None:
    doors = FakeDoors()
    asked = Alarm("alarm-own-reset-asked", (("day", "2026-11-20"),), None, 0)
    doors.fake._alarms.append(asked)

    def status(*options: str) -> str:
        return CliRunner().invoke(teamchat, ["status", *options], obj=Invocation(doors)).stderr

    assert "all your devices would end" in status()
    recover(doors, "--cancel")
    assert "all your devices would end" not in status()
    assert "all your devices would end" in status("--offline"), "nobody was asked"


def test_a_request_to_a_custodian_that_is_settled_is_no_alarm_any_more() -> None:
    doors = FakeDoors()
    told = ("name", "Wei"), ("day", "2026-11-20"), ("request", "settled")
    doors.fake._alarms.append(Alarm("notice-custody-asked", told, None, 0))

    def status(*options: str) -> str:
        return CliRunner().invoke(teamchat, ["status", *options], obj=Invocation(doors)).stderr

    assert "Since 20 November 2026 Wei asks you" in status("--offline"), "nobody was asked"
    assert "asks you" not in status()


def test_the_key_is_renewed_with_the_words_of_now() -> None:
    doors = FakeDoors()
    typed = ("y", RECOVERY_KEY)
    result = recover(doors, "--new-key", typed=typed)
    assert result.exit_code == Exit.FAILED
    assert "does not fit your account" in result.stderr
    renewing = ("y", FakeRecovery.WORDS, *confirmed(FakeRecovery.NEW_WORDS))
    result = recover(doors, "--new-key", typed=renewing)
    assert result.exit_code == 0, result.output
    assert all(word in result.stdout for word in FakeRecovery.NEW_WORDS.split())
    assert "Your key is renewed" in result.stderr
    assert doors.fake.recovery.renewed


@pytest.mark.parametrize("options", [("--lost-key", "--new-key"), ("--new-key", "--cancel")])
def test_one_thing_at_a_time(options: tuple[str, ...]) -> None:
    assert recover(FakeDoors(), *options).exit_code == Exit.USAGE


def test_new_words_that_the_server_refuses_leave_no_sheet(tmp_path: Path) -> None:
    doors, sheet = FakeDoors(), tmp_path / "sheet.html"
    doors.fake.recovery.refuses = "error-reason-too-many-renewals"
    typed = ("y", FakeRecovery.WORDS, *confirmed(FakeRecovery.NEW_WORDS))
    result = recover(doors, "--new-key", "--sheet", str(sheet), typed=typed)
    assert result.exit_code == Exit.FAILED
    assert not sheet.exists()
    assert "do not count" in result.stderr


def test_new_words_of_a_fresh_start_may_wait_at_the_server(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    typed = ("anna", PASSWORD, *confirmed(RECOVERY_KEY))
    doors = FakeDoors(refuses="error-not-allowed")
    result = recover(doors, "--lost-key", "--sheet", str(sheet), URL, "anna", typed=typed)
    assert result.exit_code == Exit.FAILED
    assert sheet.exists()
    assert "is not certain yet" in result.stderr
