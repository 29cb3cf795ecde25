"""The way in on a real server: with an invitation, and on another computer with the words."""

from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from teamchat.cli.full_screen import ProfileOpener
from teamchat_terminal.app import TeamchatApp
from teamchat_terminal.entrance import ClientEntrance
from teamchat_terminal.recovery_words import WordsShown
from teamchat_terminal.theme import DARK_NAME
from tests.scenarios.test_real_server import account_of
from tests.support.server import PASSWORD, ReachedServer, running_server
from tests.terminal.stage import Stage, StagedAccount, StagedOpener, fill, prove, voice

pytestmark = pytest.mark.slow

PASSPHRASE = "eins zwei drei"


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases are asked for, as on a machine without a keyring."""
    monkeypatch.setattr(keyring, "get_keyring", NoKeyring)


def client(directory: Path, name: str) -> TeamchatApp:
    """Return the full-screen client of a profile that is not there yet."""
    entrance = ClientEntrance(directory, name)
    return TeamchatApp(ProfileOpener(directory), voice(), DARK_NAME, entrance=entrance)


async def with_the_invitation(server: ReachedServer, directory: Path) -> tuple[str, ...]:
    """Let Anna in, and return her recovery words."""
    secret = await server.create("anna")
    app = client(directory, "Laptop")
    async with app.run_test(size=(80, 24)) as pilot:
        stage = Stage(app, pilot, StagedAccount(), StagedOpener(StagedAccount().as_account()))
        await stage.press("enter")
        await fill(stage, f"{server.url}/join#{secret}")
        await stage.until("Think of a password")
        await fill(stage, PASSWORD, PASSWORD, PASSPHRASE, PASSPHRASE)
        await stage.until("They are on paper")
        assert isinstance(app.screen, WordsShown)
        words = tuple(app.screen._recovery)
        await stage.press("enter")
        await prove(stage, words)
        await stage.until("begins your first conversation")
        await stage.press("f9")
        await stage.until("your first device")
        await stage.press("escape", "ctrl+q")
    return words


async def test_with_an_invitation_and_then_with_the_words(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        words = await with_the_invitation(server, tmp_path / "first")
        app = client(tmp_path / "second", "Tower")
        async with app.run_test(size=(80, 24)) as pilot:
            stage = Stage(app, pilot, StagedAccount(), StagedOpener(StagedAccount().as_account()))
            await stage.press("down", "down", "enter")
            await fill(stage, server.url, "anna", PASSWORD, PASSPHRASE, PASSPHRASE)
            await stage.until("Your 16 recovery words")
            await fill(stage, " ".join(words))
            await stage.until("Fetch earlier messages?")
            await stage.press("escape")
            await stage.until("begins your first conversation")
            await stage.press("f9")
            await stage.until("came with the recovery key")
            await stage.press("escape", "ctrl+q")


async def test_with_nothing_left_the_devices_are_asked_first_and_one_of_them_stops_it(
    tmp_path: Path,
) -> None:
    async with running_server(tmp_path / "server") as server, account_of(
        server, "anna", tmp_path
    ) as anna:  # fmt: skip
        old = TeamchatApp(StagedOpener(anna), voice(), DARK_NAME)
        new = client(tmp_path / "new", "Tower")
        async with old.run_test(size=(100, 30)) as at_old, new.run_test(size=(80, 24)) as at_new:
            there = Stage(old, at_old, StagedAccount(), StagedOpener(anna))
            here = Stage(new, at_new, StagedAccount(), StagedOpener(anna))
            await here.press("end", "enter")
            await fill(here, server.url, "anna", PASSWORD)
            await here.until("Really begin anew?")
            await here.press("right", "enter")
            await fill(here, PASSPHRASE, PASSPHRASE)
            await here.until("They are on paper")
            assert isinstance(new.screen, WordsShown)
            words = tuple(new.screen._recovery)
            await here.press("enter")
            await prove(here, words)
            await here.until("Your devices are asked first")
            await there.until("in your name")
            await there.press("f5")
            await there.until("Was that you?")
            await there.press("enter")
            await there.until("Your devices stay")
            assert not await anna.recovery.asked_for()
