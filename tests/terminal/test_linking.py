"""Taking a further device in: from the one that is there, and from the new one."""

import pytest

from teamchat.client.errors import AccountError
from teamchat_terminal.pictures import listed
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.devices import DevicesSheet
from teamchat_terminal.screens.link_code import LinkCodeScreen
from teamchat_terminal.screens.step import LineStep, ListStep
from tests.support.fake_entrance import FakeEntrance
from tests.support.fake_linking import CODE, PICTURES
from tests.terminal.stage import Stage, StagedAccount, compare, fill, on_stage

ADD = ("f9", "tab", "enter")
"""To "Add a device"."""
OTHER_DEVICE = ("down", "enter")
PASSPHRASE = "eins zwei drei"


async def to_the_code(stage: Stage) -> None:
    """On the new device, as far as the code."""
    await stage.press(*OTHER_DEVICE)
    await fill(stage, "https://chat.example")
    await stage.until(CODE)


# --- on the device that is there


async def test_a_device_is_taken_in_by_keyboard() -> None:
    account = StagedAccount()
    async with on_stage(account=account, size=(80, 24)) as stage:
        await stage.press(*ADD)
        assert "has to be in front of you" in stage.said()
        await fill(stage, "00000000hb")
        assert "“Neues Telefon” wants to read along" in stage.said()
        assert account.linking.ended == []
        await stage.press("right", "enter")
        await stage.until("is one of yours now")
        assert account.linking.ended == ["confirmed"]
        await stage.press("enter")
        assert isinstance(stage.app.screen, DevicesSheet)


async def test_other_pictures_take_nobody_in_and_it_is_said_what_that_means() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await stage.press(*ADD)
        await fill(stage, CODE)
        await stage.press("enter")
        await stage.until("Not the same pictures")
        assert stage.voice_says("error-linking-different") in stage.said()
        assert account.linking.ended == ["refused"]


async def test_escape_breaks_off_at_every_step() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await stage.press(*ADD, "escape")
        assert isinstance(stage.app.screen, DevicesSheet)
        await stage.press("enter")
        await fill(stage, CODE)
        await stage.press("escape")
        assert isinstance(stage.app.screen, DevicesSheet)
        assert account.linking.ended == ["cancelled"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Nothing was entered"), ("12345", "error-linking-mistyped")],
)
async def test_what_is_no_code_is_said_before_anybody_is_asked(typed: str, said: str) -> None:
    async with on_stage() as stage:
        await stage.press(*ADD)
        await fill(stage, typed)
        assert (stage.voice_says(said) if said.startswith("error") else said) in stage.said()
        assert isinstance(stage.app.screen, LineStep)


async def test_a_code_behind_which_nobody_waits_can_be_typed_again() -> None:
    async with on_stage() as stage:
        await stage.press(*ADD)
        await fill(stage, "C5H66-S35E8")
        assert stage.voice_says("error-linking-unknown") in stage.said()
        await stage.press("escape")
        assert isinstance(stage.app.screen, LineStep)
        await fill(stage, CODE)
        assert "Compare all seven" in stage.said()


async def test_where_an_administrator_approves_it_is_said() -> None:
    account = StagedAccount()
    account.linking.needs_admin = True
    async with on_stage(account=account) as stage:
        await stage.press(*ADD)
        await fill(stage, CODE)
        await stage.press("right", "enter")
        await stage.until("“Neues Telefon” has to wait")


async def test_the_name_of_the_other_device_is_data() -> None:
    account = StagedAccount()
    account.linking.name = "[b]x[/b]\u202e\x1b[2J"
    async with on_stage(account=account) as stage:
        await stage.press(*ADD)
        await fill(stage, CODE)
        assert "[b]x[/b]⟨U+202E⟩" in stage.said()


@pytest.mark.parametrize(("language", "name"), [("de", "Hund"), ("en", "Dog")])
def test_pictures_are_named_in_ones_own_language(language: str, name: str) -> None:
    lines = listed(PICTURES, language).plain.split("\n")
    assert len(lines) == 7
    assert lines[0].split() == ["1", name, "🐶"]


# --- on the new device


