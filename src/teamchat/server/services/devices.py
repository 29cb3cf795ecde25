"""Devices: registered with a certificate of their person, removed at once by one of theirs.

A certificate must be signed by the identity key that the person published (or by another device
of theirs: `linkings`), and the device key in it must be the one that signs the key packages. A
removed device is never registered again: its id and its key are spent. Both are said in the key
directory, in the same transaction. A person who logs in again keeps the device, by a proof that
its key is where they are (docs/spec/session-proof.md).
"""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.identity import certificate, session_proof, statements
from teamchat.identity.certificate import DeviceCertificate
from teamchat.identity.errors import IdentityError
from teamchat.identity.statements import Added, Removed, Reset
from teamchat.ids import DeviceId, UserId
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.services.key_log import KeyLog
from teamchat.server.services.key_packages import KeyPackages, Supply
from teamchat.server.services.names import one_line
from teamchat.server.services.removals import Removals
from teamchat.server.services.sessions import DAY, Sessions
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import identities, people, registration, sessions
from teamchat.wire.bodies import AddDevice, Device, RemoveDevice, TakeDevice
from teamchat.wire.bodies import Devices as DeviceList
from teamchat.wire.problems import Code, ProblemError, Reason

Check = Callable[[Connection, Actor, DeviceCertificate], None]
"""Raises what there is against a device."""
Enter = Callable[[Connection, Actor, str, DeviceCertificate, Supply], Device]
"""Registers a device of this name that was checked."""


