"""`teamchat devices`: what the directory says of each is read before it is shown."""

from dataclasses import replace

from click.testing import CliRunner, Result

from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from teamchat.client.errors import AccountError
from tests.support.fake_account import FakeAccount
from tests.support.fake_doors import FakeDoors

UNLISTED = "not in the list of devices yet"


class Behind(FakeAccount):
    """Was not online since its last device came."""

    reachable = True

    def fall_behind(self) -> None:
        self.whole = self.key_log.status
        self.key_log.status = replace(self.whole, own=self.whole.own[:-1])

    async def catch_up(self, timeout: float) -> None:  # noqa: ASYNC109 - the client's
        if not self.reachable:
            raise AccountError("error-offline")
        await super().catch_up(timeout)
        self.key_log.status = self.whole


def devices(account: Behind, *arguments: str) -> Result:
    doors = FakeDoors()
    doors.fake = account
    account.fall_behind()
    return CliRunner().invoke(teamchat, ["devices", *arguments], obj=Invocation(doors))


def test_a_device_that_came_meanwhile_is_shown_as_listed() -> None:
    result = devices(Behind())
    assert result.exit_code == 0, result.output
    assert UNLISTED not in result.stdout
    assert "last read here" not in result.stderr


def test_if_the_list_cannot_be_read_it_says_as_of_when() -> None:
    account = Behind()
    account.reachable = False
    result = devices(account)
    assert result.exit_code == 0, result.output
    assert UNLISTED in result.stdout
    assert "The list of devices was last read here: " in result.stderr


def test_what_came_through_a_lost_device_a_moment_ago_is_named() -> None:
    account = Behind()
    account.link_tablet()
    result = devices(account, "remove", "Telefon", "--yes")
    assert result.exit_code == 0, result.output
    assert "Tablet came through Telefon" in result.stderr
