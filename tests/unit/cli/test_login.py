"""Logging in on a further computer: Ctrl+C ends the waiting and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from teamchat.cli.client_doors import ClientDoors, _minimum_told
from teamchat.cli.invocation import Invocation
from teamchat.cli.login import _so_far
from teamchat.cli.main import teamchat
from teamchat.client.arriving import Arrival
from teamchat.client.errors import AccountError
from tests.support.fake_account import FakeAccount
from tests.support.fake_doors import PASSPHRASE, PASSWORD, RECOVERY_KEY, FakeDoors


class Impatient(FakeAccount):
    """Somebody presses Ctrl+C while they wait."""

    async def arrive(self, within: float, tell: Callable[[Arrival], None]) -> Arrival:
        raise KeyboardInterrupt


def log_in(doors: FakeDoors, *typed: str) -> Result:
    arguments = ["login", "https://chat.example", "anna"]
    lines = "".join(f"{line}\n" for line in typed)
    return CliRunner().invoke(teamchat, arguments, obj=Invocation(doors), input=lines)


def test_ctrl_c_ends_only_the_waiting() -> None:
    doors = FakeDoors(Impatient(), first_device=False)
    result = log_in(doors, PASSWORD, RECOVERY_KEY)
    assert result.exit_code == 0
    assert "You are logged in." in result.stderr
    assert doors.fake.closed


def test_the_passphrase_is_asked_for_once() -> None:
    doors = FakeDoors(locked=True, signed_out=True)
    result = log_in(doors, PASSWORD, PASSPHRASE)
    assert result.exit_code == 0, result.output
    assert result.stderr.count("Passphrase") == 1
    assert doors.opened == [("default", True)]


def test_a_first_device_has_nothing_to_wait_for() -> None:
    doors = FakeDoors()
    assert log_in(doors, PASSWORD).exit_code == 0
    assert doors.opened == []


def test_a_password_that_is_too_short_is_told_how_long_it_has_to_be() -> None:
    too_short = AccountError("error-reason-password-too-short")
    with pytest.raises(AccountError, match="error-password-too-short") as told, _minimum_told(12):
        raise too_short
    assert told.value.arguments == {"count": "12"}
    with pytest.raises(AccountError, match="error-reason-password-too-short"), _minimum_told(0):
        raise too_short  # the server does not say how long


def test_the_language_of_a_profile_is_known_before_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMCHAT_HOME", str(tmp_path))
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "language").write_text("de")
    doors = ClientDoors()
    assert doors.language("default") == "de"
    assert not doors.language("other")
    assert not doors.language("../default")
    monkeypatch.setenv("TEAMCHAT_LANGUAGE", "")
    assert Invocation(doors).out.say("cli-nothing-done") == "Es wurde nichts getan."


def test_what_is_waited_for_is_said() -> None:
    out = Invocation(FakeDoors()).out
    said = [_so_far(out, Arrival(*each)) for each in ((0, 0, 0), (2, 1, 1), (2, 2, 1))]
    assert said == [
        "Looking for your conversations …",
        "Coming into your conversations: 1 of 2 …",
        "You are in. Waiting for the title of one conversation …",
    ]


@pytest.mark.parametrize("damage", ["error-store-damaged", "error-vault-locked"])
def test_what_cannot_be_read_can_be_erased(damage: str) -> None:
    doors = FakeDoors(damaged=damage)
    for arguments in (["logout", "--yes"], ["status", "--offline"], ["logout", "--offline"]):
        result = CliRunner().invoke(teamchat, arguments, obj=Invocation(doors), input="n\n")
        assert result.exit_code != 0
        assert doors.erased == []
    arguments = ["logout", "--offline", "--yes"]
    result = CliRunner().invoke(teamchat, arguments, obj=Invocation(doors))
    assert (result.exit_code, doors.erased) == (0, ["default"])
    assert "Nothing is left" in result.stderr


def test_a_wrong_passphrase_erases_nothing() -> None:
    doors = FakeDoors(damaged="error-wrong-passphrase")
    arguments = ["logout", "--offline", "--yes"]
    result = CliRunner().invoke(teamchat, arguments, obj=Invocation(doors))
    assert (result.exit_code, doors.erased) == (3, [])


def test_a_damaged_profile_is_erased_from_this_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMCHAT_HOME", str(tmp_path))
    profile = tmp_path / "default"
    profile.mkdir()
    for name in ("store.db", "store.db-wal", "vault.json", "language"):
        (profile / name).write_bytes(b"damaged")
    ClientDoors().erase("default")
    assert [each.name for each in profile.iterdir()] == ["lock"]


def test_other_devices_are_named_only_if_there_are_any() -> None:
    others = log_in(FakeDoors(first_device=False), PASSWORD, RECOVERY_KEY).stderr
    assert "stays on your other devices" not in others  # they are asked for it
    assert "Your other devices were asked" in others
    doors = FakeDoors(first_device=False)
    doors.fake._devices = [each for each in doors.fake._devices if each.this]
    alone = log_in(doors, PASSWORD, RECOVERY_KEY).stderr
    assert "Your 2 conversations are here" in alone
    assert "other devices" not in alone
    assert "teamchat history restore" in alone
    assert not doors.fake.history.asked


def test_who_links_a_device_hears_nothing_of_a_password() -> None:
    doors = FakeDoors(locked=True, logged_in=False)
    typed = "".join(f"{line}\n" for line in (PASSPHRASE, PASSPHRASE, "yes"))
    arguments = ["link", "https://chat.example", "--no-qr"]
    result = CliRunner().invoke(teamchat, arguments, obj=Invocation(doors), input=typed)
    assert result.exit_code == 0, result.output
    assert "A passphrase protects" in result.stderr
    assert "assword" not in result.stderr
