"""Encrypted files: streamed to the disk, and known only when they are whole.

A file is written under a temporary name, fsynced, renamed into place and its directory fsynced,
before its row is written: a row always has its file. A crash can leave a file without a row;
`sweep` removes those at the next start. The id is 128 random bits and is the right to read:
the sender puts it, with the key, into an encrypted message.
"""

import asyncio
import errno
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import BlobId, UserId, identifier
from teamchat.server.auth.actor import Actor
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import blobs
from teamchat.wire.bodies import Blob
from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code, ProblemError

_PIECE: Final = 256 * KIB
_UNFINISHED: Final = ".part"


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
        self._directory = directory
        self._rules = rules
        self._arriving: Counter[UserId] = Counter()

    async def store(self, actor: Actor, size: int, pieces: AsyncIterator[bytes]) -> Blob:
        """Keep a file of exactly `size` bytes.

        Raises:
            ProblemError: TOO_LARGE, MALFORMED (fewer or more bytes came), STORAGE_FULL.
        """
        self._arriving[actor.user] += size
        try:
            await self._admit(actor.user, size)
            return await self._receive(actor.user, size, pieces)
        finally:
            self._arriving[actor.user] -= size
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
        return self._path(which), size

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
        await asyncio.to_thread(self._path(which).unlink, missing_ok=True)

    async def sweep(self) -> int:
        """Remove files that no row knows; return how many. Only before anything is received."""
        known = await self._database.read(blobs.blob_ids)
        return await asyncio.to_thread(self._sweep, known)

    async def _admit(self, user: UserId, size: int) -> None:
        if size > self._rules.blob_bytes:
            raise ProblemError(Code.TOO_LARGE, f"a file has {self._rules.blob_bytes} bytes at most")
        kept = await self._database.read(lambda connection: blobs.bytes_of(connection, user))
        if kept + self._arriving[user] > self._rules.person_bytes:
            raise ProblemError(Code.STORAGE_FULL, "delete files of yours first")
        free = await asyncio.to_thread(lambda: shutil.disk_usage(self._directory).free)
        if free - self._arriving.total() < self._rules.free_bytes:
            raise ProblemError(Code.STORAGE_FULL, "the server's disk is nearly full")

    async def _receive(self, user: UserId, size: int, pieces: AsyncIterator[bytes]) -> Blob:
        blob = Blob(BlobId(identifier(self._random(16))), size)
        path = self._path(blob.id)
        await self._write(path, size, pieces)
        try:
            await self._database.write(lambda connection: self._row(connection, blob, user))
        except Exception:  # only if the row was refused: after a cancellation it may be there
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise
        return blob

    async def _write(self, path: Path, size: int, pieces: AsyncIterator[bytes]) -> None:
        """Write a file durably, or leave nothing."""
        unfinished = path.with_name(path.name + _UNFINISHED)
        try:
            file = await asyncio.to_thread(_create, unfinished)
            try:
                await _copy(pieces, file, size)
                await asyncio.to_thread(_finish, file, unfinished, path)
            finally:
                await asyncio.to_thread(file.close)
        except BaseException as error:
            await asyncio.to_thread(_discard, path, unfinished)
            if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise ProblemError(Code.STORAGE_FULL, "the server's disk is full") from error
            raise

    def _row(self, connection: Connection, blob: Blob, user: UserId) -> None:
        now = self._clock.now()
        if blobs.bytes_of(connection, user) + blob.size > self._rules.person_bytes:
            raise ProblemError(Code.STORAGE_FULL, "delete files of yours first")
        blobs.insert_blob(connection, blob.id, owner=user, size=blob.size, now=now)

    def _path(self, which: BlobId) -> Path:
        return self._directory / which[:2] / which

    def _sweep(self, known: frozenset[str]) -> int:
        orphans = [path for path in self._directory.glob("*/*") if path.name not in known]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)


async def _copy(pieces: AsyncIterator[bytes], file: BinaryIO, size: int) -> None:
    """Write pieces as they come, in threads, and insist on their total."""
    total, held = 0, bytearray()
    async for piece in pieces:
        total += len(piece)
        if total > size:
            raise ProblemError(Code.MALFORMED, "more bytes came than were announced")
        held += piece
        if len(held) >= _PIECE:
            await asyncio.to_thread(file.write, bytes(held))
            held.clear()
    if total != size:
        raise ProblemError(Code.MALFORMED, "fewer bytes came than were announced")
    await asyncio.to_thread(file.write, bytes(held))


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "wb")


def _finish(file: BinaryIO, unfinished: Path, path: Path) -> None:
    """Make a file and its name durable: the file first, then the directories."""
    file.flush()
    os.fsync(file.fileno())
    unfinished.rename(path)
    for directory in (path.parent, path.parent.parent):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _discard(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
