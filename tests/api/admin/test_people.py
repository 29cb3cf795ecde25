import json
from pathlib import Path

import msgspec
import pytest

from teamchat.wire.bodies import CreateSite, CreateUser, ManagedUsers, Role, Sites
from tests.support.server import PASSWORD, RunningServer, running_server


async def create(server: RunningServer, token: str, name: str, *roles: Role, site: int = 0) -> str:
    wanted = CreateUser(name, name.title(), server.founded.sites[site].id, list(roles))
    if not roles:
        wanted = CreateUser(name, name.title(), server.founded.sites[site].id)
    got = await server.call("POST", "/v1/admin/users", wanted, token=token)
    return "created" if got.status == 201 else got.problem


async def test_provisioning_answers_with_a_link_whose_secret_is_in_the_fragment(
    tmp_path: Path,
) -> None:
    async with running_server(
        tmp_path,
        server_public_url="https://chat.example",
        server_trusted_proxies=["127.0.0.1"],
    ) as server:
        wanted = CreateUser("mei", "Mei  Lin 李", server.site)
        got = await server.call("POST", "/v1/admin/users", wanted, token=server.admin_token)
        made = msgspec.json.decode(got.body)
        assert made["invitation"]["link"].startswith("https://chat.example/join#")
        assert made["user"]["display_name"] == "Mei Lin 李"
        assert "sqlite" not in json.dumps(made)


@pytest.mark.parametrize(
    "role",
    [
        Role.EMPLOYEE,
        Role.AUDITOR,
        Role.WORKS_COUNCIL,
        Role.COMPLIANCE_OFFICER,
        Role.DATA_PROTECTION_OFFICER,
    ],
)
async def test_who_is_no_administrator_administers_nothing(tmp_path: Path, role: Role) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei", role)
        before = await server.audited()
        for method, path, body in (
            ("GET", "/v1/admin/users", None),
            ("POST", "/v1/admin/users", CreateUser("x", "X", server.site)),
            ("POST", f"/v1/admin/users/{server.admin.user}/invitations", None),
            ("DELETE", f"/v1/admin/users/{server.admin.user}", None),
            ("GET", "/v1/admin/sites", None),
            ("POST", "/v1/admin/sites", CreateSite("X", "UTC")),
        ):
            got = await server.call(method, path, body, token=mei.token)
            assert (got.status, got.problem) == (403, "forbidden")
        told = (await server.audited())[len(before) :]
        assert {(event, actor) for event, actor, *_ in told} == {("authz.denied", mei.user)}
        assert len({subject for _, _, subject, _ in told}) == 6


async def test_who_asks_again_and_again_is_written_down_once(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_rate_factor=1.0) as server:
        mei = await server.invite("mei")
        for _ in range(5):
            got = await server.call("GET", "/v1/admin/users", token=mei.token)
            assert got.problem == "forbidden"
        told = [row for row in await server.audited() if row[0] == "authz.denied"]
        assert told == [("authz.denied", mei.user, "list-people", '{"rule":"list-people"}')]


