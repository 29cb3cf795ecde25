import asyncio

import pytest

from teamchat.ids import UserId
from teamchat.wire.bodies import CreateSite, CreateUser, Role
from teamchat.wire.problems import Code, ProblemError, Reason
from tests.support.office import Office, refused

NOBODY = UserId("a" * 26)


def wanted(desk: Office, name: str, **more: object) -> CreateUser:
    values: dict[str, object] = {"user_name": name, "display_name": name, "site": desk.sites[0]}
    return CreateUser(**{**values, **more})  # type: ignore[arg-type]  # the tests vary one thing


async def names(desk: Office) -> list[str]:
    found = await desk.services.people.everybody(query="", after="", limit=100)
    return [user.user_name for user in found.users]


@pytest.mark.parametrize(
    ("role", "given"),
    [
        (Role.EMPLOYEE, Role.EMPLOYEE),
        (Role.COMPLIANCE_OFFICER, Role.EMPLOYEE),
        (Role.USER_MANAGER, Role.USER_MANAGER),
        (Role.SITE_ADMIN, Role.WORKS_COUNCIL),
        (Role.IT_ADMIN, Role.OWNER),
    ],
)
async def test_nobody_gives_a_role_that_they_do_not_manage(
    desk: Office, role: Role, given: Role
) -> None:
    by = await desk.worker("by", role)
    before = await desk.audited()
    with pytest.raises(ProblemError) as caught:
        await desk.create("mei", given, by=by)
    assert refused(caught)[0] is Code.FORBIDDEN
    assert "mei" not in await names(desk)
    assert await desk.audited() == before


async def test_a_site_admin_adds_and_manages_at_their_own_site_only(desk: Office) -> None:
    by = await desk.worker("by", Role.SITE_ADMIN, site=1)
    elsewhere = (await desk.create("ben", site=0)).user.id
    with pytest.raises(ProblemError) as caught:
        await desk.create("mei", site=0, by=by)
    assert refused(caught)[0] is Code.FORBIDDEN
    for refusal in (
        desk.services.people.deactivate(by.actor, elsewhere),
        desk.services.invitations.invite_again(by.actor, elsewhere),
    ):
        with pytest.raises(ProblemError) as caught:
            await refusal
        assert refused(caught)[0] is Code.FORBIDDEN
    made = await desk.create("mei", site=1, by=by)
    await desk.services.people.deactivate(by.actor, made.user.id)


async def test_who_has_another_managing_role_too_is_not_tied_to_their_site(desk: Office) -> None:
    by = await desk.worker("by", Role.SITE_ADMIN, Role.USER_MANAGER, site=1)
    assert (await desk.create("mei", site=0, by=by)).user.site.name == "Stuttgart"


async def test_a_name_or_a_site_that_cannot_be_used_adds_nobody(desk: Office) -> None:
    await desk.create("mei")
    for body, code, reason in (
        (wanted(desk, "mei"), Code.CONFLICT, Reason.USER_NAME_TAKEN),
        (wanted(desk, "ben", site="a" * 26), Code.INVALID, Reason.NO_SUCH_SITE),
        (wanted(desk, "ben", display_name=" \t"), Code.INVALID, Reason.NAME_NOT_USABLE),
        (wanted(desk, "ben", display_name="a\x1b[2Jb"), Code.INVALID, Reason.NAME_UNSEEN),
        (wanted(desk, "ben", display_name="a\u202eb"), Code.INVALID, Reason.NAME_UNSEEN),
    ):
        with pytest.raises(ProblemError) as caught:
            await desk.services.invitations.create_user(desk.owner.actor, body)
        assert refused(caught) == (code, reason)
    assert await names(desk) == ["mei", "owner"]


async def test_of_two_who_are_added_at_once_under_one_name_one_is(desk: Office) -> None:
    added = await asyncio.gather(*(desk.create("mei") for _ in range(4)), return_exceptions=True)
    errors = [each for each in added if isinstance(each, BaseException)]
    assert [each.code for each in errors if isinstance(each, ProblemError)] == [Code.CONFLICT] * 3
    assert len(await desk.audited("user.created")) == 2


async def test_somebody_new_is_an_employee_whatever_else_they_are(desk: Office) -> None:
    made = await desk.create("mei", Role.AUDITOR)
    roles = [detail for *_, detail in await desk.audited("role.granted") if "auditor" in detail]
    assert len(roles) == 1
    mei = await desk.worker("ben", Role.AUDITOR)
    assert mei.actor.roles == {Role.AUDITOR, Role.EMPLOYEE}
    assert made.user.identity_key == b""


