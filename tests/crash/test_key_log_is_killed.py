"""kill -9 at any point of append, integrate, intend and sign: one history, and nothing is lost."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.key_log_load import TOLD
from tests.support.key_log import plain_root, writing


async def kill_again_and_again(directory: Path, rounds: int) -> tuple[int, int]:
    """Return how many entries and how many signatures there were."""
    process = subprocess.run(  # noqa: ASYNC221 - nothing else happens here meanwhile
        [sys.executable, "-m", "tests.crash.key_log_load", str(directory), str(rounds)],
        capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert process.returncode == 0, process.stdout + process.stderr
    lines = [line.split() for line in (directory / TOLD).read_text().splitlines()]
    acknowledged = {int(number): digest for kind, number, digest in lines if kind == "entry"}
    roots: dict[int, set[str]] = {}
    for kind, number, root in lines:
        if kind == "signed":
            roots.setdefault(int(number), set()).add(root)
    async with writing(directory) as desk:
        entries = await desk.entries()
        for signed_size, signed_roots in roots.items():
            assert signed_roots == {plain_root(entries[:signed_size]).hex()}, signed_size
        for place, digest in acknowledged.items():
            assert hashlib.sha256(entries[place]).hexdigest() == digest
        await desk.signer.settle()
        assert desk.signer.stopped == ""
        assert (await desk.signed()).size == len(entries)
        assert (await desk.signed()).root == plain_root(entries)
    return len(acknowledged), len(roots)


@pytest.mark.timeout(120)
async def test_thirty_kills_make_no_second_history(tmp_path: Path) -> None:
    entries, signatures = await kill_again_and_again(tmp_path, 30)
    assert entries > 20
    assert signatures > 20


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_three_hundred_kills_make_no_second_history(tmp_path: Path) -> None:
    entries, signatures = await kill_again_and_again(tmp_path, 300)
    assert entries > 1_000
    assert signatures > 300
