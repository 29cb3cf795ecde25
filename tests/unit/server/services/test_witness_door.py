import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from teamchat.server.services import witness_door
from teamchat.server.services.witness_door import MOST, Answer, WitnessAwayError, open_door


async def packed(_request: web.Request) -> web.StreamResponse:
    body = gzip.compress(bytes(10_000_000))
    return web.Response(body=body, headers={"Content-Encoding": "gzip"})


async def elsewhere(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=307, headers={"Location": "/echo"})


async def echo(request: web.Request) -> web.StreamResponse:
    said = await request.read()
    told = {"Set-Cookie": "a=b", "X-Cookie": request.headers.get("Cookie", "none")}
    return web.Response(status=201, body=said, headers=told, content_type="text/x.tlog.size")


async def silent(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


async def large(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=bytes(MOST + 1))


async def full(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=bytes(MOST))


@asynccontextmanager
async def house() -> AsyncIterator[str]:
    app = web.Application()
    for handler in (packed, elsewhere, echo, silent, large, full):
        app.router.add_post(f"/{handler.__name__}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_what_is_asked_arrives_and_what_is_answered_comes_back() -> None:
    async with house() as url, open_door() as door:
        for _ in range(2):
            answer = await door.ask(f"{url}/echo", b"old 0\n")
            assert answer == Answer(201, "text/x.tlog.size", b"old 0\n")
        assert len((await door.ask(f"{url}/full", b"")).body) == MOST


async def test_nobody_is_followed_elsewhere_and_nothing_unpacked() -> None:
    async with house() as url, open_door() as door:
        assert (await door.ask(f"{url}/elsewhere", b"")).status == 307
        answer = await door.ask(f"{url}/packed", b"")
        assert len(answer.body) <= MOST
        assert answer.body.startswith(b"\x1f\x8b")


@pytest.mark.parametrize("path", ["silent", "large"])
async def test_too_slow_and_too_large_is_away(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(witness_door, "SECONDS", 0.5)
    async with house() as url, open_door() as door:
        with pytest.raises(WitnessAwayError):
            await door.ask(f"{url}/{path}", b"")


async def test_who_is_not_there_is_away() -> None:
    async with house() as url:
        pass
    async with open_door() as door:
        for nowhere in (url, "http://127.0.0.1:1/", "http://no-such-host.invalid/"):
            with pytest.raises(WitnessAwayError):
                await door.ask(nowhere, b"")


async def test_the_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with house() as url, open_door() as door:
        assert (await door.ask(f"{url}/echo", b"x")).body == b"x"
