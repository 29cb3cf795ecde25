"""Custodians: who they are, what one entrusts to them, and what one does as one of them."""

import asyncio
from dataclasses import replace

import msgspec
import pytest

from teamchat.wire.custody import Custodians, Verdict
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.custodians import CustodiansSheet
from tests.support.fake_account import JONAS, KNOWN_KEY, LI, WEI
from tests.support.fake_custody import CODE, FakeCustody
from tests.terminal.stage import NOW_MS, Stage, StagedAccount, compare, fill, on_stage


def among_them() -> StagedAccount:
    """Anna is a custodian herself, who has not accepted yet."""
    account = StagedAccount()
    people = (LI, account.me, JONAS)
    account.custody = FakeCustody(*people, now=NOW_MS // 1000, recovery_key=KNOWN_KEY)
    return account


async def ready() -> StagedAccount:
    """All have accepted."""
    account = among_them()
    await account.custody.accept()
    return account


async def open_sheet(stage: Stage) -> None:
    await stage.press("alt+c")
    await stage.until("together can give")
    await stage.settle()


async def test_it_is_said_who_they_are_and_what_they_could_do() -> None:
    async with on_stage(size=(80, 24)) as stage:
        await open_sheet(stage)
        assert "Any 2 of these 3 custodians together" in stage.said()
        assert "Jonas Braun @jonas has not accepted yet" in stage.said()
        assert "You are a custodian" not in stage.said()
        await stage.press("escape")
        assert isinstance(stage.app.screen, ChatScreen)


async def test_what_can_be_done_has_the_focus_however_late_the_server_answers() -> None:
    account = among_them()
    honest, answered = account.custody.custodians, asyncio.Event()

    async def late() -> Custodians:
        await answered.wait()
        return await honest()

    account.custody.custodians = late  # type: ignore[method-assign]
    async with on_stage(account=account, size=(80, 24)) as stage:
        await stage.press("alt+c")
        await stage.settle()
        answered.set()
        await stage.until("together can give")
        await stage.press("enter")
        assert "Be a custodian?" in stage.said()


async def test_where_there_are_none_nothing_is_offered() -> None:
    account = StagedAccount()
    account.custody.found = msgspec.structs.replace(account.custody.found, set="", custodians=[])
    async with on_stage(account=account) as stage:
        await stage.press("alt+c")
        await stage.until("Your company has no custodians")
        assert not any(button.display for button in stage.app.screen.query("Button"))


async def test_words_are_entrusted_and_taken_back_by_keyboard() -> None:
    account = await ready()
    async with on_stage(account=account, size=(80, 24)) as stage:
        await open_sheet(stage)
        await stage.press("enter")
        await stage.until("Entrust your recovery words to them?")
        assert "could read what you can read and write as you" in stage.said()
        await stage.press("right", "enter")
        await stage.until("Type your 16 recovery words")
        await fill(stage, KNOWN_KEY)
        await stage.until("Keep your own copy")
        assert account.custody.mine.deposit
        await stage.press("enter")
        await stage.until("You have entrusted your")
        await stage.press("enter")
        await stage.until("Take your words back?")
        await stage.press("right", "enter")
        await stage.until("The server has deleted the parts")
        assert not account.custody.mine.deposit


@pytest.mark.parametrize("keys", [("escape",), ("enter",), ("right", "enter", "escape")])
async def test_escape_entrusts_nothing(keys: tuple[str, ...]) -> None:
    account = await ready()
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        await stage.press("enter", *keys)
        assert isinstance(stage.app.screen, CustodiansSheet)
        assert not account.custody.mine.deposit


async def test_while_somebody_has_not_accepted_nobody_types_their_words_in_vain() -> None:
    async with on_stage(account=StagedAccount()) as stage:
        await open_sheet(stage)
        assert "as soon as all have accepted" in stage.said()
        assert not stage.app.screen.query_one("#entrust").display


async def test_where_only_too_few_others_could_help_it_is_said() -> None:
    account = await ready()
    account.custody.found = msgspec.structs.replace(account.custody.found, threshold=3)
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        assert stage.voice_says("error-custody-oneself") in stage.said()
        assert not stage.app.screen.query_one("#entrust").display


async def test_whoever_is_appointed_accepts() -> None:
    account = among_them()
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        assert "You have not accepted yet" in stage.said()
        await stage.press("enter")
        await stage.until("Be a custodian?")
        await stage.press("escape")
        assert account.custody.found.custodians[1].key is None
        await stage.press("enter", "right", "enter")
        await stage.until("You are a custodian now, one of 3")
        await stage.press("enter")
        await stage.until("Nobody asks you for anything")


async def test_a_part_is_given_only_for_the_code_that_is_read_out() -> None:
    account = await ready()
    account.custody.ask(WEI)
    async with on_stage(account=account, size=(80, 24)) as stage:
        await open_sheet(stage)
        assert "Wei Zhang" in stage.said()
        await stage.press("enter")
        await stage.until("Wei Zhang asks for your part")
        assert CODE not in stage.said(), "the custodian is not shown what is to be heard"
        await stage.press("enter")
        await fill(stage, "12345")
        assert "These are 5 digits; the code has 30." in stage.said()
        await stage.press("ctrl+u")
        await fill(stage, "9" * 30)
        await stage.until("That is not the code of this request")
        assert account.custody.asked
        await fill(stage, CODE.replace(" ", "-"))
        await stage.until("goes to Wei Zhang")
        assert account.custody.asked[0].request.verdict is Verdict.APPROVED
        await stage.press("enter")
        await stage.until("Wei Zhang  given")


async def given_to_wei() -> StagedAccount:
    account = await ready()
    account.custody.ask(WEI)
    await account.custody.approve(account.custody.asked[0], CODE)
    return account


async def test_a_part_that_was_given_is_taken_back_if_one_says_yes() -> None:
    account = await given_to_wei()
    async with on_stage(account=account, size=(80, 24)) as stage:
        await open_sheet(stage)
        for keys in (("escape",), ("enter",)):  # the answer no has the focus
            await stage.click("#take-back")
            await stage.until("Take your part back from Wei Zhang?")
            await stage.press(*keys)
            assert account.custody.asked[0].request.verdict is Verdict.APPROVED
        await stage.click("#take-back")
        await stage.press("right", "enter")
        await stage.until("gives your part to nobody")
        assert account.custody.asked[0].request.verdict is Verdict.WAITING
        await stage.press("enter")
        await stage.settle()
        assert not stage.app.screen.query_one("#take-back").display


async def test_a_part_that_was_handed_on_meanwhile_is_said_not_to_come_back() -> None:
    account = await given_to_wei()
    async with on_stage(account=account, size=(80, 24)) as stage:
        await open_sheet(stage)
        account.custody.ask(WEI)
        account.custody.asked[0] = account.custody.asked.pop()  # the server knows of no part
        await stage.click("#take-back")
        await stage.press("right", "enter")
        await stage.until("handed on already")


async def test_where_nothing_was_given_nothing_is_offered_to_be_taken_back() -> None:
    account = await ready()
    account.custody.ask(WEI)
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        assert not stage.app.screen.query_one("#take-back").display


async def test_who_is_not_sure_leaves_or_declines() -> None:
    account = await ready()
    account.custody.ask(WEI)
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        await stage.press("enter", "escape")
        assert account.custody.asked
        await stage.press("enter", "right", "enter")
        await stage.until("The person is told")
        await stage.press("escape")
        assert account.custody.asked
        await stage.press("enter", "right", "enter", "right", "enter")
        await stage.until("Wei Zhang is told")
        assert not account.custody.asked


async def test_of_somebody_never_met_the_user_name_is_typed_first() -> None:
    account = await ready()
    account.custody.ask(WEI, met=False)
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        await stage.press("enter")
        await stage.until("A voice is not enough")
        await stage.press("enter")
        await fill(stage, "somebody")
        assert "That is not their user name" in stage.said()
        await stage.press("ctrl+u")
        await fill(stage, "wei", CODE)
        await stage.until("goes to")
        assert account.custody.asked[0].request.verdict is Verdict.APPROVED


async def test_a_request_under_another_name_can_only_be_declined() -> None:
    account = await ready()
    account.custody.ask(WEI, known_as=replace(WEI, name="Wei Chang", user_name="chang"))
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        await stage.press("enter")
        await stage.until("asks for your part")
        assert "Do not believe whoever reads you a code now" in stage.said()
        assert not stage.app.screen.query("#code")
        await stage.press("enter", "right", "enter")
        await stage.until("is told")
        assert not account.custody.asked


async def test_of_several_requests_one_is_chosen() -> None:
    account = await ready()
    account.custody.ask(WEI)
    account.custody.ask(LI)
    first, second = account.custody.asked
    other = msgspec.structs.replace(second.request, id="c" * 25 + "e")
    account.custody.asked[1] = replace(second, request=other)
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        await stage.press("enter")
        await stage.until("Who is it about?")
        await stage.press("down", "enter")
        await stage.until("Li Na asks for your part")
        assert first in account.custody.asked


async def test_who_asks_for_ones_own_words_is_refused_there_too() -> None:
    account = await ready()
    account.custody.be_asked_for()
    async with on_stage(account=account) as stage:
        await open_sheet(stage)
        assert "Somebody asks for them" in stage.said()
        await stage.press("enter", "enter")
        await stage.until("Nothing was given out")
        assert account.custody.mine.request is None


@pytest.mark.parametrize(
    ("size", "language"), [((80, 24), "de"), ((80, 24), "en"), ((50, 20), "de"), ((50, 20), "en")]
)
async def test_how_it_looks(size: tuple[int, int], language: str) -> None:
    account = await ready()
    account.custody.ask(WEI)
    where = f"{size[0]}x{size[1]}-{language}"
    async with on_stage(account=account, size=size, language=language) as stage:
        await stage.press("enter", "alt+c")
        await stage.settle()
        compare(f"custodians-{where}", stage.text())
        await stage.press("enter")
        await stage.settle()
        compare(f"custodians-asks-{where}", stage.text())
        await stage.press("enter")
        await stage.settle()
        compare(f"custodians-code-{where}", stage.text())
        await stage.press("escape", "tab", "enter")
        await stage.settle()
        compare(f"custodians-entrust-{where}", stage.text())
