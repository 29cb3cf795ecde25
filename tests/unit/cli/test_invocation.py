import os

import pytest
from click.testing import CliRunner, Result

from teamchat.cli.failure import Exit, failure_of
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import COMMANDS, teamchat
from teamchat.client.errors import AccountError, NotLoggedInError, ProfileLockedError
from teamchat.errors import TeamchatError
from tests.support.fake_doors import PASSPHRASE, PASSWORD, FakeDoors


def invoke(*arguments: str, doors: FakeDoors | None = None, typed: str = "") -> Result:
    obj = Invocation(doors or FakeDoors())
    return CliRunner().invoke(teamchat, arguments, obj=obj, input=typed)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = invoke(name, "--help")
    assert result.exit_code == 0
    assert name in {"devices", "admin"} or f"    teamchat {name}" in result.output
    assert name in {"devices", "admin"} or "--json" in result.output


def test_options_may_stand_before_or_behind_the_command() -> None:
    for arguments in (("--json", "status"), ("status", "--json")):
        assert invoke(*arguments).output.startswith('{"v":1,"type":"status"')
    doors = FakeDoors()
    invoke("--profile", "zwei", "conversations", doors=doors)
    invoke("conversations", "--profile", "drei", doors=doors)
    assert invoke("devices", "--profile", "vier", doors=doors).exit_code == 0
    assert [profile for profile, _ in doors.opened] == ["zwei", "drei", "vier"]


def test_a_group_of_commands_fails_like_a_command() -> None:
    result = invoke("devices", doors=FakeDoors(logged_in=False))
    assert result.exit_code == Exit.NOT_LOGGED_IN
    for way in ("`teamchat join`", "`teamchat login https://… NAME`"):
        assert way in result.stderr


def test_what_needs_no_connection_makes_none() -> None:
    doors = FakeDoors()
    for command in (
        ["conversations", "--offline"],
        ["members", "wei", "--offline"],
        ["export", "wei"],
        ["send", "wei", "Hallo", "--wait", "0"],
    ):
        assert invoke(*command, doors=doors).exit_code == 0
    assert {network for _, network in doors.opened} == {False}


def test_a_secret_comes_from_a_descriptor() -> None:
    read, write = os.pipe()
    os.write(write, f"{PASSPHRASE}\n".encode())
    os.close(write)
    doors = FakeDoors(locked=True)
    assert invoke("conversations", "--passphrase-fd", str(read), doors=doors).exit_code == 0


def test_secrets_do_not_show() -> None:
    result = invoke("login", "https://chat.example", "anna", typed=f"{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.output


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotLoggedInError(), Exit.NOT_LOGGED_IN),
        (ProfileLockedError(), Exit.NOT_LOGGED_IN),
        (AccountError("error-wrong-passphrase"), Exit.NOT_LOGGED_IN),
        (AccountError("error-offline"), Exit.NETWORK),
        (AccountError("error-still-working"), Exit.NETWORK),
        (AccountError("error-not-allowed"), Exit.FAILED),
        (TeamchatError("something"), Exit.FAILED),
    ],
)
def test_how_errors_end(error: TeamchatError, code: Exit) -> None:
    assert failure_of(error).code is code


def test_what_is_piped_in_is_bounded() -> None:
    assert invoke("send", "wei", typed="x" * 70_000).exit_code == 1
    result = CliRunner().invoke(
        teamchat, ["send", "wei"], obj=Invocation(FakeDoors()), input=b"\xff\xfe"
    )
    assert result.exit_code == 1


def test_the_account_is_closed_also_after_an_error() -> None:
    doors = FakeDoors()
    doors.fake.refuse("error-not-allowed")
    assert invoke("send", "wei", "Hallo", doors=doors).exit_code == 1
    assert doors.fake.closed
