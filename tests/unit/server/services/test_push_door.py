import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from teamchat.server import tls
from teamchat.server.services import push_door
from teamchat.server.services.push_door import (
    Called,
    Hosts,
    PushAwayError,
    is_public,
    open_door,
)

HOSTS = Hosts(("push.example", "*.notify.example"), ("push.internal", "localhost"))
AUTHORIZATION = "vapid t=x, k=y"


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("https://push.example/send/abc", "https://push.example"),
        ("https://push.example:443/a?b=c", "https://push.example"),
        ("https://db5p.notify.example/w/?token=x", "https://db5p.notify.example"),
        ("https://a.b.notify.example/", "https://a.b.notify.example"),
        ("https://push.internal:8443/x", "https://push.internal:8443"),
        ("https://push.internal/x", "https://push.internal"),
    ],
)
def test_these_are_called(endpoint: str, origin: str) -> None:
    assert HOSTS.origin(endpoint) == origin


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "push.example",
        "http://push.example/a",
        "HTTPS://push.example/a",
        "https://push.example:8443/a",
        "https://push.example:0/a",
        "https://push.example:/a",
        "https://push.example:99999/a",
        "https://push.example./a",
        "https://PUSH.example/a",
        "https://xpush.example/a",
        "https://push.example.evil.example/a",
        "https://notify.example/a",
        "https://.notify.example@evil.example/a",
        "https://evil.example/push.example",
        "https://user@push.example/a",
        "https://user:word@push.example/a",
        "https://push.example\\@evil.example/a",
        "https://push.example/a#b",
        "https://push.example/a#",
        "https://push.example/ä",
        "https://push.example/a b",
        "https://push.example/a\r\nHost: x",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://[push.example/a",
        "https://push.example/" + "a" * 1_024,
    ],
)
def test_these_are_not(endpoint: str) -> None:
    assert HOSTS.origin(endpoint) is None


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4001:82f::200a", "64:ff9b::808:808"])
def test_a_public_address(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254",  # noqa: S104
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2002:7f00:1::", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
        "localhost", "",
    ],
)  # fmt: skip
def test_an_address_that_is_none(address: str) -> None:
    assert not is_public(address)


async def told(request: web.Request) -> web.StreamResponse:
    sent = request.headers
    assert await request.read() == b""
    said = (sent["Authorization"], sent["TTL"], sent["Topic"], sent["Urgency"], "Cookie" in sent)
    assert said == (AUTHORIZATION, "86400", "word", "high", False)
    return web.Response(status=201, headers={"Set-Cookie": "a=b"})


async def elsewhere(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=307, headers={"Location": "/told"})


async def busy(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=429, headers={"Retry-After": "120"})


async def dated(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=503, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})


async def endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(status=201)
    await answer.prepare(request)
    while True:
        await answer.write(bytes(65_536))


async def silent(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


@asynccontextmanager
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    files = tls.make(
        tmp_path / "tls", names=["localhost"], organisation="Push", now=int(time.time())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(files.authority))
    app = web.Application()
    for handler in (told, elsewhere, busy, dated, endless, silent):
        app.router.add_post(f"/{handler.__name__}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    context = tls.context(files.certificate, files.key)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        yield f"https://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_call_has_no_content_and_no_redirect_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, monkeypatch) as url, open_door(HOSTS) as door:
        found = [
            await door.call(f"{url}/{path}", authorization=AUTHORIZATION, topic="word")
            for path in ("told", "told", "elsewhere", "busy", "dated", "endless")
        ]
    assert found == [
        Called(201, 0), Called(201, 0), Called(307, 0), Called(429, 120), Called(503, 0),
        Called(201, 0),
    ]  # fmt: skip


async def test_a_name_that_leads_into_ones_own_network_is_not_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, monkeypatch) as url, open_door(Hosts(("localhost",))) as door:
        with pytest.raises(PushAwayError, match="no answer"):
            await door.call(f"{url}/told", authorization=AUTHORIZATION, topic="word")


async def test_a_certificate_of_nobody_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, monkeypatch) as url:
        monkeypatch.setenv("SSL_CERT_FILE", ssl.get_default_verify_paths().openssl_cafile)
        async with open_door(HOSTS) as door:
            with pytest.raises(PushAwayError):
                await door.call(f"{url}/told", authorization=AUTHORIZATION, topic="word")


async def test_who_is_slow_or_not_there_is_away_and_its_address_is_not_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_door, "SECONDS", 0.5)
    async with house(tmp_path, monkeypatch) as url, open_door(HOSTS) as door:
        for nowhere in (f"{url}/silent", "https://localhost:1/canary"):
            with pytest.raises(PushAwayError) as caught:
                await door.call(nowhere, authorization=AUTHORIZATION, topic="word")
            assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r}"
