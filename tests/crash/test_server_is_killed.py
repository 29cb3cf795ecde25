"""The server dies in the middle of writing: what it acknowledged is there when it comes back."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash.nursery import Nursery
from tests.support.invariants import History, violations

SOURCE = Path(__file__).with_name("shadow.c")
DATABASE = "delivery.db"
LOAD = "tests.crash.load"


class Server:
    """A process under load, and what it has acknowledged."""

    def __init__(
        self, nursery: Nursery, directory: Path, environment: Mapping[str, str] = {}
    ) -> None:
        self._nursery = nursery
        self._pid = nursery.bear([str(directory)], environment)
        self.lines: list[str] = []
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self._nursery.lines():
            if line == "ready\n":
                self._ready.set()
            else:
                self.lines.append(line)
        self._ready.set()

    def is_ready(self) -> None:
        assert self._ready.wait(60), "the server did not start"

    def kill_after(self, seconds: float) -> None:
        """Let it write for a while, then end it without a warning."""
        self.is_ready()
        threading.Event().wait(seconds)
        os.kill(self._pid, signal.SIGKILL)
        self.wait()
        assert self.returncode == -signal.SIGKILL, self.said

    def wait(self) -> None:
        self._reader.join(60)
        assert self.returncode is not None

    @property
    def returncode(self) -> int | None:
        return self._nursery.returncode

    @property
    def said(self) -> str:
        return self._nursery.said

    def acknowledged(self, histories: dict[str, History]) -> int:
        """Add what it acknowledged to the histories; return how much that was."""
        lines = [line.split() for line in self.lines if line != "full\n"]
        for device, room, client_id, seq in lines:
            history = histories.setdefault(device, History(device))
            history.acknowledged.append((room, bytes.fromhex(client_id), int(seq)))
        return len(lines)


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(LOAD, tmp_path_factory.mktemp("nursery")) as found:
        yield found


def kill_again_and_again(nursery: Nursery, directory: Path, rounds: int) -> int:
    histories: dict[str, History] = {}
    count = 0
    dice = random.Random(rounds)
    for _ in range(rounds):
        server = Server(nursery, directory)
        server.kill_after(dice.uniform(0.05, 0.6))
        count += server.acknowledged(histories)
        assert violations(directory / DATABASE, histories.values()) == []
    return count


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    nursery: Nursery, tmp_path: Path
) -> None:
    assert kill_again_and_again(nursery, tmp_path, 2) > 20


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_acknowledged_is_lost_when_the_server_is_killed_twenty_times(
    nursery: Nursery, tmp_path: Path
) -> None:
    assert kill_again_and_again(nursery, tmp_path, 20) > 1_000


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


@pytest.fixture(scope="module")
def shadowed(shadow: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """One whose children have what they sync remembered."""
    with Nursery(LOAD, tmp_path_factory.mktemp("nursery"), {"LD_PRELOAD": str(shadow)}) as found:
        yield found


def cut_the_power(shadowed: Nursery, scratch: Path, rounds: int) -> int:
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
        environment = {"SHADOW_FROM": str(disk), "SHADOW_TO": str(after)}
        running = Server(shadowed, disk, environment)
        running.kill_after(dice.uniform(0.05, 0.6))
        count += running.acknowledged(histories)
        for copy in after.iterdir():
            if not (disk / copy.name).exists():  # unfinished, or removed since it was synced
                copy.unlink()
        assert violations(after / DATABASE, histories.values()) == []
        synced = after
    return count


def test_nothing_acknowledged_is_lost_in_a_power_cut(shadowed: Nursery, tmp_path: Path) -> None:
    assert cut_the_power(shadowed, tmp_path, 2) > 20


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_acknowledged_is_lost_in_eight_power_cuts(
    shadowed: Nursery, tmp_path: Path
) -> None:
    assert cut_the_power(shadowed, tmp_path, 8) > 100


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


def test_a_full_disk_refuses_and_loses_nothing(nursery: Nursery, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 6) as disk:
        server = Server(nursery, disk)
        server.wait()
        assert server.returncode == 0, server.said
        assert "full\n" in server.lines
        histories: dict[str, History] = {}
        assert server.acknowledged(histories) > 100
        assert violations(disk / DATABASE, histories.values()) == []


def test_a_second_server_on_the_same_file_says_so_and_ends(
    nursery: Nursery, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = Server(nursery, tmp_path)
    first.is_ready()
    with Nursery(LOAD, tmp_path_factory.mktemp("nursery")) as another:
        second = Server(another, tmp_path)
        second.wait()
    assert second.returncode != 0
    assert "in use by another teamchat-server" in second.said
    assert second.lines == []
    first.kill_after(0)
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
