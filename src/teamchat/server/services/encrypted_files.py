"""Encrypted files on the disk: one appears whole under its name, or not at all.

A file is written under a temporary name, fsynced, renamed into place and its directory fsynced,
before whoever asked for it writes its row: a row always has its file. A crash can leave a file
without a row; `sweep` removes those at the next start.
"""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import BinaryIO, Final

from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code, ProblemError

_PIECE: Final = 256 * KIB
_UNFINISHED: Final = ".part"


class EncryptedFiles:
    """The files of one directory, each in a folder by the first two characters of its name."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._removals: set[asyncio.Future[None]] = set()

    def path(self, which: str) -> Path:
        """Return where a file is."""
        return self._directory / which[:2] / which

    async def free(self) -> int:
        """Return how many bytes the disk has left."""
        return await asyncio.to_thread(lambda: shutil.disk_usage(self._directory).free)

    async def write(self, which: str, size: int, pieces: AsyncIterator[bytes]) -> Path:
        """Write a file of exactly `size` bytes durably, or leave nothing.

        Raises:
            ProblemError: MALFORMED (fewer or more bytes came), STORAGE_FULL.
        """
        path = self.path(which)
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
        return path

    async def remove(self, which: Iterable[str]) -> None:
        """Remove files; they need not be there."""
        await asyncio.to_thread(_discard, *map(self.path, which))

    def remove_soon(self, which: Iterable[str]) -> None:
        """Remove files in a thread, from the event loop, without waiting for it."""
        paths = [self.path(each) for each in which]
        if paths:
            removal = asyncio.get_running_loop().run_in_executor(None, _discard, *paths)
            self._removals.add(removal)
            removal.add_done_callback(self._removals.discard)

    async def sweep(self, known: frozenset[str]) -> int:
        """Remove what is not known; return how many. Only before anything is received."""
        return await asyncio.to_thread(self._sweep, known)

    def _sweep(self, known: frozenset[str]) -> int:
        orphans = [path for path in self._directory.glob("*/*") if path.name not in known]
        _discard(*orphans)
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
