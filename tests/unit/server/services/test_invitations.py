import asyncio
import base64
import json

import pytest

from teamchat.ids import UserId
from teamchat.server.services.invitations import DAY
from teamchat.transparency import VerifierKey
from teamchat.wire.bodies import Redeem, Role
from teamchat.wire.problems import Code, ProblemError, Reason
from tests.support.office import Office, refused, secret_of
from tests.support.server import PASSWORD, secret_in

NEVER = "A" * 43


async def assert_used(desk: Office, secret: str) -> None:
    """Check that an invitation opens nothing, and that nothing is said of why."""
    invitations, told = desk.services.invitations, set()
    for attempt in (invitations.look_up(secret), invitations.redeem(Redeem(secret, PASSWORD))):
        with pytest.raises(ProblemError) as caught:
            await attempt
        told.add((caught.value.code, caught.value.detail, caught.value.reason))
    assert told == {(Code.INVITATION_USED, "ask an administrator for another one", "")}


async def test_one_that_never_was_and_one_that_was_used_look_the_same(desk: Office) -> None:
    secret = secret_of(await desk.create("mei"))
    await desk.enter("mei", secret)
    for each in (NEVER, "", secret, "x" * 10_000, "\N{SNOWMAN}"):
        await assert_used(desk, each)


async def test_one_that_has_expired_is_written_down_once(desk: Office) -> None:
    made = await desk.create("mei")
    desk.clock.advance(7 * DAY - 1)
    await desk.services.invitations.look_up(secret_of(made))
    desk.clock.advance(1)
    for _ in range(3):
        await assert_used(desk, secret_of(made))
    assert await desk.audited("invite.expired") == [
        ("invite.expired", "system", made.invitation.id, "{}")
    ]


async def test_the_sweep_finds_what_nobody_tried(desk: Office) -> None:
    made = [await desk.create(name) for name in ("mei", "ben")]
    await desk.enter("ben", secret_of(made[1]))
    assert await desk.services.invitations.sweep() == 0
    desk.clock.advance(8 * DAY)
    assert await desk.services.invitations.sweep() == 1
    assert await desk.services.invitations.sweep() == 0
    assert [each[2] for each in await desk.audited("invite.expired")] == [made[0].invitation.id]


async def test_one_that_had_expired_is_not_called_withdrawn(desk: Office) -> None:
    made = await desk.create("mei")
    desk.clock.advance(8 * DAY)
    await desk.services.invitations.invite_again(desk.owner.actor, made.user.id)
    assert len(await desk.audited("invite.expired")) == 1
    assert await desk.audited("invite.revoked") == []


async def test_a_new_one_withdraws_the_old(desk: Office) -> None:
    made = await desk.create("mei")
    again = await desk.services.invitations.invite_again(desk.owner.actor, made.user.id)
    await assert_used(desk, secret_of(made))
    await desk.services.invitations.look_up(secret_in(again.link))
    assert await desk.audited("invite.revoked") == [
        ("invite.revoked", desk.owner.user, made.invitation.id, '{"cause":"replaced"}')
    ]


async def test_of_those_who_use_one_at_once_one_sets_the_password(desk: Office) -> None:
    secret = secret_of(await desk.create("mei"))
    words = [f"{PASSWORD} {n}" for n in range(4)]
    done = await asyncio.gather(
        *(desk.services.invitations.redeem(Redeem(secret, each)) for each in words),
        return_exceptions=True,
    )
    (winner,) = [word for word, each in zip(words, done, strict=True) if each is None]
    assert len(await desk.audited("invite.redeemed")) == 2  # the owner's, and one of these
    await desk.log_in("mei", winner)
    for word in set(words) - {winner}:
        with pytest.raises(ProblemError):
            await desk.log_in("mei", word)


