"""What was chosen for a profile is there the next time, and a damaged file is as none."""

from pathlib import Path

import pytest

from teamchat_terminal.preferences import FILE, LARGEST, Place, Preferences, read, write
from teamchat_terminal.theme import DARK_NAME, LIGHT_NAME
from tests.support.fake_account import PROJECT
from tests.terminal.stage import StagedAccount, on_stage


def test_what_was_chosen_is_read_again(tmp_path: Path) -> None:
    chosen = Preferences(theme=LIGHT_NAME, language="de")
    write(tmp_path, chosen)
    assert read(tmp_path) == chosen
    assert [each.name for each in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"theme": 5}', b"[" * 4000, b"\xff\xfe", b" " * LARGEST + b"{}"],
)
def test_what_cannot_be_read_is_as_if_nothing_was_chosen(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert read(tmp_path) == Preferences()


def test_what_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    write(tmp_path / "missing", Preferences(theme=LIGHT_NAME))
    assert read(tmp_path / "missing") == Preferences()


async def test_the_theme_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORFGBG", "15;0")
    place = Place(tmp_path)
    async with on_stage(place=place, theme="") as stage:
        stage.app.theme = DARK_NAME
        await stage.app.run_action("theme")
        assert stage.app.theme == LIGHT_NAME
    assert read(tmp_path).theme == LIGHT_NAME


async def test_the_language_of_the_profile_is_spoken_until_another_is_chosen(
    tmp_path: Path,
) -> None:
    account = StagedAccount()  # its profile says German
    async with on_stage(account=account, place=Place(tmp_path)) as stage:
        await stage.until("Unterhaltungen")
        await stage.press("enter")
        await stage.type("angefangen")
        await stage.press("ctrl+p")
        await stage.type("english")
        await stage.press("enter")
        await stage.until("Conversations")
        assert stage.chat.current == PROJECT
        assert stage.chat.composer.text == "angefangen", "what was being written is still there"
        await stage.press("enter")
        await stage.until("sent")
        assert account.sent == ["angefangen"]
        account.refuse("error-not-allowed")
        await stage.press("f2", "down", "m")
        await stage.until("You may not do this")
    async with on_stage(account=account, place=Place(tmp_path)) as stage:
        await stage.until("Conversations")


async def test_what_the_environment_says_outweighs_the_profile(tmp_path: Path) -> None:
    write(tmp_path, Preferences(language="de"))
    async with on_stage(place=Place(tmp_path, language_fixed=True)) as stage:
        await stage.until("Conversations")
