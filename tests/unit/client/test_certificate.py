"""A server whose certificate does not count here: what is said, and by whom."""

import time
from pathlib import Path

import pytest
from aiohttp import web

from teamchat.client import enrol
from teamchat.client.errors import AccountError
from teamchat.client.http import Http, OfflineError, ServerAddress, UntrustedError
from teamchat.client.socket import Socket
from teamchat.server import tls


async def _server(directory: Path) -> tuple[web.AppRunner, str, str]:
    files = tls.make(directory, names=["localhost"], organisation="x", now=int(time.time()))
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = web.TCPSite(
        runner, "localhost", 0, ssl_context=tls.context(files.certificate, files.key)
    )
    await site.start()
    port = runner.addresses[0][1]
    return runner, f"https://localhost:{port}", str(files.authority)


async def test_an_untrusted_certificate_is_named(tmp_path: Path) -> None:
    runner, url, authority = await _server(tmp_path / "tls")
    try:
        with pytest.raises(AccountError, match="error-certificate") as caught:
            await enrol.password_characters(url)
        assert caught.value.arguments["server"] == "localhost"
        assert "certificate" in caught.value.arguments["reason"]
        with pytest.raises(AccountError, match="error-no-server"):
            await enrol.password_characters(url, authority)
    finally:
        await runner.cleanup()


async def test_the_socket_remembers_it_until_the_server_is_reached(tmp_path: Path) -> None:
    runner, url, _ = await _server(tmp_path / "tls")
    async with Http(ServerAddress(url)) as http:
        try:
            with pytest.raises(UntrustedError):
                await Socket.open(http)
            assert http.untrusted is not None
        finally:
            await runner.cleanup()
        with pytest.raises(OfflineError):
            await Socket.open(http)
        assert http.untrusted is None
