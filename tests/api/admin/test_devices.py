"""The company lists and removes devices; every role has its cell."""

import asyncio
from pathlib import Path

import pytest

from teamchat.identity import statements
from teamchat.identity.statements import Removed
from teamchat.server.storage.queries import key_log
from teamchat.wire.bodies import Role
from teamchat.wire.devices import ManagedDevices
from teamchat.wire.frames import Bye, Hello, Ready, decode_server, encode
from teamchat.wire.limits import PROTOCOL_VERSION
from tests.support.server import Person, RunningServer, running_server

MANAGING = {Role.OWNER, Role.IT_ADMIN, Role.SITE_ADMIN, Role.USER_MANAGER}


async def entries(server: RunningServer) -> list[statements.Statement]:
    def work(connection: object) -> list[bytes]:
        log = key_log.newest_log(connection)  # type: ignore[arg-type]
        assert log is not None
        return key_log.log_entries(connection, log.begun, first=0, count=100)  # type: ignore[arg-type]

    return [statements.decode(each) for each in await server.parts.database.read(work)]


def path_of(person: Person, *, with_device: bool = False) -> str:
    path = f"/v1/admin/users/{person.user}/devices"
    return f"{path}/{person.device}" if with_device else path


@pytest.mark.parametrize("role", list(Role))
async def test_who_manages_an_account_lists_and_removes_its_devices(
    tmp_path: Path, role: Role
) -> None:
    async with running_server(tmp_path) as server:
        somebody = await server.invite("somebody", role)
        mei = await server.add_device(await server.invite("mei"))
        listed = await server.call("GET", path_of(mei), token=somebody.token)
        removed = await server.call("DELETE", path_of(mei, with_device=True), token=somebody.token)
        gone = [row for row in await server.audited() if row[0] == "device.removed"]
        if role in MANAGING:
            found = listed.read(ManagedDevices)
            assert [(each.id, each.name) for each in found.devices] == [(mei.device, "Laptop")]
            assert found.devices[0].last_active_day > 20_000
            assert found.most == 10
            assert b"certificate" not in listed.body
            assert removed.status == 204
            detail = '{"cause":"admin","key_log_idx":1}'
            assert gone == [("device.removed", somebody.user, mei.device, detail)]
            said = (await entries(server))[-1]
            assert isinstance(said, Removed)
            assert (said.user, said.device, said.by, said.signature) == (
                mei.user, mei.device, "", b"",
            )  # fmt: skip
        else:
            assert (listed.status, listed.problem) == (403, "forbidden")
            assert (removed.status, removed.problem) == (403, "forbidden")
            assert gone == []


@pytest.mark.parametrize(
    ("role", "other"),
    [
        (Role.IT_ADMIN, Role.OWNER),
        (Role.USER_MANAGER, Role.IT_ADMIN),
        (Role.USER_MANAGER, Role.AUDITOR),
        (Role.SITE_ADMIN, Role.WORKS_COUNCIL),
    ],
)
async def test_nobody_manages_devices_of_a_role_above_them(
    tmp_path: Path, role: Role, other: Role
) -> None:
    async with running_server(tmp_path) as server:
        somebody = await server.invite("somebody", role)
        above = await server.add_device(await server.invite("above", other))
        for method, with_device in (("GET", False), ("DELETE", True)):
            path = path_of(above, with_device=with_device)
            got = await server.call(method, path, token=somebody.token)
            assert got.problem == "forbidden"
        assert (await server.call("GET", "/v1/me", token=above.token)).status == 200


async def test_a_site_admin_manages_devices_at_their_site_alone(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        local = await server.invite("local", Role.SITE_ADMIN)
        far = await server.add_device(await server.invite("far", site=server.founded.sites[1].id))
        for method, with_device in (("GET", False), ("DELETE", True)):
            path = path_of(far, with_device=with_device)
            assert (await server.call(method, path, token=local.token)).problem == "forbidden"


async def test_what_is_not_there_is_not_removed(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.add_device(await server.invite("ben"))
        wrong = f"/v1/admin/users/{ben.user}/devices/{mei.device}"
        assert (await server.call("DELETE", wrong, token=server.admin_token)).problem == "not-found"
        nobody = f"/v1/admin/users/{'a' * 26}/devices"
        assert (await server.call("GET", nobody, token=server.admin_token)).problem == "not-found"
        path = path_of(mei, with_device=True)
        assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        assert (await server.call("DELETE", path, token=server.admin_token)).problem == "not-found"
        assert sum(isinstance(each, Removed) for each in await entries(server)) == 1


async def test_nobody_removes_their_own_device_for_the_company(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        admin = await server.add_device(server.admin)
        got = await server.call("DELETE", path_of(admin, with_device=True), token=admin.token)
        assert (got.problem, got.reason) == ("conflict", "own-device")
        assert (await server.call("GET", path_of(admin), token=admin.token)).status == 200


async def test_a_removed_device_is_out_at_once_and_its_socket_closes(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        headers = {"Authorization": f"Bearer {mei.token}"}
        async with server.http.ws_connect(f"{server.url}/v1/socket", headers=headers) as socket:
            await socket.send_bytes(encode(Hello(PROTOCOL_VERSION, mei.token)))
            assert isinstance(decode_server(await socket.receive_bytes()), Ready)
            path = path_of(mei, with_device=True)
            assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
            async with asyncio.timeout(30):  # waits for the event; how soon is not asserted
                heard = [decode_server(each.data) async for each in socket if each.data]
            assert any(isinstance(each, Bye) and each.code == "revoked" for each in heard)
        got = await server.call("GET", "/v1/me", token=mei.token)
        assert got.problem == "revoked"


async def test_with_a_person_each_of_their_devices_goes_in_one_step(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        again = await server.log_in("mei")
        phone = await server.add_device(Person(mei.user, "mei", again.token, mei.identity))
        path = f"/v1/admin/users/{mei.user}"
        assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        gone = {each.device for each in await entries(server) if isinstance(each, Removed)}
        assert gone == {mei.device, phone.device}
        rows = [row for row in await server.audited() if row[0] == "device.removed"]
        assert {(row[1], row[2]) for row in rows} == {
            (server.admin.user, mei.device),
            (server.admin.user, phone.device),
        }
        assert all('"cause":"deactivated"' in row[3] for row in rows)
        assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        assert len(await entries(server)) == 4  # two that came, two that went
        listed = await server.call("GET", path + "/devices", token=server.admin_token)
        assert listed.read(ManagedDevices).devices == []
