"""Encrypted files that a member gives to new ones: kept until these have them, or for some days.

They are files as all others (`blobs`): of one person, in whose quota they count, and readable for
whoever knows the id. Who keeps one says for which devices it is, once. When the last of these has
taken it, or is none any more, or the days are over, it goes; and after an hour if it is for nobody.
"""

from collections.abc import AsyncIterator, Collection, Iterable
from typing import Final

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import BlobId, DeviceId
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services.blobs import Blobs
from teamchat.server.services.free_space import FreeSpace
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import gifts
from teamchat.server.storage.queries.blobs import TAKER_BYTES
from teamchat.wire.bodies import Blob
from teamchat.wire.problems import Code, ProblemError

DAY: Final = 86_400
HOUR: Final = 3_600
"""How long a file stays that is for nobody: whoever sent it says for whom just after."""


class Gifts:
    """Keeps files for a while.

    Args:
        database: Knows them.
        clock: Says when their time is over.
        limiter: Bounds for how many devices somebody's files are.
        blobs: Keeps the files themselves.
        space: Says whether there is room for a note of who is to take one.
        days: How long at most.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        limiter: Limiter,
        *,
        blobs: Blobs,
        space: FreeSpace,
        days: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._limiter = limiter
        self._blobs = blobs
        self._space = space
        self._days = days

    async def store(self, actor: Actor, size: int, pieces: AsyncIterator[bytes]) -> Blob:
        """Keep a file of exactly `size` bytes, for an hour until it is said for whom it is.

        Raises:
            ProblemError: TOO_LARGE, MALFORMED (fewer or more bytes came), STORAGE_FULL.
        """

        def work(connection: Connection) -> list[BlobId]:
            now = self._clock.now()
            return self._drop(connection, gifts.expired(connection, now=now, owner=actor.user))

        await self._blobs.remove(await self._database.write(work))
        return await self._blobs.store(actor, size, pieces, seconds=HOUR)

    async def set_takers(self, actor: Actor, which: BlobId, devices: Collection[DeviceId]) -> None:
        """Say for which devices such a file of one's own is: it is kept for them for some days.

        Devices that share no conversation with whoever asks are left out. It is said once.

        Raises:
            ProblemError: NOT_FOUND, CONFLICT (it was said), STORAGE_FULL, TOO_MANY_REQUESTS.
        """
        self._limiter.require(Limit.TAKERS_BY_PERSON, actor.user, cost=max(1, len(devices)))
        self._space.require()
        here = await self._database.read(lambda c: gifts.companions(c, actor.user, devices))

        def work(connection: Connection) -> None:
            if not gifts.is_of(connection, which, actor.user):
                raise ProblemError(Code.NOT_FOUND, "you have no such file")
            if gifts.has_takers(connection, which):
                raise ProblemError(Code.CONFLICT, "it was said for whom it is")
            self._blobs.require_room(connection, actor.user, len(here) * TAKER_BYTES)
            gifts.add_takers(connection, which, here)
            if here:
                gifts.keep(connection, which, until=self._clock.now() + self._days * DAY)

        await self._database.write(work)

    async def taken(self, actor: Actor, which: BlobId) -> None:
        """Say that the device that asks needs a file no more; said again, nothing changes.

        Raises:
            ProblemError: NOT_FOUND, also if it is not for this device.
        """

        def work(connection: Connection) -> list[BlobId]:
            if actor.device is None or not gifts.take(connection, which, actor.device):
                raise ProblemError(Code.NOT_FOUND, "there is no such file for this device")
            return self._drop(connection, gifts.taken_by_all(connection, which))

        await self._blobs.remove(await self._database.write(work))

    async def sweep(self) -> int:
        """Delete what is over, or what all have taken who still can; return how much."""

        def work(connection: Connection) -> list[BlobId]:
            over = gifts.expired(connection, now=self._clock.now())
            return self._drop(connection, {*over, *gifts.taken_by_all(connection)})

        gone = await self._database.write(work)
        await self._blobs.remove(gone)
        return len(gone)

    def _drop(self, connection: Connection, which: Iterable[BlobId]) -> list[BlobId]:
        gone = sorted(which)
        gifts.drop(connection, gone)
        return gone
