"""The database: one thread writes in batches, a few threads read.

A write is a closure that gets a connection. All closures that wait when the writer is free
run in one transaction, so that one fsync makes all of them durable; their callers hear of it
after the COMMIT and not before. If one of them fails, the transaction is rolled back and all
run again, each behind a savepoint: only the one that refuses hears of it, and refusals cost
nobody an fsync. If the database itself failed, each runs once more in a transaction of its
own. A closure may therefore run several times, and must change nothing but the database. What
is to happen because of a write (telling sockets) is handed to `after_commit`.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from teamchat.errors import TeamchatError
from teamchat.server.storage import sqlite
from teamchat.server.storage.lock import FileLock
from teamchat.wire.problems import Code, ProblemError

T = TypeVar("T")
Hook = Callable[[], None]

BATCH: Final = 256
"""How many closures share a transaction at most."""

WAITING: Final = 4_096
"""How many closures may wait; more are answered with OVERLOADED."""

_HOOKS = "teamchat.after_commit"
_log = logging.getLogger(__name__)


class DatabaseUnusableError(TeamchatError):
    """The file cannot be opened as a database; nothing was changed."""


@dataclass(slots=True, eq=False)
class _Job:
    """One closure, and what became of it."""

    work: Callable[[Connection], object]
    future: asyncio.Future[object]
    result: object = None
    error: BaseException | None = None
    hooks: list[Hook] = field(default_factory=list)


def after_commit(connection: Connection, hook: Hook) -> None:
    """Have `hook` called on the event loop once this closure's transaction is durable.

    Hooks run in the order of the commits, before the writers hear that theirs is done. A
    hook must not fail and must not wait.
    """
    connection.info[_HOOKS].append(hook)


class Database:
    """One SQLite file and the process's only access to it."""

    def __init__(self, path: Path) -> None:
        """Take the file and start the threads; must be called where an event loop runs.

        Raises:
            DatabaseInUseError: Another process has it.
            DatabaseUnusableError: It cannot be opened as a database.
        """
        self._lock = FileLock(path)
        self._loop = asyncio.get_running_loop()
        self._writer = sqlite.writer_engine(path)
        self._writing = self._opened(path)
        self._readers = sqlite.reader_engine(path)
        self._pool = ThreadPoolExecutor(sqlite.READERS, thread_name_prefix="database-reader")
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._waiting = 0
        self._closed = False
        self._broken = False
        self._thread = threading.Thread(target=self._write_all, name="database-writer")
        self._thread.start()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def waiting(self) -> int:
        """How many writes are waiting or under way."""
        return self._waiting

    @property
    def broken(self) -> bool:
        """Whether the file failed in a way that only an operator can mend."""
        return self._broken

    def write(self, work: Callable[[Connection], T]) -> Awaitable[T]:
        """Run `work` in a transaction; the answer comes when it is durable.

        A caller that goes away does not take the write back.

        Raises:
            ProblemError: OVERLOADED if too many wait, STORAGE_FULL if the disk is full; or
                whatever `work` raises. Nothing was changed then.
        """
        if self._closed or self._broken or self._waiting >= WAITING:
            raise ProblemError(Code.OVERLOADED, "The database is busy.", retry_after=1)
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting += 1
        self._jobs.put(_Job(work, future))  # type: ignore[arg-type]  # the future takes what `work` returns
        return future

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one unchanging view of the database; it cannot write."""
        return await self._loop.run_in_executor(self._pool, self._read, work)

    async def close(self) -> None:
        """Finish what waits, fold the write-ahead log into the file and let it go."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._pool.shutdown)
        self._readers.dispose()
        self._writer.dispose()
        self._lock.release()

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._readers.begin() as connection:
            return work(connection)

    def _opened(self, path: Path) -> Connection:
        try:
            return self._writer.connect()
        except DBAPIError as error:
            self._writer.dispose()
            self._lock.release()
            raise DatabaseUnusableError(f"cannot open {path}: {error.orig}") from error

    # --- the writer thread ---------------------------------------------------------------

    def _write_all(self) -> None:
        with self._writing as connection:
            connection.info[_HOOKS] = []
            while (first := self._jobs.get()) is not None:
                batch, last = self._gather(first)
                self._run(connection, batch)
                self._loop.call_soon_threadsafe(self._tell, batch)
                if last:
                    break

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        """Take what else waits; say whether the end of all work was among it."""
        batch = [first]
        while len(batch) < BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return batch, False
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _run(self, connection: Connection, batch: Sequence[_Job]) -> None:
        if self._try(connection, batch) is None:
            return
        if len(batch) > 1 and self._try_apart(connection, batch):
            return
        for job in batch:
            job.error = self._try(connection, [job])

    def _try(self, connection: Connection, batch: Sequence[_Job]) -> BaseException | None:
        """Run a batch as one transaction; return why it failed as a whole."""
        try:
            with connection.begin():
                for job in batch:
                    connection.info[_HOOKS] = job.hooks = []
                    job.result = job.work(connection)
        except Exception as error:  # noqa: BLE001 - it goes to the caller whose closure it was
            return self._explain(error)
        return None

    def _try_apart(self, connection: Connection, batch: Sequence[_Job]) -> bool:
        """Run a batch as one transaction without those that refuse; say whether that went."""
        try:
            with connection.begin():
                for job in batch:
                    job.error = self._try_behind_savepoint(connection, job)
        except Exception:  # noqa: BLE001 - each is run again alone, and told then
            return False
        return True

    def _try_behind_savepoint(self, connection: Connection, job: _Job) -> Exception | None:
        """Run one closure; take back what it did if it refuses.

        Raises:
            DBAPIError: The database failed, which is not the closure's own affair.
        """
        connection.exec_driver_sql("SAVEPOINT job")
        connection.info[_HOOKS] = job.hooks = []
        try:
            job.result = job.work(connection)
        except Exception as error:
            if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError):
                raise
            connection.exec_driver_sql("ROLLBACK TO job")
            refusal: Exception | None = error
        else:
            refusal = None
        connection.exec_driver_sql("RELEASE job")
        return refusal

    def _explain(self, error: Exception) -> Exception:
        if sqlite.is_full(error):
            return ProblemError(Code.STORAGE_FULL, "The server's disk is full.", retry_after=60)
        if sqlite.is_broken(error):
            self._broken = True
            _log.critical("the database file failed; the server writes no more")
        return error

    def _tell(self, batch: Sequence[_Job]) -> None:
        self._waiting -= len(batch)
        for job in batch:
            if job.error is None:
                for hook in job.hooks:
                    hook()
            if job.future.cancelled():
                continue
            if job.error is None:
                job.future.set_result(job.result)
            else:
                job.future.set_exception(job.error)
                job.future.exception()  # a caller that went away leaves nobody to look at it
