"""What stops a conversation is said where one writes, and decided there."""

from dataclasses import replace

import pytest

from teamchat.client.errors import AccountError
from teamchat.engine.model import Standing, Trust
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.confirm import Confirm
from teamchat_terminal.screens.newcomers import NewcomersSheet
from teamchat_terminal.screens.verify import VerifySheet
from tests.support.fake_account import DIRECT, JONAS, LI, PROJECT, WEI
from tests.terminal.stage import Stage, StagedAccount, on_stage


def in_front(stage: Stage, kind: type) -> bool:
    """Whether a screen of this kind is the one in front."""
    return isinstance(stage.app.screen, kind)


def flat(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


async def test_who_came_in_unseen_is_named_and_accepted_where_one_writes() -> None:
    account = StagedAccount()
    account.come_in(PROJECT, LI.id)
    async with on_stage(account=account, size=(120, 40)) as stage:
        assert "! somebody came in unseen" in stage.text(), "the list says it too"
        await stage.press("enter")
        assert "Li Na came in while this device was away" in flat(stage.text())
        await stage.type("geheim")
        await stage.press("enter")
        assert account.sent == []
        assert stage.chat.composer.text == "geheim", "what was typed stays"
        assert in_front(stage, NewcomersSheet)
        assert "Li Na" in stage.text()
        assert "li · Shanghai" in stage.text()
        await stage.click("#accept")
        assert account.conversations()[0].newcomers == ()
        assert in_front(stage, ChatScreen)
        await stage.press("enter")
        assert account.sent == ["geheim"]


async def test_only_who_was_shown_is_accepted() -> None:
    account = StagedAccount()
    account.come_in(PROJECT, LI.id)
    async with on_stage(account=account) as stage:
        await stage.press("enter", "f5")
        assert in_front(stage, NewcomersSheet)
        mallory = replace(JONAS, id=account.people[WEI.id].id)
        account.rooms[PROJECT].newcomers.append(mallory.id)  # and nobody has told the screen
        await stage.click("#accept")
        assert "accept_members" in account.calls
        assert len(account.conversations()[0].newcomers) == 2
        await stage.until("somebody else came in")
        assert "Wei Zhang" in stage.text().split("Who came in")[1], "now both are shown"
        await stage.click("#accept")
        assert account.conversations()[0].newcomers == ()


async def test_who_comes_while_one_looks_is_said() -> None:
    account = StagedAccount()
    account.come_in(PROJECT, LI.id)
    async with on_stage(account=account, language="de") as stage:
        await stage.press("enter", "f5")
        account.come_in(PROJECT, WEI.id)
        await stage.until("Inzwischen ist noch jemand")
        assert account.conversations()[0].newcomers


async def test_not_now_changes_nothing() -> None:
    account = StagedAccount()
    account.come_in(PROJECT, LI.id)
    async with on_stage(account=account) as stage:
        await stage.press("enter")
        await stage.click("#notice")
        await stage.click("#later")
        assert account.conversations()[0].newcomers
        assert "accept_members" not in account.calls


async def test_what_got_stuck_is_joined_again_and_it_is_said_what_will_be_missing() -> None:
    account = StagedAccount()
    account.fall_apart(PROJECT)
    async with on_stage(account=account, language="de") as stage:
        await stage.press("enter")
        assert "stecken geblieben" in flat(stage.text())
        assert stage.chat.composer.disabled
        await stage.press("f5")
        assert in_front(stage, Confirm)
        assert "fehlt auf diesem Gerät für immer" in flat(stage.text())
        await stage.press("escape")
        assert "rejoin" not in account.calls, "only a yes is a yes"
        await stage.click("#notice")
        await stage.press("tab", "enter")
        assert [one.joined for one in account.conversations()] == [True] * 3
        await stage.settle()
        assert stage.chat.focused is stage.chat.composer, "ready to type"
        assert "stecken geblieben" not in flat(stage.text()).split("Diese Unterhaltung lässt")[0]


async def test_joining_again_that_fails_says_why_and_can_be_tried_again() -> None:
    account = StagedAccount()
    account.fall_apart(PROJECT)
    async with on_stage(account=account) as stage:
        await stage.press("enter", "f5")
        account.refuse("error-offline")
        await stage.press("tab", "enter")
        await stage.until("There is no connection to the server")
        assert "got stuck" in flat(stage.text())
        await stage.press("escape")
        assert "There is no connection" not in stage.text(), "it is put aside by a key"
        await stage.press("f5", "tab", "enter")
        assert account.conversations()[0].standing is Standing.MEMBER


async def test_a_new_key_in_use_stops_and_offers_two_choices() -> None:
    account = StagedAccount()
    account.change_key(WEI.id, in_use=True)
    async with on_stage(account=account, size=(120, 40)) as stage:
        await stage.press("down", "enter")
        assert "The key of Wei Zhang has changed; nothing is sent here" in flat(stage.text())
        await stage.type("geheim")
        await stage.press("enter")
        assert account.sent == []
        assert in_front(stage, VerifySheet)
        await stage.until("44444   55555")
        assert "It is the same" in stage.text()
        assert "accept nothing" in flat(stage.text())
        await stage.click("#same")
        await stage.until("Noted")
        await stage.press("escape", "enter")
        assert account.sent == ["geheim"]


async def test_the_number_that_is_noted_is_the_one_that_was_shown() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await stage.press("down", "enter", "f4")
        await stage.until("44444   55555")

        async def another(user: str) -> str:
            return " ".join(["99999"] * 12 if user else [])

        account.safety_number = another  # type: ignore[method-assign]  # a new key
        await stage.click("#same")
        await stage.until("changed since it was")
        await stage.until("99999   99999")
        assert account.people[WEI.id].trust is not Trust.CHANGED


async def test_the_key_from_before_is_kept() -> None:
    account = StagedAccount()
    account.change_key(WEI.id)
    async with on_stage(account=account, language="de") as stage:
        await stage.press("down", "enter", "f5")
        await stage.until("44444   55555")
        await stage.click("#keep")
        await stage.until("Der Schlüssel von vorher bleibt")
        assert account.people[WEI.id].trust is Trust.VOUCHED
        assert account.calls[-1] == "keep_key"


async def test_a_key_in_use_cannot_be_put_aside_and_it_is_said_why() -> None:
    account = StagedAccount()
    account.change_key(WEI.id, in_use=True)
    async with on_stage(account=account) as stage:
        await stage.press("down", "enter", "f5")
        await stage.until("44444   55555")
        account._refusals.append(AccountError("error-key-in-use", who="Wei Zhang"))
        await stage.click("#keep")
        await stage.until("uses the changed key")
        assert account.people[WEI.id].trust is Trust.CHANGED


async def test_in_a_group_it_is_said_who_has_the_new_key() -> None:
    account = StagedAccount()
    account.change_key(WEI.id, in_use=True)
    async with on_stage(account=account) as stage:
        await stage.press("enter", "f5")
        assert in_front(stage, VerifySheet)
        assert "Wei Zhang" in stage.text()


async def test_a_device_that_is_just_coming_in_can_write() -> None:
    account = StagedAccount()
    account.rooms[DIRECT].standing = Standing.ENTERING
    async with on_stage(account=account) as stage:
        await stage.press("down", "enter")
        assert not stage.chat.composer.disabled
        assert "just coming into the conversation" in flat(stage.text())


async def test_who_is_leaving_reads_along_and_cannot_write() -> None:
    account = StagedAccount()
    account.rooms[PROJECT].standing = Standing.LEAVING
    async with on_stage(account=account) as stage:
        await stage.press("enter")
        assert "You are leaving this conversation" in flat(stage.text())
        assert stage.chat.composer.disabled
        assert stage.chat.focused is stage.chat.timeline


@pytest.mark.parametrize(("name", "words"), [("accept", "nobody to accept"), ("join", "works on")])
async def test_the_commands_say_when_there_is_nothing_to_do(name: str, words: str) -> None:
    async with on_stage() as stage:
        await stage.press("enter", "ctrl+p")
        await stage.type(name)
        await stage.press("enter")
        await stage.until(words)


async def test_nothing_in_the_way_is_said() -> None:
    async with on_stage() as stage:
        await stage.press("enter", "f5")
        await stage.until("Nothing stands in the way")
