"""Comparing a safety number on the screen: a QR code, entering theirs, and what comes of it."""

import pytest
from textual import events
from textual.widgets import Button, Static

from teamchat.engine.model import Trust
from teamchat.identity.safety_number import code_parts
from teamchat.ids import UserId
from teamchat.qr_code import drawn
from teamchat_terminal.screens.code import CodeScreen
from teamchat_terminal.screens.enter_number import EnterNumber
from teamchat_terminal.screens.outcome import OutcomeScreen
from teamchat_terminal.screens.verify import VerifySheet
from teamchat_terminal.theme import DARK_NAME, LIGHT_NAME, PLAIN_NAME, SIXTEEN_NAME
from tests.support.fake_account import DIRECT, WEI
from tests.terminal.stage import Stage, StagedAccount, on_stage
from tests.terminal.test_holds import flat, in_front

NUMBER = " ".join(f"{11111 * (n % 10):05d}" for n in range(12))
CODE = "".join(code_parts(NUMBER))
OTHER = NUMBER[:-1] + "2"
TO_WEI = ("down", "enter", "f4")


async def paste(stage: Stage, text: str) -> None:
    assert stage.app.focused is not None
    stage.app.focused.post_message(events.Paste(text))
    await stage.settle()


async def enter(stage: Stage, text: str) -> None:
    """Open the comparison with Wei and enter a number."""
    await stage.press(*TO_WEI)
    await stage.until("44444   55555")
    await stage.press("e")
    assert in_front(stage, EnterNumber)
    await paste(stage, text)
    await stage.press("enter")


def unverified() -> StagedAccount:
    """Return the staged account; nobody has compared Wei's key."""
    account = StagedAccount()
    account.people[WEI.id] = WEI
    return account


