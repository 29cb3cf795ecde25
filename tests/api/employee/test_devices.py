import os
from pathlib import Path

import msgspec
import pytest

from teamchat.identity import certificate
from teamchat.identity.keys import IdentityKey
from teamchat.ids import identifier
from teamchat.wire.bodies import (
    AddDevice,
    Devices,
    KeyPackageCount,
    Me,
    SetIdentity,
    UserWithDevices,
)
from tests.support.server import Person, RunningServer, device_of, running_server


async def publish(server: RunningServer, person: Person) -> None:
    wanted = SetIdentity(person.identity.public, b"sealed")
    assert (await server.call("PUT", "/v1/me/identity", wanted, token=person.token)).status == 200


async def own_devices(server: RunningServer, token: str) -> list[str]:
    got = await server.call("GET", "/v1/me/devices", token=token)
    return [device.id for device in got.read(Devices).devices]


async def test_a_device_is_registered_with_its_key_packages(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"), key_packages=3)
        assert (await server.call("GET", "/v1/me", token=mei.token)).read(Me).device == mei.device
        count = await server.call("GET", "/v1/key-packages", token=mei.token)
        assert count.read(KeyPackageCount).left == 3
        rows = [row for row in await server.audited() if row[0] == "device.added"]
        assert rows == [("device.added", mei.user, mei.device, '{"first":true,"key_log_idx":0}')]


async def test_colleagues_see_devices_but_not_when_they_were_used(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        path = f"/v1/users/{mei.user}"
        own = (await server.call("GET", path, token=mei.token)).read(UserWithDevices)
        seen = (await server.call("GET", path, token=server.admin_token)).read(UserWithDevices)
        assert own.devices[0].last_active_day > 20_000
        assert seen.devices[0].last_active_day == 0
        assert certificate.read(seen.devices[0].certificate).device_id == mei.device
        assert seen.user.identity_key == mei.identity.public


async def test_the_same_request_again_is_answered_the_same(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei")
        await publish(server, mei)
        wanted = device_of(mei)
        first = await server.call("POST", "/v1/me/devices", wanted, token=mei.token)
        again = await server.call("POST", "/v1/me/devices", wanted, token=mei.token)
        assert (first.status, first.body) == (again.status, again.body)
        assert len(await own_devices(server, mei.token)) == 1


async def test_what_is_not_certified_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei, ben = await server.invite("mei"), await server.invite("ben")
        got = await server.call("POST", "/v1/me/devices", device_of(mei), token=mei.token)
        assert got.problem == "invalid"
        await publish(server, mei)
        stranger = Person(mei.user, "mei", mei.token, IdentityKey(os.urandom(32)))
        good = device_of(mei)
        bent = bytearray(good.certificate)
        bent[-1] ^= 1
        replaced = msgspec.structs.replace
        for wanted in (
            device_of(stranger),
            device_of(ben),
            replaced(good, certificate=bytes(bent)),
            replaced(good, certificate=b"nonsense"),
            replaced(good, name="\x1b[2J"),
            replaced(good, last_resort=b"nonsense"),
            replaced(good, key_packages=[device_of(mei).last_resort]),
        ):
            got = await server.call("POST", "/v1/me/devices", wanted, token=mei.token)
            assert (got.status, got.problem) == (422, "invalid"), wanted
        assert await own_devices(server, mei.token) == []
        me = (await server.call("GET", "/v1/me", token=mei.token)).read(Me)
        assert me.device is None
        got = await server.call("POST", "/v1/me/devices", good, token=mei.token)
        assert got.status == 201


@pytest.mark.parametrize("same", ["id", "key"])
async def test_a_spent_device_is_never_registered_again(tmp_path: Path, same: str) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        key = mei.device_key
        session = await server.log_in("mei")
        got = await server.call("DELETE", f"/v1/me/devices/{mei.device}", token=mei.token)
        assert got.status == 204
        wanted = device_of(mei, device=mei.device) if same == "id" else device_of(mei, key=key)
        got = await server.call("POST", "/v1/me/devices", wanted, token=session.token)
        assert (got.status, got.problem) == (409, "conflict")


async def test_a_session_has_one_device(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        got = await server.call("POST", "/v1/me/devices", device_of(mei), token=mei.token)
        assert got.problem == "conflict"
        assert await own_devices(server, mei.token) == [mei.device]


async def test_a_removed_device_is_out_at_once(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        other = (await server.log_in("mei")).token
        path = f"/v1/me/devices/{mei.device}"
        got = await server.call("DELETE", path, token=other)
        assert (got.status, got.problem) == (403, "no-device"), "the password alone ends none"
        assert await own_devices(server, other) == [mei.device]
        assert (await server.call("DELETE", path, token=mei.token)).status == 204
        assert (await server.call("GET", "/v1/me", token=mei.token)).problem == "revoked"
        assert await own_devices(server, other) == []
        events = [row[0] for row in await server.audited()][-2:]
        assert sorted(events) == ["device.removed", "session.revoked"]


async def test_nobody_removes_the_device_of_somebody_else(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.add_device(await server.invite("ben"))
        path = f"/v1/me/devices/{mei.device}"
        got = await server.call("DELETE", path, token=ben.token)
        assert got.problem == "not-found"
        assert (await server.call("GET", "/v1/me", token=mei.token)).status == 200


async def test_without_a_device_there_is_no_ciphertext(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        for method, path in (
            ("GET", "/v1/conversations"),
            ("GET", "/v1/key-packages"),
            ("GET", f"/v1/blobs/{identifier(bytes(16))}"),
        ):
            got = await server.call(method, path, token=server.admin_token)
            assert (got.status, got.problem) == (403, "no-device")


async def test_too_many_key_packages_are_refused(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei")
        await publish(server, mei)
        good = device_of(mei, key_packages=1)
        many: AddDevice = msgspec.structs.replace(good, key_packages=good.key_packages * 101)
        got = await server.call("POST", "/v1/me/devices", many, token=mei.token)
        assert (got.status, got.problem) == (422, "invalid")
