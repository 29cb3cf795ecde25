import asyncio
import os
from pathlib import Path

import pytest

from teamchat.server.auth import tokens
from teamchat.server.auth.passwords import Passwords
from teamchat.server.auth.permissions import Action
from teamchat.server.services.sessions import DAY
from teamchat.wire.bodies import ChangePassword, Login, Role
from teamchat.wire.problems import Code, ProblemError, Reason
from tests.support.office import NETWORK, Office, office, refused
from tests.support.server import PASSWORD

OTHER = "another long password"


async def assert_refused(desk: Office, token: str, code: Code) -> None:
    with pytest.raises(ProblemError) as caught:
        await desk.services.sessions.authenticate(token)
    assert caught.value.code is code


async def test_only_who_knows_the_password_learns_that_the_account_is_deactivated(
    desk: Office,
) -> None:
    gone = await desk.worker("gone")
    session = await desk.services.sessions.log_in(Login("gone", PASSWORD), network=NETWORK)
    await desk.services.people.deactivate(desk.owner.actor, gone.user)
    with pytest.raises(ProblemError) as caught:
        await desk.log_in("gone", PASSWORD)
    assert refused(caught) == (Code.WRONG_CREDENTIALS, Reason.OWN_ACCOUNT_DEACTIVATED)
    with pytest.raises(ProblemError) as caught:
        await desk.services.sessions.authenticate(session.token)
    assert refused(caught) == (Code.REVOKED, Reason.OWN_ACCOUNT_DEACTIVATED)


async def test_whatever_is_wrong_with_a_login_the_answer_is_the_same(desk: Office) -> None:
    await desk.create("invited")
    gone = await desk.worker("gone")
    await desk.services.people.deactivate(desk.owner.actor, gone.user)
    before = len(await desk.audited())
    for name, password in (
        ("owner", "wrong password"),
        ("nobody", PASSWORD),
        ("invited", PASSWORD),
        ("gone", "wrong password"),
        ("", ""),
    ):
        with pytest.raises(ProblemError) as caught:
            await desk.log_in(name, password)
        assert refused(caught) == (Code.WRONG_CREDENTIALS, "")
        assert caught.value.detail == ""
    rows = (await desk.audited())[before:]
    assert {row[0] for row in rows} == {"auth.login"}
    assert [row[1] == "unknown" for row in rows] == [False, True, False, False, True]
    assert not any("nobody" in str(row) for row in rows)


async def test_too_many_tries_are_refused_from_this_network_and_told_once(tmp_path: Path) -> None:
    async with office(tmp_path, limits_rate_factor=1.0) as desk:
        errors = []
        for _ in range(12):
            with pytest.raises(ProblemError) as caught:
                await desk.log_in("owner", "wrong password")
            errors.append(caught.value)
        assert [each.code for each in errors[-3:]] == [Code.TOO_MANY_REQUESTS] * 3
        assert all(each.retry_after > 0 for each in errors[-3:])
        assert len(await desk.audited("ratelimit.tripped")) == 1
        login = Login("owner", PASSWORD)
        await desk.services.sessions.log_in(login, network="198.51.100.7")


async def test_a_token_that_never_was_and_one_that_ended_are_told_apart(desk: Office) -> None:
    mei = await desk.worker("mei")
    await assert_refused(desk, tokens.token(bytes(32)), Code.NOT_LOGGED_IN)
    await assert_refused(desk, "", Code.NOT_LOGGED_IN)
    await assert_refused(desk, "\ud800", Code.NOT_LOGGED_IN)
    for _ in range(2):
        await desk.services.sessions.log_out(mei.actor)
    await assert_refused(desk, mei.token, Code.REVOKED)
    assert [row[1:] for row in await desk.audited("auth.logout")] == [
        (mei.user, mei.actor.session, '{"cause":"user"}')
    ]


