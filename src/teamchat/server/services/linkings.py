"""Grants: a device vouches for another one, which is then registered without a password.

The device that vouches asks for the grant and hands it over itself (docs/spec/linking.md). It is
for one certificate and is redeemed once: device, key packages, session and the entry of the key
directory in one transaction. If an organisation wants that, it waits for an administrator first.
"""

import hashlib
from collections.abc import Callable
from itertools import count
from typing import Final, NoReturn

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.identity import certificate
from teamchat.identity.certificate import DeviceCertificate, VouchedCertificate
from teamchat.identity.errors import IdentityError
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.server.auth import tokens
from teamchat.server.auth.actor import Actor
from teamchat.server.services import audit
from teamchat.server.services.announcements import Announce, OwnChanged
from teamchat.server.services.audit_events import Event
from teamchat.server.services.devices import Devices
from teamchat.server.services.key_packages import KeyPackages, Supply
from teamchat.server.services.names import one_line
from teamchat.server.services.sessions import Sessions
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import linking, people, registration
from teamchat.server.storage.queries.linking import GrantState, StoredGrant
from teamchat.wire.bodies import Session
from teamchat.wire.frames import OwnKind
from teamchat.wire.linking import AskGrant, Grant, RedeemGrant
from teamchat.wire.problems import Code, ProblemError, Reason

GRANT_SECONDS: Final = 600
WAITING_SECONDS: Final = 3 * 86_400
"""How long an administrator may take to approve, and the new device then to come."""
APPROVAL: Final = "device-linking"
"""What an approval is called in the audit log."""


