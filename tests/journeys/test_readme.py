"""The README's commands, run as they are written (but for where the data lies)."""

import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
DATA = "/var/lib/teamchat"


def _blocks() -> list[list[str]]:
    found = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [block.strip().splitlines() for block in found]


def _command(line: str, data: Path) -> list[str]:
    program, *arguments = shlex.split(line.replace(DATA, str(data)))
    return [str(Path(sys.executable).with_name(program)), *arguments]


def test_the_two_commands_stand_first() -> None:
    assert _blocks()[:2] == [["make demo"], ["make test"]]


def test_only_pinned_packages_and_these_sources_are_installed() -> None:
    _venv, pinned, own, *_ = _blocks()[2]
    assert pinned == "pip install --require-hashes -r requirements.lock"
    assert own == "pip install --no-deps --no-index --no-build-isolation ."
    assert (CHECKOUT / "requirements.lock").read_text("utf-8").count("--hash=sha256:")


@pytest.mark.timeout(60)
def test_a_server_is_founded_and_serves(tmp_path: Path) -> None:
    *_install, init, serve = _blocks()[2]
    data = tmp_path / "data"
    founded = subprocess.run(_command(init, data), capture_output=True, text=True, check=False)
    assert founded.returncode == 0, founded.stderr
    assert "/join#" in founded.stdout
    server = subprocess.Popen([*_command(serve, data), "--port", "18425"])
    try:
        assert _alive("http://127.0.0.1:18425/livez")
    finally:
        server.send_signal(signal.SIGTERM)
        ended = server.wait(timeout=30)
    assert ended == 0


def _alive(url: str) -> bool:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own server
                return int(answer.status) == 204
        except OSError:
            time.sleep(0.1)
    return False
