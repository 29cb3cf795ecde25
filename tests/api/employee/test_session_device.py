"""Logging in again on a device that is registered: the proof, and what refuses it."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from teamchat.identity import session_proof
from teamchat.identity.keys import DeviceKey
from teamchat.ids import DeviceId, identifier
from teamchat.wire import frames
from teamchat.wire.bodies import Device, Me, TakeDevice
from teamchat.wire.limits import PROTOCOL_VERSION
from tests.support.clock import FakeClock
from tests.support.server import Answered, Person, RunningServer, device_of, running_server

PATH = "/v1/me/session/device"
DAY = 86_400
JSON = {"Content-Type": "application/json"}


def proof(person: Person, token: str, *, key: DeviceKey | None = None) -> TakeDevice:
    signed = session_proof.sign(
        key or person.device_key, user=person.user, device=person.device, token=token
    )
    return TakeDevice(person.device, signed)


async def take(server: RunningServer, wanted: TakeDevice, token: str) -> Answered:
    return await server.call("PUT", PATH, wanted, token=token)


async def device_of_session(server: RunningServer, token: str) -> DeviceId | None:
    return (await server.call("GET", "/v1/me", token=token)).read(Me).device


async def audited(server: RunningServer, *events: str) -> list[tuple[str, str, str]]:
    return [(row[0], row[2], row[3]) for row in await server.audited() if row[0] in events]


async def test_a_new_session_takes_the_device_and_the_old_one_ends(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        fresh = (await server.log_in("mei")).token
        headers = {"Authorization": f"Bearer {mei.token}"}
        async with server.http.ws_connect(server.url + "/v1/socket", headers=headers) as socket:
            await socket.send_bytes(frames.encode(frames.Hello(PROTOCOL_VERSION, mei.token)))
            assert isinstance(frames.decode_server(await socket.receive_bytes()), frames.Ready)
            got = await take(server, proof(mei, fresh), fresh)
            assert (got.status, got.read(Device).id) == (200, mei.device)
            async with asyncio.timeout(60):
                while not socket.closed:
                    await socket.receive()
        assert await device_of_session(server, fresh) == mei.device
        assert (await server.call("GET", "/v1/me", token=mei.token)).problem == "revoked"
        assert (await server.call("GET", "/v1/key-packages", token=fresh)).status == 200
        rows = await audited(server, "session.revoked", "auth.step_up", "device.removed")
        assert [(event, detail) for event, _, detail in rows] == [
            ("session.revoked", '{"cause":"replaced"}'),
            (
                "auth.step_up",
                '{"for_action":"take-device","method":"device-key","outcome":"success"}',
            ),
        ]
        again = await take(server, proof(mei, fresh), fresh)
        assert (again.status, again.body) == (got.status, got.body)
        assert len(await audited(server, "auth.step_up")) == 1


async def test_a_proof_that_is_wrong_changes_nothing(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.add_device(await server.invite("ben"))
        fresh = (await server.log_in("mei")).token
        good = proof(mei, fresh)
        for wanted in (
            proof(mei, mei.token),  # of another session
            proof(mei, fresh, key=ben.device_key),
            proof(mei, fresh, key=DeviceKey(mei.identity.seed)),
            TakeDevice(mei.device, mei.device_key.sign(fresh.encode())),
            TakeDevice(mei.device, bytes(64)),
        ):
            got = await take(server, wanted, fresh)
            assert (got.status, got.problem) == (422, "invalid")
        assert await device_of_session(server, fresh) is None
        assert await device_of_session(server, mei.token) == mei.device
        rows = await audited(server, "session.revoked", "auth.step_up")
        assert len(rows) == 5
        assert all('"outcome":"failure"' in detail for _, _, detail in rows)
        assert (await take(server, good, fresh)).status == 200


async def test_a_device_of_nobody_or_of_somebody_else_is_not_found(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.invite("ben")
        stolen = Person(ben.user, "ben", ben.token, ben.identity, mei.device, mei.device_key)
        nobodys = Person(mei.user, "mei", "", mei.identity, DeviceId(identifier(os.urandom(16))))
        for person in (stolen, nobodys):
            got = await take(server, proof(person, ben.token), ben.token)
            assert (got.status, got.problem) == (404, "not-found")
        assert await device_of_session(server, mei.token) == mei.device
        assert await device_of_session(server, ben.token) is None


async def test_a_removed_device_does_not_come_back(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        fresh = (await server.log_in("mei")).token
        path = f"/v1/me/devices/{mei.device}"
        assert (await server.call("DELETE", path, token=mei.token)).status == 204
        got = await take(server, proof(mei, fresh), fresh)
        assert (got.status, got.problem) == (404, "not-found")
        assert await device_of_session(server, fresh) is None


async def test_a_session_with_another_device_keeps_it(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        second = Person(mei.user, "mei", (await server.log_in("mei")).token, mei.identity)
        await _register(server, second)
        got = await take(server, proof(mei, second.token), second.token)
        assert (got.status, got.problem) == (409, "conflict")
        assert await device_of_session(server, mei.token) == mei.device
        assert await device_of_session(server, second.token) == second.device


async def _register(server: RunningServer, person: Person) -> None:
    got = await server.call("POST", "/v1/me/devices", device_of(person), token=person.token)
    assert got.status == 201, got
    person.device = got.read(Device).id


async def test_who_is_not_logged_in_or_malformed_is_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        assert (await take(server, proof(mei, mei.token), "x" * 43)).problem == "not-logged-in"
        for body in (b'{"device":"x","signature":""}', b'{"device":"x"}', b"[]", b"{"):
            got = await server.call("PUT", PATH, body, token=mei.token, headers=JSON)
            assert got.status in {400, 422}


async def test_tries_are_limited_by_person_and_network(tmp_path: Path) -> None:
    async with running_server(
        tmp_path, limits_rate_factor=3.0, clock=FakeClock(time.time())
    ) as server:
        mei = await server.add_device(await server.invite("mei"))
        fresh = (await server.log_in("mei")).token
        wrong = TakeDevice(mei.device, bytes(64))
        problems = [(await take(server, wrong, fresh)).problem for _ in range(31)]
        assert problems == ["invalid"] * 30 + ["too-many-requests"]


async def test_an_expired_session_is_replaced(tmp_path: Path) -> None:
    clock = FakeClock(time.time())
    async with running_server(tmp_path, clock=clock) as server:
        mei = await server.add_device(await server.invite("mei"))
        clock.advance(91 * DAY)
        assert (await server.call("GET", "/v1/me", token=mei.token)).problem == "revoked"
        fresh = (await server.log_in("mei")).token
        assert (await take(server, proof(mei, fresh), fresh)).status == 200
        clock.advance(80 * DAY)
        assert await device_of_session(server, fresh) == mei.device


async def test_a_session_without_a_device_lives_for_a_day(tmp_path: Path) -> None:
    clock = FakeClock(time.time())
    async with running_server(tmp_path, clock=clock) as server:
        mei = await server.invite("mei")
        clock.advance(DAY - 60)
        assert (await server.call("GET", "/v1/me", token=mei.token)).status == 200
        clock.advance(60)
        assert (await server.call("GET", "/v1/me", token=mei.token)).problem == "revoked"


@pytest.mark.parametrize("how", ["register", "take"])
async def test_what_earlier_logins_left_behind_ends(tmp_path: Path, how: str) -> None:
    clock = FakeClock(time.time())
    async with running_server(tmp_path, clock=clock) as server:
        ben = await server.invite("ben")
        mei = await server.invite("mei")
        if how == "take":
            mei = await server.add_device(mei)
        left = (await server.log_in("mei")).token
        clock.advance(60)
        fresh = (await server.log_in("mei")).token
        clock.advance(60)
        later = (await server.log_in("mei")).token
        if how == "take":
            assert (await take(server, proof(mei, fresh), fresh)).status == 200
        else:
            mei.token = fresh
            await server.add_device(mei)
        assert (await server.call("GET", "/v1/me", token=left)).problem == "revoked"
        for token in (fresh, later, ben.token):
            assert (await server.call("GET", "/v1/me", token=token)).status == 200
        revoked = await audited(server, "session.revoked")
        assert '{"cause":"unfinished"}' in {detail for _, _, detail in revoked}
