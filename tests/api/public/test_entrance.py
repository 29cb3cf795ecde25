import asyncio
import json
from pathlib import Path

import msgspec
import pytest

from teamchat.wire.bodies import InvitationSecret, InvitationShown, Login, Redeem, Role, Server
from tests.support.clock import FakeClock
from tests.support.server import ADMIN, PASSWORD, running_server, secret_in


async def test_an_invitation_is_shown_and_used_once(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        secret = await server.create("mei")
        got = await server.call("POST", "/v1/invitations/lookup", InvitationSecret(secret))
        shown = got.read(InvitationShown)
        assert (shown.user_name, shown.organisation) == ("mei", "Beispiel AG")
        assert shown.site.name == "Stuttgart"
        used = Redeem(secret, PASSWORD)
        assert (await server.call("POST", "/v1/invitations/redeem", used)).status == 204
        again = await server.call("POST", "/v1/invitations/redeem", used)
        assert (again.status, again.problem) == (410, "invitation-used")
        looked = await server.call("POST", "/v1/invitations/lookup", InvitationSecret(secret))
        assert looked.problem == "invitation-used"
        assert (await server.log_in("mei")).user.user_name == "mei"


async def test_two_who_redeem_at_once_are_one(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        secret = await server.create("mei")
        answers = await asyncio.gather(
            *(
                server.call("POST", "/v1/invitations/redeem", Redeem(secret, PASSWORD + str(n)))
                for n in range(4)
            )
        )
        assert sorted(got.status for got in answers) == [204, 410, 410, 410]


async def test_an_invitation_expires(tmp_path: Path) -> None:
    clock = FakeClock()
    async with running_server(tmp_path, clock=clock, invitations_days=1) as server:
        secret = await server.create("mei")
        clock.advance(86_401)
        got = await server.call("POST", "/v1/invitations/redeem", Redeem(secret, PASSWORD))
        assert got.problem == "invitation-used"


async def test_a_new_invitation_withdraws_the_old_one_and_ends_sessions(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei")
        path = f"/v1/admin/users/{mei.user}/invitations"
        first = await server.call("POST", path, token=server.admin_token)
        second = await server.call("POST", path, token=server.admin_token)
        old, new = (
            secret_in(str(msgspec.json.decode(got.body)["link"])) for got in (first, second)
        )
        got = await server.call("POST", "/v1/invitations/redeem", Redeem(old, PASSWORD))
        assert got.problem == "invitation-used"
        assert (await server.call("GET", "/v1/me", token=mei.token)).status == 200
        got = await server.call("POST", "/v1/invitations/redeem", Redeem(new, "another password"))
        assert got.status == 204
        got = await server.call("GET", "/v1/me", token=mei.token)
        assert (got.status, got.problem) == (401, "revoked")
        await server.log_in("mei", "another password")


async def test_a_weak_password_leaves_the_invitation_usable(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        secret = await server.create("mei")
        got = await server.call("POST", "/v1/invitations/redeem", Redeem(secret, "short"))
        assert (got.status, got.problem, got.reason) == (422, "invalid", "password-too-short")
        got = await server.call("POST", "/v1/invitations/redeem", Redeem(secret, PASSWORD))
        assert got.status == 204


async def test_whatever_is_wrong_with_a_login_the_answer_is_the_same(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        await server.create("uninvited")
        gone = await server.invite("gone")
        path = f"/v1/admin/users/{gone.user}"
        assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        tried = [
            (ADMIN, "wrong"),
            ("nobody", PASSWORD),
            ("uninvited", PASSWORD),
            ("gone", "wrong"),
        ]
        answers = {(await server.call("POST", "/v1/login", Login(*each))).body for each in tried}
        assert len(answers) == 1
        assert json.loads(answers.pop())["code"] == "wrong-credentials"


async def test_a_user_name_is_found_however_it_is_typed(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        assert (await server.log_in(" Admin ")).user.user_name == ADMIN


async def test_guessing_is_slowed_down_without_locking_anybody_else_out(tmp_path: Path) -> None:
    async with running_server(
        tmp_path, limits_rate_factor=1.0, server_trusted_proxies=["127.0.0.1"]
    ) as server:

        async def guess(network: str, user: str, password: str) -> int:
            headers = {"X-Forwarded-For": network}
            body = Login(user, password)
            return (await server.call("POST", "/v1/login", body, headers=headers)).status

        attempts = [await guess("203.0.113.9", ADMIN, "guess") for _ in range(12)]
        assert attempts == [401] * 10 + [429] * 2
        assert await guess("203.0.113.9", ADMIN, PASSWORD) == 429
        assert await guess("198.51.100.1", ADMIN, PASSWORD) == 200
        tripped = [row for row in await server.audited() if row[0] == "ratelimit.tripped"]
        assert tripped == [("ratelimit.tripped", "system", "login", '{"rule":"login-pair"}')]


async def test_an_address_is_only_believed_from_a_declared_proxy(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_rate_factor=1.0) as server:
        statuses = []
        for number in range(11):
            headers = {"X-Forwarded-For": f"203.0.113.{number}"}
            got = await server.call("POST", "/v1/login", Login(ADMIN, "guess"), headers=headers)
            statuses.append(got.status)
        assert statuses[-1] == 429


async def test_a_refusal_says_when_to_come_back(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_rate_factor=1.0) as server:
        for _ in range(10):
            await server.call("POST", "/v1/login", Login(ADMIN, "guess"))
        got = await server.call("POST", "/v1/login", Login(ADMIN, "guess"))
        assert got.problem == "too-many-requests"
        assert 1 <= int(got.headers["Retry-After"]) <= 31
        assert json.loads(got.body)["retry_after"] == int(got.headers["Retry-After"])


async def test_a_hash_of_other_parameters_is_replaced_at_login(tmp_path: Path) -> None:
    from sqlalchemy import select

    from teamchat.server.storage.tables.people import password

    async with running_server(tmp_path) as server:
        before = await server.parts.database.read(lambda c: c.scalar(select(password.c.hash)))
    from teamchat.clock import SystemClock
    from teamchat.server.main import serving
    from teamchat.server.settings import load
    from tests.support.server import CHEAP

    given = {**CHEAP, "passwords_passes": 2}
    loaded = load(None, {}, server_data=str(tmp_path / "server"), server_port=0, **given)
    async with serving(loaded, clock=SystemClock()) as parts:
        await parts.services.sessions.log_in(Login(ADMIN, PASSWORD), network="x")
        after = await parts.database.read(lambda c: c.scalar(select(password.c.hash)))
    assert "t=1" in str(before)
    assert "t=2" in str(after)


async def test_which_server_this_is(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        told = (await server.call("GET", "/v1/server")).read(Server)
        assert told.password_characters == 10
        assert told.protocol == 1
        assert told.suites == [0xF00D, 1, 3]
        assert told.organisation == "Beispiel AG"


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.AUDITOR])
async def test_logins_are_audited_without_an_address(tmp_path: Path, role: Role) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei", role)
        await server.call("POST", "/v1/login", Login("mei", "wrong"))
        await server.call("POST", "/v1/login", Login("nobody", "wrong"))
        logins = [row for row in await server.audited() if row[0] == "auth.login"]
        assert [row[1] for row in logins] == [server.admin.user, mei.user, mei.user, "unknown"]
        everything = json.dumps(await server.audited())
        assert "127.0.0.1" not in everything
        assert "nobody" not in everything
        assert "Mei" not in everything
