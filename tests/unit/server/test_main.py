import asyncio
from pathlib import Path

import pytest

from teamchat.clock import SystemClock
from teamchat.server.main import serving
from teamchat.server.settings import load
from teamchat.server.settings_values import SettingsError
from tests.support.server import CHEAP


def settings(tmp_path: Path, **given: object) -> dict[str, object]:
    return {"server_data": str(tmp_path), "server_port": 0, **CHEAP, **given}


async def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    loaded = load(None, {}, **settings(tmp_path, server_port=port))
    with pytest.raises(SettingsError, match=f"port {port}"):
        async with serving(loaded, clock=SystemClock()):
            pass
    server.close()
    await server.wait_closed()


async def test_readiness_says_no_while_the_server_goes(tmp_path: Path) -> None:
    from teamchat.wire.problems import Code, ProblemError

    loaded = load(None, {}, **settings(tmp_path))
    async with serving(loaded, clock=SystemClock()) as parts:
        await parts.services.health.check()
        parts.services.health.drain()
        with pytest.raises(ProblemError) as caught:
            await parts.services.health.check()
        assert caught.value.code is Code.OVERLOADED


async def test_the_address_has_the_port_that_was_taken(tmp_path: Path) -> None:
    loaded = load(None, {}, **settings(tmp_path))
    async with serving(loaded, clock=SystemClock()) as parts:
        assert parts.settings.server.port > 0
        assert parts.settings.url.endswith(f":{parts.settings.server.port}")
