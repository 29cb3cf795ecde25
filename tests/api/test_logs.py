"""What the server writes down: nothing about a person, and no secret."""

import io
import json
import logging
from pathlib import Path

from teamchat.clock import SystemClock
from teamchat.server import logs
from teamchat.wire.bodies import Login
from tests.support.server import PASSWORD, RunningServer, running_server


async def live(server: RunningServer) -> list[str]:
    """Do a bit of everything; return what must not be written down."""
    secret = await server.create("mei.geheim")
    mei = await server.enter("mei.geheim", secret)
    await server.add_device(mei)
    await server.call("POST", "/v1/login", Login("mei.geheim", "falsches-passwort"))
    await server.call("GET", "/v1/users?query=suchwort", token=mei.token)
    await server.call("GET", f"/v1/users/{mei.user}", token=mei.token)
    await server.call("GET", "/pfad-eines-anderen?token=abc", token="x" * 43)
    await server.call("POST", "/v1/me/devices", b"{kaputt", token=mei.token)
    await server.call("GET", f"/v1/blobs/{'a' * 26}", token=mei.token)
    await server.call("POST", "/v1/logout", token=mei.token)
    return [
        *(secret, mei.token, server.admin_token, mei.user, mei.device, PASSWORD),
        *("mei.geheim", "Mei.Geheim", "falsches-passwort", "suchwort", "pfad-eines", "kaputt"),
        *("127.0.0.1", "x" * 43, "Beispiel", "Ada Admin", "a" * 26, "sealed", "aiohttp/"),
    ]


async def test_logs_hold_no_secret_and_no_person(tmp_path: Path) -> None:
    stream, root = io.StringIO(), logging.getLogger()
    level = root.level
    handler = logs.start(SystemClock(), stream=stream)
    try:
        async with running_server(tmp_path) as server:
            secrets = await live(server)
            address = server.url
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        logging.captureWarnings(capture=False)
    written = stream.getvalue().replace(address, "")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) >= 14
    assert {line["route"] for line in requests} >= {"/v1/users/{user}", "/v1/blobs/{blob}", ""}
    assert set(requests[0]) == {
        *("time_ms", "level", "logger", "event"),
        *("request", "method", "route", "status", "ms"),
    }
    assert [secret for secret in secrets if secret in written] == []


async def test_the_audit_log_holds_no_secret_and_no_name(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        secrets = await live(server)
        written = json.dumps(await server.audited())
    ids = {secret for secret in secrets if len(secret) == 26 and secret.isalnum()}
    assert [secret for secret in secrets if secret not in ids and secret in written] == []


async def test_the_database_holds_no_token_and_no_password(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        secret = await server.create("mei")
        mei = await server.enter("mei", secret)
    held = b"".join(
        path.read_bytes() for path in (tmp_path / "server").rglob("*") if path.is_file()
    )
    assert b"mei" in held
    for hidden in (secret, mei.token, PASSWORD):
        assert hidden.encode() not in held
