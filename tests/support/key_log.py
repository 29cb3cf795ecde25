"""A log of keys as services write it, without the rest of a server; and its reading by hand.

`plain_root` is RFC 6962 with hashlib and nothing else, so that a test does not believe the code
that it tests.
"""

import base64
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.identity.statements import Removed, Statement
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.server.services import key_log_beginning
from teamchat.server.services.announcements import Announcement
from teamchat.server.services.key_log import KeyLog
from teamchat.server.services.key_log_signer import Signer
from teamchat.server.storage.database import Database
from teamchat.server.storage.log_key import LogKeyFiles
from teamchat.server.storage.queries import key_log
from teamchat.server.storage.queries.key_log import StoredLog
from teamchat.server.storage.schema import upgrade
from teamchat.transparency import Checkpoint
from tests.support.clock import FakeClock

DATABASE = "teamchat.db"
URL = "https://chat.example"


def removal(number: int) -> Statement:
    """Return an entry that differs from all others."""
    device = identifier(number.to_bytes(16, "big"))
    return Removed(UserId(identifier(bytes(16))), DeviceId(device), "2026-11-21")


@dataclass(slots=True)
class Writing:
    """A database with a log, its signer, and what was announced."""

    database: Database
    files: LogKeyFiles
    signer: Signer = field(init=False)
    log: KeyLog = field(init=False)
    announced: list[Announcement] = field(default_factory=list)
    _next: int = 0

    def __post_init__(self) -> None:
        self.signer = self.another()
        self.log = KeyLog(self.database, self.signer)

    def another(self) -> Signer:
        """Return a further signer of the same log."""
        return Signer(self.database, self.files, announce=self.announced.append)

    async def append(self, count: int = 1) -> list[int]:
        """Append entries, in one transaction; return their places."""
        first, self._next = self._next, self._next + count

        def work(connection: Connection) -> list[int]:
            return [self.log.append(connection, removal(n)) for n in range(first, first + count)]

        return await self.database.write(work)

    async def stored(self) -> StoredLog:
        """Return the log as it is stored."""
        found = await self.database.read(key_log.newest_log)
        assert found is not None
        return found

    async def signed(self) -> Checkpoint:
        """Return what was signed last."""
        return Checkpoint.decode((await self.stored()).signed.text)

    async def entries(self) -> list[bytes]:
        """Return every entry."""
        begun, size = (await self.stored()).begun, (await self.stored()).size
        return await self.database.read(
            lambda c: key_log.log_entries(c, begun, first=0, count=size)
        )

    async def sql(self, statement: str, *values: object) -> None:
        """Change the database by hand."""
        await self.database.write(lambda c: c.exec_driver_sql(statement, values).rowcount)


@asynccontextmanager
async def writing(directory: Path, clock: Clock | None = None) -> AsyncIterator[Writing]:
    """Open a database with a log; it is begun if it is not there."""
    files = LogKeyFiles(directory)
    async with Database(directory / DATABASE) as database:
        await database.write(upgrade)
        await key_log_beginning.ensure(
            database, files, clock or FakeClock(), lambda size: bytes(range(size)), url=URL
        )
        yield Writing(database, files)


def plain_root(entries: Sequence[bytes]) -> bytes:
    """Return the root over entries (RFC 6962 §2.1), by hashlib alone."""
    if not entries:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(b"\x00" + entry).digest() for entry in entries]
    while len(level) > 1:  # pairs from the left; what is left over goes up as it is
        pairs = [
            hashlib.sha256(b"\x01" + level[at] + level[at + 1]).digest()
            for at in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def plain_checkpoint(note: bytes) -> tuple[str, int, bytes]:
    """Return origin, size and root of a signed note, by splitting lines."""
    origin, size, root = note.partition(b"\n\n")[0].split(b"\n")
    return origin.decode(), int(size), base64.b64decode(root)
