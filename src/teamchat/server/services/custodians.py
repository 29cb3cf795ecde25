"""Who the custodians are: an owner appoints them, each of them accepts (docs/spec/custodians.md).

A change is said in the key directory in its transaction, and ends everything that was entrusted
to those there were before.
"""

from collections.abc import Callable

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.identity import custody_key, statements
from teamchat.identity.errors import IdentityError
from teamchat.ids import BYTES, UserId, identifier
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services.announcements import Announce, OwnChanged
from teamchat.server.services.audit_events import Event
from teamchat.server.services.key_log import KeyLog
from teamchat.server.services.sessions import shown
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import custodians, custody, people, registration
from teamchat.server.storage.queries.custodians import StoredSet
from teamchat.wire.custody import (
    AppointCustodians,
    Custodian,
    CustodianKey,
    Custodians,
    SetCustodianKey,
)
from teamchat.wire.frames import OwnKind
from teamchat.wire.problems import Code, ProblemError, Reason

SUBJECT = "custodians"
"""What the audit log calls them."""


class CustodianBook:
    """The custodians of the organisation.

    Args:
        database: Where they are kept.
        clock: Says when.
        random: Names sets.
        limiter: Bounds how often somebody accepts.
        key_log: Where every change is said.
        announce: Tells custodians that they are some.
        delay_hours: How long a request waits; everybody is told.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Callable[[int], bytes],
        *,
        limiter: Limiter,
        key_log: KeyLog,
        announce: Announce,
        delay_hours: int,
    ) -> None:
        self._limiter = limiter
        self._database = database
        self._clock = clock
        self._random = random
        self._key_log = key_log
        self._announce = announce
        self._delay_hours = delay_hours

    async def shown(self) -> Custodians:
        """Return who they are; nobody if there are none."""
        return await self._database.read(self._shown)

    async def appoint(self, actor: Actor, wanted: AppointCustodians) -> Custodians:
        """Put others in the place of those there were; they have to accept.

        Raises:
            ProblemError: INVALID, somebody is no active person or stands there twice, or fewer
                people than it takes.
        """
        users = sorted({*wanted.users})
        if len(users) != len(wanted.users) or len(users) < wanted.threshold:
            raise ProblemError(
                Code.INVALID, "name each once, and as many as it takes",
                reason=Reason.CUSTODIANS_TOO_FEW,
            )  # fmt: skip
        which = identifier(self._random(BYTES))

        def work(connection: Connection) -> Custodians:
            for user in users:
                person = people.person_by_id(connection, user)
                if person is None or not person.active:
                    raise ProblemError(Code.INVALID, "there is no such person")
            now = self._clock.now()
            self._end_requests(connection, actor, now)
            custodians.replace_set(
                connection, which, threshold=wanted.threshold, people=users, now=now
            )
            self._say(connection, actor, which, users, wanted.threshold)
            for user in users:
                self._tell(connection, user)
            return self._shown(connection)

        return await self._database.write(work)

    async def end(self, actor: Actor) -> None:
        """Have no custodians any more.

        Raises:
            ProblemError: NOT_FOUND, there are none.
        """
        which = identifier(self._random(BYTES))

        def work(connection: Connection) -> None:
            if custodians.set_in_force(connection) is None:
                raise ProblemError(Code.NOT_FOUND, "there are no custodians")
            self._end_requests(connection, actor, self._clock.now())
            custodians.drop_set(connection)
            self._say(connection, actor, which, [], 0)

        await self._database.write(work)

    async def accept(self, actor: Actor, wanted: SetCustodianKey) -> None:
        """Accept to be one, with a key; the same once more changes nothing.

        Raises:
            ProblemError: CONFLICT (another set by now), FORBIDDEN (not one of them), INVALID (not
                signed by the device that asks), TOO_MANY_REQUESTS.
        """
        device = actor.on_device()
        key = CustodianKey(wanted.public_key, wanted.by, wanted.signature)

        def work(connection: Connection) -> None:
            found = in_force(connection, wanted.set)
            if actor.user not in found.keys:
                raise ProblemError(Code.FORBIDDEN, "you are none of the custodians")
            if wanted.by != device:
                raise ProblemError(Code.INVALID, "signed by the device that asks")
            _check(connection, actor.user, wanted)
            if found.keys[actor.user] == key:
                return
            self._limiter.require(Limit.ACCEPTING_BY_PERSON, actor.user)
            custodians.set_key(connection, found.id, actor.user, key)
            audit.record(
                connection,
                event=Event.CUSTODIANS_ACCEPTED,
                actor=actor.user,
                subject=SUBJECT,
                detail={"set": found.id, "device_id": device},
                now=self._clock.now(),
            )

        await self._database.write(work)

    def _shown(self, connection: Connection) -> Custodians:
        found = custodians.set_in_force(connection)
        if found is None:
            return Custodians("", 0, [], self._delay_hours)
        listed = []
        for user, key in found.keys.items():
            person = people.person_by_id(connection, user)
            if person is not None:  # people are never deleted
                listed.append(Custodian(shown(person), person.active, key))
        return Custodians(found.id, found.threshold, listed, self._delay_hours)

    def _end_requests(self, connection: Connection, actor: Actor, now: int) -> None:
        """Those who ask now hear of it, and the audit log says why nobody was answered."""
        for request in custody.all_requests(connection):
            audit.record(
                connection,
                event=Event.CUSTODY_REFUSED,
                actor=actor.user,
                subject=request.id,
                detail={"user_id": request.person, "cause": "custodians-changed"},
                now=now,
            )
            self._tell(connection, request.person)

    def _tell(self, connection: Connection, user: UserId) -> None:
        after_commit(connection, lambda: self._announce(OwnChanged(user, OwnKind.CUSTODY)))

    def _say(
        self, connection: Connection, actor: Actor, which: str, users: list[UserId], threshold: int
    ) -> None:
        now = self._clock.now()
        said = statements.Custodians(which, tuple(users), threshold, statements.day_of(now))
        detail: dict[str, audit.Detail] = {"key_log_idx": self._key_log.append(connection, said)}
        if users:
            detail |= {"set": which, "threshold": threshold, "people": list[str](users)}
        event = Event.CUSTODIANS_APPOINTED if users else Event.CUSTODIANS_ENDED
        audit.record(
            connection, event=event, actor=actor.user, subject=SUBJECT, detail=detail, now=now
        )


def in_force(connection: Connection, which: str) -> StoredSet:
    """Return the set of custodians, if it is the one that is meant.

    Raises:
        ProblemError: CONFLICT, it is another one by now, or there are none.
    """
    found = custodians.set_in_force(connection)
    if found is None or found.id != which:
        raise ProblemError(
            Code.CONFLICT, "there are other custodians by now", reason=Reason.CUSTODIANS_CHANGED
        )
    return found


def _check(connection: Connection, user: UserId, wanted: SetCustodianKey) -> None:
    signed = custody_key.CustodyKey(
        user=user,
        which=wanted.set,
        public_key=wanted.public_key,
        by=wanted.by,
        signature=wanted.signature,
    )
    try:
        signed.check(registration.key_of(connection, user, wanted.by) or b"")
    except IdentityError as error:
        raise ProblemError(Code.INVALID, "not signed by a device of yours") from error
