"""The list of devices: the verdict in plain words, its grounds, and a proof in a file."""

import stat
from pathlib import Path

import pytest

from teamchat.transparency import TLogProof
from teamchat_terminal.screens.key_list import KeyListSheet
from tests.support.tlog import WITNESSES
from tests.terminal.stage import Stage, StagedAccount, on_stage, voice

DAY = 24 * 3600


def plain(stage: Stage) -> str:
    """Return what the sheet says, on one line."""
    return " ".join(str(stage.app.screen.query_one("#key-list-text").render()).split())


async def test_all_is_well_and_it_is_said_on_what_grounds() -> None:
    async with on_stage() as stage:
        await stage.press("f7")
        text = plain(stage)
        assert text.startswith("✓ Everything fits")
        assert "read all 5 entries itself" in text
        assert "Last looked: today, 12:06" in text
        assert "entry 1: Laptop, this device" in text
        assert "entry 4: Telefon, another device of yours" in text
        assert "You require no witnesses" in text
        await stage.press("escape")
        assert stage.app.screen is stage.chat


async def test_what_was_found_comes_first_with_what_to_do() -> None:
    account = StagedAccount()
    account.key_log.fork()
    account.key_log.split("Wei Zhang")
    account.key_log.refuse(3, "Mara Keller", "no such device")
    async with on_stage(account=account) as stage:
        await stage.press("f7")
        text = plain(stage)
        assert text.startswith("! Something is wrong here")
        assert "Everything fits" not in text
        assert voice().say("alarm-key-log-forked") in text
        assert voice().say("alarm-key-log-split", who="Wei Zhang") in text
        assert "Entry 4 (Mara Keller) breaks a rule" in text


async def test_a_list_that_was_never_read_is_not_called_right() -> None:
    account = StagedAccount()
    account.key_log.unread()
    async with on_stage(account=account) as stage:
        await stage.press("f7")
        assert plain(stage).startswith("Not read yet")
        assert stage.app.screen.query_one("#keep-proof").disabled


@pytest.mark.parametrize(
    ("away", "words"),
    [
        ((), "✓ Everything fits"),
        ((False,), "! The witnesses are missing"),
        ((True,), "! Something is wrong here"),
    ],
)
async def test_how_fresh_the_witnesses_are(away: tuple[bool, ...], words: str) -> None:
    account = StagedAccount()
    keys = [witness.verifier.vkey for witness in WITNESSES[:2]]
    await account.require_witnesses(keys, 1, DAY)
    for a_day in away:
        account.key_log.stay_away(a_day=a_day)
    async with on_stage(account=account) as stage:
        await stage.press("f7")
        text = plain(stage)
        assert text.startswith(words)
        assert "You require 1 of 2, every 24 hours: witness.example/1" in text
        assert "Last signed: today, 11:06" in text


async def test_names_of_devices_need_the_server_and_the_rest_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = StagedAccount()

    async def away() -> list[object]:
        raise OSError

    monkeypatch.setattr(account, "devices", away)
    async with on_stage(account=account) as stage:
        await stage.press("f7")
        assert "entry 4: another device of yours" in plain(stage)
        assert plain(stage).startswith("✓")


async def test_a_proof_is_kept_in_a_file_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with on_stage(size=(80, 24)) as stage:
        await stage.press("f7", "tab", "enter", "down", "enter")
        await stage.until("Where to?")
        await stage.press("enter")
        await stage.until("The proof is kept")
        kept = tmp_path / "telefon.tlog-proof"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert TLogProof.decode(kept.read_bytes()).index == 1
        await stage.press("enter")
        assert isinstance(stage.app.screen, KeyListSheet)


async def test_a_file_that_is_there_stays_and_an_odd_place_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    there = tmp_path / "laptop.tlog-proof"
    there.write_text("mine", encoding="utf-8")
    async with on_stage() as stage:
        await stage.press("f7", "tab", "enter", "enter")
        await stage.until("Where to?")
        await stage.press("enter")
        assert "not overwritten" in stage.text()
        await stage.press("ctrl+a", "ctrl+k")
        await stage.type("/nowhere/at/all")
        await stage.press("enter")
        assert "Take another place" in stage.said()
        await stage.press("escape")
        assert isinstance(stage.app.screen, KeyListSheet)
    assert there.read_text(encoding="utf-8") == "mine"


async def test_a_server_that_is_away_gives_no_proof_and_it_is_said() -> None:
    async with on_stage() as stage:
        stage.account.go_offline()
        await stage.press("f7", "tab", "enter", "enter")
        assert stage.voice_says("error-offline") in stage.said()
        await stage.press("escape")
        assert isinstance(stage.app.screen, KeyListSheet)
