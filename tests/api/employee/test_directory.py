from pathlib import Path

import pytest

from teamchat.wire.bodies import Sites, Users
from tests.support.server import running_server


async def test_colleagues_are_found_by_part_of_a_name(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        for name in ("jürgen.li".replace("ü", "ue"), "mei", "anna"):
            await server.create(name)
        got = await server.call("GET", "/v1/users?query=JUERG", token=server.admin_token)
        assert [user.user_name for user in got.read(Users).users] == ["juergen.li"]
        for nothing in ("%25", "_", "'", "%5C"):
            got = await server.call("GET", f"/v1/users?query={nothing}", token=server.admin_token)
            assert got.read(Users).users == [], nothing


async def test_pages_follow_each_other_without_gap_or_repetition(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        names = sorted(f"user{number}" for number in range(7))
        for name in names:
            await server.create(name)
        seen: list[str] = []
        after = ""
        while True:
            path = f"/v1/users?query=user&limit=3&after={after}"
            users = (await server.call("GET", path, token=server.admin_token)).read(Users)
            seen += [user.user_name for user in users.users]
            after = users.next
            if not after:
                break
        assert seen == names


async def test_who_is_deactivated_is_not_listed_but_still_has_a_name(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei")
        await server.call("DELETE", f"/v1/admin/users/{mei.user}", token=server.admin_token)
        users = (await server.call("GET", "/v1/users", token=server.admin_token)).read(Users)
        assert [user.user_name for user in users.users] == ["admin"]
        got = await server.call("GET", f"/v1/users/{mei.user}", token=server.admin_token)
        assert b'"active":false' in got.body


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=-1", "query=" + "a" * 201]
)
async def test_pages_are_bounded(tmp_path: Path, query: str) -> None:
    async with running_server(tmp_path) as server:
        got = await server.call("GET", f"/v1/users?{query}", token=server.admin_token)
        assert (got.status, got.problem) == (422, "invalid")


async def test_somebody_who_does_not_exist(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        for who in ("a" * 26, "nonsense", "%00", "a" * 27):
            got = await server.call("GET", f"/v1/users/{who}", token=server.admin_token)
            assert (got.status, got.problem) == (404, "not-found")


async def test_sites(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        sites = (await server.call("GET", "/v1/sites", token=server.admin_token)).read(Sites)
        assert [site.name for site in sites.sites] == ["Shanghai", "Stuttgart"]
