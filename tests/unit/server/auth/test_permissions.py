import pytest

from teamchat.server.auth.permissions import (
    MANAGES,
    MAY,
    Action,
    allowed,
    at_own_site_only,
    manages,
)
from teamchat.wire.bodies import Role

ADMINISTRATION = {
    Action.ADD_PEOPLE,
    Action.LIST_PEOPLE,
    Action.INVITE_PEOPLE,
    Action.DEACTIVATE_PEOPLE,
    Action.LIST_SITES,
    Action.ADD_SITES,
    Action.APPOINT_CUSTODIANS,
}


def test_every_role_has_its_line() -> None:
    assert set(MAY) == set(Role)


def test_every_action_is_allowed_to_somebody() -> None:
    assert set().union(*MAY.values()) == set(Action)


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
def test_who_does_not_administer_cannot(role: Role) -> None:
    assert not any(allowed([role], action) for action in ADMINISTRATION)
    assert not manages([role], [Role.EMPLOYEE])


def test_one_role_is_enough() -> None:
    assert allowed([Role.EMPLOYEE, Role.IT_ADMIN], Action.ADD_SITES)
    assert not allowed([], Action.USE_OWN_ACCOUNT)


def test_only_an_owner_appoints_custodians() -> None:
    assert [role for role in Role if allowed([role], Action.APPOINT_CUSTODIANS)] == [Role.OWNER]


def test_nobody_manages_an_account_with_a_role_they_could_not_give() -> None:
    assert not manages([Role.IT_ADMIN], [Role.EMPLOYEE, Role.OWNER])
    assert not manages([Role.USER_MANAGER], [Role.EMPLOYEE, Role.IT_ADMIN])
    assert manages([Role.OWNER], list(Role))


def test_only_an_owner_makes_an_owner() -> None:
    assert [role for role, given in MANAGES.items() if Role.OWNER in given] == [Role.OWNER]


def test_a_site_admin_who_is_more_than_that_is_not_bound_to_a_site() -> None:
    assert at_own_site_only([Role.EMPLOYEE, Role.SITE_ADMIN])
    assert not at_own_site_only([Role.SITE_ADMIN, Role.IT_ADMIN])
    assert not at_own_site_only([Role.EMPLOYEE])


def test_what_touches_ciphertext_needs_a_device() -> None:
    assert {action for action in Action if action.needs_device} == {
        Action.CONVERSE,
        Action.EXCHANGE_KEY_PACKAGES,
        Action.KEEP_HISTORY,
        Action.LINK_DEVICES,
        Action.STORE_BLOBS,
        Action.ANSWER_CUSTODY,
    }
