"""What new members see of earlier messages: decided among the members, said to everybody."""

from teamchat_terminal.screens.members import MembersSheet
from teamchat_terminal.screens.people import AddPeople
from tests.support.fake_account import PROJECT, WEI
from tests.terminal.stage import Stage, StagedAccount, compare, on_stage


async def open_members(stage: Stage) -> None:
    await stage.press("enter", "f2")
    await stage.until("New members see")


async def test_an_administrator_sets_a_number_of_days_by_keyboard() -> None:
    account = StagedAccount()
    async with on_stage(account=account, size=(80, 24)) as stage:
        await open_members(stage)
        assert "New members see nothing" in stage.said(), "nothing is the default"
        await stage.press("n")
        await stage.until("What do new members see?")
        await stage.press("down", "enter")
        await stage.until("How many days?")
        await stage.press("ctrl+u")
        await stage.type("0")
        await stage.press("enter")
        assert "from 1 to 36,500" in stage.said()
        await stage.press("backspace")
        await stage.type("14")
        await stage.press("enter")
        await stage.until("the last 14 days")
        assert account.rooms[PROJECT].history == 14
        assert isinstance(stage.app.screen, MembersSheet)


async def test_everything_or_nothing_takes_one_step_and_escape_changes_nothing() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await open_members(stage)
        await stage.press("n", "escape")
        assert "set_history" not in account.calls
        await stage.press("n", "down", "enter", "escape")
        assert "set_history" not in account.calls
        await stage.press("n", "end", "enter")
        await stage.until("everything that was written")
        assert account.rooms[PROJECT].history == -1
        await stage.press("n", "enter")
        await stage.until("New members see nothing")
        assert account.rooms[PROJECT].history == 0


async def test_who_does_not_manage_the_group_reads_it_and_sets_nothing() -> None:
    account = StagedAccount()
    account.rooms[PROJECT].admins.clear()
    account.rooms[PROJECT].history = 7
    async with on_stage(account=account) as stage:
        await open_members(stage)
        assert "the last 7 days" in stage.said()
        assert not stage.app.screen.query_one("#member-see").display
        await stage.press("n")
        assert isinstance(stage.app.screen, MembersSheet)


async def test_what_the_server_refuses_is_said_and_can_be_tried_again() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await open_members(stage)
        account.refuse("error-offline")
        await stage.press("n", "end", "enter")
        assert stage.voice_says("error-offline") in stage.said()
        await stage.press("enter")
        await stage.until("everything that was written")


async def test_whoever_adds_people_reads_what_they_are_given() -> None:
    account = StagedAccount()
    account.rooms[PROJECT].history = 1
    account.rooms[PROJECT].members.remove(WEI.id)
    async with on_stage(account=account, size=(80, 24)) as stage:
        await open_members(stage)
        await stage.press("a")
        assert isinstance(stage.app.screen, AddPeople)
        await stage.until("They are given what was written on the last")


async def test_how_it_looks() -> None:
    async with on_stage(size=(50, 20), language="de") as stage:
        await stage.press("enter", "f2", "n")
        await stage.settle()
        compare("newcomers-see-50x20-de", stage.text())
