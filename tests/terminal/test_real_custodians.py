"""Who has lost everything, and custodians, each at a full-screen client on a real server."""

import re
from contextlib import AsyncExitStack
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from teamchat.cli.full_screen import ProfileOpener
from teamchat.client import custody_pending
from teamchat.client.custody_opening import open_with_custodians
from teamchat_terminal.app import TeamchatApp
from teamchat_terminal.entrance import ClientEntrance
from teamchat_terminal.recovery_words import WordsShown
from teamchat_terminal.theme import DARK_NAME
from tests.scenarios.test_custodians import Company, company
from tests.support.server import PASSWORD
from tests.terminal.stage import Stage, StagedAccount, StagedOpener, fill, prove, voice

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PASSPHRASE = "eins zwei drei"


async def test_who_has_lost_everything_comes_back_with_what_custodians_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", NoKeyring)
    assert open_with_custodians.__kwdefaults__ is not None
    monkeypatch.setitem(open_with_custodians.__kwdefaults__, "look_seconds", 0.1)
    directory = tmp_path / "new"
    async with AsyncExitStack() as stack:
        it = await stack.enter_async_context(company(tmp_path))
        entrance = ClientEntrance(directory, "Neuer Rechner")
        opener = ProfileOpener(directory)
        stack.push_async_callback(opener.close)
        new = TeamchatApp(opener, voice(), DARK_NAME, entrance=entrance)
        pilot = await stack.enter_async_context(new.run_test(size=(80, 24)))
        here = Stage(new, pilot, StagedAccount(), StagedOpener(it.anna))
        await here.press("end", "enter")
        await fill(here, it.server.url, "anna", PASSWORD)
        await here.until("custodians can help you")
        await here.press("enter")
        await here.until("Read this code")
        code = read_out(here)
        await here.press("escape", "enter")
        await fill(here, PASSWORD)
        await here.until("Read this code")
        assert read_out(here) == code, "whoever comes back goes on with what was asked"
        await give(it, "council", code)
        await here.until("One custodian has agreed")
        await give(it, "dpo", code)
        await here.until("A passphrase for this device")
        await fill(here, PASSPHRASE, PASSPHRASE)
        await here.until("Your recovery words have been opened")
        assert not (directory / custody_pending.PENDING).exists()
        await here.press("enter")
        await here.until("They are on paper")
        assert isinstance(new.screen, WordsShown)
        words = tuple(new.screen._recovery)
        assert " ".join(words) != it.recovery_key
        await here.press("enter")
        await prove(here, words)
        await here.until("Your new words count")
        await here.press("enter")
        await here.until("Fetch earlier messages?")
        await here.press("escape")
        await here.until("begins your first conversation")
        assert len(await it.anna.devices()) == 2
        await it.anna.custody.entrust(" ".join(words))
        await here.press("ctrl+q")


async def give(it: Company, name: str, code: str) -> None:
    """Be a custodian who has never met Anna, and types what she reads out."""
    account = it.custodians[name]
    app = TeamchatApp(StagedOpener(account), voice(), DARK_NAME)
    async with app.run_test(size=(80, 24)) as pilot:
        there = Stage(app, pilot, StagedAccount(), StagedOpener(account))
        await there.press("alt+c")
        await there.until("waits for you")
        await there.press("enter")
        await there.until("asks for your part")
        await there.press("enter")
        await fill(there, "anna", code)
        await there.until("Your part of the recovery words goes to")


def read_out(stage: Stage) -> str:
    """Return the code on the screen."""
    found = re.search(r"\d{5}(?: \d{5}){5}", stage.said())
    assert found is not None
    return found.group()
