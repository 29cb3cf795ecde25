"""Encrypted files that a member gives to new ones: kept until these have them, or for some days.

They are files as all others (`blobs`): of one person, in whose quota they count, and readable for
whoever knows the id. Who keeps one says for which devices it is. When the last of these has taken
it, or is none any more, or the days are over, it goes.
"""

from collections.abc import AsyncIterator, Iterable

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import BlobId, DeviceId
from teamchat.server.auth.actor import Actor
from teamchat.server.services.blobs import Blobs
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import gifts
from teamchat.wire.bodies import Blob
from teamchat.wire.problems import Code, ProblemError

DAY = 86_400


class Gifts:
    """Keeps files for a while.

    Args:
        database: Knows them.
        clock: Says when their time is over.
        blobs: Keeps the files themselves.
        days: How long at most.
    """

    def __init__(self, database: Database, clock: Clock, *, blobs: Blobs, days: int) -> None:
        self._database = database
        self._clock = clock
        self._blobs = blobs
        self._days = days

    async def store(self, actor: Actor, size: int, pieces: AsyncIterator[bytes]) -> Blob:
        """Keep a file of exactly `size` bytes for some days.

        Raises:
            ProblemError: TOO_LARGE, MALFORMED (fewer or more bytes came), STORAGE_FULL.
        """
        until = self._clock.now() + self._days * DAY
        return await self._blobs.store(actor, size, pieces, expires=until)

    async def set_takers(self, actor: Actor, which: BlobId, devices: Iterable[DeviceId]) -> None:
        """Say for which devices such a file of one's own is; who has taken it has.

        Raises:
            ProblemError: NOT_FOUND.
        """

        def work(connection: Connection) -> None:
            if not gifts.is_of(connection, which, actor.user):
                raise ProblemError(Code.NOT_FOUND, "you have no such file")
            gifts.add_takers(connection, which, devices)

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