async def test_a_password_that_is_too_easy_uses_nothing_up(desk: Office) -> None:
    secret = secret_of(await desk.create("mei"))
    for password, reason in (
        ("short", Reason.PASSWORD_TOO_SHORT),
        ("aaaaaaaaaaaa", Reason.PASSWORD_TOO_EASY),
    ):
        with pytest.raises(ProblemError) as caught:
            await desk.services.invitations.redeem(Redeem(secret, password))
        assert refused(caught) == (Code.INVALID, reason)
    await desk.enter("mei", secret)


async def test_using_one_ends_every_session_and_is_written_down(desk: Office) -> None:
    mei = await desk.worker("mei")
    again = await desk.services.invitations.invite_again(desk.owner.actor, mei.user)
    await desk.services.sessions.authenticate(mei.token)
    await desk.enter("mei", secret_in(again.link))
    with pytest.raises(ProblemError) as caught:
        await desk.services.sessions.authenticate(mei.token)
    assert refused(caught)[0] is Code.REVOKED
    _, actor, subject, detail = (await desk.audited("invite.redeemed"))[-1]
    assert (actor, subject, json.loads(detail)) == (mei.user, again.id, {"device_id": "none"})


async def test_nobody_is_invited_anew_by_those_who_do_not_manage_them(desk: Office) -> None:
    manager, employee = await desk.worker("by", Role.USER_MANAGER), await desk.worker("mei")
    nobody = UserId("a" * 26)
    for by, user, code in (
        (manager, desk.owner.user, Code.FORBIDDEN),
        (employee, manager.user, Code.FORBIDDEN),
        (manager, nobody, Code.NOT_FOUND),
    ):
        with pytest.raises(ProblemError) as caught:
            await desk.services.invitations.invite_again(by.actor, user)
        assert refused(caught)[0] is code


async def test_who_was_deactivated_is_not_invited_and_does_not_enter(desk: Office) -> None:
    made = await desk.create("mei")
    await desk.services.people.deactivate(desk.owner.actor, made.user.id)
    await assert_used(desk, secret_of(made))
    invitations = desk.services.invitations
    for attempt in (
        invitations.invite_again(desk.owner.actor, made.user.id),
        invitations.invite_from_console("mei"),
    ):
        with pytest.raises(ProblemError) as caught:
            await attempt
        assert refused(caught) == (Code.CONFLICT, Reason.DEACTIVATED)


async def test_the_console_invites_anybody_who_is_there(desk: Office) -> None:
    with pytest.raises(ProblemError) as caught:
        await desk.services.invitations.invite_from_console("nobody")
    assert refused(caught)[0] is Code.NOT_FOUND
    made = await desk.services.invitations.invite_from_console("owner")
    shown = await desk.services.invitations.look_up(secret_in(made.link))
    assert (shown.user_name, shown.site.name, shown.language) == ("owner", "Stuttgart", "de")
    assert (await desk.audited("invite.created"))[-1][1] == "operator"


async def test_the_database_holds_no_secret(desk: Office) -> None:
    secret = secret_of(await desk.create("mei"))
    data = desk.parts.settings.data
    assert not any(secret.encode() in path.read_bytes() for path in data.glob("teamchat.db*"))


async def test_a_link_carries_what_is_pinned_of_the_key_directory(desk: Office) -> None:
    shown = await desk.services.key_log.shown()
    link = (await desk.create("mei")).invitation.link
    secret, begun, size, root, key = link.partition("#")[2].split(".")
    assert len(secret) == 43
    assert shown.origin.endswith(f"/v1/keys/{begun}")
    lines = shown.checkpoint.splitlines()
    assert (size, base64.urlsafe_b64decode(root + "=")) == (lines[1], base64.b64decode(lines[2]))
    assert "=" not in root + key
    public = VerifierKey.parse(shown.key).public
    assert base64.urlsafe_b64decode(key + "=") == public
    await desk.equip(await desk.enter("mei", secret))
    await desk.services.key_log.shown()
    later = (await desk.create("ben")).invitation.link.partition("#")[2].split(".")
    assert (later[1], later[2], later[4]) == (begun, "1", key)
