"""What answers is no honest server: the client stays alive, waits, and keeps what was typed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from teamchat.client import http as client_http
from teamchat.client import socket as client_socket
from teamchat.client.http import Http, OfflineError, ServerAddress
from teamchat.client.socket import Socket
from teamchat.wire.bodies import Me
from teamchat.wire.frames import Ping, Pong, encode

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[Http]:
    """Serve every path with one handler; yield a client of it that holds a token."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with Http(ServerAddress(f"http://127.0.0.1:{port}"), "the token") as http:
            yield http
    finally:
        await runner.cleanup()


ANSWERS: dict[str, Callable[[], web.Response]] = {
    "nothing": web.Response,
    "HTML": lambda: web.Response(text="<html>Please log in</html>", content_type="text/html"),
    "other JSON": lambda: web.json_response({"me": 1}),
    "nested": lambda: web.Response(body=b'{"x":' * 100_000),
    "no text": lambda: web.Response(body=b'{"organisation":"\xff\xfe"}'),
    "a huge number": lambda: web.Response(
        status=503, body=b'{"type":"","title":"","status":503,"code":"overloaded","retry_after":1'
        + b"0" * 400 + b"}",
    ),
    "no problem": lambda: web.Response(status=500, text="oops"),
    "a redirect": lambda: web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
    "too much": lambda: web.Response(body=bytes(client_http.ANSWER_BYTES + 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_of_something_else_is_no_answer(name: str) -> None:
    async def handler(_: web.Request) -> web.StreamResponse:
        return ANSWERS[name]()

    async with answering(handler) as http:
        with pytest.raises(OfflineError):
            await http.ask("GET", "/me", Me)


async def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_http, "TIMEOUT", aiohttp.ClientTimeout(total=0.5))

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    async with answering(handler) as http:
        with pytest.raises(OfflineError):
            await http.ask("GET", "/me", Me)


async def test_an_answer_that_swells_when_unpacked_is_not_unpacked() -> None:
    async def handler(_: web.Request) -> web.StreamResponse:
        response = web.Response(body=b" " * 50_000_000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async with answering(handler) as http:
        with pytest.raises(OfflineError):
            await http.ask("GET", "/me", Me)


async def test_a_socket_does_not_follow_to_another_server() -> None:
    """The token would be said to whoever is there."""
    reached: list[str] = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        reached.append(request.path)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        return socket

    async with answering(elsewhere) as other:
        target = other.url("/socket")

        async def handler(_: web.Request) -> web.StreamResponse:
            return web.Response(status=307, headers={"Location": target})

        async with answering(handler) as http:
            with pytest.raises(OfflineError):
                await Socket.open(http)
    assert reached == []


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x91" * 5000, b"\x93\x4c\xa1\xff\x00", b"\xdd\xff\xff\xff\xff"]
)
async def test_a_frame_that_is_none_ends_the_socket_in_order(data: bytes) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_bytes(encode(Pong(1)))
        await socket.send_bytes(data)
        await socket.receive()
        return socket

    async with answering(handler) as http:
        opened = await Socket.open(http)
        async with asyncio.timeout(60):
            assert [frame async for frame, _ in opened.frames()] == [Pong(1)]


async def test_a_server_that_stops_reading_does_not_hold_the_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_socket, "SEND_SECONDS", 0.3)
    done = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert request.transport is not None
        request.transport.pause_reading()
        await done.wait()
        return socket

    async with answering(handler) as http:
        opened = await Socket.open(http)
        async with asyncio.timeout(60):
            for _ in range(10):
                await opened.send(bytes(4_000_000))
            await opened.send(encode(Ping(1)))
            assert [frame async for frame, _ in opened.frames()] == []
        done.set()