async def test_a_session_without_a_device_lasts_a_day_and_one_with_it_as_long_as_it_is_used(
    desk: Office,
) -> None:
    mei, ben = await desk.worker("mei"), await desk.worker("ben")
    await desk.equip(ben)
    desk.clock.advance(DAY - 1)
    await desk.services.sessions.authenticate(mei.token)
    desk.clock.advance(1)
    await assert_refused(desk, mei.token, Code.REVOKED)
    for _ in range(3):
        desk.clock.advance(80 * DAY)
        await desk.services.sessions.authenticate(ben.token)
    desk.clock.advance(91 * DAY)
    await assert_refused(desk, ben.token, Code.REVOKED)
    assert await desk.services.sessions.forget_old() >= 1
    await assert_refused(desk, mei.token, Code.NOT_LOGGED_IN)


async def test_a_password_is_changed_by_who_knows_the_old_one(desk: Office) -> None:
    mei = await desk.worker("mei")
    other = await desk.log_in("mei")
    sessions = desk.services.sessions
    for wanted, expected in (
        (ChangePassword("wrong password", OTHER), (Code.WRONG_CREDENTIALS, "")),
        (ChangePassword(PASSWORD, "short"), (Code.INVALID, Reason.PASSWORD_TOO_SHORT)),
    ):
        with pytest.raises(ProblemError) as caught:
            await sessions.change_password(mei.actor, wanted)
        assert refused(caught) == expected
    await sessions.authenticate(other.token)
    await sessions.change_password(mei.actor, ChangePassword(PASSWORD, OTHER))
    await sessions.authenticate(mei.token)
    await assert_refused(desk, other.token, Code.REVOKED)
    with pytest.raises(ProblemError):
        await desk.log_in("mei")
    await desk.log_in("mei", OTHER)


async def test_of_two_changes_at_once_one_is_made(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked at the old password before either has set another."""
    mei = await desk.worker("mei")
    both, make = asyncio.Barrier(2), Passwords.hash

    async def hashed(self: Passwords, password: str) -> str:
        await both.wait()
        return await make(self, password)

    monkeypatch.setattr(Passwords, "hash", hashed)
    wishes = [ChangePassword(PASSWORD, f"{OTHER} {n}") for n in range(2)]
    done = await asyncio.gather(
        *(desk.services.sessions.change_password(mei.actor, each) for each in wishes),
        return_exceptions=True,
    )
    codes = [each.code for each in done if isinstance(each, ProblemError)]
    assert codes == [Code.CONFLICT]
    assert len(await desk.audited("auth.password.changed")) == 3  # two by invitation


async def test_those_who_log_in_at_once_while_hashing_gets_dearer_all_get_in(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        await desk.worker("mei")
    from teamchat.server.composition import composed
    from teamchat.server.settings import load
    from tests.support.server import CHEAP

    given = {**CHEAP, "passwords_passes": 2, "server_data": str(tmp_path / "office")}
    dearer = load(None, {}, **given)
    async with composed(dearer, clock=desk.clock, random=os.urandom) as parts:
        logins = [
            parts.services.sessions.log_in(Login("mei", PASSWORD), network=NETWORK)
            for _ in range(3)
        ]
        assert len({session.token for session in await asyncio.gather(*logins)}) == 3


async def test_what_is_not_allowed_is_written_down_once_in_a_while(tmp_path: Path) -> None:
    async with office(tmp_path, limits_rate_factor=1.0) as desk:
        mei = await desk.worker("mei", Role.EMPLOYEE)
        for _ in range(5):
            await desk.services.sessions.note_denied(mei.actor, Action.ADD_PEOPLE)
        await desk.services.sessions.note_denied(mei.actor, Action.ADD_SITES)
        assert [row[2] for row in await desk.audited("authz.denied")] == ["add-people", "add-sites"]


async def test_the_database_holds_no_token_and_no_password(desk: Office) -> None:
    mei = await desk.worker("mei")
    for path in desk.parts.settings.data.glob("teamchat.db*"):
        data = path.read_bytes()
        assert mei.token.encode() not in data
        assert PASSWORD.encode() not in data
