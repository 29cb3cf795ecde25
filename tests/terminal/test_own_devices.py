"""One's own devices: how each came, what does not fit, and what to do about one that is lost."""

from dataclasses import replace

import pytest
from textual.widgets import Button

from teamchat.engine.model import LogDevice, OwnDevice
from teamchat.ids import DeviceId, identifier
from teamchat_terminal.own_devices import shown
from teamchat_terminal.screens.busy import BusyStep
from teamchat_terminal.screens.devices import DevicesSheet
from teamchat_terminal.screens.step import ListStep, Step
from tests.support.fake_account import LAPTOP, PHONE, START_MS
from tests.terminal.stage import Stage, StagedAccount, on_stage, voice

TABLET, GHOST = (DeviceId(identifier(n.to_bytes(16, "big"))) for n in (103, 104))
LOST = ("f9", "tab", "tab", "enter")
"""To "I have lost a device"."""


def with_tablet() -> StagedAccount:
    """Return an account whose phone has brought a tablet."""
    account = StagedAccount()
    account._devices.append(
        OwnDevice(TABLET, "Tablet", START_MS // 1000 - 80_000, 20_600, this=False)
    )
    own = (*account.key_log.status.own, LogDevice(TABLET, 4, PHONE, ended=False))
    account.key_log.status = replace(account.key_log.status, own=own)
    return account


def in_front(stage: Stage) -> type:
    return type(stage.app.screen)


async def test_it_is_said_how_each_came_and_when_it_was_used() -> None:
    async with on_stage(account=with_tablet()) as stage:
        await stage.press("f9")
        text = stage.text()
        assert "this device" in text
        assert "your first device" in text
        assert "last used: yesterday" in text
        assert "came through “Laptop”" in text
        assert "not used for long" in text
        assert "!" not in text.partition("Your devices")[2].partition("Lost a device")[0]


def test_what_server_and_directory_do_not_agree_on_is_said() -> None:
    account, speaker = with_tablet(), voice()
    own = (
        LogDevice(LAPTOP, 0, None, ended=False),
        LogDevice(GHOST, 2, None, ended=False),
        LogDevice(PHONE, 3, LAPTOP, ended=True),
    )
    status = replace(account.key_log.status, own=own)
    found = {each.id: each for each in shown(account._devices, status, speaker)}
    assert not found[LAPTOP].problem
    assert "not in the list" in found[PHONE].problem, "it had ended"
    assert "not in the list" in found[TABLET].problem, "it never was"
    assert "does not name it" in found[GHOST].problem
    assert GHOST not in {each.id for each in shown(account._devices, status, speaker, [GHOST])}


def test_a_device_of_this_minute_may_not_be_listed_yet() -> None:
    account = StagedAccount()
    new = OwnDevice(TABLET, "Tablet", account.key_log.status.checked - 1, 20_775, this=False)
    found = shown([*account._devices, new], account.key_log.status, voice())
    assert not any(each.problem for each in found)
    unread = replace(account.key_log.status, origin="", own=(), checked=0)
    assert not any(each.problem for each in shown(account._devices, unread, voice()))


async def test_a_lost_device_is_removed_by_keyboard_and_what_came_through_it_is_asked() -> None:
    account = with_tablet()
    async with on_stage(account=account, size=(80, 24)) as stage:
        await stage.press(*LOST)
        assert in_front(stage) is ListStep
        assert "Laptop" not in stage.app.screen.query_one("#step-list").render_line(0).text
        await stage.press("enter")
        assert "What somebody may still see" in stage.text()
        assert account.calls == []
        await stage.press("right", "enter")
        await stage.until("Do you have “Tablet” with you?")
        assert [each.id for each in account._devices] == [LAPTOP, TABLET]
        await stage.press("right", "enter")
        await stage.until("“Telefon” is removed")
        assert [each.id for each in account._devices] == [LAPTOP]
        await stage.press("enter")
        assert in_front(stage) is DevicesSheet
        assert "Telefon" not in stage.text()
        assert "does not name it" not in stage.text(), "the directory is read a moment later"


async def test_what_is_ones_own_is_kept() -> None:
    account = with_tablet()
    async with on_stage(account=account) as stage:
        await stage.press(*LOST, "enter", "right", "enter")
        await stage.until("Do you have “Tablet” with you?")
        await stage.press("enter")
        await stage.until("is removed")
        assert [each.id for each in account._devices] == [LAPTOP, TABLET]


@pytest.mark.parametrize("steps", [(), ("enter",)])
async def test_escape_leads_out_and_nothing_was_done(steps: tuple[str, ...]) -> None:
    async with on_stage() as stage:
        await stage.press(*LOST, *steps)
        assert issubclass(in_front(stage), Step)
        await stage.press("escape")
        assert in_front(stage) is DevicesSheet
        assert stage.account.calls == []


async def test_a_server_that_is_away_is_said_and_tried_again() -> None:
    async with on_stage() as stage:
        stage.account.refuse("error-offline")
        await stage.press(*LOST, "enter", "right", "enter")
        assert in_front(stage) is BusyStep
        assert stage.voice_says("error-offline") in stage.said()
        await stage.press("enter")
        await stage.until("is removed")


async def test_with_one_device_there_is_nothing_to_lose() -> None:
    account = StagedAccount()
    del account._devices[1]
    status = account.key_log.status
    account.key_log.status = replace(status, own=status.own[:1])
    async with on_stage(account=account) as stage:
        await stage.press(*LOST)
        assert "You have no other device" in stage.said()
        await stage.press("enter")
        assert in_front(stage) is DevicesSheet


async def test_this_device_cannot_be_removed_here() -> None:
    async with on_stage() as stage:
        await stage.press("f9")
        assert stage.app.screen.query_one("#remove", Button).disabled
        await stage.press("down")
        assert not stage.app.screen.query_one("#remove", Button).disabled
