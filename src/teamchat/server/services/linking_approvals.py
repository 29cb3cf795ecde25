"""Devices that wait for an administrator, where the organisation wants that (`linkings`)."""

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.server.auth.actor import Actor
from teamchat.server.services import audit
from teamchat.server.services.announcements import Announce, OwnChanged
from teamchat.server.services.audit_events import Event
from teamchat.server.services.linkings import APPROVAL, WAITING_SECONDS
from teamchat.server.services.people import People
from teamchat.server.services.sessions import shown
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import linking
from teamchat.server.storage.queries.linking import GrantState, StoredGrant
from teamchat.wire.frames import OwnKind
from teamchat.wire.linking import WaitingLinking, WaitingLinkings
from teamchat.wire.problems import Code, ProblemError, Reason


class LinkingApprovals:
    """Lists and decides what waits; each for the people whose accounts one manages."""

    def __init__(
        self, database: Database, clock: Clock, *, people: People, announce: Announce
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._announce = announce

    async def waiting(self, actor: Actor) -> WaitingLinkings:
        """Return the devices that wait, the oldest first."""

        def work(connection: Connection) -> WaitingLinkings:
            found = linking.waiting_grants(connection, now=self._clock.now())
            shown = (self._shown(connection, each, actor) for each in found)
            return WaitingLinkings([each for each in shown if each is not None])

        return await self._database.read(work)

    async def decide(self, actor: Actor, which: str, state: GrantState) -> None:
        """Approve or decline a device that waits.

        Raises:
            ProblemError: NOT_FOUND, FORBIDDEN, or CONFLICT (it is one's own).
        """
        event = Event.APPROVAL_GRANTED if state is GrantState.READY else Event.APPROVAL_DENIED

        def work(connection: Connection) -> None:
            now = self._clock.now()
            found = linking.waiting_grant(connection, which, now=now)
            if found is None:
                raise ProblemError(Code.NOT_FOUND, "no such device waits any more")
            self._people.managed(connection, found.user, by=actor)
            if found.user == actor.user:
                raise ProblemError(
                    Code.CONFLICT, "somebody else must decide this", reason=Reason.ONESELF
                )
            linking.set_grant(connection, which, state, expires=now + WAITING_SECONDS)
            audit.record(
                connection,
                event=event,
                actor=actor.user,
                subject=which,
                detail={"action": APPROVAL},
                now=now,
            )
            change = OwnChanged(found.user, OwnKind.LINKING)
            after_commit(connection, lambda: self._announce(change))

        await self._database.write(work)

    def _shown(
        self, connection: Connection, found: StoredGrant, actor: Actor
    ) -> WaitingLinking | None:
        try:
            person = self._people.managed(connection, found.user, by=actor)
        except ProblemError:
            return None
        return WaitingLinking(found.id, shown(person), found.name, found.created, found.expires)
