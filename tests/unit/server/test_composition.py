import asyncio
import os
from pathlib import Path

import pytest

from teamchat.server.composition import BLOBS, DATABASE, composed
from teamchat.server.settings import Settings, load
from teamchat.server.storage.database import DatabaseUnusableError
from teamchat.server.storage.lock import DatabaseInUseError
from tests.support.clock import FakeClock
from tests.support.server import CHEAP


def settings(data: Path) -> Settings:
    return load(None, {}, server_data=str(data), **CHEAP)


def names(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


async def test_a_second_server_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    wanted = settings(tmp_path / "d")
    async with composed(wanted, clock=FakeClock(), random=os.urandom) as first:
        with pytest.raises(DatabaseInUseError):
            async with composed(wanted, clock=FakeClock(), random=os.urandom):
                pass
        assert await first.services.people.organisation() == ""


async def test_a_file_that_is_no_database_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"no database at all" * 1_000)
    parts = composed(settings(tmp_path), clock=FakeClock(), random=os.urandom)
    with pytest.raises(DatabaseUnusableError):
        await asyncio.wait_for(parts.__aenter__(), 30)


async def test_what_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    wanted = settings(tmp_path / "d")
    async with composed(wanted, clock=FakeClock(), random=os.urandom):
        made = {path.name: path.stat().st_mode & 0o077 for path in wanted.data.iterdir()}
    assert {DATABASE, BLOBS} <= set(made)
    assert set(made.values()) == {0}
    assert wanted.data.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%20b", "ä ö", "a&cache=shared"])
async def test_the_database_is_where_the_settings_say(tmp_path: Path, name: str) -> None:
    wanted = settings(tmp_path / name)
    async with composed(wanted, clock=FakeClock(), random=os.urandom):
        pass
    assert (tmp_path / name / DATABASE).stat().st_size > 0
    assert names(tmp_path) == [name]
