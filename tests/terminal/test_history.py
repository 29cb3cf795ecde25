"""Earlier messages: asked for, given, kept, by keyboard; Esc leads out and nothing is lost."""

from dataclasses import replace

import pytest

from teamchat.engine.model import MessageKind
from teamchat_terminal.screens.busy import ReportingStep
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.history import HistorySheet
from teamchat_terminal.screens.step import Step
from tests.support.fake_account import LAPTOP, PHONE, PROJECT
from tests.support.fake_entrance import FakeEntrance
from tests.terminal.stage import Stage, StagedAccount, compare, fill, on_stage

BACKED_UP = 1_795_000_000


async def open_sheet(stage: Stage) -> None:
    """Open the sheet as the palette does."""
    stage.chat.action_history()
    await stage.settle()


async def test_a_device_that_asks_is_said_and_gets_it_only_after_a_yes() -> None:
    account = StagedAccount()
    async with on_stage(account=account, size=(100, 30)) as stage:
        await stage.press("enter")
        account.history.asked_by(PHONE)
        account.own_changed("history")
        await stage.until("wants your earlier messages")
        await stage.press("f5")
        assert isinstance(stage.app.screen, HistorySheet)
        await stage.press("tab", "enter")
        assert "It has to be yours, in your own hand" in stage.said()
        assert "history.give" not in account.calls
        await stage.press("right", "enter")
        assert account.calls[-1] == "history.give"
        assert "1,500 of about 3,000" in stage.said()
        account.history.come.set()
        await stage.until("takes them in now")
        await stage.press("enter")
        assert isinstance(stage.app.screen, HistorySheet)


async def test_no_is_no() -> None:
    account = StagedAccount()
    account.history.asked_by(PHONE)
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        await stage.press("tab", "enter", "enter")
        assert isinstance(stage.app.screen, HistorySheet)
        assert account.calls == []


async def test_it_is_asked_for_and_comes_or_one_goes_on_meanwhile() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        await stage.press("tab", "enter")
        await stage.until("say yes on your other device")
        assert isinstance(stage.app.screen, ReportingStep)
        await stage.press("escape")
        await stage.until("has asked for them")
        assert account.calls == ["history.ask"]
        await stage.click("#stop")
        await stage.settle()
        assert account.calls[-1] == "history.cancel"


async def test_the_backup_is_made_read_and_deleted() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        assert "There is none" in stage.said()
        await stage.click("#back-up")
        await stage.until("adds to it every day")
        await stage.press("enter")
        await stage.click("#restore")
        await stage.until("They came from your backup")
        await stage.press("enter")
        await stage.click("#forget")
        await stage.press("right", "enter")
        await stage.settle()
        assert account.calls == ["history.back_up", "history.forget_backup"]


async def test_what_goes_wrong_is_said_and_can_be_tried_again() -> None:
    account = StagedAccount()
    account.refuse("error-history-no-room")
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        await stage.click("#back-up")
        assert stage.voice_says("error-history-no-room") in stage.said()
        await stage.press("enter")
        await stage.until("adds to it every day")


async def test_where_the_company_allows_nothing_nothing_is_offered() -> None:
    account = StagedAccount()
    account.history.allowed = False
    account.history.policy = "none"
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        assert stage.voice_says("cli-history-policy-none") in stage.said()
        assert not any(button.display for button in stage.app.screen.query("Button"))


@pytest.mark.parametrize("backup", [False, True])
async def test_who_comes_in_with_the_words_is_asked_at_once(backup: bool) -> None:  # noqa: FBT001
    account = StagedAccount()
    if backup:
        account.history.backed_up = BACKED_UP
    entrance = FakeEntrance(needs_passphrase=False, begun=True)
    entrance.answered.set()
    async with on_stage(account=account, entrance=entrance) as stage:
        await stage.press("enter")
        await fill(stage, "https://chat.example")
        await stage.until("Compare all seven")
        await stage.press("right", "enter")
        await stage.until("Fetch earlier messages?")
        assert ("Your backup is on the server" in stage.said()) is backup
        await stage.press("right", "enter")
        await stage.settle()
        assert account.calls == ([] if backup else ["history.ask"])


async def test_who_was_invited_is_not_asked() -> None:
    account = StagedAccount()
    account.history.backed_up = BACKED_UP
    async with on_stage(account=account) as stage:
        assert isinstance(stage.app.screen, ChatScreen)
        assert account.calls == []


async def test_a_message_that_was_given_says_by_whom() -> None:
    account = StagedAccount()
    line = account.timeline(PROJECT)[-1]
    assert line.kind is MessageKind.TEXT
    given = replace(line, given_by=account.me.id, given_by_own=True, given_device=LAPTOP)
    account.rooms[PROJECT].messages[-1] = given
    async with on_stage(account=account) as stage:
        await stage.press("enter", "escape", "enter")
        assert "has not read it itself" in stage.said()


async def test_how_it_looks() -> None:
    account = StagedAccount()
    account.history.asked_by(PHONE)
    account.history.backed_up = BACKED_UP
    async with on_stage(account=account, size=(80, 24), language="de") as stage:
        await open_sheet(stage)
        compare("history-80x24-de", stage.text())
        await stage.press("tab", "enter", "right", "enter")
        assert isinstance(stage.app.screen, Step)
        compare("giving-80x24-de", stage.text())
