import time
from pathlib import Path

from teamchat.wire.bodies import ChangePassword, Identity, Me, SetIdentity
from tests.support.clock import FakeClock
from tests.support.server import PASSWORD, running_server

KEY, BOX = b"k" * 32, b"sealed"


async def test_who_i_am(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        me = (await server.call("GET", "/v1/me", token=server.admin_token)).read(Me)
        assert me.user.user_name == "admin"
        assert me.roles == ["employee", "it_admin", "owner"]
        assert (me.language, me.organisation, me.device) == ("de", "Beispiel AG", None)


async def test_logging_out_ends_the_session_and_only_this_one(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei")
        other = (await server.log_in("mei")).token
        assert (await server.call("POST", "/v1/logout", token=mei.token)).status == 204
        assert (await server.call("GET", "/v1/me", token=mei.token)).problem == "revoked"
        assert (await server.call("GET", "/v1/me", token=other)).status == 200


async def test_a_changed_password_ends_every_other_session(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei")
        other = (await server.log_in("mei")).token
        wanted = ChangePassword(PASSWORD, "a better password")
        got = await server.call("PUT", "/v1/me/password", wanted, token=mei.token)
        assert got.status == 204
        assert (await server.call("GET", "/v1/me", token=other)).problem == "revoked"
        assert (await server.call("GET", "/v1/me", token=mei.token)).status == 200
        await server.log_in("mei", "a better password")


async def test_a_wrong_old_password_changes_nothing(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei")
        other = (await server.log_in("mei")).token
        for wanted, problem in (
            (ChangePassword("wrong", "a better password"), "wrong-credentials"),
            (ChangePassword(PASSWORD, "short"), "invalid"),
        ):
            got = await server.call("PUT", "/v1/me/password", wanted, token=mei.token)
            assert got.problem == problem
        assert (await server.call("GET", "/v1/me", token=other)).status == 200
        await server.log_in("mei")


async def test_an_identity_is_final_once_there_is_a_device(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        got = await server.call("GET", "/v1/me/identity", token=mei.token)
        held = got.read(Identity)
        assert held.identity_key == mei.identity.public
        same = SetIdentity(held.identity_key, held.recovery_box)
        got = await server.call("PUT", "/v1/me/identity", same, token=mei.token)
        assert got.read(Identity) == held
        for other in (SetIdentity(b"x" * 32, BOX), SetIdentity(held.identity_key, b"other")):
            got = await server.call("PUT", "/v1/me/identity", other, token=mei.token)
            assert (got.status, got.problem) == (409, "conflict")
        got = await server.call("GET", "/v1/me/identity", token=mei.token)
        assert got.read(Identity) == held


async def test_a_login_that_broke_off_before_its_device_can_be_repeated(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.invite("mei")
        for wanted in (SetIdentity(KEY, BOX), SetIdentity(b"x" * 32, b"never shown")):
            got = await server.call("PUT", "/v1/me/identity", wanted, token=mei.token)
            assert got.status == 200
            got = await server.call("GET", "/v1/me/identity", token=mei.token)
            assert got.read(Identity) == Identity(b"", b"")
        await server.add_device(mei)
        got = await server.call("GET", "/v1/me/identity", token=mei.token)
        assert got.read(Identity).identity_key == mei.identity.public


async def test_a_session_lasts_while_it_is_used(tmp_path: Path) -> None:
    clock = FakeClock(time.time())
    async with running_server(tmp_path, clock=clock, sessions_idle_days=3) as server:
        await server.add_device(server.admin)
        for _ in range(4):
            clock.advance(2 * 86_400)
            assert (await server.call("GET", "/v1/me", token=server.admin_token)).status == 200
        clock.advance(3 * 86_400 + 1)
        got = await server.call("GET", "/v1/me", token=server.admin_token)
        assert got.problem == "revoked"


async def test_without_a_session_there_is_nothing(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        got = await server.call("GET", "/v1/me")
        assert (got.status, got.problem) == (401, "not-logged-in")
        assert got.headers["WWW-Authenticate"].startswith("Bearer")
        for header in ("Bearer", "Basic YTpi", "Bearer " + "x" * 300, f"Bearer {'y' * 43}"):
            got = await server.call("GET", "/v1/me", headers={"Authorization": header})
            assert got.problem == "not-logged-in"