class Devices:
    """Registers and removes the devices of people."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        limiter: Limiter,
        *,
        sessions: Sessions,
        key_packages: KeyPackages,
        key_log: KeyLog,
        removals: Removals,
        most: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._limiter = limiter
        self._sessions = sessions
        self._key_packages = key_packages
        self._key_log = key_log
        self._removals = removals
        self._most = most

    async def own(self, actor: Actor) -> DeviceList:
        """Return the devices of the person who asks."""
        return DeviceList(
            await self._database.read(lambda c: registration.devices_of(c, actor.user))
        )

    async def add(self, actor: Actor, wanted: AddDevice) -> Device:
        """Register the device of this session; the same once more changes nothing.

        Raises:
            ProblemError: INVALID (certificate or key packages), CONFLICT (the session has
                another device, the device is known, or the person has as many as one may have).
        """
        return await self.register(actor, wanted, check=self._check, enter=self._enter)

    async def register(
        self, actor: Actor, wanted: AddDevice, *, check: Check, enter: Enter
    ) -> Device:
        """Register the device of this session by the rules of whoever calls; once is enough.

        Args:
            actor: Who asks, in a session without a device.
            wanted: The device.
            check: Raises what there is against it; asked before and within the transaction.
            enter: Does what belongs to it in that transaction, and calls `enter`.

        Raises:
            ProblemError: INVALID (certificate or key packages), CONFLICT (the session has another
                device), TOO_MANY_REQUESTS (the person has made very many changes), and what
                `check` raises.
        """
        read = _certificate(wanted.certificate)

        def look(connection: Connection) -> Device | None:
            earlier = _repeated(connection, actor, wanted)
            if earlier is None:
                check(connection, actor, read)
            return earlier

        def work(connection: Connection) -> Device:
            earlier = look(connection)
            if earlier is not None:
                return earlier
            device = enter(connection, actor, wanted.name, read, supply)
            self._sessions.bind(connection, actor, device.id)
            return device

        earlier = await self._database.read(look)
        if earlier is not None:
            return earlier
        # the certificate was checked: the password alone uses nothing up
        self.count_change(actor.user)
        supply = await self._key_packages.check(
            wanted.certificate, wanted.key_packages, wanted.last_resort
        )
        return await self._database.write(work)

    def count_change(self, user: UserId) -> None:
        """Count a change that stays in the key directory for ever.

        Raises:
            ProblemError: TOO_MANY_REQUESTS, the person has made very many.
        """
        self._limiter.require(
            Limit.DEVICE_CHANGES_BY_PERSON, user, reason=Reason.TOO_MANY_DEVICE_CHANGES
        )

    async def take(self, actor: Actor, wanted: TakeDevice, *, network: str) -> Device:
        """Bind this session to a device that is registered; its older sessions end.

        Args:
            actor: Who asks, in a session without a device; or with this one, which changes nothing.
            wanted: The device, and the proof that its key is there.
            network: Where the request comes from (`auth.limits.network`); not kept.

        Raises:
            ProblemError: NOT_FOUND (no such device of theirs, or a removed one), INVALID (the
                proof is wrong), CONFLICT (the session has another device, or has ended),
                TOO_MANY_REQUESTS.
        """
        self._limiter.require(Limit.LOGIN_BY_PAIR, f"{network} {actor.user}")
        key, token_hash = await self._database.read(lambda c: _proof_parts(c, actor, wanted.device))
        try:
            session_proof.verify(
                key, wanted.signature, user=actor.user, device=wanted.device, token_hash=token_hash
            )
        except IdentityError as error:
            await self._database.write(lambda c: self._record_step(c, actor, "failure"))
            raise ProblemError(Code.INVALID, "not signed by the device's key") from error
        return await self._database.write(lambda c: self._take(c, actor, wanted.device))

    async def remove(
        self, actor: Actor, which: DeviceId, asked: RemoveDevice | None = None
    ) -> None:
        """Remove a device of one's own: its sessions end and its socket closes at once.

        Args:
            actor: Whose device it is, in a session on one of their devices: the password alone
                must not end what tells a person that somebody has it.
            which: The device.
            asked: The signature of a device of theirs, for the key directory; None leaves it open
                there who wanted it.

        Raises:
            ProblemError: NO_DEVICE (the session has none), REVOKED (it has ended), NOT_FOUND, or
                INVALID (not signed by a device of theirs).
        """

        def work(connection: Connection) -> None:
            if not sessions.is_going(connection, actor.session, now=self._clock.now()):
                raise ProblemError(Code.REVOKED)
            if sessions.device_of(connection, actor.session) is None:
                raise ProblemError(
                    Code.NO_DEVICE, "remove it on a device of yours, or ask your IT department"
                )
            said = self._removals.unsigned(actor.user, which)
            if asked is not None and registration.key_of(connection, actor.user, which):
                said = _signed(connection, said, asked)
            if not self._removals.end(connection, said, actor=actor.user, cause="user"):
                raise ProblemError(Code.NOT_FOUND, "you have no such device")

        await self._database.write(work)

    def _take(self, connection: Connection, actor: Actor, which: DeviceId) -> Device:
        device = _own(connection, actor, which)
        if actor.device == which:
            return device
        self._sessions.end_device(connection, which, actor=actor.user, cause="replaced")
        self._sessions.bind(connection, actor, which)
        registration.note_activity(connection, which, day=self._clock.now() // DAY)
        self._record_step(connection, actor, "success")
        return device

    def _record_step(self, connection: Connection, actor: Actor, outcome: str) -> None:
        audit.record(
            connection,
            event=Event.AUTH_STEP_UP,
            actor=actor.user,
            subject=actor.session,
            detail={"for_action": "take-device", "method": "device-key", "outcome": outcome},
            now=self._clock.now(),
        )

    def _check(self, connection: Connection, actor: Actor, read: DeviceCertificate) -> None:
        person = people.person_by_id(connection, actor.user)
        if person is None or person.identity_key is None:
            raise ProblemError(Code.INVALID, "publish the identity key first")
        if read.user_id != actor.user or read.identity_key != person.identity_key:
            raise ProblemError(Code.INVALID, "the certificate is another person's")
        self.check_new(connection, read)

    def check_new(self, connection: Connection, read: DeviceCertificate) -> None:
        """Insist that a device was never here, and that its person may have one more.

        Raises:
            ProblemError: CONFLICT.
        """
        if registration.is_known(connection, read.device_id, device_key=read.device_key):
            raise ProblemError(Code.CONFLICT, "this device or its key was registered before")
        held = registration.devices_of(connection, read.user_id)
        if len(held) >= self._most:
            idle = min(held, key=lambda each: each.last_active_day)
            raise ProblemError(
                Code.CONFLICT,
                f"one person has {self._most} devices at most: end one first, such as {idle.id}, "
                "which was not used for longest",
                reason=Reason.TOO_MANY_DEVICES,
            )

    def _enter(
        self,
        connection: Connection,
        actor: Actor,
        name: str,
        read: DeviceCertificate,
        supply: Supply,
    ) -> Device:
        """Whoever is back with their recovery key wants no fresh start; nobody is to make one."""
        if identities.drop_reset(connection, actor.user):
            audit.record(
                connection,
                event=Event.IDENTITY_RESET_CANCELLED,
                actor=actor.user,
                subject=actor.user,
                detail={},
                now=self._clock.now(),
            )
        return self.enter(connection, name, read, supply)[0]

    def enter(
        self,
        connection: Connection,
        name: str,
        read: DeviceCertificate,
        supply: Supply,
        *,
        reset: bool = False,
    ) -> tuple[Device, int]:
        """Register a device that was checked, with its key packages, and say so in the directory.

        Args:
            connection: The transaction of all of it.
            name: What the device is called.
            read: Its certificate, proven.
            supply: Its key packages, checked against the certificate.
            reset: Whether the device brings another identity key.

        Returns:
            The device, and which entry of the directory says so.
        """
        now, user = self._clock.now(), read.user_id
        device = Device(read.device_id, one_line(name), supply.certificate, now, now // DAY)
        detail: dict[str, audit.Detail] = {
            "first": not registration.devices_of(connection, user),
            **({} if read.by is None else {"vouched_by": read.by}),
            **({"reset": True} if reset else {}),
        }
        registration.insert_device(connection, user, device, device_key=read.device_key)
        statement = Reset if reset else Added
        said = statement(user, device.id, supply.certificate, statements.day_of(now))
        detail["key_log_idx"] = index = self._key_log.append(connection, said)
        audit.record(
            connection,
            event=Event.DEVICE_ADDED,
            actor=user,
            subject=device.id,
            detail=detail,
            now=now,
        )
        self._key_packages.stock(connection, device.id, supply)
        return device, index


def _repeated(connection: Connection, actor: Actor, wanted: AddDevice) -> Device | None:
    """Return the device if this session has just registered it; None if it has none yet."""
    held = sessions.device_of(connection, actor.session)
    if held is None:
        return None
    for device in registration.devices_of(connection, actor.user):
        if device.id == held and device.certificate == wanted.certificate:
            return device
    raise ProblemError(Code.CONFLICT, "this session has a device; log in again for another")


def _certificate(data: bytes) -> DeviceCertificate:
    try:
        return certificate.read(data)
    except IdentityError as error:
        raise ProblemError(Code.INVALID, "the device certificate is not valid") from error


def _signed(connection: Connection, removed: Removed, asked: RemoveDevice) -> Removed:
    """Return the statement with the signature of the device that asked."""
    said = replace(removed, by=asked.by, signature=asked.signature)
    key = registration.key_of(connection, said.user, said.by)
    try:
        statements.verify_removal(key or b"", said)
    except IdentityError as error:
        raise ProblemError(Code.INVALID, "not signed by a device of yours") from error
    return said


def _own(connection: Connection, actor: Actor, which: DeviceId) -> Device:
    for device in registration.devices_of(connection, actor.user):
        if device.id == which:
            return device
    raise ProblemError(Code.NOT_FOUND, "you have no such device, or it was removed")


def _proof_parts(connection: Connection, actor: Actor, which: DeviceId) -> tuple[bytes, bytes]:
    key = registration.key_of(connection, actor.user, which)
    if key is None:
        raise ProblemError(Code.NOT_FOUND, "you have no such device, or it was removed")
    if actor.device not in {None, which}:
        raise ProblemError(Code.CONFLICT, "this session has a device; log in again for another")
    token_hash = sessions.token_hash_of(connection, actor.session)
    if token_hash is None:
        raise ProblemError(Code.CONFLICT, "this session has ended")
    return key, token_hash
