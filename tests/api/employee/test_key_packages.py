import asyncio
from pathlib import Path

from teamchat.wire.bodies import (
    AddKeyPackages,
    ClaimedKeyPackages,
    ClaimKeyPackages,
    KeyPackageCount,
)
from tests.support.server import Person, RunningServer, key_package, running_server


async def claim(server: RunningServer, person: Person, *users: str) -> ClaimedKeyPackages:
    wanted = ClaimKeyPackages(list(users))
    got = await server.call("POST", "/v1/key-packages/claim", wanted, token=person.token)
    assert got.status == 200, got
    return got.read(ClaimedKeyPackages)


async def test_a_key_package_is_handed_out_once_and_then_the_last_resort(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"), key_packages=4)
        ben = await server.add_device(await server.invite("ben"))
        claims = await asyncio.gather(*(claim(server, ben, mei.user) for _ in range(4)))
        handed = {each.key_packages[0].key_package for each in claims}
        assert len(handed) == 4
        last = [(await claim(server, ben, mei.user)).key_packages[0].key_package for _ in "ab"]
        assert last[0] == last[1]
        assert last[0] not in handed


async def test_who_has_no_device_or_does_not_exist_is_missing(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei")
        ben = await server.add_device(await server.invite("ben"))
        got = await claim(server, ben, mei.user, "a" * 26)
        assert (got.key_packages, got.missing) == ([], [mei.user, "a" * 26])


async def test_a_removed_device_and_a_deactivated_person_have_none(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        eva = await server.add_device(await server.invite("eva"))
        ben = await server.add_device(await server.invite("ben"))
        await server.call("DELETE", f"/v1/me/devices/{mei.device}", token=mei.token)
        await server.call("DELETE", f"/v1/admin/users/{eva.user}", token=server.admin_token)
        got = await claim(server, ben, mei.user, eva.user)
        assert got.missing == [mei.user, eva.user]


async def test_ones_own_other_devices_are_claimed_and_not_the_asking_one(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        session = await server.log_in("mei")
        second = Person(mei.user, "mei", session.token, mei.identity)
        await server.add_device(second)
        got = await claim(server, mei, mei.user)
        assert [each.device for each in got.key_packages] == [second.device]


async def test_a_stock_is_refilled_with_what_is_new_and_good(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"), key_packages=1)
        ben = await server.add_device(await server.invite("ben"))
        fresh = key_package(mei.certificate, mei.device_key)
        wanted = AddKeyPackages([fresh, fresh])
        got = await server.call("POST", "/v1/key-packages", wanted, token=mei.token)
        assert got.read(KeyPackageCount).left == 2
        for wrong in (
            b"nonsense",
            key_package(ben.certificate, ben.device_key),
            key_package(mei.certificate, ben.device_key),
            fresh[:-1] + bytes([fresh[-1] ^ 1]),
        ):
            wanted = AddKeyPackages([key_package(mei.certificate, mei.device_key), wrong])
            got = await server.call("POST", "/v1/key-packages", wanted, token=mei.token)
            assert (got.status, got.problem) == (422, "invalid")
        count = await server.call("GET", "/v1/key-packages", token=mei.token)
        assert count.read(KeyPackageCount).left == 2
