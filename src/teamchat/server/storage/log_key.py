"""The key of a log and the memory of what it signed: files beside the database, in no backup.

A database can be put back to what it was; these files stay. So they tell that it was put back.
`key-log-<begun>.seed` is written once. `key-log-<begun>.signed` holds the text of the largest
checkpoint that was signed, and is durable before the signature leaves.
"""

import base64
import binascii
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from teamchat.errors import TeamchatError
from teamchat.transparency import Checkpoint, ConflictError, LogKey, TransparencyError

PREFIX: Final = "key-log-"
_SEED: Final = ".seed"
_PENDING: Final = ".seed-of-a-new-log"
_SIGNED: Final = ".signed"
_MOST: Final = 8_192
"""Bytes that are read of such a file."""


class LogKeyError(TeamchatError):
    """A file that belongs to the key of a log is missing or damaged."""


class LogKeyFiles:
    """The files of the logs of one data directory.

    Args:
        directory: Where the database is.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def seed_path(self, begun: int) -> Path:
        """Return where the secret of a log is."""
        return self._directory / f"{PREFIX}{begun}{_SEED}"

    def signed_path(self, begun: int) -> Path:
        """Return where it is kept what a log has signed."""
        return self._directory / f"{PREFIX}{begun}{_SIGNED}"

    def make(self, begun: int, seed: bytes, first: Checkpoint) -> None:
        """Keep the secret of a log that is about to be begun, and what it signs first.

        Raises:
            OSError: There is no room.
        """
        self._replace(self.signed_path(begun), first.encode())
        self._replace(self._pending_path(begun), base64.b64encode(seed) + b"\n")

    def adopt(self, begun: int) -> None:
        """The log is in the database: its secret is in use from here on."""
        with suppress(FileNotFoundError):
            self._pending_path(begun).rename(self.seed_path(begun))
            self._sync()

    def in_use(self) -> tuple[int, ...]:
        """Return the logs whose secret is here."""
        names = (path.name for path in self._directory.glob(f"{PREFIX}*{_SEED}"))
        written = (name.removeprefix(PREFIX).removesuffix(_SEED) for name in names)
        return tuple(sorted(int(number) for number in written if number.isdecimal()))

    def key(self, begun: int, origin: str) -> LogKey:
        """Return the key of a log.

        Raises:
            LogKeyError: It is not there, or is none.
        """
        path = self.seed_path(begun)
        try:
            return LogKey(origin, base64.b64decode(self._read(path).strip(), validate=True))
        except (binascii.Error, TransparencyError) as error:
            raise LogKeyError(f"{path} is damaged") from error

    def signed(self, begun: int) -> Checkpoint:
        """Return the largest checkpoint that a log may have signed.

        Raises:
            LogKeyError: It is not there, or is none.
        """
        path = self.signed_path(begun)
        try:
            return Checkpoint.decode(self._read(path))
        except TransparencyError as error:
            raise LogKeyError(f"{path} is damaged") from error

    def remember(self, begun: int, checkpoint: Checkpoint) -> None:
        """Keep what is about to be signed; durable when this returns.

        Raises:
            ConflictError: Something larger, or another tree of this size, was to be signed since.
            LogKeyError: A file is missing or damaged.
            OSError: There is no room.
        """
        with self._held(begun):
            before = self.signed(begun)
            if before == checkpoint:
                return
            if before.origin != checkpoint.origin or before.size >= checkpoint.size:
                raise ConflictError("something else was to be signed since")
            self._replace(self.signed_path(begun), checkpoint.encode())

    def forget_others(self, begun: int) -> None:
        """Delete the files of all logs but this one: they are over."""
        kept = {self.seed_path(begun), self.signed_path(begun)}
        for suffix in (_SEED, _SIGNED, _PENDING):
            for path in self._directory.glob(f"{PREFIX}*{suffix}"):
                if path not in kept:
                    with suppress(FileNotFoundError):
                        path.unlink()

    def _pending_path(self, begun: int) -> Path:
        return self._directory / f"{PREFIX}{begun}{_PENDING}"

    @contextmanager
    def _held(self, begun: int) -> Iterator[None]:
        """Let nobody else look and write meanwhile."""
        try:
            descriptor = os.open(self.seed_path(begun), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise LogKeyError(f"{self.seed_path(begun)} is missing") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _read(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(_MOST)
        except FileNotFoundError as error:
            raise LogKeyError(f"{path} is missing") from error

    def _replace(self, path: Path, data: bytes) -> None:
        """Write a file for the owner only, whole or not at all."""
        unfinished = path.with_name(f"{path.name}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(unfinished, flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        unfinished.rename(path)
        self._sync()

    def _sync(self) -> None:
        directory = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
