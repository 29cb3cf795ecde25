"""The screen as a reader sees it, compared with text files that a person can read.

`TEAMCHAT_WRITE_SNAPSHOTS=1 pytest tests/terminal` writes them anew; look at what changed.
"""

import pytest

from teamchat.engine.model import Delivery
from teamchat_terminal.theme import PLAIN_NAME, SIXTEEN_NAME
from tests.support.fake_account import PROJECT, WEI
from tests.terminal.stage import StagedAccount, compare, on_stage

LEAVE = ("f2", "l", "tab", "enter", "escape")
"""From the open group: its members, leave, yes, and back."""


@pytest.mark.parametrize(
    ("name", "size", "language", "keys"),
    [
        ("list-80x24-en", (80, 24), "en", ()),
        ("group-80x24-de", (80, 24), "de", ("enter",)),
        ("group-200x60-en", (200, 60), "en", ("enter",)),
        ("direct-80x24-de", (80, 24), "de", ("down", "enter")),
        ("hostile-100x30-en", (100, 30), "en", ("end", "enter")),
        ("narrow-list-50x20-en", (50, 20), "en", ()),
        ("narrow-group-50x20-de", (50, 20), "de", ("enter",)),
        ("members-80x24-de", (80, 24), "de", ("enter", "f2", "end")),
        ("readers-80x24-de", (80, 24), "de", ("enter", "f3")),
        ("readers-120x40-en", (120, 40), "en", ("enter", "f3")),
        ("verify-80x24-en", (80, 24), "en", ("down", "enter", "f4")),
        ("code-80x24-de", (80, 24), "de", ("down", "enter", "f4", "q")),
        ("narrow-code-50x20-en", (50, 20), "en", ("down", "enter", "f4", "q")),
        ("differs-80x24-en", (80, 24), "en", ("down", "enter", "f4", "tab", "tab", "tab", "enter")),
        ("devices-80x24-de", (80, 24), "de", ("f9",)),
        ("lost-device-50x20-de", (50, 20), "de", ("f9", "tab", "tab", "enter", "enter")),
        ("key-list-80x24-de", (80, 24), "de", ("f7",)),
        ("narrow-key-list-50x20-en", (50, 20), "en", ("f7",)),
        ("new-80x24-en", (80, 24), "en", ("ctrl+n",)),
        ("palette-80x24-de", (80, 24), "de", ("enter", "ctrl+p")),
        ("help-80x24-en", (80, 24), "en", ("f1",)),
        ("left-80x24-en", (80, 24), "en", ("enter", *LEAVE)),
        ("left-members-80x24-de", (80, 24), "de", ("enter", *LEAVE, "f2")),
        ("left-readers-80x24-de", (80, 24), "de", ("enter", *LEAVE, "f3")),
        ("left-line-80x24-en", (80, 24), "en", ("enter", *LEAVE, "enter")),
        ("choose-to-compare-80x24-de", (80, 24), "de", ("enter", "f4")),
        ("sign-out-80x24-de", (80, 24), "de", ("ctrl+p", "a", "b", "m", "enter")),
    ],
)
async def test_the_screen_looks_as_it_should(
    name: str, size: tuple[int, int], language: str, keys: tuple[str, ...]
) -> None:
    async with on_stage(size=size, language=language) as stage:
        for key in keys:
            await stage.press(key)
        await stage.settle()
        compare(name, stage.text())


async def test_the_states_of_messages() -> None:
    account = StagedAccount()
    for text, delivery in (
        ("Entwürfe sind da.", Delivery.DELIVERED),
        ("Plan folgt.", Delivery.SENT),
        ("Wer kommt mit?", Delivery.FAILED),
        ("Ich bin unterwegs.", Delivery.QUEUED),
    ):
        account.write(PROJECT, account.me, text, 2, delivery)
    account.go_offline()
    async with on_stage(size=(80, 24), language="de", account=account) as stage:
        await stage.press("enter")
        compare("states-80x24-de", stage.text())


async def test_a_changed_key_is_said_where_one_writes() -> None:
    account = StagedAccount()
    async with on_stage(size=(80, 24), language="de", account=account) as stage:
        await stage.press("down", "enter")
        account.change_key(WEI.id)
        await stage.until("hat sich geändert")
        for toast in stage.app.screen.query("Toast"):
            await toast.remove()
        await stage.settle()
        compare("changed-key-80x24-de", stage.text())


@pytest.mark.parametrize("size", [(80, 24), (50, 20)])
async def test_a_wrong_passphrase_says_what_helps(size: tuple[int, int]) -> None:
    async with on_stage(size=size, language="de", passphrase="geheim") as stage:
        await stage.type("falsch")
        await stage.press("enter")
        await stage.until("falsch.")
        compare(f"wrong-passphrase-{size[0]}x{size[1]}-de", stage.text())


async def test_the_end_of_a_session_says_what_helps() -> None:
    async with on_stage(size=(80, 24), language="de") as stage:
        await stage.press("enter")
        stage.account.end_session()
        await stage.until("abgemeldet")
        await stage.settle()
        compare("signed-out-80x24-de", stage.text())


async def test_an_empty_account_says_what_will_be_here() -> None:
    account = StagedAccount(empty=True)
    async with on_stage(size=(80, 24), account=account) as stage:
        compare("empty-80x24-en", stage.text())


@pytest.mark.parametrize("theme", [SIXTEEN_NAME, PLAIN_NAME])
async def test_the_words_are_the_same_without_colours(theme: str) -> None:
    async with on_stage(size=(80, 24), language="de", theme=theme) as stage:
        await stage.press("enter")
        await stage.settle()
        compare("group-80x24-de", stage.text())


async def test_no_color_is_no_colour_and_what_is_chosen_is_still_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with on_stage(size=(80, 24), theme="") as stage:
        styles = [
            segment.style
            for strip in stage.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None
        ]
        assert stage.app.theme == PLAIN_NAME
        assert all(style.color is None or style.color.is_default for style in styles)
        assert all(style.bgcolor is None or style.bgcolor.is_default for style in styles)
        assert any(style.underline for style in styles), "the highlighted conversation"
        await stage.app.run_action("theme")
        assert stage.app.theme == PLAIN_NAME


async def test_a_number_that_matches_can_be_marked() -> None:
    account = StagedAccount()
    account.change_key(WEI.id)
    async with on_stage(size=(50, 20), language="de", account=account) as stage:
        await stage.press("down", "enter", "f4")
        await stage.until("44444   55555")
        compare("changed-verify-50x20-de", stage.text())
        await stage.press("e")
        await stage.type("0000011111222223333344444555556666677777888889999900000")
        await stage.type("11111")
        await stage.press("enter")
        compare("matches-50x20-de", stage.text())
