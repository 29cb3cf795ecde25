"""Questions: Ctrl+C ends them, also inside a loop, and they come before anything is used up."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner, Result

from teamchat.cli.asking import Secret
from teamchat.cli.client_doors import ClientDoors
from teamchat.cli.failure import Exit, Failure
from teamchat.cli.full_screen import ProfileOpener
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from teamchat.cli.recovery_key import Asked
from teamchat.client import account, enrol, vault_file
from teamchat.client.errors import AccountError
from tests.support.fake_doors import LINK, RECOVERY_KEY, FakeDoors


def _wait_after_ctrl_c(_: str) -> str:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
    raise AssertionError("it went on waiting")


def test_ctrl_c_ends_a_question_within_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.termui, "visible_prompt_func", _wait_after_ctrl_c)

    async def ask() -> str:
        return Invocation(FakeDoors()).ask("cli-ask-link", "--link-file")

    # Who runs tests in the background is born with the signal ignored.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(click.Abort):
            asyncio.run(ask())
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, inherited)


def test_nothing_is_used_up_before_the_passphrase_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    happened: list[str] = []

    async def shown(*_: object) -> None:
        happened.append("shown")

    async def minimum(*_: object) -> int:
        return 12

    async def redeemed(*_: object) -> SimpleNamespace:
        happened.append("redeemed")
        return SimpleNamespace(user_name="mei")

    monkeypatch.setenv("TEAMCHAT_HOME", str(tmp_path))
    monkeypatch.setattr(enrol, "show_invitation", shown)
    monkeypatch.setattr(enrol, "password_characters", minimum)
    monkeypatch.setattr(enrol, "redeem_invitation", redeemed)
    monkeypatch.setattr(vault_file, "has_keyring", lambda: False)
    typed = f"{LINK}\nein langes Passwort\nein langes Passwort\n"
    result = CliRunner().invoke(teamchat, ["join"], obj=Invocation(ClientDoors()), input=typed)
    assert happened == ["shown"]
    assert "at least 12 characters" in result.stderr
    assert "New passphrase for this device" in result.stderr
    assert result.stderr.splitlines()[-1] == "Nobody can be asked here. Use --passphrase-file."
    assert result.exit_code == Exit.USAGE


_EXPORT = """
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from tests.support.fake_account import DIRECT, WEI
from tests.support.fake_doors import FakeDoors
doors = FakeDoors()
for number in range(2000):
    doors.fake.receive(DIRECT, WEI, "x" * 200)
