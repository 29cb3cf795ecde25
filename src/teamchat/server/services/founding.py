"""Founding: the organisation, its sites and the first administrator; at the console, once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.errors import TeamchatError
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.services.invitations import Invitations
from teamchat.server.services.people import People
from teamchat.server.storage.queries import people as stored
from teamchat.wire.bodies import CreateSite, CreateUser, Invitation, Role, Site, User


class FoundedError(TeamchatError):
    """There is an organisation already; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be founded; the administrator works at the first site."""

    organisation: str
    sites: Sequence[CreateSite]
    user_name: str
    display_name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What was founded; the invitation is shown once."""

    organisation: str
    sites: list[Site]
    admin: User
    invitation: Invitation


def found(
    connection: Connection, plan: Plan, *, people: People, invitations: Invitations, clock: Clock
) -> Founded:
    """Found the organisation.

    Raises:
        FoundedError: There is one.
        ProblemError: INVALID or CONFLICT, the plan cannot be carried out.
    """
    if stored.organisation_name(connection) is not None:
        raise FoundedError("this server has its organisation; nothing was changed")
    now = clock.now()
    stored.insert_organisation(connection, name=plan.organisation, now=now)
    audit.record(
        connection,
        event=Event.CONFIG_CHANGED,
        actor=audit.OPERATOR,
        subject="organisation",
        detail={"key": "organisation"},
        now=now,
    )
    sites = [people.add_site_to(connection, site, actor=audit.OPERATOR) for site in plan.sites]
    admin = people.add_by(
        connection,
        CreateUser(
            user_name=plan.user_name,
            display_name=plan.display_name,
            site=sites[0].id,
            roles=[Role.OWNER, Role.IT_ADMIN, Role.EMPLOYEE],
            language=plan.language,
        ),
        actor=audit.OPERATOR,
    )
    invitation = invitations.invite(connection, admin.id, actor=audit.OPERATOR)
    return Founded(organisation=plan.organisation, sites=sites, admin=admin, invitation=invitation)
