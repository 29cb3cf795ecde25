import asyncio
import stat
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from teamchat.server.storage import database as module
from teamchat.server.storage.database import Database, DatabaseUnusableError, after_commit
from teamchat.server.storage.lock import DatabaseInUseError
from teamchat.wire.problems import Code, ProblemError


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(tmp_path / "t.db") as opened:
        await opened.write(make)
        yield opened


def make(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)"))


def put(n: int, connection: Connection) -> int:
    connection.execute(text("INSERT INTO t VALUES (:n)"), {"n": n})
    return n


def numbers(connection: Connection) -> list[int]:
    return list(connection.execute(text("SELECT n FROM t ORDER BY n")).scalars())


class Gate:
    """Holds the writer until it is opened, so that what follows waits together."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._reached = threading.Event()

    def __call__(self, _connection: Connection) -> None:
        self._reached.set()
        self._open.wait(60)

    async def reached(self) -> None:
        """Wait until a write has come to it, and is held."""
        await asyncio.to_thread(self._reached.wait, 60)

    def open(self) -> None:
        self._open.set()


async def test_what_waits_together_is_one_transaction(database: Database) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))
    await gate.reached()
    commits: list[Connection] = []
    event.listen(database._writer, "commit", commits.append)
    waiting = [asyncio.ensure_future(database.write(partial(put, n))) for n in range(50)]
    assert database.waiting == 51
    gate.open()
    assert await asyncio.gather(*waiting) == list(range(50))
    await held
    assert await database.read(numbers) == list(range(50))
    assert database.waiting == 0
    assert len(commits) == 2


async def test_one_that_fails_fails_alone(database: Database) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))
    await gate.reached()
    waiting = [asyncio.ensure_future(database.write(partial(put, n % 7))) for n in range(10)]
    gate.open()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    await held
    failed = [n for n, result in enumerate(results) if isinstance(result, Exception)]
    assert failed == [7, 8, 9]
    assert await database.read(numbers) == list(range(7))


async def test_refusals_cost_no_transaction_and_leave_nothing(database: Database) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))
    await gate.reached()
    commits: list[Connection] = []
    event.listen(database._writer, "commit", commits.append)
    heard: list[int] = []

    def write(n: int, connection: Connection) -> int:
        put(n, connection)
        after_commit(connection, lambda: heard.append(n))
        if n % 2:
            raise ProblemError(Code.CONFLICT)
        return n

    waiting = [asyncio.ensure_future(database.write(partial(write, n))) for n in range(100)]
    gate.open()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    await held
    assert [n for n in results if isinstance(n, int)] == list(range(0, 100, 2))
    assert sum(isinstance(each, ProblemError) for each in results) == 50
    assert heard == await database.read(numbers) == list(range(0, 100, 2))
    assert len(commits) == 2, "the gate's own, and one for all the others"


async def test_when_the_database_fails_each_is_tried_alone(database: Database) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))
    await gate.reached()

    def broken(connection: Connection) -> None:
        connection.execute(text("ROLLBACK"))  # as SQLite does by itself when a disk is full
        connection.execute(text("INSERT INTO nowhere VALUES (1)"))

    work: list[Callable[[Connection], int | None]] = [partial(put, 1), broken, partial(put, 2)]
    waiting = [asyncio.ensure_future(database.write(each)) for each in work]
    gate.open()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    await held
    assert [results[0], results[2]] == [1, 2]
    assert isinstance(results[1], OperationalError)
    assert await database.read(numbers) == [1, 2]


async def test_hooks_run_after_the_commit_and_not_for_what_failed(database: Database) -> None:
    heard: list[str] = []

    def good(connection: Connection) -> None:
        put(1, connection)
        after_commit(connection, lambda: heard.append("good"))

    def bad(connection: Connection) -> None:
        after_commit(connection, lambda: heard.append("bad"))
        put(1, connection)

    first = database.write(good)
    second = database.write(bad)
    await first
    assert heard == ["good"]
    with pytest.raises(Exception, match="UNIQUE"):
        await second
    assert heard == ["good"]


async def test_a_caller_that_goes_away_does_not_take_its_write_back(database: Database) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))

    async def write() -> None:
        await database.write(partial(put, 5))

    task = asyncio.create_task(write())
    await gate.reached()
    while database.waiting < 2:  # noqa: ASYNC110 - a test looks from outside
        await asyncio.sleep(0)
    task.cancel()
    gate.open()
    await held
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.write(lambda _c: None)
    assert await database.read(numbers) == [5]


async def test_too_many_waiting_are_turned_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING", 3)
    gate = Gate()
    waiting = [asyncio.ensure_future(database.write(gate)) for _ in range(3)]
    with pytest.raises(ProblemError) as refused:
        await database.write(gate)
    assert refused.value.code is Code.OVERLOADED
    gate.open()
    await asyncio.gather(*waiting)


async def test_a_reader_cannot_write_and_sees_one_view(database: Database) -> None:
    with pytest.raises(Exception, match="readonly"):
        await database.read(partial(put, 1))
    await database.write(partial(put, 1))
    looked, go_on = threading.Event(), threading.Event()

    def look_twice(connection: Connection) -> tuple[list[int], list[int]]:
        first = numbers(connection)
        looked.set()
        go_on.wait(10)
        return first, numbers(connection)

    reading = asyncio.ensure_future(database.read(look_twice))
    await asyncio.to_thread(looked.wait, 10)
    await database.write(partial(put, 2))
    go_on.set()
    assert await reading == ([1], [1])
    assert await database.read(numbers) == [1, 2]


async def test_a_full_disk_is_said_and_nothing_is_lost(database: Database) -> None:
    def limit(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages + 2}"))

    def fill(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE IF NOT EXISTS big (b BLOB)"))
        connection.execute(text("INSERT INTO big VALUES (zeroblob(100000))"))

    await database.write(partial(put, 1))
    await database.write(limit)
    results = await asyncio.gather(
        database.write(fill), database.write(partial(put, 2)), return_exceptions=True
    )
    assert isinstance(results[0], ProblemError)
    assert results[0].code is Code.STORAGE_FULL
    assert results[1] == 2
    assert not database.broken
    assert await database.read(numbers) == [1, 2]


async def test_a_second_owner_is_refused_in_one_sentence(
    database: Database, tmp_path: Path
) -> None:
    with pytest.raises(DatabaseInUseError) as refused:
        Database(tmp_path / "t.db")
    assert str(refused.value).count(".") >= 1
    assert "in use by another teamchat-server" in str(refused.value)


async def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    async with Database(tmp_path / "t.db") as database:
        await database.write(make)
        await database.write(partial(put, 3))
    assert not (tmp_path / "t.db-wal").exists() or not (tmp_path / "t.db-wal").stat().st_size
    async with Database(tmp_path / "t.db") as database:
        assert await database.read(numbers) == [3]


async def test_the_files_are_for_the_owner_only(database: Database, tmp_path: Path) -> None:
    await database.write(partial(put, 1))
    files = list(tmp_path.iterdir())  # noqa: ASYNC240 - a scratch directory
    assert {file.name for file in files} >= {"t.db", "t.db-wal", "t.db.lock"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


async def test_the_writer_is_durable_and_checks_foreign_keys(database: Database) -> None:
    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    told = await database.write(pragmas)
    assert told == ["wal", 2, 1, 0]


async def test_a_closed_database_takes_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "t.db")
    await database.close()
    with pytest.raises(ProblemError):
        await database.write(make)


async def test_a_file_that_is_no_database_is_said_so_and_let_go(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(b"no database at all" * 1_000)
    for _ in range(2):
        with pytest.raises(DatabaseUnusableError, match="not a database"):
            Database(path)
    path.unlink()
    async with Database(path) as opened:
        await opened.write(make)
