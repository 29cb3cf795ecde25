"""Key packages: a stock for each device, handed out once each, and a last resort."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import DeviceId, UserId
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.services.group_changes import GroupError
from teamchat.server.services.inbox import Inboxes
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import conversations, key_packages
from teamchat.server.storage.queries.key_packages import Stocked
from teamchat.wire.bodies import (
    AddKeyPackages,
    ClaimedKeyPackage,
    ClaimedKeyPackages,
    ClaimKeyPackages,
    KeyPackageCount,
)
from teamchat.wire.limits import KEY_PACKAGES
from teamchat.wire.problems import Code, ProblemError

LOW: Final = 20
"""A device with fewer left than this is asked for more."""


class Checker(Protocol):
    """Reads a key package and checks it in every way that the server can."""

    async def check_key_package(
        self, data: bytes, certificate: bytes, *, last_resort: bool, now: int
    ) -> Stocked:
        """Return what is to be stored.

        Raises:
            GroupError: It is malformed, wrongly signed, expired, of another suite, or its
                credential is not this certificate.
        """
        ...


@dataclass(frozen=True, slots=True)
class Supply:
    """Key packages that were checked against the certificate of their device."""

    certificate: bytes
    packages: Sequence[Stocked]
    last_resort: Stocked | None


class KeyPackages:
    """Stocks key packages and hands them out."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        limiter: Limiter,
        *,
        checker: Checker,
        inboxes: Inboxes,
    ) -> None:
        self._database = database
        self._clock = clock
        self._limiter = limiter
        self._checker = checker
        self._inboxes = inboxes

    async def count(self, actor: Actor) -> KeyPackageCount:
        """Return how many single-use key packages of the asking device are left."""
        device = actor.on_device()
        left = await self._database.read(
            lambda c: key_packages.count(c, device, now=self._clock.now())
        )
        return KeyPackageCount(left)

    async def add(self, actor: Actor, wanted: AddKeyPackages) -> KeyPackageCount:
        """Refill the stock of the asking device; what is there already is not added again.

        Raises:
            ProblemError: INVALID, a key package is not acceptable; CONFLICT, the stock is full.
        """
        device = actor.on_device()
        certificate = await self._database.read(lambda c: _certificate(c, device))
        supply = await self.check(certificate, wanted.key_packages, wanted.last_resort)

        def work(connection: Connection) -> KeyPackageCount:
            self.stock(connection, device, supply)
            return KeyPackageCount(key_packages.count(connection, device, now=self._clock.now()))

        return await self._database.write(work)

    async def claim(self, actor: Actor, wanted: ClaimKeyPackages) -> ClaimedKeyPackages:
        """Take one key package of every device of some people, except the asking device.

        Raises:
            ProblemError: TOO_MANY_REQUESTS: claiming empties other people's stock.
        """
        users = [UserId(user) for user in dict.fromkeys(wanted.users)]
        self._limiter.require(
            Limit.KEY_PACKAGE_CLAIMS_BY_ACCOUNT, actor.user, cost=float(len(users))
        )
        asking = actor.on_device()

        def work(connection: Connection) -> ClaimedKeyPackages:
            claimed: list[ClaimedKeyPackage] = []
            missing: list[UserId] = []
            for user in users:
                found = list(self._claim_from(connection, user, asking))
                claimed.extend(found)
                if not found:
                    missing.append(user)
            return ClaimedKeyPackages(claimed, missing)

        return await self._database.write(work)

    async def check(
        self, certificate: bytes, packages: Sequence[bytes], last_resort: bytes | None
    ) -> Supply:
        """Check key packages of the device with this certificate; the writer waits for none.

        Raises:
            ProblemError: INVALID, one of them is not acceptable.
        """
        checked = [await self._check(each, certificate, last_resort=False) for each in packages]
        if last_resort is None:
            return Supply(certificate, checked, None)
        last = await self._check(last_resort, certificate, last_resort=True)
        return Supply(certificate, checked, last)

    def stock(self, connection: Connection, device: DeviceId, supply: Supply) -> None:
        """Add checked key packages to the stock of their device.

        Raises:
            ProblemError: REVOKED, the device was ended; CONFLICT, the stock is full.
        """
        now = self._clock.now()
        if _certificate(connection, device) != supply.certificate:
            raise ProblemError(Code.CONFLICT, "these were checked for another device")
        key_packages.drop_expired(connection, now=now)
        if supply.last_resort is not None:
            key_packages.drop_last_resort(connection, device)
            key_packages.put(connection, device, supply.last_resort, last_resort=True)
        for package in supply.packages:
            key_packages.put(connection, device, package, last_resort=False)
        if key_packages.count(connection, device, now=now) > KEY_PACKAGES:
            raise ProblemError(Code.CONFLICT, f"a stock holds {KEY_PACKAGES} key packages")
        audit.record(
            connection,
            event=Event.KEYPACKAGES_UPLOADED,
            actor=device,
            subject=device,
            detail={
                "count": len(supply.packages),
                "last_resort": supply.last_resort is not None,
            },
            now=now,
        )

    async def _check(self, data: bytes, certificate: bytes, *, last_resort: bool) -> Stocked:
        try:
            return await self._checker.check_key_package(
                data, certificate, last_resort=last_resort, now=self._clock.now()
            )
        except GroupError as error:
            raise ProblemError(Code.INVALID, f"key package: {error.rule}") from error

    def _claim_from(
        self, connection: Connection, user: UserId, asking: DeviceId
    ) -> Iterable[ClaimedKeyPackage]:
        now = self._clock.now()
        for device in key_packages.active_devices(connection, [user]):
            if device == asking:
                continue
            taken = key_packages.claim(connection, device, now=now)
            self._tell_if_low(connection, device, now)
            taken = taken or key_packages.last_resort(connection, device, now=now)
            if taken is not None:
                yield ClaimedKeyPackage(user, device, taken.body)

    def _tell_if_low(self, connection: Connection, device: DeviceId, now: int) -> None:
        left = key_packages.count(connection, device, now=now)
        if left < LOW and self._inboxes.tell_low(connection, device):
            audit.record(
                connection,
                event=Event.KEYPACKAGES_LOW,
                actor=audit.SYSTEM,
                subject=device,
                detail={"left": left},
                now=now,
            )


def _certificate(connection: Connection, device: DeviceId) -> bytes:
    known = conversations.known_device(connection, device)
    if known is None or not known.active:
        raise ProblemError(Code.REVOKED, "this device was ended")
    return known.certificate
