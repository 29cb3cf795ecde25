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
from click.testing import CliRunner

from teamchat.cli.client_doors import ClientDoors
from teamchat.cli.failure import Exit
from teamchat.cli.invocation import Invocation
from teamchat.cli.main import teamchat
from teamchat.client import enrol, vault_file
from tests.support.fake_doors import LINK, FakeDoors


def _wait_after_ctrl_c(_: str) -> str:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)
    return "typed too late"


def test_ctrl_c_ends_a_question_within_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.termui, "visible_prompt_func", _wait_after_ctrl_c)

    async def ask() -> str:
        return Invocation(FakeDoors()).ask("cli-ask-link", "--link-file")

    # Who runs tests in the background is born with the signal ignored.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        begun = time.monotonic()
        with pytest.raises(click.Abort):
            asyncio.run(ask())
        assert time.monotonic() - begun < 4
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
    assert result.stderr.splitlines()[-1] == "Broken off."
    assert result.exit_code == Exit.FAILED


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
