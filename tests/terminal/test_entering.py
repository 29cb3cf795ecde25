"""The way in: an invitation or the recovery words, one question at a time, Esc leads back."""

import stat
from pathlib import Path

import pytest

from teamchat.client.errors import AccountError
from teamchat.identity.recovery import RecoveryKey
from teamchat_terminal.recovery_words import WordsShown, numbered
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.step import ListStep
from tests.support.fake_entrance import LINK, PASSWORD, WORDS, FakeEntrance
from tests.terminal.stage import Stage, compare, fill, on_stage, prove

PASSPHRASE = "eins zwei drei"


async def to_the_words(stage: Stage) -> None:
    """Come in with an invitation as far as the recovery words."""
    await stage.press("enter")
    await fill(stage, LINK)
    await stage.until("Welcome, Anna Weber (Muster GmbH)")
    await fill(stage, PASSWORD, PASSWORD, PASSPHRASE, PASSPHRASE)
    await stage.until("absender")


async def test_with_an_invitation_to_the_conversations_by_keyboard() -> None:
    entrance = FakeEntrance()
    async with on_stage(size=(80, 24), entrance=entrance, passphrase=PASSPHRASE) as stage:
        await to_the_words(stage)
        assert not entrance.came_in, "before the words are on paper nothing is made"
        await stage.press("enter")
        await prove(stage, WORDS.split())
        await stage.until("Projekt Nordstern")
        assert isinstance(stage.app.screen, ChatScreen)
        assert ("join", LINK, PASSWORD, PASSPHRASE) in entrance.calls


async def test_without_the_paper_nobody_comes_in() -> None:
    entrance = FakeEntrance()
    async with on_stage(size=(50, 20), entrance=entrance) as stage:
        await to_the_words(stage)
        await stage.press("enter")
        await fill(stage, "birne")
        assert "That is not word" in stage.said()
        await stage.press("escape")
        assert isinstance(stage.app.screen, WordsShown)
        await stage.press("escape")
        assert "Stop without the words?" in stage.said()
        await stage.press("enter")
        assert isinstance(stage.app.screen, WordsShown)
        await stage.press("escape", "right", "enter")
        assert "You have broken off" in stage.said()
        await stage.press("escape")
        assert isinstance(stage.app.screen, ListStep)
        assert not entrance.came_in


async def test_the_sheet_is_kept_for_its_owner_and_the_words_are_shown_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with on_stage(entrance=FakeEntrance()) as stage:
        await to_the_words(stage)
        await stage.press("right", "enter")
        await stage.until("Where to?")
        await stage.press("enter")
        await stage.until("delete the file afterwards")
        kept = tmp_path / "teamchat-recovery.html"
        assert kept.read_text(encoding="utf-8") == "<html>sheet</html>"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        await stage.press("enter")
        assert isinstance(stage.app.screen, WordsShown)


async def test_a_link_that_is_none_is_said_and_asked_again() -> None:
    async with on_stage(entrance=FakeEntrance()) as stage:
        await stage.press("enter", "enter")
        assert "Nothing was entered" in stage.said()
        await fill(stage, "https://chat.example/other")
        assert stage.voice_says("error-invitation-link") in stage.said()
        await stage.press("escape")
        assert isinstance(stage.app.screen, ListStep)


async def test_a_password_that_differs_or_is_short_is_said_before_the_server_hears() -> None:
    entrance = FakeEntrance()
    async with on_stage(entrance=entrance) as stage:
        await stage.press("enter")
        await fill(stage, LINK)
        await stage.until("Welcome, Anna")
        await fill(stage, "kurz")
        assert "12 are the least" in stage.said()
        await stage.press("ctrl+u")
        await fill(stage, PASSWORD, "etwas ganz anderes")
        assert "something else than before" in stage.said()
        assert [call[0] for call in entrance.calls] == ["look"]


async def test_what_the_server_refuses_can_be_tried_again() -> None:
    entrance = FakeEntrance()
    async with on_stage(entrance=entrance) as stage:
        await stage.press("enter")
        await fill(stage, LINK)
        await stage.until("Welcome, Anna")
        await fill(stage, PASSWORD, PASSWORD, PASSPHRASE)
        entrance.refusals.append(AccountError("error-offline"))
        await fill(stage, PASSPHRASE)
        assert stage.voice_says("error-offline") in stage.said()
        await stage.press("enter")
        await stage.until("absender")


async def test_with_the_recovery_words_each_shown_as_it_is_understood() -> None:
    words = RecoveryKey(bytes(range(20))).written("de").split()
    entrance = FakeEntrance(needs_passphrase=False)
    async with on_stage(size=(80, 24), entrance=entrance) as stage:
        await stage.press("down", "down", "enter")
        await fill(stage, "https://chat.example", "anna", PASSWORD)
        await stage.until("16 recovery words")
        await stage.type(f"{words[0][:4]} xyzzy ")
        assert "Wort" not in stage.said()
        assert "2" in stage.said()
        problem = stage.voice_says("error-recovery-word-strange", place="2")
        assert problem in stage.said()
        await stage.press("ctrl+u")
        await fill(stage, " ".join(words[:15]))
        assert stage.voice_says("error-recovery-count", count="15", wanted="16") in stage.said()
        await fill(stage, f" {words[15]}")
        await stage.until("Projekt Nordstern")
        assert entrance.calls[-1] == ("words", " ".join(words))


async def test_escape_at_the_words_makes_nothing() -> None:
    entrance = FakeEntrance(needs_passphrase=False)
    async with on_stage(entrance=entrance) as stage:
        await stage.press("down", "down", "enter")
        await fill(stage, "https://chat.example", "anna", PASSWORD)
        await stage.until("16 recovery words")
        await stage.press("escape")
        assert "You have broken off" in stage.said()
        assert not entrance.came_in


async def test_escape_leaves_at_the_door() -> None:
    async with on_stage(entrance=FakeEntrance()) as stage:
        await stage.press("escape")
        assert not stage.app.is_running or stage.app._exit


@pytest.mark.parametrize(("width", "rows"), [(58, 4), (45, 6), (20, 16)])
def test_words_stand_in_rows_that_fit(width: int, rows: int) -> None:
    lines = numbered(WORDS.split(), width).plain.split("\n")
    assert len(lines) == rows
    assert max(map(len, lines)) <= max(width, 14)
    assert " ".join(lines).split()[::2] == [str(n) for n in range(1, 17)]


@pytest.mark.parametrize(
    ("name", "size", "language"),
    [("80x24-de", (80, 24), "de"), ("50x20-en", (50, 20), "en"), ("50x20-de", (50, 20), "de")],
)
async def test_how_it_looks(name: str, size: tuple[int, int], language: str) -> None:
    async with on_stage(size=size, language=language, entrance=FakeEntrance()) as stage:
        compare(f"welcome-{name}", stage.text())
        await stage.press("enter")
        await fill(stage, LINK)
        await stage.until("Anna Weber (Muster GmbH)")
        await fill(stage, PASSWORD, PASSWORD, PASSPHRASE, PASSPHRASE)
        await stage.until("absender")
        await stage.settle()
        compare(f"recovery-words-{name}", stage.text())