class Linkings:
    """Gives grants, and registers devices for them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Callable[[int], bytes],
        *,
        devices: Devices,
        key_packages: KeyPackages,
        sessions: Sessions,
        announce: Announce,
        needs_admin: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._devices = devices
        self._key_packages = key_packages
        self._sessions = sessions
        self._announce = announce
        self._needs_admin = needs_admin

    async def ask(self, actor: Actor, wanted: AskGrant) -> Grant:
        """Give a grant for the device that the asking one vouches for; an unused one is void.

        Raises:
            ProblemError: INVALID (not vouched for by the asking device), CONFLICT (the device was
                here before, or the person has as many as one may have).
        """
        device = actor.on_device()
        read = _vouched(wanted.certificate)
        secret = tokens.token(self._random(tokens.BYTES))
        state = GrantState.WAITING if self._needs_admin else GrantState.READY

        def work(connection: Connection) -> Grant:
            if (read.user_id, read.by) != (actor.user, device):
                raise ProblemError(Code.INVALID, "not vouched for by the device that asks")
            self._devices.check_new(connection, _proven(connection, read))
            now = self._clock.now()
            linking.drop_grants_over(connection, now=now)
            linking.withdraw_grants(connection, device)
            new = StoredGrant(
                id=identifier(self._random(16)),
                user=actor.user,
                by=device,
                certificate_hash=_hash(wanted.certificate),
                name=one_line(wanted.name),
                state=state,
                created=now,
                expires=now + (WAITING_SECONDS if self._needs_admin else GRANT_SECONDS),
            )
            linking.insert_grant(connection, new, secret_hash=tokens.token_hash(secret))
            if self._needs_admin:
                audit.record(
                    connection,
                    event=Event.APPROVAL_REQUESTED,
                    actor=actor.user,
                    subject=new.id,
                    detail={"action": APPROVAL, "expires": new.expires},
                    now=now,
                )
            return Grant(secret, self._needs_admin)

        try:
            return await self._database.write(work)
        except ProblemError as error:
            if error.code is Code.INVALID:
                await self._database.write(lambda c: self._record_rejected(c, device, read))
            raise

    async def redeem(self, wanted: RedeemGrant) -> Session:
        """Register the device that a grant is for, and begin its session.

        It is called as the device that vouches has said, and an administrator has seen.

        The same once more, while the grant lives, begins the session anew: the answer was lost.

        Raises:
            ProblemError: NOT_FOUND (no such grant), CONFLICT (it waits for an administrator, or one
                has declined it; or the person has too many devices), INVALID (certificate or key
                packages), TOO_MANY_REQUESTS (the person has made very many changes).
        """
        read = _vouched(wanted.certificate)
        granted = await self._database.read(lambda c: self._granted(c, wanted))
        supply = await self._key_packages.check(
            wanted.certificate, wanted.key_packages, wanted.last_resort
        )
        if granted.state is not GrantState.REDEEMED:
            self._devices.count_change(granted.user)
        token = tokens.token(self._random(tokens.BYTES))

        def work(connection: Connection) -> Session:
            found = self._granted(connection, wanted)
            person = people.person_by_id(connection, found.user)
            if person is None or not person.active:
                _missing()
            if found.state is GrantState.REDEEMED:
                if registration.key_of(connection, found.user, read.device_id) is None:
                    _missing()
            else:
                self._enter(connection, found, read, supply)
            return self._sessions.begin_on(connection, person, read.device_id, token)

        return await self._database.write(work)

    async def sweep(self) -> None:
        """Forget the grants whose time is over."""
        await self._database.write(
            lambda connection: linking.drop_grants_over(connection, now=self._clock.now())
        )

    # --- the steps --------------------------------------------------------------------------

    def _enter(
        self,
        connection: Connection,
        found: StoredGrant,
        read: VouchedCertificate,
        supply: Supply,
    ) -> None:
        proven = _proven(connection, read)
        self._devices.check_new(connection, proven)
        distinct = _distinct(connection, found.user, found.name)
        self._devices.enter(connection, distinct, proven, supply)
        expires = self._clock.now() + GRANT_SECONDS
        linking.set_grant(connection, found.id, GrantState.REDEEMED, expires=expires)
        self._tell(connection, found.user)

    def _granted(self, connection: Connection, wanted: RedeemGrant) -> StoredGrant:
        hashed, now = tokens.token_hash(wanted.grant), self._clock.now()
        found = linking.grant_by_secret(connection, hashed, now=now)
        if found is None or found.certificate_hash != _hash(wanted.certificate):
            _missing()
        if found.state is GrantState.WAITING:
            raise ProblemError(
                Code.CONFLICT, "an administrator has to approve", reason=Reason.LINKING_WAITS
            )
        if found.state is GrantState.DECLINED:
            raise ProblemError(
                Code.CONFLICT, "an administrator has declined", reason=Reason.LINKING_DECLINED
            )
        return found

    def _tell(self, connection: Connection, user: UserId) -> None:
        change = OwnChanged(user, OwnKind.LINKING)
        after_commit(connection, lambda: self._announce(change))

    def _record_rejected(
        self, connection: Connection, device: DeviceId, read: VouchedCertificate
    ) -> None:
        audit.record(
            connection,
            event=Event.DEVICE_VOUCH_REJECTED,
            actor=device,
            subject=read.device_id,
            detail={"reason": Code.INVALID.slug},
            now=self._clock.now(),
        )


def _vouched(data: bytes) -> VouchedCertificate:
    try:
        read = certificate.read_any(data)
    except IdentityError as error:
        raise ProblemError(Code.INVALID, "the device certificate is not valid") from error
    if not isinstance(read, VouchedCertificate):
        raise ProblemError(Code.INVALID, "not vouched for by a device")
    return read


def _proven(connection: Connection, read: VouchedCertificate) -> DeviceCertificate:
    """Look up who vouches: it has to be a device that the person has now."""
    person = people.person_by_id(connection, read.user_id)
    key = registration.key_of(connection, read.user_id, read.by)
    identity_key = None if person is None else person.identity_key
    if key is None or identity_key is None:
        raise ProblemError(Code.INVALID, "vouched for by a device that is none of this person's")
    try:
        return read.vouched_by(key, identity_key=identity_key)
    except IdentityError as error:
        raise ProblemError(Code.INVALID, "the device certificate is not valid") from error


def _distinct(connection: Connection, user: UserId, wanted: str) -> str:
    """Return the name of the device, with a number if the person has one of this name."""
    taken = {each.name for each in registration.devices_of(connection, user)}
    names = (wanted if number == 1 else f"{wanted} {number}" for number in count(1))
    return next(name for name in names if name not in taken)


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _missing() -> NoReturn:
    raise ProblemError(Code.NOT_FOUND, "there is no such grant, or its time is over")
