"""A device that only a colleague's can let in: each command says so."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from teamchat.cli.invocation import Invocation
from teamchat.cli.login import _so_far
from teamchat.cli.main import teamchat
from teamchat.client.arriving import Arrival
from teamchat.engine.model import Conversation, Standing
from tests.support.fake_account import FakeAccount
from tests.support.fake_doors import PASSWORD, RECOVERY_KEY, FakeDoors

ALONE = "another member's device has to let this one in again"


class Waiting(FakeAccount):
    """Came back after the last device was removed; no colleague is there."""

    patient = True

    def conversations(self) -> list[Conversation]:
        found = super().conversations()
        return [
            each if each.direct else replace(each, standing=Standing.WAITING, joined=False)
            for each in found
        ]

    async def arrive(self, within: float, tell: Callable[[Arrival], None]) -> Arrival:
        tell(Arrival(2, 1, 0, waiting=1))
        if not self.patient:
            raise KeyboardInterrupt
        return Arrival(2, 1, 0, waiting=1)


def run(account: FakeAccount, *arguments: str, typed: tuple[str, ...] = ()) -> Result:
    doors, lines = FakeDoors(account, first_device=False), "".join(f"{x}\n" for x in typed)
    return CliRunner().invoke(teamchat, arguments, obj=Invocation(doors), input=lines)


@pytest.mark.parametrize("patient", [True, False])
def test_who_comes_back_hears_what_is_waited_for(*, patient: bool) -> None:
    account = Waiting()
    account.patient = patient
    result = run(account, "recover", "https://chat.example", "anna", typed=(PASSWORD, RECOVERY_KEY))
    assert result.exit_code == 0, result.output
    assert ALONE in result.stderr
    assert "whenever teamchat runs" not in result.stderr
    assert ("Your conversation is here." in result.stderr) is patient


@pytest.mark.parametrize("command", ["members", "tail"])
def test_what_is_empty_says_why(command: str) -> None:
    result = run(Waiting(), command, "Werk Shenzhen")
    assert "This device is not in the conversation yet" in result.stderr
    assert ALONE in run(Waiting(), "tail").stderr
    assert "not in the conversation yet" not in run(FakeAccount(), command, "Werk Shenzhen").stderr


def test_the_progress_says_whom_it_waits_for() -> None:
    out = Invocation(FakeDoors()).out
    assert "another member has to let" in _so_far(out, Arrival(2, 1, 0, waiting=1))
    assert "another member has to let" not in _so_far(out, Arrival(3, 1, 0, waiting=1))