async def test_a_new_device_shows_a_code_then_pictures_and_comes_in() -> None:
    entrance = FakeEntrance()
    async with on_stage(entrance=entrance, size=(80, 24), passphrase=PASSPHRASE) as stage:
        await stage.press(*OTHER_DEVICE)
        await fill(stage, "https://chat.example", PASSPHRASE, PASSPHRASE)
        await stage.until(CODE)
        entrance.answered.set()
        await stage.until("Compare all seven")
        assert not entrance.came_in
        await stage.press("right", "enter")
        await stage.until("Fetch earlier messages?")
        await stage.press("escape")
        assert isinstance(stage.app.screen, ChatScreen)
        assert entrance.calls == [("link", "https://chat.example", PASSPHRASE)]


async def test_other_pictures_on_the_new_device_end_it() -> None:
    entrance = FakeEntrance(needs_passphrase=False)
    entrance.answered.set()
    async with on_stage(entrance=entrance) as stage:
        await stage.press(*OTHER_DEVICE)
        await fill(stage, "https://chat.example")
        await stage.until("Compare all seven")
        await stage.press("enter")
        assert stage.voice_says("error-linking-different") in stage.said()
        assert not entrance.came_in
        await stage.press("enter")
        await stage.until("Compare all seven")


async def test_escape_at_the_code_ends_it_and_leads_back() -> None:
    entrance = FakeEntrance(needs_passphrase=False)
    async with on_stage(entrance=entrance) as stage:
        await to_the_code(stage)
        await stage.press("escape")
        assert isinstance(stage.app.screen, ListStep)
        entrance.answered.set()
        await stage.settle()
        assert isinstance(stage.app.screen, ListStep), "nobody links behind the scenes"


async def test_a_new_code_takes_the_place_of_the_old_one() -> None:
    entrance = FakeEntrance(needs_passphrase=False)
    async with on_stage(entrance=entrance) as stage:
        await to_the_code(stage)
        assert isinstance(stage.app.screen, LinkCodeScreen)
        stage.app.screen.show("TEAMCHAT-LINK:1:" + "B" * 77, "ZZZZZ-ZZZ00")
        await stage.settle()
        assert "ZZZZZ-ZZZ00" in stage.text()
        assert CODE not in stage.text()


async def test_it_waits_for_an_administrator_and_goes_on_by_itself() -> None:
    entrance = FakeEntrance(needs_passphrase=False, waits=True)
    entrance.answered.set()
    async with on_stage(entrance=entrance) as stage:
        await stage.press(*OTHER_DEVICE)
        await fill(stage, "https://chat.example")
        await stage.until("Compare all seven")
        await stage.press("right", "enter")
        await stage.until("an administrator approves")
        entrance.approved.set()
        await stage.until("Projekt Nordstern")


async def test_what_was_begun_goes_on_with_the_passphrase_from_then() -> None:
    entrance = FakeEntrance(begun=True)
    entrance.answered.set()
    async with on_stage(entrance=entrance, passphrase=PASSPHRASE) as stage:
        assert "Linking goes on" in stage.text()
        assert "invitation" not in stage.text()
        await stage.press("enter")
        await fill(stage, "https://chat.example", PASSPHRASE)
        await stage.until("Compare all seven")
        await stage.press("right", "enter")
        await stage.until("Projekt Nordstern")


async def test_a_server_that_is_away_is_said_at_the_code() -> None:
    entrance = FakeEntrance(needs_passphrase=False)
    entrance.refusals.append(AccountError("error-offline"))
    async with on_stage(entrance=entrance) as stage:
        await stage.press(*OTHER_DEVICE)
        await fill(stage, "https://chat.example")
        assert stage.voice_says("error-offline") in stage.said()
        await stage.press("enter")
        await stage.until(CODE)


async def test_how_it_looks() -> None:
    async with on_stage(size=(80, 24), language="de", entrance=FakeEntrance()) as stage:
        compare("welcome-80x24-de", stage.text())
    entrance = FakeEntrance(needs_passphrase=False)
    async with on_stage(size=(80, 24), language="de", entrance=entrance) as stage:
        await to_the_code(stage)
        await stage.settle()
        compare("link-code-80x24-de", stage.text())
    entrance = FakeEntrance(needs_passphrase=False)
    async with on_stage(size=(50, 20), language="de", entrance=entrance) as stage:
        await to_the_code(stage)
        compare("link-code-50x20-de", stage.text())
        entrance.answered.set()
        await stage.until("Vergleichen Sie alle sieben")
        compare("link-pictures-50x20-de", stage.text())
