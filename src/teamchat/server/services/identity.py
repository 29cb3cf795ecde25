"""The identity key of a person: published by their first device.

The server keeps the key that colleagues check certificates with, and a sealed box that it
cannot open. Until the first device is registered, both can be published anew: a login that
broke off in between counts for nobody. After that the key before has to say which one comes next
(a rotation), or everybody is told that it is lost (`resets`).
"""

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.identity import statements
from teamchat.identity.errors import IdentityError
from teamchat.identity.statements import Rotated
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services.announcements import Announce, OwnChanged
from teamchat.server.services.audit_events import Event
from teamchat.server.services.key_log import KeyLog
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import custody, identities, people, registration
from teamchat.wire.bodies import Identity, SetIdentity
from teamchat.wire.frames import OwnKind
from teamchat.wire.problems import Code, ProblemError, Reason
from teamchat.wire.recovery import Rotate


class Identities:
    """Keeps identity keys and recovery boxes."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        limiter: Limiter,
        *,
        key_log: KeyLog,
        announce: Announce,
    ) -> None:
        self._database = database
        self._clock = clock
        self._limiter = limiter
        self._key_log = key_log
        self._announce = announce

    async def own(self, actor: Actor, *, network: str) -> Identity:
        """Return what is kept of the person who asks; empty before their first device.

        Args:
            actor: Who asks.
            network: Where the request comes from (`auth.limits.network`); not kept.

        Raises:
            ProblemError: TOO_MANY_REQUESTS. No box is opened by trying, so nobody needs many.
        """
        kept = await self._database.read(lambda connection: _identity(connection, actor))
        if not kept.identity_key:
            return kept
        await self._limit(actor, network)
        if actor.device is None:
            await self._database.write(
                lambda c: self._record(c, Event.RECOVERY_BOX_GIVEN, actor.user, {})
            )
        return kept

    async def publish(self, actor: Actor, wanted: SetIdentity) -> Identity:
        """Publish a person's identity; the same once more changes nothing.

        Raises:
            ProblemError: CONFLICT, a device of the person was certified with another one.
        """

        def work(connection: Connection) -> Identity:
            key, box = wanted.identity_key, wanted.recovery_box
            if people.set_identity(connection, actor.user, key=key, box=box):
                return Identity(key, box)
            kept = _identity(connection, actor)
            if kept != Identity(key, box):
                raise ProblemError(Code.CONFLICT, "this person has an identity key already")
            return kept

        return await self._database.write(work)

    async def rotate(self, actor: Actor, wanted: Rotate) -> Identity:
        """Take another identity key, with its box; the same once more changes nothing.

        Raises:
            ProblemError: NO_DEVICE (or not the one that signed), CONFLICT (the key was used
                before), INVALID (a signature is wrong), TOO_MANY_REQUESTS.
        """
        new = Identity(wanted.identity_key, wanted.recovery_box)

        def look(connection: Connection) -> Rotated | None:
            if actor.device is None or actor.device != wanted.by:
                raise ProblemError(Code.NO_DEVICE, "renew the key on one of your devices")
            kept = _identity(connection, actor)
            if kept == new:
                return None
            if identities.was_theirs(connection, actor.user, new.identity_key):
                raise ProblemError(Code.CONFLICT, "this identity key was used before")
            return self._rotated(connection, actor, wanted, kept)

        def work(connection: Connection) -> Identity:
            said = look(connection)
            if said is None:
                return new
            identities.replace_identity(
                connection, actor.user, key=new.identity_key, box=new.recovery_box,
                rotation=statements.encode(said),
            )  # fmt: skip
            identities.drop_reset(connection, actor.user)
            if custody.drop_deposit(connection, actor.user):  # what was entrusted opens nothing now
                self._record(connection, Event.CUSTODY_WITHDRAWN, actor.user, {})
            index = self._key_log.append(connection, said)
            self._record(connection, Event.IDENTITY_ROTATED, actor.user, {"key_log_idx": index})
            after_commit(connection, lambda: self._announce(OwnChanged(actor.user, OwnKind.RESET)))
            return new

        if await self._database.read(look) is None:
            return new
        for limit, reason in (
            (Limit.RENEWALS_BY_PERSON, Reason.TOO_MANY_RENEWALS),
            (Limit.DEVICE_CHANGES_BY_PERSON, Reason.TOO_MANY_DEVICE_CHANGES),
        ):
            self._limiter.require(limit, actor.user, reason=reason)
        return await self._database.write(work)

    def _rotated(
        self, connection: Connection, actor: Actor, wanted: Rotate, kept: Identity
    ) -> Rotated:
        day = statements.day_of(self._clock.now())
        said = Rotated(
            actor.user, wanted.identity_key, day, wanted.by, wanted.former, wanted.new,
            wanted.signature,
        )  # fmt: skip
        device_key = registration.key_of(connection, actor.user, wanted.by)
        try:
            statements.verify_rotation(kept.identity_key, device_key or b"", said)
        except IdentityError as error:
            raise ProblemError(Code.INVALID, "not signed by both keys and the device") from error
        return said

    async def _limit(self, actor: Actor, network: str) -> None:
        limit, key = Limit.RECOVERY_BOX_BY_PAIR, f"{network} {actor.user}"
        wait = self._limiter.take(limit, key)
        if not wait:
            return
        if self._limiter.first_refusal(limit, key):
            await self._database.write(
                lambda c: self._record(
                    c, Event.RATELIMIT_TRIPPED, "recovery box", {"rule": limit.rule}
                )
            )
        raise ProblemError(Code.TOO_MANY_REQUESTS, retry_after=int(wait) + 1)

    def _record(
        self, connection: Connection, event: Event, subject: str, detail: dict[str, audit.Detail]
    ) -> None:
        system = event is Event.RATELIMIT_TRIPPED
        audit.record(
            connection,
            event=event,
            actor=audit.SYSTEM if system else subject,
            subject=subject,
            detail=detail,
            now=self._clock.now(),
        )


def _identity(connection: Connection, actor: Actor) -> Identity:
    person = people.person_by_id(connection, actor.user)
    if person is None:
        raise ProblemError(Code.NOT_LOGGED_IN)
    if not people.had_device(connection, actor.user):
        return Identity(b"", b"")
    return Identity(person.identity_key or b"", person.recovery_box or b"")
