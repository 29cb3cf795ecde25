"""One's own key: a fresh start is stopped or made, recovery words are renewed."""

import msgspec
import pytest

from teamchat.wire.custody import Custody, OwnRequest, Standing
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.step import ListStep
from tests.support.fake_account import FakeRecovery
from tests.support.fake_entrance import PASSWORD, WORDS, FakeEntrance
from tests.terminal.stage import NOW_MS, Stage, StagedAccount, compare, fill, on_stage, prove

DUE = NOW_MS // 1000 + 3 * 24 * 3600
PASSPHRASE = "eins zwei drei"


async def asked(stage: Stage) -> None:
    """Somebody asks for a fresh start in Anna's name."""
    stage.account.recovery.due = DUE
    stage.account.own_changed("reset")
    await stage.until("F5")


async def test_a_fresh_start_is_said_loudly_and_stopped_by_keyboard() -> None:
    account = StagedAccount()
    async with on_stage(account=account, size=(100, 30)) as stage:
        await stage.press("enter")
        await asked(stage)
        assert "begin anew in your name" in stage.said()
        await stage.press("escape")
        assert "begin anew in your name" in stage.text(), "it stands where one writes"
        await stage.press("f5")
        assert "Was that you?" in stage.said()
        assert "Saturday, 21 November, 15:40" in stage.said()
        await stage.press("enter")
        await stage.until("somebody knows your password")
        assert not account.recovery.due
        await stage.press("right", "enter")
        assert isinstance(stage.app.screen, ChatScreen)
        assert "in your name" not in stage.text()


@pytest.mark.parametrize("keys", [("escape",), ("right", "enter")])
async def test_what_was_oneself_is_left_alone_and_stays_in_sight(keys: tuple[str, ...]) -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await stage.press("enter")
        await asked(stage)
        await stage.press("f5", *keys)
        assert account.recovery.due == DUE
        assert "in your name" in stage.text()


async def test_it_is_looked_for_at_each_connection() -> None:
    account = StagedAccount()
    account.recovery.due = DUE
    async with on_stage(account=account) as stage:
        account.own_changed()
        await stage.until("in your name")


async def test_a_server_that_is_away_stops_nothing_and_it_is_said() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await asked(stage)
        account.refuse("error-offline")
        await stage.press("f5", "enter")
        assert stage.voice_says("error-offline") in stage.said()
        await stage.press("enter")
        await stage.until("somebody knows your password")


async def test_words_are_renewed_with_those_of_now_and_only_if_they_are_on_paper() -> None:
    account = StagedAccount()
    async with on_stage(account=account, size=(80, 24)) as stage:
        stage.chat.action_recovery_words()
        await stage.until("New recovery words?")
        await stage.press("right", "enter")
        await stage.until("First the words of now")
        await fill(stage, FakeRecovery.WORDS)
        words = FakeRecovery.NEW_WORDS.split()
        await stage.until(words[15])
        assert not account.recovery.renewed
        await stage.press("enter")
        await prove(stage, words)
        await stage.until("Destroy the old paper")
        assert account.recovery.renewed


async def test_other_words_renew_nothing() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        stage.chat.action_recovery_words()
        await stage.until("New recovery words?")
        await stage.press("right", "enter")
        await fill(stage, FakeRecovery.NEW_WORDS)
        assert stage.voice_says("error-wrong-recovery-key") in stage.said()
        await stage.press("escape")
        assert isinstance(stage.app.screen, ChatScreen)
        assert not account.recovery.renewed


async def to_begin_anew(stage: Stage) -> None:
    """From the door to the new words, for somebody who has nothing left."""
    await stage.press("end", "enter")
    await fill(stage, "https://chat.example", "anna", PASSWORD)
    await stage.until("Really begin anew?")
    assert "all colleagues are warned" in stage.said()
    await stage.press("right", "enter")
    await fill(stage, PASSPHRASE, PASSPHRASE)
    await stage.until("absender")
    await stage.press("enter")
    await prove(stage, WORDS.split())


async def test_who_has_nothing_left_begins_anew_at_once_if_there_is_no_device() -> None:
    entrance = FakeEntrance()
    async with on_stage(entrance=entrance, passphrase=PASSPHRASE, size=(80, 24)) as stage:
        await to_begin_anew(stage)
        await stage.until("You have begun anew")
        await stage.press("enter")
        await stage.until("Projekt Nordstern")
        call = ("start_over", "https://chat.example", "anna", PASSWORD, PASSPHRASE)
        assert entrance.calls == [call]


async def test_where_there_are_devices_it_is_said_when_it_goes_on_and_how() -> None:
    entrance = FakeEntrance(due=DUE)
    async with on_stage(entrance=entrance) as stage:
        await to_begin_anew(stage)
        await stage.until("Your devices are asked first")
        assert "Saturday, 21 November, 15:40" in stage.said()
        assert "“I have my recovery words”" in stage.said()
        await stage.press("enter")
        assert isinstance(stage.app.screen, ListStep)


async def test_escape_at_the_warning_begins_nothing() -> None:
    entrance = FakeEntrance()
    async with on_stage(entrance=entrance) as stage:
        await stage.press("end", "enter")
        await fill(stage, "https://chat.example", "anna", PASSWORD)
        await stage.until("Really begin anew?")
        await stage.press("escape")
        assert isinstance(stage.app.screen, ListStep)
        assert entrance.calls == []


def request(standing: Standing) -> OwnRequest:
    """Somebody asks the custodians for Anna's words."""
    return OwnRequest("b" * 25 + "e", b"", 1, 2, 3, standing, [])


async def test_who_asks_the_custodians_in_ones_name_is_said_and_refused_with_a_key() -> None:
    account = StagedAccount()
    async with on_stage(account=account, size=(100, 30)) as stage:
        await stage.press("enter")
        account.custody.mine = replace_request(account.custody.mine, request(Standing.READY))
        account.own_changed("custody")
        await stage.until("asks the custodians")
        await stage.press("f5")
        assert "none of your devices" in stage.said()
        await stage.press("enter")
        await stage.until("Nothing was given out")
        assert account.custody.mine.request is None
        await stage.press("right", "enter")
        assert "asks the custodians" not in stage.text()


async def test_what_the_custodians_have_given_can_no_longer_be_refused() -> None:
    account = StagedAccount()
    account.custody.mine = replace_request(account.custody.mine, request(Standing.USED))
    async with on_stage(account=account) as stage:
        await stage.press("enter")
        account.own_changed("custody")
        await stage.settle()
        assert "asks the custodians" not in stage.text()


def replace_request(custody: Custody, asked: OwnRequest) -> Custody:
    """Return what is entrusted, with somebody who asks for it."""
    return msgspec.structs.replace(custody, request=asked)


async def test_how_it_looks() -> None:
    account = StagedAccount()
    async with on_stage(account=account, size=(80, 24), language="de") as stage:
        await stage.press("enter")
        await asked(stage)
        await stage.settle()
        compare("reset-asked-80x24-de", stage.text())
        await stage.press("f5")
        await stage.settle()
        compare("reset-80x24-de", stage.text())
    async with on_stage(entrance=FakeEntrance(), size=(50, 20), language="de") as stage:
        await stage.press("end", "enter")
        await fill(stage, "https://chat.example", "anna", PASSWORD)
        await stage.settle()
        compare("lost-all-50x20-de", stage.text())
