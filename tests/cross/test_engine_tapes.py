"""What the engine here answers, the web client's engine answers, byte for byte.

Tests of the engine are run once more and taped: what each engine holds at first, and for each
event its time, its chance and its commands (`tests.support.traces`). The engine in TypeScript is
played the same tapes. A part of the tests is enough for every day; all of them are played with
TEAMCHAT_TAPES=all.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.cross.node import bundled
from tests.support.traces import FOLDER

ROOT: Final = Path(__file__).resolve().parents[2]
ENGINE: Final = "tests/unit/engine"
CHOSEN: Final = tuple(
    f"{ENGINE}/{name}.py"
    for name in (
        "test_departure", "test_directory", "test_gossip", "test_inbox", "test_joining",
        "test_membership", "test_reporting", "test_session", "test_sync", "test_wishes",
        "history/test_taking",
    )
)  # fmt: skip
"""What a conversation, its people and their keys go through; at most seconds for each."""

pytestmark = pytest.mark.timeout(1800)  # it runs other tests

EVERY: Final = "all"
LEAST: Final = 500
"""How many events a part has at least: fewer, and nothing was taped."""


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tapes")
    chosen = (ENGINE,) if os.environ.get("TEAMCHAT_TAPES") == EVERY else CHOSEN
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.traces", "-n", "0"]
    told = os.environ | {FOLDER: str(folder)}
    taped = subprocess.run(
        [*command, *chosen], cwd=ROOT, env=told, check=False, capture_output=True, text=True
    )
    assert taped.returncode == 0, taped.stdout
    return folder


def test_the_web_clients_engine_answers_as_this_one(tapes: Path, tmp_path: Path) -> None:
    script = bundled("tapes", tmp_path)
    played = subprocess.run(
        ["node", str(script), str(tapes)], check=False, capture_output=True, text=True
    )
    *different, figures = played.stdout.splitlines() or [played.stderr]
    assert different == []
    assert json.loads(figures)["events"] >= LEAST
