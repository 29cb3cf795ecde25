import shutil
import threading
from pathlib import Path

import pytest

from teamchat.server.services import health as module
from teamchat.server.services.health import Health
from teamchat.server.storage.database import Database
from teamchat.wire.problems import Code, ProblemError


async def refusal(health: Health) -> Code:
    with pytest.raises(ProblemError) as caught:
        await health.check()
    return caught.value.code


async def test_a_server_that_can_work_says_so(tmp_path: Path) -> None:
    async with Database(tmp_path / "db") as database:
        health = Health(database, directory=tmp_path)
        await health.check()
        health.drain()
        assert await refusal(health) is Code.OVERLOADED


async def test_a_database_that_does_not_write_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PROBE_SECONDS", 0.05)
    held = threading.Event()
    async with Database(tmp_path / "db") as database:
        stuck = database.write(lambda _connection: held.wait(10))
        assert await refusal(Health(database, directory=tmp_path)) is Code.OVERLOADED
        held.set()
        await stuck


async def test_a_disk_that_is_nearly_full_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(shutil.disk_usage(tmp_path))(100, 96, 4)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    async with Database(tmp_path / "db") as database:
        assert await refusal(Health(database, directory=tmp_path)) is Code.STORAGE_FULL
