"""The server dies in the middle of writing: what it acknowledged is there when it comes back."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.invariants import History, violations

SOURCE = Path(__file__).with_name("shadow.c")
DATABASE = "delivery.db"


class Server:
    """A process under load, and what it has acknowledged."""

    def __init__(self, directory: Path, environment: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.load", str(directory)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        self.lines: list[str] = []
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line == "ready\n":
                self._ready.set()
            elif line.endswith("\n"):
                self.lines.append(line)
        self._ready.set()

    def kill_after(self, seconds: float) -> None:
        """Let it write for a while, then end it without a warning."""
        assert self._ready.wait(60), "the server did not start"
        threading.Event().wait(seconds)
        self.process.send_signal(signal.SIGKILL)
        self.wait()
        assert self.process.returncode == -signal.SIGKILL, self.said

    def wait(self) -> None:
        self.process.wait(60)
        self._reader.join(60)
        assert self.process.stderr is not None
        self.said = self.process.stderr.read()
        self.process.stderr.close()
        assert self.process.stdout is not None
        self.process.stdout.close()

    said = ""

    def acknowledged(self, histories: dict[str, History]) -> int:
        """Add what it acknowledged to the histories; return how much that was."""
        lines = [line.split() for line in self.lines if line != "full\n"]
        for device, room, client_id, seq in lines:
            history = histories.setdefault(device, History(device))
            history.acknowledged.append((room, bytes.fromhex(client_id), int(seq)))
        return len(lines)


def kill_again_and_again(directory: Path, rounds: int) -> int:
    histories: dict[str, History] = {}
    count = 0
    dice = random.Random(rounds)
    for _ in range(rounds):
        server = Server(directory)
        server.kill_after(dice.uniform(0.05, 0.6))
        count += server.acknowledged(histories)
        assert violations(directory / DATABASE, histories.values()) == []
    return count


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    assert kill_again_and_again(tmp_path, 2) > 20


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_acknowledged_is_lost_when_the_server_is_killed_twenty_times(
    tmp_path: Path,
) -> None:
    assert kill_again_and_again(tmp_path, 20) > 1_000


@pytest.fixture(scope="module")
def shadow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that remembers what was synced."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler: the power cut is not emulated")
    library = tmp_path_factory.mktemp("shadow") / "shadow.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE)], check=True
    )
    return library


def cut_the_power(scratch: Path, shadow: Path, rounds: int, server: type[Server] = Server) -> int:
    """Kill, and go on with nothing but what was synced; return how much was acknowledged."""
    histories: dict[str, History] = {}
    count = 0
    dice = random.Random(rounds)
    synced = scratch / "before"
    synced.mkdir()
    for number in range(rounds):
        disk, after = scratch / f"disk{number}", scratch / f"after{number}"
        shutil.copytree(synced, disk)
        shutil.copytree(synced, after)
        environment = {
            "LD_PRELOAD": str(shadow),
            "SHADOW_FROM": str(disk),
            "SHADOW_TO": str(after),
        }
        running = server(disk, environment)
        running.kill_after(dice.uniform(0.05, 0.6))
        count += running.acknowledged(histories)
        for copy in after.iterdir():
            if not (disk / copy.name).exists():  # unfinished, or removed since it was synced
                copy.unlink()
        assert violations(after / DATABASE, histories.values()) == []
        synced = after
    return count


def test_nothing_acknowledged_is_lost_in_a_power_cut(tmp_path: Path, shadow: Path) -> None:
    assert cut_the_power(tmp_path, shadow, 2) > 20


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_acknowledged_is_lost_in_eight_power_cuts(tmp_path: Path, shadow: Path) -> None:
    assert cut_the_power(tmp_path, shadow, 8) > 100


@contextmanager
def small_disk(where: Path, megabytes: int) -> Iterator[Path]:
    where.mkdir()
    if os.geteuid() != 0:
        pytest.skip("not root: no small disk can be mounted")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(where)],
        check=False,
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield where
    finally:
        subprocess.run(["umount", str(where)], check=True)


def test_a_full_disk_refuses_and_loses_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 6) as disk:
        server = Server(disk)
        server.wait()
        assert server.process.returncode == 0, server.said
        assert "full\n" in server.lines
        histories: dict[str, History] = {}
        assert server.acknowledged(histories) > 100
        assert violations(disk / DATABASE, histories.values()) == []


def test_a_second_server_on_the_same_file_says_so_and_ends(tmp_path: Path) -> None:
    first = Server(tmp_path)
    assert first._ready.wait(60)
    second = Server(tmp_path)
    second.wait()
    assert second.process.returncode != 0
    assert "in use by another teamchat-server" in second.said
    assert second.lines == []
    first.kill_after(0)
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