async def test_nobody_gives_a_role_that_is_above_them(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        it = await server.invite("it", Role.IT_ADMIN)
        hr = await server.invite("hr", Role.USER_MANAGER)
        assert await create(server, it.token, "a", Role.OWNER) == "forbidden"
        assert await create(server, it.token, "b", Role.IT_ADMIN) == "created"
        assert await create(server, hr.token, "c", Role.EMPLOYEE, Role.AUDITOR) == "forbidden"
        assert await create(server, hr.token, "d") == "created"


async def test_an_invitation_is_no_way_to_take_over_somebody_above(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        hr = await server.invite("hr", Role.USER_MANAGER)
        for method, path in (
            ("POST", f"/v1/admin/users/{server.admin.user}/invitations"),
            ("DELETE", f"/v1/admin/users/{server.admin.user}"),
        ):
            got = await server.call(method, path, token=hr.token)
            assert got.problem == "forbidden"
        assert (await server.call("GET", "/v1/me", token=server.admin_token)).status == 200


async def test_a_site_admin_stays_at_their_site(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        local = await server.invite("local", Role.SITE_ADMIN)
        far = await server.invite("far", site=server.founded.sites[1].id)
        assert await create(server, local.token, "a", site=0) == "created"
        assert await create(server, local.token, "b", site=1) == "forbidden"
        path = f"/v1/admin/users/{far.user}"
        assert (await server.call("DELETE", path, token=local.token)).problem == "forbidden"


async def test_names_are_unique_and_sites_exist(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        assert await create(server, server.admin_token, "mei") == "created"
        twice = CreateUser("mei", "Mei", server.site)
        got = await server.call("POST", "/v1/admin/users", twice, token=server.admin_token)
        assert (got.problem, got.reason) == ("conflict", "user-name-taken")
        nowhere = CreateUser("ben", "Ben", "a" * 26)
        got = await server.call("POST", "/v1/admin/users", nowhere, token=server.admin_token)
        assert (got.problem, got.reason) == ("invalid", "no-such-site")
        nobody = CreateUser("ben", " ", server.site)
        got = await server.call("POST", "/v1/admin/users", nobody, token=server.admin_token)
        assert (got.problem, got.reason) == ("invalid", "name-not-usable")


@pytest.mark.parametrize("name", ["", "Mei", "mei lin", "-mei", "mei\n", "mé", "a" * 101, "../x"])
async def test_what_is_no_user_name(tmp_path: Path, name: str) -> None:
    async with running_server(tmp_path) as server:
        wanted = CreateUser(name, "X", server.site)
        got = await server.call("POST", "/v1/admin/users", wanted, token=server.admin_token)
        assert (got.status, got.problem) == (422, "invalid")
        assert got.reason == "user-name-not-usable"


async def test_deactivating_ends_everything_at_once(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        path = f"/v1/admin/users/{mei.user}"
        for _ in range(2):
            assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        got = await server.call("GET", "/v1/me", token=mei.token)
        assert (got.problem, got.reason) == ("revoked", "own-account-deactivated")
        got = await server.call("POST", "/v1/login", {"user_name": "mei", "password": PASSWORD})
        assert (got.problem, got.reason) == ("wrong-credentials", "own-account-deactivated")
        got = await server.call("POST", path + "/invitations", token=server.admin_token)
        assert (got.problem, got.reason) == ("conflict", "deactivated")
        rows = [row for row in await server.audited() if row[0] == "user.deactivated"]
        detail = '{"devices_flagged":1,"sessions_closed":1,"source":"admin"}'
        assert rows == [("user.deactivated", server.admin.user, mei.user, detail)]
        users = (await server.call("GET", "/v1/admin/users", token=server.admin_token)).read(
            ManagedUsers
        )
        assert [(user.user_name, user.active, user.roles) for user in users.users] == [
            ("admin", True, [Role.EMPLOYEE, Role.IT_ADMIN, Role.OWNER]),
            ("mei", False, [Role.EMPLOYEE]),
        ]
        colleagues = (await server.call("GET", "/v1/users", token=server.admin_token)).body
        assert b"roles" not in colleagues


async def test_nobody_deactivates_themselves_or_nobody(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        path = f"/v1/admin/users/{server.admin.user}"
        got = await server.call("DELETE", path, token=server.admin_token)
        assert (got.problem, got.reason) == ("conflict", "oneself")
        got = await server.call("DELETE", f"/v1/admin/users/{'a' * 26}", token=server.admin_token)
        assert got.problem == "not-found"


async def test_sites_are_added_once_and_in_a_time_zone(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:

        async def add(name: str, zone: str) -> str:
            body = CreateSite(name, zone)
            got = await server.call("POST", "/v1/admin/sites", body, token=server.admin_token)
            return "created" if got.status == 201 else f"{got.problem}, {got.reason}"

        assert await add("Wien", "Europe/Vienna") == "created"
        assert await add("Wien", "Europe/Vienna") == "conflict, site-taken"
        assert await add("Mars", "Mars/Olympus") == "invalid, no-such-time-zone"
        assert await add("Etc", "../../etc/passwd") == "invalid, no-such-time-zone"
        got = await server.call("GET", "/v1/admin/sites", token=server.admin_token)
        assert [site.name for site in got.read(Sites).sites] == ["Shanghai", "Stuttgart", "Wien"]