async def test_deactivating_is_refused_for_oneself_nobody_and_those_above(desk: Office) -> None:
    manager = await desk.worker("by", Role.USER_MANAGER)
    for by, user, expected in (
        (desk.owner, desk.owner.user, (Code.CONFLICT, Reason.ONESELF)),
        (desk.owner, NOBODY, (Code.NOT_FOUND, "")),
        (manager, desk.owner.user, (Code.FORBIDDEN, "")),
        (manager, manager.user, (Code.FORBIDDEN, "")),
    ):
        with pytest.raises(ProblemError) as caught:
            await desk.services.people.deactivate(by.actor, user)
        assert refused(caught) == expected
    assert await desk.audited("user.deactivated") == []


async def test_deactivating_ends_sessions_stocks_and_invitations_once(desk: Office) -> None:
    mei = await desk.worker("mei")
    await desk.equip(mei)
    await desk.services.invitations.invite_again(desk.owner.actor, mei.user)
    for _ in range(2):
        await desk.services.people.deactivate(desk.owner.actor, mei.user)
    with pytest.raises(ProblemError) as caught:
        await desk.services.sessions.authenticate(mei.token)
    assert refused(caught)[0] is Code.REVOKED
    ((_, actor, subject, detail),) = await desk.audited("user.deactivated")
    assert (actor, subject) == (desk.owner.user, mei.user)
    assert detail == '{"devices_flagged":1,"sessions_closed":1,"source":"admin"}'
    assert [detail for *_, detail in await desk.audited("invite.revoked")] == [
        '{"cause":"deactivated"}'
    ]
    profile = await desk.services.people.profile(desk.owner.actor, mei.user)
    assert (profile.user.active, profile.devices) == (False, [])


async def test_colleagues_see_no_activity_and_nobody_who_is_gone(desk: Office) -> None:
    mei, ben = await desk.worker("mei"), await desk.worker("ben")
    await desk.equip(mei)
    people = desk.services.people
    own, seen = [await people.profile(by.actor, mei.user) for by in (mei, ben)]
    assert own.devices[0].last_active_day > 0
    assert seen.devices[0].last_active_day == 0
    with pytest.raises(ProblemError) as caught:
        await people.profile(ben.actor, NOBODY)
    assert refused(caught)[0] is Code.NOT_FOUND
    await people.deactivate(desk.owner.actor, mei.user)
    found = await people.colleagues(query="", after="", limit=10)
    assert [user.user_name for user in found.users] == ["ben", "owner"]
    assert await names(desk) == ["ben", "mei", "owner"]


async def test_pages_follow_each_other_and_the_last_says_so(desk: Office) -> None:
    for name in ("anna", "ben", "cem"):
        await desk.create(name)
    people = desk.services.people
    first = await people.everybody(query="", after="", limit=2)
    assert ([each.user_name for each in first.users], first.next) == (["anna", "ben"], "ben")
    last = await people.everybody(query="", after=first.next, limit=2)
    assert ([each.user_name for each in last.users], last.next) == (["cem", "owner"], "")
    for query, expected in (("CEM", ["cem"]), ("%", []), ("_", [])):
        found = await people.everybody(query=query, after="", limit=2)
        assert [each.user_name for each in found.users] == expected


async def test_sites_have_one_name_and_a_real_time_zone(desk: Office) -> None:
    people, owner = desk.services.people, desk.owner.actor
    for site, code, reason in (
        (CreateSite("Stuttgart", "UTC"), Code.CONFLICT, Reason.SITE_TAKEN),
        (CreateSite("  Stuttgart ", "UTC"), Code.CONFLICT, Reason.SITE_TAKEN),
        (CreateSite("Mars", "Mars/Olympus"), Code.INVALID, Reason.NO_SUCH_TIME_ZONE),
        (CreateSite("\n", "UTC"), Code.INVALID, Reason.NAME_NOT_USABLE),
    ):
        with pytest.raises(ProblemError) as caught:
            await people.add_site(owner, site)
        assert refused(caught) == (code, reason)
    assert len((await people.sites()).sites) == 2
    await people.add_site(owner, CreateSite("Graz", "Europe/Vienna"))
    assert [site.name for site in (await people.sites()).sites] == ["Graz", "Shanghai", "Stuttgart"]


async def test_who_i_am(desk: Office) -> None:
    me = await desk.services.people.me(desk.owner.actor)
    assert (me.user.user_name, me.organisation, me.language) == ("owner", "Beispiel AG", "de")
    assert await desk.services.people.organisation() == "Beispiel AG"
