"""A person who has lost their recovery key takes another identity (docs/spec/recovery.md).

While they have devices, these are told first, and each of them can say no for some hours: so
nobody does it with a stolen password and unseen. Who had devices until a moment ago waits as long,
and what was asked for becomes due no sooner if devices end meanwhile: nobody shortens it by ending
them. Then all their devices end, and the key directory says to everybody that this is another key.
No administrator takes part in it.
"""

from typing import Final

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.identity.certificate import DeviceCertificate
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services.announcements import Announce, OwnChanged
from teamchat.server.services.audit_events import Event
from teamchat.server.services.devices import Devices
from teamchat.server.services.history import History
from teamchat.server.services.key_packages import Supply
from teamchat.server.services.sessions import Sessions
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import custody, identities, people, registration, sessions
from teamchat.wire.bodies import AddDevice, Device
from teamchat.wire.frames import OwnKind
from teamchat.wire.problems import Code, ProblemError, Reason
from teamchat.wire.recovery import AskReset, PendingReset

HOUR: Final = 3600


class Resets:
    """Keeps what people have asked for, and carries it out when it is due.

    Args:
        database: The storage.
        clock: Says when something is due.
        limiter: How often a reset is asked for.
        sessions: End with the devices.
        devices: Register the new one, and say so to everybody.
        history: What was kept for the old devices goes.
        announce: Tells the devices.
        delay_hours: How long somebody waits who has devices, or had some within that time; 0 for
            not at all.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        limiter: Limiter,
        *,
        sessions: Sessions,
        devices: Devices,
        history: History,
        announce: Announce,
        delay_hours: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._limiter = limiter
        self._sessions = sessions
        self._devices = devices
        self._history = history
        self._announce = announce
        self._delay = delay_hours * HOUR

    async def pending(self, actor: Actor) -> PendingReset:
        """Return what the person has asked for."""
        return await self._database.read(lambda c: identities.pending_reset(c, actor.user))

    async def ask(self, actor: Actor, wanted: AskReset) -> PendingReset:
        """Note that a person wants another identity, and tell their devices.

        Raises:
            ProblemError: CONFLICT (the session has a device, or the person never had an identity,
                or this key was theirs before), REVOKED (the session has ended),
                TOO_MANY_REQUESTS.
        """
        self._limiter.require(Limit.RESETS_BY_ACCOUNT, actor.user)

        def work(connection: Connection) -> PendingReset:
            now = self._clock.now()
            if not sessions.is_going(connection, actor.session, now=now):
                raise ProblemError(Code.REVOKED)
            if sessions.device_of(connection, actor.session) is not None:
                raise ProblemError(Code.CONFLICT, "ask in a session without a device")
            if not people.had_device(connection, actor.user):
                raise ProblemError(Code.CONFLICT, "there is no identity to be replaced")
            if identities.was_theirs(connection, actor.user, wanted.identity_key):
                raise ProblemError(Code.CONFLICT, "this identity key was used before")
            held = registration.had_device_after(connection, actor.user, now - self._delay)
            waits = self._delay if held else 0
            new = PendingReset(wanted.identity_key, wanted.recovery_box, now, now + waits)
            identities.put_reset(connection, actor.user, new)
            self._record(connection, actor, Event.IDENTITY_RESET_ASKED, {"delay_until": new.due})
            self._tell(connection, actor)
            return new

        return await self._database.write(work)

    async def cancel(self, actor: Actor) -> None:
        """Say no on one of the person's devices; that there is nothing to be cancelled is no error.

        Raises:
            ProblemError: FORBIDDEN, the session has no device: whoever has the password alone
                must not stop the person either.
        """

        def work(connection: Connection) -> None:
            if sessions.device_of(connection, actor.session) is None:
                raise ProblemError(Code.FORBIDDEN, "cancel it on one of your devices")
            if identities.drop_reset(connection, actor.user):
                self._record(connection, actor, Event.IDENTITY_RESET_CANCELLED, {})
                self._tell(connection, actor)

        await self._database.write(work)

    async def carry_out(self, actor: Actor, wanted: AddDevice) -> Device:
        """Take the new identity with its first device; the same once more changes nothing.

        Raises:
            ProblemError: NOT_FOUND (nothing was asked for, or it was cancelled), CONFLICT (it is
                not due yet, the session has another device, or the device is known), INVALID
                (the certificate is not by the key that was asked for).
        """
        return await self._devices.register(actor, wanted, check=self._check, enter=self._carry_out)

    def _check(self, connection: Connection, actor: Actor, read: DeviceCertificate) -> None:
        asked = identities.pending_reset(connection, actor.user)
        if asked == identities.NONE:
            raise ProblemError(
                Code.NOT_FOUND, "no reset was asked for", reason=Reason.NO_RESET_ASKED
            )
        if self._clock.now() < asked.due:
            raise ProblemError(
                Code.CONFLICT, "the reset is not due yet", reason=Reason.RESET_NOT_DUE
            )
        if read.user_id != actor.user or read.identity_key != asked.identity_key:
            raise ProblemError(Code.INVALID, "certified with another key than was asked for")
        if registration.is_known(connection, read.device_id, device_key=read.device_key):
            raise ProblemError(Code.CONFLICT, "this device or its key was registered before")

    def _carry_out(
        self,
        connection: Connection,
        actor: Actor,
        name: str,
        read: DeviceCertificate,
        supply: Supply,
    ) -> Device:
        now, asked = self._clock.now(), identities.pending_reset(connection, actor.user)
        self._end_everything(connection, actor, now)
        identities.replace_identity(
            connection, actor.user, key=asked.identity_key, box=asked.recovery_box, rotation=None
        )
        identities.drop_reset(connection, actor.user)
        if custody.drop_deposit(connection, actor.user):  # what was entrusted opens nothing now
            self._record(connection, actor, Event.CUSTODY_WITHDRAWN, {})
        device, index = self._devices.enter(connection, name, read, supply, reset=True)
        self._record(connection, actor, Event.IDENTITY_RESET, {"key_log_idx": index})
        return device

    def _end_everything(self, connection: Connection, actor: Actor, now: int) -> None:
        for each in registration.devices_of(connection, actor.user):
            registration.revoke_device(connection, actor.user, each.id, now=now)
            self._sessions.end_device(connection, each.id, actor=actor.user, cause="reset")
        self._sessions.end_all(
            connection, actor.user, actor=actor.user, cause="reset", but=actor.session
        )
        self._history.forget_person(connection, actor.user)

    def _record(
        self, connection: Connection, actor: Actor, event: Event, detail: dict[str, audit.Detail]
    ) -> None:
        audit.record(
            connection,
            event=event,
            actor=actor.user,
            subject=actor.user,
            detail=detail,
            now=self._clock.now(),
        )

    def _tell(self, connection: Connection, actor: Actor) -> None:
        after_commit(connection, lambda: self._announce(OwnChanged(actor.user, OwnKind.RESET)))