# --- the QR code ------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 24), (50, 20), (37, 18)])
async def test_the_code_is_drawn_over_the_whole_screen(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as stage:
        await stage.press(*TO_WEI, "q")
        assert in_front(stage, CodeScreen)
        shown = stage.text()
        lines = drawn(code_parts(NUMBER), light=False)
        assert [line for line in lines if line.strip(" ") not in shown] == []
        await stage.press("escape")
        assert in_front(stage, VerifySheet)


@pytest.mark.parametrize("size", [(36, 24), (80, 17)])
async def test_where_the_code_has_no_room_it_is_left_out_and_said(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as stage:
        await stage.press(*TO_WEI, "q")
        assert "no room for the QR code" in flat(stage.text())
        assert "▀" not in stage.text()


@pytest.mark.parametrize(
    ("theme", "colours"),
    [
        (LIGHT_NAME, ("#000000", "#ffffff")),
        (DARK_NAME, ("#000000", "#ffffff")),
        (SIXTEEN_NAME, ("color(0)", "color(15)")),
        (PLAIN_NAME, ("default", "default")),
    ],
)
async def test_the_code_is_dark_on_light_in_every_theme(
    theme: str, colours: tuple[str, str]
) -> None:
    async with on_stage(theme=theme) as stage:
        await stage.press(*TO_WEI, "q")
        line = drawn(code_parts(NUMBER), light=theme == PLAIN_NAME)[8]
        assert line.strip() in stage.text()
        strip = stage.app.screen.query_one("#code", Static).render_line(8)
        (style,) = {segment.style for segment in strip if segment.text.strip()}
        assert style is not None
        assert (style.color and style.color.name, style.bgcolor and style.bgcolor.name) == colours


async def test_the_code_waits_for_the_number() -> None:
    account = StagedAccount()

    async def never(user: UserId) -> str:
        raise TimeoutError

    account.safety_number = never  # type: ignore[method-assign]  # not known yet
    async with on_stage(account=account) as stage:
        await stage.press(*TO_WEI, "q", "e")
        assert in_front(stage, VerifySheet)


# --- entering theirs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "theirs",
    [NUMBER, CODE, CODE.lower(), NUMBER.replace(" ", ""), NUMBER[:23] + "\n" + NUMBER[24:]],
)
async def test_what_matches_is_said_plainly_and_can_be_marked(theirs: str) -> None:
    account = unverified()
    async with on_stage(account=account) as stage:
        await enter(stage, theirs)
        assert in_front(stage, OutcomeScreen)
        assert "✓ matches" in stage.text()
        assert "mark_verified" not in account.calls, "only a yes marks"
        await stage.click("#mark")
        await stage.until("Noted")
        assert "✓ verified in person" in stage.text()
        assert account.people[WEI.id].trust is Trust.VERIFIED


async def test_what_matches_need_not_be_marked() -> None:
    account = unverified()
    async with on_stage(account=account) as stage:
        await enter(stage, NUMBER)
        await stage.press("escape")
        assert in_front(stage, VerifySheet)
        assert "mark_verified" not in account.calls
        assert account.people[WEI.id].trust is Trust.VOUCHED


async def test_who_is_verified_already_is_not_asked_again() -> None:
    async with on_stage() as stage:
        await enter(stage, CODE)
        assert "✓ matches" in stage.text()
        assert [button.id for button in stage.app.screen.query(Button)] == ["nothing"]


async def test_what_does_not_match_is_said_plainly_and_can_never_be_marked() -> None:
    account = unverified()
    async with on_stage(account=account, language="de") as stage:
        await enter(stage, OTHER)
        assert "✕ stimmt NICHT überein" in stage.text()
        assert "Sagen Sie Ihrer IT Bescheid" in flat(stage.text())
        assert [button.id for button in stage.app.screen.query(Button)] == ["nothing"]
        await stage.click("#nothing")
        assert account.people[WEI.id].trust is Trust.VOUCHED
        assert "mark_verified" not in account.calls


@pytest.mark.parametrize("text", ["", "12345", f"{NUMBER} 1", f"teamchat-verify:2:{NUMBER}"])
async def test_what_is_no_number_is_said_where_it_was_entered(text: str) -> None:
    async with on_stage(account=unverified()) as stage:
        await enter(stage, text)
        assert in_front(stage, EnterNumber)
        assert "This is no safety number" in flat(stage.text())
        await stage.press("escape")
        assert in_front(stage, VerifySheet)


async def test_a_paste_without_end_is_cut() -> None:
    async with on_stage() as stage:
        await enter(stage, "1" * 100_000)
        assert "This is no safety number" in flat(stage.text())


async def test_a_key_that_changes_while_one_looks_at_the_outcome_is_not_marked() -> None:
    account = unverified()
    async with on_stage(account=account) as stage:
        await enter(stage, NUMBER)

        async def another(user: UserId) -> str:
            return OTHER

        account.safety_number = another  # type: ignore[method-assign]  # a new key
        await stage.click("#mark")
        await stage.until("changed since it was")
        assert account.people[WEI.id].trust is Trust.VOUCHED


# --- a key that has changed -------------------------------------------------------------------


async def test_to_a_verified_contact_nothing_goes_before_the_changed_key_was_compared() -> None:
    account = StagedAccount()
    assert account.people[WEI.id].trust is Trust.VERIFIED
    account.change_key(WEI.id, in_use=True)
    async with on_stage(account=account, size=(120, 40), language="de") as stage:
        await stage.press("down", "enter")
        assert "hat sich geändert; bis Sie ihn angesehen haben" in flat(stage.text())
        assert "! Schlüssel geändert" in stage.text(), "the list says it too"
        await stage.type("geheim")
        await stage.press("enter")
        assert account.sent == []
        assert in_front(stage, VerifySheet)
        await stage.until("44444   55555")
        await stage.press("e")
        await paste(stage, CODE)
        await stage.press("enter")
        await stage.click("#mark")
        await stage.until("Vermerkt")
        assert account.sent == [], "it goes when the person sends it"
        await stage.press("escape", "enter")
        assert account.sent == ["geheim"]
        assert [one.text for one in account.timeline(DIRECT)][-1] == "geheim"


async def test_a_changed_key_that_does_not_match_is_put_aside_from_there() -> None:
    account = StagedAccount()
    account.change_key(WEI.id)
    async with on_stage(account=account) as stage:
        await enter(stage, OTHER)
        assert "✕ does NOT match" in stage.text()
        await stage.click("#keep")
        await stage.until("The key from before stays")
        assert account.calls[-1] == "keep_key"
        assert "mark_verified" not in account.calls
