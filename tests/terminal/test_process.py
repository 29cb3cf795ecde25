"""The program itself, in a terminal of its own: killed, resized, pasted into, without colours."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import AsyncExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from teamchat.client.account import Account
from teamchat.client.settings import STORE
from tests.scenarios.test_real_server import account_of, source, until
from tests.support.server import running_server
from tests.terminal.pseudo_terminal import PseudoTerminal

pytestmark = pytest.mark.slow

WRITING = "Write a message"
PASTE, PASTE_END = b"\x1b[200~", b"\x1b[201~"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profiles of Anna and Bo, who have two conversations; the server is gone."""
    folder = tmp_path_factory.mktemp("home")
    asyncio.run(_furnish(folder))
    return folder


async def _furnish(folder: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(folder / "server"))
        anna = await stack.enter_async_context(account_of(server, "anna", folder))
        bo = await stack.enter_async_context(account_of(server, "bo", folder))
        (found,) = await anna.find_people("bo")
        await anna.create_direct(found.id)
        talk = await anna.create_group("Zweite", [found.id])
        await anna.send_text(talk, "hallo zusammen")
        await until(lambda: len(bo.conversations()) == 2)


@pytest.fixture(autouse=True)
def no_drafts(home: Path) -> None:
    """Every test begins without drafts and choices."""

    async def clear() -> None:
        async with await Account.open(home / "anna", source(), network=False) as account:
            for each in account.conversations():
                await account.set_draft(each.id, "")

    asyncio.run(clear())
    (home / "anna" / "terminal.json").unlink(missing_ok=True)


def opened(home: Path, **environment: str) -> PseudoTerminal:
    """Open Anna's profile with its passphrase."""
    terminal = PseudoTerminal(home, "anna", environment)
    terminal.until("Passphrase")
    terminal.press(b"passphrase\r")
    terminal.until("Zweite")
    return terminal


def stored(home: Path, text: str) -> None:
    """Wait until a draft is in the store that a kill would leave."""
    end = time.monotonic() + 60
    while not any(draft.endswith(text) for draft in asyncio.run(_drafts_after_a_kill(home))):
        assert time.monotonic() < end, text


async def _drafts_after_a_kill(home: Path) -> list[str]:
    with TemporaryDirectory() as folder:
        copy = Path(folder, "anna")
        shutil.copytree(home / "anna", copy, ignore=shutil.ignore_patterns(f"{STORE}*"))
        with (
            closing(sqlite3.connect(home / "anna" / STORE)) as living,
            closing(sqlite3.connect(copy / STORE)) as left,
        ):
            living.backup(left)
        return await _drafts(copy)


async def _drafts(profile: Path) -> list[str]:
    async with await Account.open(profile, source(), network=False) as account:
        return [account.draft(each.id) for each in account.conversations()]


def test_what_is_typed_survives_kill_minus_nine(home: Path) -> None:
    with opened(home) as terminal:
        terminal.press(b"\r")
        terminal.until(WRITING)
        terminal.press("für die Übergabe 图纸".encode())
        stored(home, "für die Übergabe 图纸")
        terminal.press(b"\x1b[1;3B")  # Alt+Down: the other conversation
        terminal.press(b"zweiter Entwurf")
        stored(home, "zweiter Entwurf")
        terminal.kill()
    with opened(home) as terminal:
        terminal.until("Draft")
        terminal.press(b"\r")
        terminal.until("für die Übergabe 图纸")
        terminal.forget()
        terminal.press(b"\x1b[1;3B")
        terminal.until("zweiter Entwurf")
        terminal.press(b"\x11")  # Ctrl+Q
        assert terminal.wait() == 0


def test_typing_without_a_pause_is_stored_too(home: Path) -> None:
    with opened(home) as terminal:
        terminal.press(b"\r")
        terminal.until(WRITING)
        wal = home / "anna" / f"{STORE}-wal"
        before, end = time.time(), time.monotonic() + 60
        while not wal.exists() or wal.stat().st_mtime <= before:
            assert time.monotonic() < end, "it is stored while one types"
            terminal.press(b"wort ")
            time.sleep(0.1)  # shorter than the pause after which a draft would be stored
        terminal.kill()
    with opened(home) as terminal:
        terminal.until("Draft: wort")


def test_a_large_paste_with_control_characters_is_text(home: Path) -> None:
    with opened(home) as terminal:
        terminal.press(b"\r")
        terminal.until(WRITING)
        terminal.forget()
        line = b"zeile \x1b[31mrot\x1b]0;titel\x07 \x03 \x1a \x11 ende\r\n"
        terminal.press(PASTE + line * (100_000 // len(line)) + b"LETZTE" + PASTE_END)
        terminal.until("LETZTE")
        assert b"\x1b]0;titel" not in terminal.raw
        terminal.press(b"!")
        stored(home, "LETZTE!")
        terminal.press(b"\x11")
        assert terminal.wait() == 0
    draft = max(asyncio.run(_drafts(home / "anna")), key=len)
    assert draft.endswith("ende\nLETZTE!")
    assert len(draft) > 60_000
    assert not {sign for sign in draft if sign < " "} - {"\n"}


def test_it_fits_every_size(home: Path) -> None:
    with opened(home) as terminal:
        terminal.press(b"\r")
        for columns, rows in ((50, 20), (20, 6), (1, 1), (200, 60), (100, 30)):
            terminal.forget()
            terminal.resize(columns, rows)
            terminal.until_drawn()
        terminal.until(WRITING)
        terminal.press(b"\x11")
        assert terminal.wait() == 0


def test_control_c_says_how_to_leave_and_job_control_works(home: Path) -> None:
    with opened(home) as terminal:
        terminal.press(b"\r")
        terminal.until(WRITING)
        terminal.press(b"\x03")
        terminal.until("closes teamchat")
        terminal.press(b"\x1b[27u")  # Escape that cannot be read as Alt with what follows
        terminal.press(b"abc")
        terminal.until("abc")
        terminal.press(b"\x1a")  # Ctrl+Z takes back what was typed
        terminal.press(b"\x10")  # Ctrl+P
        terminal.until("What do you want")
        terminal.press(b"shell")
        terminal.press(b"\r")
        end = time.monotonic() + 30
        while not terminal.stopped:
            assert time.monotonic() < end
            time.sleep(0.05)
        terminal.forget()
        terminal.carry_on()
        terminal.until("Zweite")
        terminal.press(b"\x11")
        assert terminal.wait() == 0


def test_no_color_draws_none(home: Path) -> None:
    with opened(home, NO_COLOR="1") as terminal:
        terminal.press(b"\r")
        terminal.until(WRITING)
        assert b"38;2;" not in terminal.raw
        assert b"48;2;" not in terminal.raw
        terminal.press(b"\x11")
        assert terminal.wait() == 0


def test_a_terminal_that_only_shows_lines_is_told_what_to_use(home: Path) -> None:
    with PseudoTerminal(home, "anna", {"TERM": "dumb"}) as terminal:
        assert terminal.wait() == 1
        terminal.until("teamchat tail -f")
        assert b"\x1b" not in terminal.raw


def test_the_theme_that_was_chosen_is_there_again(home: Path) -> None:
    with opened(home) as terminal:
        terminal.press(b"\x10")
        terminal.until("What do you want")
        terminal.press(b"light\r")
        chosen, end = home / "anna" / "terminal.json", time.monotonic() + 60
        while not chosen.exists() or "teamchat-light" not in chosen.read_text(encoding="ascii"):
            assert time.monotonic() < end
            time.sleep(0.02)
        terminal.press(b"\x11")
        assert terminal.wait() == 0
