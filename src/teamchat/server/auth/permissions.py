"""The one table: which role may do what.

A person may do what any of their roles allows. What a member may do inside a conversation is
not here: `services.conversations` decides it from the group itself. Nobody can read messages,
whatever their role: the server does not hold the keys.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from teamchat.wire.bodies import Role


class Action(Enum):
    """Everything the API lets somebody do."""

    USE_OWN_ACCOUNT = "use-own-account"
    REGISTER_DEVICE = "register-device"
    LINK_DEVICES = "vouch-for-devices"
    READ_DIRECTORY = "read-directory"
    EXCHANGE_KEY_PACKAGES = "exchange-key-packages"
    CONVERSE = "converse"
    STORE_BLOBS = "store-blobs"
    KEEP_HISTORY = "keep-history"
    ADD_PEOPLE = "add-people"
    LIST_PEOPLE = "list-people"
    INVITE_PEOPLE = "invite-people"
    DEACTIVATE_PEOPLE = "deactivate-people"
    MANAGE_DEVICES = "manage-devices"
    LIST_SITES = "list-sites"
    ADD_SITES = "add-sites"
    APPOINT_CUSTODIANS = "appoint-custodians"
    ANSWER_CUSTODY = "answer-custody"

    @property
    def needs_device(self) -> bool:
        """Whether a session must have a registered device for it."""
        return self in _ON_DEVICE


_ON_DEVICE: Final = frozenset(
    {
        Action.EXCHANGE_KEY_PACKAGES,
        Action.CONVERSE,
        Action.STORE_BLOBS,
        Action.KEEP_HISTORY,
        Action.ANSWER_CUSTODY,
        Action.LINK_DEVICES,
    }
)

_EVERYBODY: Final = frozenset(
    {
        Action.USE_OWN_ACCOUNT,
        Action.REGISTER_DEVICE,
        Action.LINK_DEVICES,
        Action.READ_DIRECTORY,
        Action.EXCHANGE_KEY_PACKAGES,
        Action.CONVERSE,
        Action.STORE_BLOBS,
        Action.KEEP_HISTORY,
        Action.ANSWER_CUSTODY,
    }
)
_PEOPLE: Final = frozenset(
    {
        Action.ADD_PEOPLE,
        Action.LIST_PEOPLE,
        Action.INVITE_PEOPLE,
        Action.DEACTIVATE_PEOPLE,
        Action.MANAGE_DEVICES,
        Action.LIST_SITES,
    }
)

MAY: Final[Mapping[Role, frozenset[Action]]] = {
    Role.OWNER: _EVERYBODY | _PEOPLE | {Action.ADD_SITES, Action.APPOINT_CUSTODIANS},
    Role.IT_ADMIN: _EVERYBODY | _PEOPLE | {Action.ADD_SITES},
    Role.SITE_ADMIN: _EVERYBODY | _PEOPLE,
    Role.USER_MANAGER: _EVERYBODY | _PEOPLE,
    Role.COMPLIANCE_OFFICER: _EVERYBODY,
    Role.DATA_PROTECTION_OFFICER: _EVERYBODY,
    Role.WORKS_COUNCIL: _EVERYBODY,
    Role.AUDITOR: _EVERYBODY,
    Role.EMPLOYEE: _EVERYBODY,
}
"""Role by action."""

MANAGES: Final[Mapping[Role, frozenset[Role]]] = {
    Role.OWNER: frozenset(Role),
    Role.IT_ADMIN: frozenset(Role) - {Role.OWNER},
    Role.SITE_ADMIN: frozenset({Role.EMPLOYEE}),
    Role.USER_MANAGER: frozenset({Role.EMPLOYEE}),
}
"""Whose accounts a role may create, invite anew and deactivate, by all roles of that account.

An invitation sets a password: whoever may invite an account again may take it over, so nobody
manages an account that has a role they could not give.
"""


def allowed(roles: Iterable[Role], action: Action) -> bool:
    """Tell whether one of these roles allows an action."""
    return any(action in MAY[role] for role in roles)


def manages(roles: Iterable[Role], others: Iterable[Role]) -> bool:
    """Tell whether somebody with `roles` may manage an account that has the roles `others`."""
    within = frozenset[Role]().union(*(MANAGES.get(role, frozenset()) for role in roles))
    return within.issuperset(others)


def at_own_site_only(roles: Iterable[Role]) -> bool:
    """Tell whether somebody may manage people only as the administrator of their own site."""
    managing = {role for role in roles if role in MANAGES}
    return managing == {Role.SITE_ADMIN}
