"""Two full-screen clients on a real server: one takes the other in, by what people see and type."""

from contextlib import AsyncExitStack
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from teamchat.cli.full_screen import ProfileOpener
from teamchat_terminal.app import TeamchatApp
from teamchat_terminal.entrance import ClientEntrance
from teamchat_terminal.screens.link_code import LinkCodeScreen
from teamchat_terminal.screens.step import Step
from teamchat_terminal.theme import DARK_NAME
from tests.scenarios.test_real_server import account_of, until
from tests.support.server import running_server
from tests.terminal.stage import Stage, StagedAccount, StagedOpener, fill, voice

pytestmark = pytest.mark.slow

PASSPHRASE = "eins zwei drei"


def typed_code(stage: Stage) -> str:
    """Return the code on the screen, once it is there."""
    words = stage.said().split()
    return next((word for word in words if len(word) == 11 and word[5] == "-"), "")


async def test_a_new_device_is_taken_in_by_the_same_pictures_and_given_what_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", NoKeyring)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path / "server"))
        anna = await stack.enter_async_context(account_of(server, "anna", tmp_path))
        await until(lambda: anna.log_status().size == 1)
        talk = await anna.create_group("Selbstgespräch", [])
        await anna.send_text(talk, "vor dem neuen Gerät")
        directory = tmp_path / "new"
        entrance = ClientEntrance(directory, "Neues Telefon")
        opener = ProfileOpener(directory)
        stack.push_async_callback(opener.close)
        new = TeamchatApp(opener, voice(), DARK_NAME, entrance=entrance)
        old = TeamchatApp(StagedOpener(anna), voice(), DARK_NAME)
        at_new = Stage(
            new,
            await stack.enter_async_context(new.run_test(size=(100, 30))),
            StagedAccount(),
            StagedOpener(anna),
        )
        await at_new.press("down", "enter")
        await fill(at_new, server.url, PASSPHRASE, PASSPHRASE)
        await at_new.until("good for ten minutes")
        assert isinstance(new.screen, LinkCodeScreen)
        async with old.run_test(size=(80, 24)) as pilot:
            at_old = Stage(old, pilot, StagedAccount(), StagedOpener(anna))
            await at_old.press("f9", "tab", "enter")
            await fill(at_old, typed_code(at_new))
            await at_old.until("“Neues Telefon” wants")
            await at_new.until("Does your other device show")
            assert pictures(at_old) == pictures(at_new)
            await at_new.press("right", "enter")
            await at_old.press("right", "enter")
            await at_old.until("is one of yours now")
            await at_old.press("enter", "escape")
            await at_new.until("Fetch earlier messages?")
            await at_new.press("right", "enter")
            await at_old.until("wants your earlier messages")
            await at_old.press("f5")
            await at_old.until("A device of yours asks")
            await at_old.press("tab", "enter", "right", "enter")
            await at_old.until("takes them in now")
            await at_new.until("Your earlier messages are here")
            await at_new.press("enter", "enter")
            await at_new.until("vor dem neuen Gerät")
            await at_new.until("from another device of yours")
        await at_new.press("ctrl+q")


def pictures(stage: Stage) -> str:
    """Return the pictures that a step shows."""
    assert isinstance(stage.app.screen, Step)
    lines = str(stage.app.screen.query_one("#step-words").render()).split("\n")
    return "\n".join(lines[-7:])
