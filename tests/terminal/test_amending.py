"""Answering, changing, reacting to and deleting messages with the keys."""

import pytest
from textual.widgets import Input

from teamchat.engine.model import Message
from teamchat_terminal.message_actions import offered
from teamchat_terminal.screens.delete import Delete
from teamchat_terminal.screens.react import OFTEN, React
from teamchat_terminal.widgets.composer import Composer
from tests.support.fake_account import PROJECT, WEI
from tests.terminal.stage import Stage, compare, fill, on_stage


async def select_last(stage: Stage) -> Message:
    """Go to the newest message of the open conversation."""
    await stage.press("enter", "escape")
    selected = stage.chat.timeline.selected
    assert selected is not None
    return selected


def newest(stage: Stage) -> Message:
    return stage.account.timeline(PROJECT)[-1]


async def say_own(stage: Stage, text: str) -> None:
    await stage.press("enter")
    await stage.type(text)
    await stage.press("enter")
    await stage.until(text)
    await stage.press("escape")


async def test_an_answer_shows_what_it_answers() -> None:
    async with on_stage() as stage:
        asked = await select_last(stage)
        await stage.press("r")
        await stage.until("Answer to")
        assert isinstance(stage.app.focused, Composer)
        await stage.type("Sehe ich mir an")
        await stage.press("enter")
        await stage.until("┃ Mara")
        answer = newest(stage)
        assert answer.quote is not None
        assert answer.quote.id == asked.id
        assert "Answer to" not in stage.text()


async def test_escape_takes_an_answer_back_and_keeps_what_was_typed() -> None:
    async with on_stage() as stage:
        await select_last(stage)
        await stage.press("r")
        await stage.type("doch nicht")
        await stage.press("escape")
        assert "Answer to" not in stage.text()
        assert stage.chat.composer.text == "doch nicht"


async def test_a_message_is_changed_where_it_stands() -> None:
    async with on_stage() as stage:
        await say_own(stage, "Um 8")
        await stage.press("e")
        assert stage.chat.composer.text == "Um 8"
        await stage.until("You are changing a message")
        await stage.press("backspace")
        await stage.type("9")
        await stage.press("enter")
        await stage.until("Um 9")
        assert [each.text for each in newest(stage).versions] == ["Um 8", "Um 9"]
        assert "edited" in stage.text()
        assert stage.account.calls[-1] == "edit"
        await stage.press("escape", "enter")
        assert "What it said" in stage.text()


async def test_escape_ends_changing_and_leaves_nothing_behind() -> None:
    async with on_stage() as stage:
        await say_own(stage, "Um 8")
        await stage.press("e", "escape")
        assert stage.chat.composer.text == ""
        assert newest(stage).versions == ()


async def test_what_was_begun_is_not_overwritten_by_changing() -> None:
    async with on_stage() as stage:
        await say_own(stage, "Um 8")
        await stage.press("escape")
        await stage.type("angefangen")
        await stage.press("escape", "e")
        assert "what you have begun" in stage.text()
        assert stage.chat.composer.text == "angefangen"


async def test_a_change_that_is_refused_comes_back() -> None:
    async with on_stage() as stage:
        await say_own(stage, "Um 8")
        await stage.press("e")
        await stage.type("!")
        stage.account.refuse("error-too-late-to-edit")
        await stage.press("enter")
        await stage.until("more than a day old")
        assert stage.chat.composer.text == "Um 8!"
        assert stage.chat.aims[PROJECT].edits


async def test_an_emoji_comes_and_goes() -> None:
    async with on_stage() as stage:
        await select_last(stage)
        await stage.press("plus")
        assert isinstance(stage.app.screen, React)
        await stage.press("1")
        await stage.until(f"{OFTEN[0]} 1")
        await stage.press("plus", "1")
        await stage.settle()
        assert newest(stage).reactions == ()


async def test_an_emoji_is_found_by_its_name_and_a_word_that_names_none_is_not_put_there() -> None:
    async with on_stage() as stage:
        await select_last(stage)
        await stage.press("plus")
        await stage.until("Which emoji?")
        stage.app.screen.query_one("#line", Input).focus()
        await stage.type("cofee")
        await stage.press("enter")
        await stage.until("There is none of this name")
        await stage.press("backspace", "backspace", "backspace")
        await stage.type("ffee")
        await stage.press("enter")
        await stage.until("☕ 1")
        assert [each.reaction for each in newest(stage).reactions] == ["☕"]


async def test_another_emoji_is_typed() -> None:
    async with on_stage() as stage:
        await select_last(stage)
        await stage.press("plus")
        stage.app.screen.query_one("#line").focus()
        await fill(stage, "🐳")
        await stage.until("🐳 1")


async def test_deleting_for_everybody_leaves_that_it_was() -> None:
    async with on_stage() as stage:
        await say_own(stage, "Geheim")
        await stage.press("delete")
        assert isinstance(stage.app.screen, Delete)
        await stage.click("#everybody")
        await stage.until("You deleted this message")
        assert "Geheim" not in stage.text()


async def test_a_message_of_others_is_deleted_here_only() -> None:
    async with on_stage() as stage:
        said = await select_last(stage)
        await stage.press("delete")
        assert not stage.app.screen.query("#everybody")
        await stage.click("#here")
        await stage.settle()
        assert said.id not in {each.id for each in stage.account.timeline(PROJECT, limit=500)}


async def test_what_is_offered_fits_the_message() -> None:
    async with on_stage() as stage:
        theirs = stage.account.timeline(PROJECT)[-1]
        await say_own(stage, "Meins")
        mine = newest(stage)
        assert offered(theirs) == ("answer", "react", "copy", "delete")
        assert offered(mine) == ("answer", "react", "edit", "copy", "delete")
        stage.account.go_offline()
        await stage.press("escape")
        await stage.type("Wartet")
        await stage.press("enter")
        await stage.until("Wartet")
        assert offered(newest(stage)) == ("copy", "discard")


@pytest.mark.parametrize("language", ["de", "en"])
async def test_how_it_looks(language: str) -> None:
    async with on_stage(language=language) as stage:
        await say_own(stage, "Um 8 am Tor")
        said = newest(stage)
        await stage.account.edit(PROJECT, said.id, "Um 9 am Tor")
        await stage.account.react(PROJECT, said.id, OFTEN[0])
        stage.account.receive(PROJECT, WEI, "Bis gleich!")
        await stage.account.send_text(PROJECT, "Ja", newest(stage).id)
        gone = await stage.account.send_text(PROJECT, "Weg")
        await stage.account.withdraw(PROJECT, gone.id)
        await stage.settle()
        compare(f"amended-{language}", stage.text())
