"""Bad input of every kind: a clear problem, and nothing has changed."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from teamchat.server.endpoints import Endpoint
from teamchat.server.routes.all_routes import ENDPOINTS
from teamchat.wire.limits import KIB
from tests.support.server import RunningServer, running_server

JSON = {"Content-Type": "application/json"}
WITH_BODY = [end for end in ENDPOINTS if end.takes not in {None, bytes}]


def path_of(endpoint: Endpoint) -> str:
    return re.sub(r"{\w+}", "a" * 26, endpoint.path.replace("{epoch}", "1"))


async def state(server: RunningServer) -> object:
    return await server.audited()


async def send(server: RunningServer, endpoint: Endpoint, body: bytes, token: str) -> str:
    got = await server.call(endpoint.method, path_of(endpoint), body, token=token, headers=JSON)
    assert 400 <= got.status < 500, (endpoint.name, got)
    assert b"hunter2" not in got.body, endpoint.name
    return got.problem


SLOW_BODY = (
    b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: 50\r\n\r\n{"
)

MALFORMED = [
    b"",
    b"{",
    b'{"user_name": "a", "password": "hunter2',
    b"\xff\xfe",
    b'{"user_name": "\xff"}',
    b"nul",
    b'{"a": 1}}',
]
INVALID = [
    b"[]",
    b"null",
    b"3",
    b'"text"',
    b"{}",
    b'{"surprise": "hunter2"}',
    b'{"user_name": 7, "display_name": 7, "secret": 7, "old": 7, "name": 7, "users": 7}',
    b"[" * 100_000,
    b'{"users": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b'{"x": ' * 10_000 + b"1" + b"}" * 10_000,
]


async def test_every_body_is_checked(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        admin = await server.add_device(server.admin)
        before = await state(server)
        for endpoint in WITH_BODY:
            for body in MALFORMED:
                problem = await send(server, endpoint, body, admin.token)
                assert problem == "malformed", (endpoint.name, body)
            for body in INVALID:
                problem = await send(server, endpoint, body, admin.token)
                assert problem in {"invalid", "malformed", "too-large"}, (endpoint.name, body[:20])
        assert await state(server) == before


async def test_what_is_oversized_is_refused_by_its_length_and_without(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        admin = await server.add_device(server.admin)
        before = await state(server)
        for endpoint in WITH_BODY:
            body = b" " * (endpoint.body_bytes + 1)
            assert await send(server, endpoint, body, admin.token) == "too-large"

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(64):
                yield b" " * KIB

        headers = {**JSON, "Authorization": f"Bearer {admin.token}"}
        address = server.url + "/v1/admin/users"
        async with server.http.post(address, data=pieces(), headers=headers) as got:
            assert got.status == 413
        assert await state(server) == before


async def test_every_route_wants_what_it_says(tmp_path: Path) -> None:
    """Without a session, with an unknown one and with a revoked one there is nothing to see."""
    async with running_server(tmp_path) as server:
        gone = await server.add_device(await server.invite("gone"))
        await server.call("POST", "/v1/logout", token=gone.token)
        before = await state(server)
        for endpoint in ENDPOINTS:
            if endpoint.action is None:
                continue
            path = path_of(endpoint)
            for token, problem in ((None, "not-logged-in"), ("x" * 43, "not-logged-in")):
                got = await server.call(endpoint.method, path, b"{}", token=token, headers=JSON)
                assert (got.status, got.problem) == (401, problem), endpoint.name
            got = await server.call(endpoint.method, path, b"{}", token=gone.token, headers=JSON)
            assert (got.status, got.problem) == (401, "revoked"), endpoint.name
        assert await state(server) == before


async def test_other_media_types_are_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        for headers in (
            {"Content-Type": "text/plain"},
            {"Content-Type": "application/x-www-form-urlencoded"},
            {**JSON, "Content-Encoding": "gzip"},
            {**JSON, "Content-Encoding": "br"},
        ):
            got = await server.call("POST", "/v1/login", b"{}", headers=headers)
            assert (got.status, got.problem) == (415, "unsupported-media-type")


async def test_addresses_and_methods_that_are_none(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        for path in (
            "/index.html",
            "/join/x",
            "/v1",
            "/v1/nothing",
            "/v1/users/a/b",
            "/../etc/passwd",
            "/%2e%2e/x",
        ):
            got = await server.call("GET", path)
            assert (got.status, got.problem) == (404, "not-found")
        got = await server.call("PATCH", "/v1/me")
        assert (got.status, got.problem) == (405, "method-not-allowed")
        assert got.headers["Allow"] == "GET"


async def test_a_field_is_named_but_never_its_value(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        body = b'{"user_name":"x","display_name":"X","site":"hunter2","roles":["hunter2"]}'
        got = await server.call(
            "POST", "/v1/admin/users", body, token=server.admin_token, headers=JSON
        )
        assert "`$.site`" in json.loads(got.body)["detail"]
        body = body.replace(b'"site":"hunter2"', b'"site":"%s"' % server.site.encode())
        got = await server.call(
            "POST", "/v1/admin/users", body, token=server.admin_token, headers=JSON
        )
        assert b"hunter2" not in got.body
        assert "`$.roles" in json.loads(got.body)["detail"]


@pytest.mark.parametrize(
    "head",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 500 + b"\r\n",
    ],
)
async def test_what_is_not_http_is_answered_and_closed(tmp_path: Path, head: bytes) -> None:
    async with running_server(tmp_path) as server:
        reader, writer = await connect(server)
        writer.write(head)
        answer = await asyncio.wait_for(reader.read(), 60)
        assert answer.startswith(b"HTTP/1.")
        assert answer.split()[1].startswith(b"4"), answer
        assert b"Traceback" not in answer
        writer.close()
        assert (await server.call("GET", "/livez")).status == 204


async def test_who_sends_nothing_or_slowly_is_not_waited_for(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_idle_seconds=0.3, limits_body_seconds=0.3) as server:
        for head in (
            b"",
            b"GET /livez HTTP/1.1\r\nHos",
            SLOW_BODY,
        ):
            reader, writer = await connect(server)
            writer.write(head)
            await asyncio.wait_for(reader.read(), 60)
            writer.close()


async def test_connections_are_bounded(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_connections=5) as server:
        held = [await connect(server) for _ in range(4)]
        reader, writer = await connect(server)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 60) == b""
        for _, other in [*held, (reader, writer)]:
            other.close()
        assert await answers(server)


async def answers(server: RunningServer) -> bool:
    """Say whether a server answers as soon as it has noticed that others went."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                return (await server.call("GET", "/livez")).status == 204
            await asyncio.sleep(0.02)


async def test_a_route_that_fails_tells_nothing_about_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_server(tmp_path) as server:

        async def fail(_actor: object) -> None:
            raise RuntimeError("secret in /var/lib/teamchat")

        monkeypatch.setattr(type(server.parts.services.people), "me", lambda _self, a: fail(a))
        got = await server.call("GET", "/v1/me", token=server.admin_token)
        assert (got.status, got.problem) == (500, "internal")
        assert b"secret" not in got.body
        assert got.headers["X-Request-Id"] in json.loads(got.body)["detail"]


async def test_every_answer_has_its_headers(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        for path in ("/livez", "/v1/me", "/nothing", "/openapi.json"):
            got = await server.call("GET", path)
            assert got.headers["X-Content-Type-Options"] == "nosniff"
            assert got.headers["Cache-Control"] == "no-store"
            assert "default-src 'none'" in got.headers["Content-Security-Policy"]
            assert got.headers["Server"] == "teamchat"
            assert len(got.headers["X-Request-Id"]) == 16


async def connect(server: RunningServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = server.url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))
