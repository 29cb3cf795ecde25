"""kill -9 at any point of append, integrate, intend and sign: one history, and nothing is lost.

Then the same with the power cut: what was not synced is gone.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from teamchat.server.storage.log_key import PREFIX
from tests.crash.nursery import Nursery
from tests.crash.test_server_is_killed import shadow  # noqa: F401 - a fixture
from tests.support.key_log import plain_root, writing

LOAD = "tests.crash.key_log_load"


def kill(
    nursery: Nursery,
    directory: Path,
    told: Path,
    rounds: int,
    seed: int,
    environment: Mapping[str, str] = {},
) -> None:
    """Let so many processes write to a log and die."""
    nursery.bear([str(directory), str(told), str(rounds), str(seed)], environment)
    said = "".join(nursery.lines())
    assert nursery.returncode == 0, said + nursery.said


async def look(directory: Path, told: str) -> tuple[int, int]:
    """Check what is left against what was told; return how many entries and signatures that is."""
    lines = [line.split() for line in told.splitlines()]
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
        intended = (await desk.stored()).intended
        assert intended.size >= max(roots, default=0)
        await desk.signer.settle()
        assert desk.signer.stopped == ""
        assert (await desk.signed()).size == len(entries)
        assert (await desk.signed()).root == plain_root(entries)
    return len(acknowledged), len(roots)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_many_kills_make_no_second_history(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """60, or as many as TEAMCHAT_KILLS says: 300 take a minute and a half."""
    rounds = int(os.environ.get("TEAMCHAT_KILLS", "60"))
    with Nursery(LOAD, tmp_path_factory.mktemp("nursery")) as nursery:
        kill(nursery, tmp_path, tmp_path / "told", rounds, 300)
    entries, signatures = await look(tmp_path, (tmp_path / "told").read_text())
    assert entries > rounds
    assert signatures > rounds


async def cut_the_power(scratch: Path, nursery: Nursery, rounds: int) -> int:
    """Kill, and go on with nothing but what was synced; return how many signatures there were."""
    synced, told = scratch / "before", scratch / "told"
    synced.mkdir()
    signatures = 0
    for number in range(rounds):
        disk, after = scratch / f"disk{number}", scratch / f"after{number}"
        shutil.copytree(synced, disk)
        shutil.copytree(synced, after)
        names = {"SHADOW_FROM": str(disk), "SHADOW_TO": str(after)}
        kill(nursery, disk, told, 1, number, names)
        for copy in after.iterdir():
            if not (disk / copy.name).exists() and not copy.name.startswith(PREFIX):
                copy.unlink()  # removed since it was synced
        _, signatures = await look(after, told.read_text())
        synced = after
    return signatures


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_twenty_power_cuts_make_no_second_history(
    tmp_path: Path,
    shadow: Path,  # noqa: F811 - the fixture
) -> None:
    with Nursery(LOAD, tmp_path, {"LD_PRELOAD": str(shadow)}) as nursery:
        assert await cut_the_power(tmp_path, nursery, 20) > 20
