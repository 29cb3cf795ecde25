import asyncio
import ssl
from contextlib import suppress

from aiohttp import web

from teamchat.listening import Door, tls_without_certificate


async def greeting(_: web.Request) -> web.Response:
    return web.Response(text="hello")


async def test_one_connection_too_many_is_closed_and_the_others_are_served() -> None:
    application = web.Application()
    application.router.add_get("/", greeting)
    runner = web.AppRunner(application)
    await runner.setup()
    server = await asyncio.get_running_loop().create_server(Door(runner, 2), "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        let_in = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for reader, writer in let_in:
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readline()).endswith(b"200 OK\r\n")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        refused = b""
        with suppress(ConnectionResetError):
            refused = await reader.read()
        assert refused == b""
        for _, each in (*let_in, (reader, writer)):
            each.close()
    finally:
        server.close()
        await runner.cleanup()


async def test_nobody_is_let_in_where_nothing_serves() -> None:
    protocol = Door(web.AppRunner(web.Application()), 2)()
    assert type(protocol).__name__ == "_Refusal"


def test_only_sound_tls_is_spoken() -> None:
    context = tls_without_certificate()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    for cipher in context.get_ciphers():
        assert cipher["aead"]
        assert cipher["protocol"] == "TLSv1.3" or "ecdhe" in cipher["kea"]
