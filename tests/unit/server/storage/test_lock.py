import subprocess
import sys
from pathlib import Path

import pytest

from teamchat.server.storage.lock import DatabaseInUseError, FileLock

HOLD = (
    "import pathlib, sys, time; from teamchat.server.storage.lock import FileLock;"
    "FileLock(pathlib.Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
)


def test_a_second_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    first = FileLock(path)
    for _ in range(2):
        with pytest.raises(DatabaseInUseError, match="stop that one first"):
            FileLock(path)
    first.release()
    FileLock(path).release()
    assert not path.exists()


def test_a_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.replace("FileLock(pathlib", "lock = FileLock(pathlib"), path],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(DatabaseInUseError):
            FileLock(path)
    finally:
        process.kill()
        process.communicate()
    FileLock(path).release()
