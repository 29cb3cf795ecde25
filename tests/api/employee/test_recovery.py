"""The routes about another identity, as whoever has a password or a device meets them."""

import os
from pathlib import Path

from teamchat.identity.keys import IdentityKey
from teamchat.wire.bodies import Device, Identity
from teamchat.wire.recovery import AskReset, PendingReset
from tests.support.server import Person, device_of, running_server

PATH = "/v1/me/identity/reset"


async def test_the_box_is_given_out_a_few_times_only(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_rate_factor=1) as server:
        mei = await server.add_device(await server.invite("mei"))
        session = await server.log_in("mei")
        for _ in range(10):
            got = await server.call("GET", "/v1/me/identity", token=session.token)
            assert got.read(Identity).identity_key == mei.identity.public
        got = await server.call("GET", "/v1/me/identity", token=session.token)
        assert (got.status, got.problem) == (429, "too-many-requests")
        assert int(got.headers["Retry-After"]) > 0


async def test_who_has_the_password_asks_and_a_device_says_no(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        session = await server.log_in("mei")
        wanted = AskReset(os.urandom(32), b"box")
        for token, answer in ((mei.token, 409), (session.token, 200)):
            assert (await server.call("PUT", PATH, wanted, token=token)).status == answer
        seen = (await server.call("GET", PATH, token=mei.token)).read(PendingReset)
        assert (seen.identity_key, seen.due - seen.asked) == (wanted.identity_key, 24 * 3600)
        assert (await server.call("DELETE", PATH, token=session.token)).problem == "forbidden"
        assert (await server.call("DELETE", PATH, token=mei.token)).status == 204
        assert (await server.call("GET", PATH, token=mei.token)).read(PendingReset).due == 0
        got = await server.call("POST", f"{PATH}/device", device_of(mei), token=session.token)
        assert (got.status, got.reason) == (404, "no-reset-asked")


async def test_an_organisation_may_let_nobody_wait(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_identity_reset_delay_hours=0) as server:
        mei = await server.add_device(await server.invite("mei"))
        session = await server.log_in("mei")
        anew = Person(mei.user, "mei", session.token, IdentityKey(os.urandom(32)))
        wanted = AskReset(anew.identity.public, b"box")
        await server.call("PUT", PATH, wanted, token=session.token)
        device = device_of(anew)
        got = await server.call("POST", f"{PATH}/device", device, token=session.token)
        assert got.status == 201
        assert got.read(Device).certificate == device.certificate
        assert (await server.call("GET", "/v1/me", token=mei.token)).problem == "revoked"


async def test_who_is_back_with_the_recovery_key_wants_no_fresh_start(tmp_path: Path) -> None:
    async with running_server(tmp_path, policy_identity_reset_delay_hours=0) as server:
        mei = await server.add_device(await server.invite("mei"))
        thief, back = await server.log_in("mei"), await server.log_in("mei")
        wanted = AskReset(os.urandom(32), b"box")
        assert (await server.call("PUT", PATH, wanted, token=thief.token)).status == 200
        further = Person(mei.user, "mei", back.token, mei.identity)
        got = await server.call("POST", "/v1/me/devices", device_of(further), token=back.token)
        assert got.status == 201
        assert (await server.call("GET", PATH, token=mei.token)).read(PendingReset).due == 0
        assert "identity.reset_cancelled" in {event for event, *_ in await server.audited()}
