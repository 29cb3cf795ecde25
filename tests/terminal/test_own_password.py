"""Another password: by itself, and offered once somebody was stopped who knows it."""

from teamchat_terminal.screens.chat import ChatScreen
from tests.support.fake_account import FakePassword
from tests.terminal.stage import Stage, StagedAccount, compare, fill, on_stage

NEW = "anders Esel Ladegerät"


async def open_it(stage: Stage) -> None:
    await stage.press("ctrl+p")
    await fill(stage, "Change password")
    await stage.until("Your password so far")


async def test_it_is_changed_with_the_one_of_now() -> None:
    account = StagedAccount()
    before = FakePassword().now
    async with on_stage(account=account, size=(80, 24)) as stage:
        await open_it(stage)
        await fill(stage, before)
        await stage.until("of 12 characters")
        await fill(stage, "kurz")
        await stage.until("12 are the least")
        await stage.press("ctrl+u")
        await fill(stage, NEW, NEW)
        await stage.until("Your password is changed")
        assert account.password.now == NEW
        await stage.press("enter")
        assert isinstance(stage.app.screen, ChatScreen)


async def test_a_wrong_one_changes_nothing() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await open_it(stage)
        await fill(stage, "falsch", NEW, NEW)
        await stage.until(stage.voice_says("error-wrong-old-password"))
        await stage.press("escape")
        assert isinstance(stage.app.screen, ChatScreen)
        assert account.password.now == FakePassword().now


async def test_escape_leads_out_of_every_step() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        for typed in ((), (account.password.now,), (account.password.now, NEW)):
            await open_it(stage)
            await fill(stage, *typed)
            while not isinstance(stage.app.screen, ChatScreen):
                await stage.press("escape")
        assert account.password.now == FakePassword().now


async def test_who_has_stopped_a_new_beginning_changes_it_at_once() -> None:
    account = StagedAccount()
    async with on_stage(account=account, size=(80, 24), language="de") as stage:
        await stage.press("enter")
        account.own_changed("reset")
        await stage.until("in Ihrem Namen")
        await stage.press("f5", "enter")
        await stage.until("Jemand kennt aber Ihr Passwort")
        await stage.settle()
        compare("reset-stopped-80x24-de", stage.text())
        await stage.press("enter")
        await stage.until("Ihr Passwort von bisher")
        await fill(stage, account.password.now, NEW, NEW)
        await stage.until("Ihr Passwort ist geändert")
        assert account.password.now == NEW
