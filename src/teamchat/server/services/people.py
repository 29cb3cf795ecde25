"""People and sites: who there is, and who may add, list and deactivate them."""

import zoneinfo
from collections.abc import Callable, Iterable

import msgspec
from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import SiteId, UserId, identifier
from teamchat.server.auth import permissions
from teamchat.server.auth.actor import Actor
from teamchat.server.services import audit, open_invitations
from teamchat.server.services.audit_events import Event
from teamchat.server.services.names import one_line
from teamchat.server.services.removals import Removals
from teamchat.server.services.sessions import Sessions, shown
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import people, registration
from teamchat.wire.bodies import (
    CreateSite,
    CreateUser,
    Device,
    ManagedUser,
    ManagedUsers,
    Me,
    Role,
    Site,
    Sites,
    User,
    Users,
    UserWithDevices,
)
from teamchat.wire.problems import Code, ProblemError, Reason


class People:
    """The directory of the organisation."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Callable[[int], bytes],
        *,
        sessions: Sessions,
        removals: Removals,
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._sessions = sessions
        self._removals = removals

    async def organisation(self) -> str:
        """Return the name of the organisation."""
        return await self._database.read(people.organisation_name) or ""

    async def me(self, actor: Actor) -> Me:
        """Return what a person sees of themselves."""

        def work(connection: Connection) -> Me:
            person = _found(people.person_by_id(connection, actor.user))
            return Me(
                user=shown(person),
                roles=sorted(actor.roles),
                organisation=people.organisation_name(connection) or "",
                language=person.language,
                device=actor.device,
            )

        return await self._database.read(work)

    async def colleagues(self, *, query: str, after: str, limit: int) -> Users:
        """Return a page of the people who are active."""

        def work(connection: Connection) -> Users:
            found, following = _page(
                connection, query=query, after=after, limit=limit, only_active=True
            )
            return Users([shown(person) for person in found], following)

        return await self._database.read(work)

    async def everybody(self, *, query: str, after: str, limit: int) -> ManagedUsers:
        """Return a page of all people and their roles, for those who administer them."""

        def work(connection: Connection) -> ManagedUsers:
            found, following = _page(
                connection, query=query, after=after, limit=limit, only_active=False
            )
            return ManagedUsers([_managed(connection, person) for person in found], following)

        return await self._database.read(work)

    async def profile(self, actor: Actor, user: UserId) -> UserWithDevices:
        """Return a person and their devices; the day of last activity is the owner's alone.

        Raises:
            ProblemError: NOT_FOUND.
        """

        def work(connection: Connection) -> UserWithDevices:
            person = _found(people.person_by_id(connection, user))
            devices = registration.devices_of(connection, user) if person.active else []
            if user != actor.user:
                devices = [_without_activity(device) for device in devices]
            return UserWithDevices(shown(person), devices)

        return await self._database.read(work)

    async def sites(self) -> Sites:
        """Return the sites of the organisation."""
        return Sites(await self._database.read(people.sites))

    async def add_site(self, actor: Actor, wanted: CreateSite) -> Site:
        """Add a site.

        Raises:
            ProblemError: INVALID (no such time zone) or CONFLICT (the name is taken).
        """
        return await self._database.write(
            lambda connection: self.add_site_to(connection, wanted, actor=actor.user)
        )

    def add_site_to(self, connection: Connection, wanted: CreateSite, *, actor: str) -> Site:
        """Add a site in a transaction that is going on (see `add_site`)."""
        if wanted.time_zone not in zoneinfo.available_timezones():
            raise ProblemError(
                Code.INVALID,
                "the time zone is not an IANA name",
                reason=Reason.NO_SUCH_TIME_ZONE,
            )
        name = one_line(wanted.name)
        if any(site.name == name for site in people.sites(connection)):
            raise ProblemError(
                Code.CONFLICT, "there is a site of this name", reason=Reason.SITE_TAKEN
            )
        now = self._clock.now()
        site = Site(SiteId(identifier(self._random(16))), name, wanted.time_zone)
        people.insert_site(connection, new=site, now=now)
        audit.record(
            connection,
            event=Event.CONFIG_CHANGED,
            actor=actor,
            subject=site.id,
            detail={"key": "site", "new": site.id},
            now=now,
        )
        return site

    def add(self, connection: Connection, wanted: CreateUser, *, by: Actor) -> User:
        """Add a person on behalf of somebody who may.

        Raises:
            ProblemError: FORBIDDEN, CONFLICT (the user name is taken) or INVALID (no such site).
        """
        if not permissions.manages(by.roles, wanted.roles):
            raise ProblemError(Code.FORBIDDEN, "you may not give one of these roles")
        if permissions.at_own_site_only(by.roles):
            own = _found(people.person_by_id(connection, by.user))
            if own.site.id != wanted.site:
                raise ProblemError(Code.FORBIDDEN, "you may add people at your own site only")
        return self.add_by(connection, wanted, actor=by.user)

    def add_by(self, connection: Connection, wanted: CreateUser, *, actor: str) -> User:
        """Add a person, whoever asks (see `add`)."""
        now = self._clock.now()
        if people.person_by_name(connection, wanted.user_name) is not None:
            raise ProblemError(
                Code.CONFLICT, "the user name is taken", reason=Reason.USER_NAME_TAKEN
            )
        sites = {site.id: site for site in people.sites(connection)}
        if wanted.site not in sites:
            raise ProblemError(Code.INVALID, "there is no such site", reason=Reason.NO_SUCH_SITE)
        person = people.Person(
            id=UserId(identifier(self._random(16))),
            user_name=wanted.user_name,
            display_name=one_line(wanted.display_name),
            site=sites[SiteId(wanted.site)],
            language=wanted.language,
            active=True,
            identity_key=None,
            recovery_box=None,
        )
        roles = {Role.EMPLOYEE, *wanted.roles}
        people.insert_person(connection, new=person, roles=roles, now=now)
        self._record_new(connection, person.id, roles, actor=actor)
        return shown(person)

    def managed(self, connection: Connection, user: UserId, *, by: Actor) -> people.Person:
        """Return somebody whose account `by` manages.

        Raises:
            ProblemError: NOT_FOUND or FORBIDDEN.
        """
        person = _found(people.person_by_id(connection, user))
        if not permissions.manages(by.roles, people.roles_of(connection, user)):
            raise ProblemError(Code.FORBIDDEN, "this account has roles that you do not manage")
        if permissions.at_own_site_only(by.roles):
            own = _found(people.person_by_id(connection, by.user))
            if own.site.id != person.site.id:
                raise ProblemError(Code.FORBIDDEN, "this person is at another site")
        return person

    async def deactivate(self, actor: Actor, user: UserId) -> None:
        """Deactivate a person: their sessions end, and each of their devices goes, at once.

        Raises:
            ProblemError: NOT_FOUND, FORBIDDEN, or CONFLICT (oneself).
        """

        def work(connection: Connection) -> None:
            person = self.managed(connection, user, by=actor)
            if person.id == actor.user:
                raise ProblemError(
                    Code.CONFLICT, "somebody else must deactivate you", reason=Reason.ONESELF
                )
            if not people.deactivate(connection, user):
                return
            ended = self._sessions.end_all(connection, user, actor=actor.user, cause="deactivated")
            open_invitations.withdraw(
                connection, user, actor=actor.user, cause="deactivated", now=self._clock.now()
            )
            devices = registration.devices_of(connection, user)
            for device in devices:
                said = self._removals.unsigned(user, device.id)
                self._removals.end(connection, said, actor=actor.user, cause="deactivated")
            self._removals.forget_person(connection, user)
            audit.record(
                connection,
                event=Event.USER_DEACTIVATED,
                actor=actor.user,
                subject=user,
                detail={
                    "source": "admin",
                    "sessions_closed": ended,
                    "devices_flagged": len(devices),
                },
                now=self._clock.now(),
            )

        await self._database.write(work)

    def _record_new(
        self, connection: Connection, user: UserId, roles: Iterable[Role], *, actor: str
    ) -> None:
        now = self._clock.now()
        audit.record(
            connection,
            event=Event.USER_CREATED,
            actor=actor,
            subject=user,
            detail={"source": "invite"},
            now=now,
        )
        for role in sorted(set(roles) - {Role.EMPLOYEE}):
            audit.record(
                connection,
                event=Event.ROLE_GRANTED,
                actor=actor,
                subject=user,
                detail={"role": role.value, "scope": "organisation"},
                now=now,
            )


def _page(
    connection: Connection, *, query: str, after: str, limit: int, only_active: bool
) -> tuple[list[people.Person], str]:
    """Return people, and after whom the next page begins; nothing if there is none."""
    found = people.people_page(
        connection, query=query, after=after, limit=limit + 1, only_active=only_active
    )
    return found[:limit], found[limit - 1].user_name if len(found) > limit else ""


def _managed(connection: Connection, person: people.Person) -> ManagedUser:
    roles = sorted(people.roles_of(connection, person.id))
    return ManagedUser(**msgspec.structs.asdict(shown(person)), roles=roles)


def _found(person: people.Person | None) -> people.Person:
    if person is None:
        raise ProblemError(Code.NOT_FOUND, "there is no such person")
    return person


def _without_activity(device: Device) -> Device:
    return msgspec.structs.replace(device, last_active_day=0)
