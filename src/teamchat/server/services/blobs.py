"""Encrypted files: streamed to the disk, and known only when they are whole.

A row always has its file (`encrypted_files`). The id is 128 random bits and is the right to read:
the sender puts it, with the key, into an encrypted message.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import BlobId, UserId, identifier
from teamchat.server.auth.actor import Actor
from teamchat.server.services.encrypted_files import EncryptedFiles
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import blobs
from teamchat.wire.bodies import Blob
from teamchat.wire.problems import Code, ProblemError


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRules:
    """How large one file may be, how much one person may keep, how much disk stays free."""

    blob_bytes: int
    person_bytes: int
    free_bytes: int


class Blobs:
    """Keeps encrypted files in a directory."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Callable[[int], bytes],
        *,
        directory: Path,
        rules: BlobRules,
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._files = EncryptedFiles(directory)
        self._rules = rules
        self._arriving: Counter[UserId] = Counter()

    async def store(
        self, actor: Actor, size: int, pieces: AsyncIterator[bytes], *, seconds: int | None = None
    ) -> Blob:
        """Keep a file of exactly `size` bytes, until somebody deletes it or its time is over.

        A small one counts for as much as a disk takes for it.

        Raises:
            ProblemError: TOO_LARGE, MALFORMED (fewer or more bytes came), STORAGE_FULL.
        """
        counted = max(size, blobs.LEAST_BYTES)
        self._arriving[actor.user] += counted
        try:
            await self._admit(actor.user, size)
            return await self._receive(actor.user, size, pieces, seconds)
        finally:
            self._arriving[actor.user] -= counted
            if not self._arriving[actor.user]:
                del self._arriving[actor.user]

    async def find(self, which: BlobId) -> tuple[Path, int]:
        """Return where a file is, and its size.

        Raises:
            ProblemError: NOT_FOUND.
        """
        size = await self._database.read(lambda connection: blobs.blob_size(connection, which))
        if size is None:
            raise ProblemError(Code.NOT_FOUND, "there is no such file")
        return self._files.path(which), size

    async def delete(self, actor: Actor, which: BlobId) -> None:
        """Delete a file of one's own.

        Raises:
            ProblemError: NOT_FOUND, also for a file of somebody else.
        """
        mine = await self._database.write(
            lambda connection: blobs.delete_blob(connection, which, owner=actor.user)
        )
        if not mine:
            raise ProblemError(Code.NOT_FOUND, "you have no such file")
        await self._files.remove([which])

    def require_room(self, connection: Connection, user: UserId, size: int) -> None:
        """Insist that a person may keep so many bytes more.

        Raises:
            ProblemError: STORAGE_FULL.
        """
        if blobs.bytes_of(connection, user) + size > self._rules.person_bytes:
            raise ProblemError(Code.STORAGE_FULL, "delete files of yours first")

    async def remove(self, which: Iterable[BlobId]) -> None:
        """Remove files whose rows are gone."""
        await self._files.remove(which)

    async def sweep(self) -> int:
        """Remove files that no row knows; return how many. Only before anything is received."""
        known = await self._database.read(blobs.blob_ids)
        return await self._files.sweep(known)

    async def _admit(self, user: UserId, size: int) -> None:
        if size > self._rules.blob_bytes:
            raise ProblemError(Code.TOO_LARGE, f"a file has {self._rules.blob_bytes} bytes at most")
        kept = await self._database.read(lambda connection: blobs.bytes_of(connection, user))
        if kept + self._arriving[user] > self._rules.person_bytes:
            raise ProblemError(Code.STORAGE_FULL, "delete files of yours first")
        if await self._files.free() - self._arriving.total() < self._rules.free_bytes:
            raise ProblemError(Code.STORAGE_FULL, "the server's disk is nearly full")

    async def _receive(
        self, user: UserId, size: int, pieces: AsyncIterator[bytes], seconds: int | None
    ) -> Blob:
        blob = Blob(BlobId(identifier(self._random(16))), size)
        await self._files.write(blob.id, size, pieces)
        try:
            await self._database.write(lambda c: self._row(c, blob, user, seconds))
        except Exception:  # only if the row was refused: after a cancellation it may be there
            await self._files.remove([blob.id])
            raise
        return blob

    def _row(self, connection: Connection, blob: Blob, user: UserId, seconds: int | None) -> None:
        now = self._clock.now()
        expires = None if seconds is None else now + seconds
        self.require_room(connection, user, max(blob.size, blobs.LEAST_BYTES))
        blobs.insert_blob(connection, blob.id, owner=user, size=blob.size, now=now, expires=expires)