teamchat(["export", "wei"], obj=Invocation(doors))
"""


def test_who_stops_reading_is_told_nothing() -> None:
    root = Path(__file__).parents[3]
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _EXPORT],
            cwd=root, stdout=write, stderr=subprocess.PIPE, timeout=30, check=False,
        )  # fmt: skip
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (Exit.BROKEN_PIPE, b"")


_LOGIN = """
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from tests.support.fake_doors import FakeDoors
teamchat(["login", "https://chat.example", "anna"], obj=Invocation(FakeDoors()))
"""


def test_where_there_is_no_terminal_it_is_said_what_to_use() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOGIN],
        cwd=Path(__file__).parents[3], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        start_new_session=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == Exit.USAGE
    assert done.stderr.strip() == "Nobody can be asked here. Use --password-file."
    assert not done.stdout


def _join(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *typed: str, refusals: tuple[str, ...] = ()
) -> tuple[Result, list[str]]:
    """Join with real doors and a server that only refuses passwords; return what it heard."""
    heard: list[str] = []
    waiting = list(refusals)

    async def nothing(*_: object) -> None:
        return None

    async def minimum(*_: object) -> int:
        return 12

    async def redeem(_link: str, password: str, _ca_file: str) -> SimpleNamespace:
        heard.append(password)
        if waiting:
            raise AccountError(waiting.pop(0))
        raise AccountError("error-offline")

    monkeypatch.setenv("TEAMCHAT_HOME", str(tmp_path))
    monkeypatch.setattr(enrol, "show_invitation", nothing)
    monkeypatch.setattr(enrol, "password_characters", minimum)
    monkeypatch.setattr(enrol, "redeem_invitation", redeem)
    monkeypatch.setattr(vault_file, "has_keyring", lambda: False)
    lines = "".join(f"{line}\n" for line in typed)
    result = CliRunner().invoke(teamchat, ["join"], obj=Invocation(ClientDoors()), input=lines)
    return result, heard


GOOD = "ein langes Passwort"


def test_a_short_password_is_said_before_anything_else_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    typed = (
        "https://chat.example/",
        LINK,
        "kurz",
        GOOD,
        GOOD,
        "eine Passphrase",
        "eine Passphrase",
    )
    result, heard = _join(monkeypatch, tmp_path, *typed)
    said = result.stderr
    assert said.index("no invitation link") < said.index("has 4 characters")
    assert said.index("has 4 characters") < said.index("Once more")
    assert said.count("Invitation link") == 2, "asked again only because it was none"
    assert "opens your account on the company's server" in said
    assert heard == [GOOD]


def test_a_password_that_is_refused_is_asked_for_again_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = "ein anderes Passwort"
    typed = (LINK, GOOD, GOOD, "eine Passphrase", "eine Passphrase", other, other)
    easy = "error-reason-password-too-easy"
    result, heard = _join(monkeypatch, tmp_path, *typed, refusals=(easy,))
    assert heard == [GOOD, other]
    assert "too easy to guess" in result.stderr
    assert result.stderr.count("Invitation link") == 1
    assert result.stderr.count("New passphrase") == 1


def test_questions_end_after_some_tries() -> None:
    doors = FakeDoors(first_device=False)
    typed = "richtig Pferd Batterie\n" + "\n" + "apfel\n" * 10
    result = CliRunner().invoke(
        teamchat, ["login", "https://chat.example", "anna"], obj=Invocation(doors), input=typed
    )
    assert result.exit_code == Exit.FAILED
    assert result.stderr.count("Recovery key (16 words):") == 5
    assert result.stderr.count("Nothing was typed") == 1
    assert result.stderr.count("A recovery key has 16 words, here is one") == 4
    assert "several times" in result.stderr


def test_another_recovery_key_is_told_from_a_mistyped_one(tmp_path: Path) -> None:
    ask = Asked(Invocation(FakeDoors()), Secret())
    runner = CliRunner()
    with runner.isolation(input=f"{RECOVERY_KEY}\n{RECOVERY_KEY}\n") as (_, stderr, _):
        assert [ask(), ask()] == [RECOVERY_KEY] * 2
        said = stderr.getvalue().decode()
    assert said.count("not the one that counts now") == 1
    kept = tmp_path / "key"
    kept.write_text(RECOVERY_KEY)
    ask = Asked(Invocation(FakeDoors()), Secret(kept))
    assert ask() == RECOVERY_KEY
    with pytest.raises(Failure, match="cli-recovery-key-not-now"):
        ask()


def test_a_passphrase_that_is_soon_guessed_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    typed = (LINK, GOOD, GOOD, "x", "neunneunn", "zehnzehnze", "zehnzehnze")
    result, heard = _join(monkeypatch, tmp_path, *typed)
    assert result.stderr.count("needs at least 10") == 2
    assert heard == [GOOD]


def test_nor_is_one_out_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "pp").write_text("x\n")
    arguments = ["--passphrase-file", str(tmp_path / "pp"), "login", "https://chat.example", "anna"]
    doors = FakeDoors(locked=True)
    typed = "richtig Pferd Batterie\n"
    result = CliRunner().invoke(teamchat, arguments, obj=Invocation(doors), input=typed)
    assert result.exit_code == Exit.FAILED
    assert "needs at least 10" in result.stderr
    assert doors.entries == []


@pytest.mark.parametrize("typed", ["anna", ""])
def test_the_full_screen_client_takes_a_passphrase_that_was_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str
) -> None:
    tried: list[str] = []

    async def opened(_: Path, key_source: vault_file.Passphrase) -> None:
        tried.append(key_source._ask())
        raise AccountError("error-wrong-passphrase")

    monkeypatch.setattr(account.Account, "open", opened)
    monkeypatch.setattr(vault_file, "source_of", lambda _, ask: vault_file.Passphrase(ask))
    opener = ProfileOpener(tmp_path, typed)
    assert opener.needs_passphrase is (not typed)
    for again in ("", "from hand"):
        with pytest.raises(AccountError):
            asyncio.run(opener.open(again))
    assert tried == [typed, "from hand"]
    assert opener.needs_passphrase
