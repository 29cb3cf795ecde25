"""Archives between store and server: written and read a part at a time, from wherever they were.

Where a writer stands once a part has arrived is stored before that part leaves, and where a
reader stands is stored with what it has read. So either may be killed at any moment and goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import msgspec

from teamchat.client.errors import AccountError
from teamchat.client.http import Http, RefusedError
from teamchat.client.refusals import errors_for_people
from teamchat.client.runner import Runner
from teamchat.client.sqlite_store import SqliteStore
from teamchat.content import archive
from teamchat.content.archive import ArchiveError, ArchiveKey, Head, Origin
from teamchat.engine.engine import Engine
from teamchat.engine.events import HistoryRead
from teamchat.engine.history import entries
from teamchat.engine.history.entries import Entry
from teamchat.engine.history.giving import Body, Wanted, bodies
from teamchat.engine.history.records import UNTOLD, GivingRecord, Stand, TakingRecord, stored
from teamchat.engine.store import Drop, Put, Table
from teamchat.mls.crypto import CryptoProvider
from teamchat.wire.history import EndHistory, HistoryArchive
from teamchat.wire.problems import Code

T = TypeVar("T")
PATIENCE: Final = 8
"""How often in a row the server may ask to wait before a request is given up."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a history has come; `expected` is what its writer thought there would be."""

    lines: int
    expected: int


Tell = Callable[[Progress], None]
Check = Callable[[], Awaitable[None]]


async def unchecked() -> None:
    """Find nothing that would be against it."""


class Parts:
    """Writes and reads the parts of archives.

    Args:
        engine: What is given, and to whom it is told.
        runner: Asks the engine.
        store: Where the lines are.
        http: Where the server is.
        crypto: The source of randomness.
    """

    def __init__(
        self,
        engine: Engine,
        runner: Runner,
        store: SqliteStore,
        http: Http,
        crypto: CryptoProvider,
    ) -> None:
        self._engine = engine
        self._runner = runner
        self._store = store
        self._http = http
        self._crypto = crypto

    async def write(
        self,
        name: str,
        record: GivingRecord,
        at: HistoryArchive,
        wanted: Wanted,
        tell: Tell,
        check: Check = unchecked,
    ) -> GivingRecord:
        """Send what is missing of an archive, and say that it is finished.

        Args:
            name: What the record is called in the store.
            record: How far it has come.
            at: The same as the server sees it.
            wanted: Which lines belong into it.
            tell: Told after each part.
            check: Asked before each part is sealed; what it raises stops this.

        Raises:
            AccountError: The server was not reached, has no room, or has another history than
                was sent; or what `check` raises.
        """
        record = _agreed(record, at.parts)
        head, key = Head.read(record.head), ArchiveKey(record.key)
        if not record.before.place.ended:
            engine = self._engine
            records = {which: each.record for which, each in engine.conversations.items()}
            cursor = record.before.cursor
            for body in bodies(self._store, records, engine.people, wanted, cursor):
                await check()
                record = await self._send(name, record, key, head, body)
                tell(Progress(record.before.lines, head.lines))
        await self.ask(
            "POST", f"/archives/{record.archive}/end", EndHistory(record.before.place.index)
        )
        return record

    async def _send(
        self, name: str, record: GivingRecord, key: ArchiveKey, head: Head, body: Body
    ) -> GivingRecord:
        place = record.before.place.place()
        nonce = self._crypto.random(archive.NONCE_BYTES)
        part = archive.seal(key, head, place, body.content, last=body.last, nonce=nonce)
        behind = Stand(
            stored(place.after(part, last=body.last)), body.cursor, record.before.lines + body.lines
        )
        record = msgspec.structs.replace(record, behind=behind)
        self._store.commit([Put(Table.HISTORY, name, record.encode())])
        await self.ask("PUT", f"/archives/{record.archive}/parts/{place.index}", part)
        return msgspec.structs.replace(record, before=behind, behind=None)

    async def read(
        self, name: str, record: TakingRecord, at: HistoryArchive, since_ms: int, tell: Tell
    ) -> TakingRecord:
        """Take in the parts that are there; the rest another time.

        Args:
            name: What the record is called in the store.
            record: How far it was read.
            at: The archive as the server has it.
            since_ms: What is older is left out.
            tell: Told after each part.

        Raises:
            AccountError: The server was not reached, or a part is not as it was written; what
                came before it is kept.
        """
        head, key = Head.read(record.head), ArchiveKey(record.key)
        while not record.place.ended and record.place.index < at.parts:
            part = await self.ask("GET", f"/archives/{record.archive}/parts/{record.place.index}")
            try:
                body, place = archive.open_part(key, head, record.place.place(), part)
                said = tuple(entries.read(body))
            except ArchiveError as error:
                raise AccountError("error-history-changed") from error
            lines = sum(isinstance(each, entries.LineEntry) for each in said)
            record = msgspec.structs.replace(
                record, place=stored(place), lines=record.lines + lines
            )
            place_kept = Put(Table.HISTORY, name, record.encode())
            kept = (place_kept, UNTOLD) if head.origin is Origin.DEVICE else (place_kept,)
            await self._runner.call(partial(_read, head, said, since_ms, kept))
            tell(Progress(record.lines, head.lines))
        if at.complete and at.parts <= record.place.index and not record.place.ended:
            raise AccountError("error-history-cut-off")
        return record

    async def ask(
        self, method: str, path: str, body: msgspec.Struct | bytes | None = None
    ) -> bytes:
        """Ask the server something about histories; wait a little when it asks for it.

        Raises:
            AccountError: It was not reached, or refused.
        """
        return await patiently(lambda: self._http.fetch(method, f"/me/history{path}", body))

    def forget(self, *names: str) -> None:
        """Forget how far archives have come."""
        self._store.commit([Drop(Table.HISTORY, name) for name in names])


def _read(
    head: Head, said: tuple[Entry, ...], since_ms: int, kept: tuple[Put, ...], call: int
) -> HistoryRead:
    return HistoryRead(call, (head.user, head.device), said, since_ms, kept)


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Ask the server; wait as long as it says when it asks for patience.

    Raises:
        AccountError: It was not reached, or refused.
    """
    for _ in range(PATIENCE):
        try:
            return await _once(work)
        except RefusedError as error:
            await asyncio.sleep(max(1, error.retry_after))
    with errors_for_people():
        return await work()


async def _once(work: Callable[[], Awaitable[T]]) -> T:
    """Ask once; what asks for patience is not said to people.

    Raises:
        AccountError: The server was not reached, or refused for good.
        RefusedError: It asks for patience.
    """
    with errors_for_people():
        try:
            return await work()
        except RefusedError as error:
            if error.code is Code.STORAGE_FULL:
                raise AccountError("error-history-no-room") from error
            if error.code not in {Code.TOO_MANY_REQUESTS, Code.OVERLOADED}:
                raise
            refused = error
    raise refused


def _agreed(record: GivingRecord, parts: int) -> GivingRecord:
    """Return where the writer stands, as far as the server agrees.

    Raises:
        AccountError: The server has another number of parts than can be.
    """
    if parts == record.before.place.index:
        return msgspec.structs.replace(record, behind=None)
    if record.behind is not None and parts == record.behind.place.index:
        return msgspec.structs.replace(record, before=record.behind, behind=None)
    raise AccountError("error-history-disagree")
