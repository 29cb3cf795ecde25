"""What clients report of the key directory is written down: its kind and a digest, and an end."""

import json
from pathlib import Path

import pytest

from teamchat.wire.alarms import AlarmKind, ReportAlarm
from tests.support.server import running_server

REPORT = ReportAlarm(AlarmKind.SPLIT, 1_790_000_000, bytes(range(32)))


async def test_a_report_is_an_audit_event_without_content(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        anna = await server.add_device(await server.invite("anna"))
        got = await server.call("POST", "/v1/me/alarms", REPORT, token=anna.token)
        assert got.status == 204
        (event,) = [x for x in await server.audited() if x[0] == "directory.alarm_reported"]
        assert event[1:3] == (anna.device, "1790000000")
        assert json.loads(event[3]) == {"kind": "split", "evidence_sha256": REPORT.evidence.hex()}


async def test_only_a_device_reports(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        anna = await server.invite("anna")
        got = await server.call("POST", "/v1/me/alarms", REPORT, token=anna.token)
        assert (got.status, got.problem) == (403, "no-device")
        got = await server.call("POST", "/v1/me/alarms", REPORT)
        assert got.problem == "not-logged-in"


@pytest.mark.parametrize(
    "body",
    [
        b'{"kind":"ghost","log":1,"evidence":"AA=="}',
        b'{"kind":"secret text","log":1,"evidence":"%s"}' % (b"A" * 43 + b"="),
        b'{"kind":"ghost","log":-1,"evidence":"%s"}' % (b"A" * 43 + b"="),
        b'{"kind":"ghost","log":1,"evidence":"%s","text":"x"}' % (b"A" * 43 + b"="),
    ],
)
async def test_nothing_else_can_be_said(tmp_path: Path, body: bytes) -> None:
    async with running_server(tmp_path) as server:
        anna = await server.add_device(await server.invite("anna"))
        headers = {"Content-Type": "application/json"}
        got = await server.call("POST", "/v1/me/alarms", body, token=anna.token, headers=headers)
        assert got.problem in {"invalid", "malformed"}


async def test_there_is_an_end_to_what_one_person_writes_into_the_audit_log(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_rate_factor=1.0) as server:
        anna = await server.add_device(await server.invite("anna"))
        for _ in range(20):
            got = await server.call("POST", "/v1/me/alarms", REPORT, token=anna.token)
            assert got.status == 204
        got = await server.call("POST", "/v1/me/alarms", REPORT, token=anna.token)
        assert got.problem == "too-many-requests"
        assert got.headers["Retry-After"]
