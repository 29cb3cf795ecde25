"""Signed out and back: the session ends, the person logs in again, and nothing is lost."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.enrol import EnrolResult, login
from teamchat.client.errors import AccountError
from teamchat.client.settings import STORE
from teamchat.client.vault_file import Passphrase
from teamchat.engine.model import Delivery, Link
from teamchat.ids import ConversationId
from teamchat.wire.bodies import ChangePassword
from tests.scenarios.test_real_server import (
    CHEAP,
    account_of,
    no_recovery_key,
    source,
    texts,
    until,
)
from tests.support.clock import FakeClock
from tests.support.server import PASSWORD, RunningServer, running_server

OTHER = "another long password"
DAY = 86_400


async def come_back(
    server: RunningServer,
    folder: Path,
    *,
    name: str = "bo",
    password: str = PASSWORD,
    url: str = "",
    key_source: Passphrase | None = None,
) -> EnrolResult:
    return await login(
        url or server.url, name, password, "a name that nobody needs",
        profile_dir=folder / "bo", key_source=key_source or source(),
        ask_recovery_key=no_recovery_key,
    )  # fmt: skip


async def end_sessions(server: RunningServer, name: str) -> None:
    """Change the password elsewhere, which ends every other session."""
    session = await server.log_in(name)
    wanted = ChangePassword(PASSWORD, OTHER)
    got = await server.call("PUT", "/v1/me/password", wanted, token=session.token)
    assert got.status == 204


@asynccontextmanager
async def talking(folder: Path) -> AsyncIterator[tuple[RunningServer, Account, ConversationId]]:
    """Anna is here, and has written to Bo, who has read it and closed."""
    async with running_server(folder) as server, account_of(server, "anna", folder) as anna:
        async with account_of(server, "bo", folder) as bo:
            talk = await anna.create_direct(bo.profile.user)
            await anna.send_text(talk, "before")
            await until(lambda: texts(bo, talk) == ["before"])
        yield server, anna, talk


async def test_what_was_written_while_signed_out_goes_out(tmp_path: Path) -> None:
    async with talking(tmp_path) as (server, anna, talk):
        device = (await anna.devices())[0].id
        async with await Account.open(tmp_path / "bo", source()) as bo:
            await bo.wait_online(60)
            (mine,) = await bo.devices()
            await end_sessions(server, "bo")
            await until(lambda: bo.link is Link.SIGNED_OUT)
            message = await bo.send_text(talk, "written while signed out")
            await bo.set_draft(talk, "a draft")
            assert message.delivery is Delivery.QUEUED
        await anna.send_text(talk, "meanwhile")
        result = await come_back(server, tmp_path, password=OTHER)
        assert (result.returned, result.recovery_key) == (True, None)
        assert result.account.device == mine.id != device
        async with await Account.open(tmp_path / "bo", source()) as bo:
            await until(lambda: "written while signed out" in texts(anna, talk))
            await until(lambda: sorted(texts(bo, talk)) == sorted(texts(anna, talk)))
            await until(lambda: bo.queued == 0)
            assert set(texts(bo, talk)) == {"before", "meanwhile", "written while signed out"}
            assert texts(bo, talk)[0] == "before"
            assert bo.draft(talk) == "a draft"
            assert [each.id for each in await bo.devices()] == [mine.id]
            kept = [each for each in bo.timeline(talk) if each.id == message.id]
            assert len(kept) == 1


async def test_a_session_that_was_not_used_for_long_is_replaced(tmp_path: Path) -> None:
    clock = FakeClock(time.time())
    async with running_server(tmp_path, clock=clock) as server:
        async with account_of(server, "bo", tmp_path) as bo:
            device = (await bo.devices())[0].id
        clock.advance(91 * DAY)
        async with await Account.open(tmp_path / "bo", source()) as bo:
            with pytest.raises(AccountError, match="error-signed-out"):
                await bo.wait_online(60)
        assert (await come_back(server, tmp_path)).account.device == device
        async with await Account.open(tmp_path / "bo", source()) as bo:
            await bo.wait_online(60)
        assert (await come_back(server, tmp_path)).returned  # also when nothing had ended


async def test_who_does_not_come_back_changes_nothing(tmp_path: Path) -> None:
    async with talking(tmp_path) as (server, _, talk):
        kept = (tmp_path / "bo" / STORE).read_bytes()
        wrong = Passphrase(lambda: "wrong", CHEAP)
        with pytest.raises(AccountError, match="error-profile-taken"):
            await come_back(server, tmp_path, name="anna")
        with pytest.raises(AccountError, match="error-profile-taken"):
            await come_back(server, tmp_path, url="https://other.example")
        with pytest.raises(AccountError, match="error-wrong-credentials"):
            await come_back(server, tmp_path, password="not my password")
        with pytest.raises(AccountError, match="error-wrong-passphrase"):
            await come_back(server, tmp_path, key_source=wrong)
        assert (tmp_path / "bo" / STORE).read_bytes() == kept
        async with await Account.open(tmp_path / "bo", source()) as bo:
            with pytest.raises(AccountError, match="error-profile-locked"):
                await come_back(server, tmp_path)
            await bo.wait_online(60)
            assert texts(bo, talk) == ["before"]


async def test_a_removed_device_is_told_and_can_log_out(tmp_path: Path) -> None:
    async with talking(tmp_path) as (server, _, talk):
        async with await Account.open(tmp_path / "bo", source()) as bo:
            await bo.wait_online(60)
            user, (device,) = bo.profile.user, await bo.devices()
        path = f"/v1/admin/users/{user}/devices/{device.id}"
        assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        with pytest.raises(AccountError, match="error-device-removed"):
            await come_back(server, tmp_path)
        async with await Account.open(tmp_path / "bo", source(), network=False) as bo:
            assert texts(bo, talk) == ["before"]
            assert await bo.sign_out() is False
        assert not (tmp_path / "bo" / STORE).exists()


async def test_a_login_that_breaks_off_leaves_no_session(tmp_path: Path) -> None:
    async with talking(tmp_path) as (server, _, __):
        async with await Account.open(tmp_path / "bo", source(), network=False) as bo:
            user, (device,) = bo.profile.user, await bo.devices()
        path = f"/v1/admin/users/{user}/devices/{device.id}"
        assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        with pytest.raises(AccountError, match="error-device-removed"):
            await come_back(server, tmp_path)
        rows = [row for row in await server.audited() if row[1] == user]
        assert [row[0] for row in rows[-2:]] == ["auth.login", "auth.logout"]


async def test_logging_out_needs_the_server_or_a_word(tmp_path: Path) -> None:
    async with talking(tmp_path) as (server, _, __):
        async with await Account.open(tmp_path / "bo", source()) as bo:
            await bo.wait_online(60)
            await end_sessions(server, "bo")
        async with await Account.open(tmp_path / "bo", source(), network=False) as bo:
            assert bo.link is Link.OFFLINE  # nobody has told it yet that its session has ended
            assert await bo.sign_out() is False
        assert not (tmp_path / "bo" / STORE).exists()
        async with account_of(server, "cem", tmp_path):
            pass
    async with await Account.open(tmp_path / "cem", source(), network=False) as cem:
        with pytest.raises(AccountError, match="error-offline"):
            await cem.sign_out()
        assert (tmp_path / "cem" / STORE).exists()
    async with await Account.open(tmp_path / "cem", source(), network=False) as cem:
        assert await cem.sign_out(offline=True) is False
    assert not (tmp_path / "cem" / STORE).exists()


async def test_who_is_deactivated_erases_all_the_same_and_is_marked(tmp_path: Path) -> None:
    async with talking(tmp_path) as (server, anna, talk):
        (bo,) = [one for one in anna.members(talk) if not one.own]
        path = f"/v1/admin/users/{bo.person.id}"
        got = await server.call("DELETE", path, token=server.admin_token)
        assert got.status == 204
        (seen,) = [one for one in await anna.members_now(talk) if not one.own]
        assert not seen.person.active
        async with await Account.open(tmp_path / "bo", source()) as gone:
            assert await gone.sign_out() is False
        assert not (tmp_path / "bo" / STORE).exists()


async def test_a_password_that_is_changed_ends_every_other_session(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, account_of(server, "anna", tmp_path) as anna:
        assert await anna.password.characters() > 0
        with pytest.raises(AccountError, match="error-wrong-old-password"):
            await anna.password.change(OTHER, OTHER)
        with pytest.raises(AccountError, match="error-reason-password-too-short"):
            await anna.password.change(PASSWORD, "short")
        elsewhere = await server.log_in("anna")
        await anna.password.change(PASSWORD, OTHER)
        got = await server.call("GET", "/v1/me", token=elsewhere.token)
        assert got.status == 401
        assert await anna.devices(), "this session goes on"
