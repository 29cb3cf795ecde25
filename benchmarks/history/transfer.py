"""`python -m benchmarks.history.transfer`: a long history goes from one device to another.

A real server process on SQLite and two devices of one person, both in this process: the lines are
put into the store of the first, the second asks, the first gives. What is measured is what the
person waits for: from "yes" until the last line stands in the store of the second.
"""

import asyncio
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

import click

from benchmarks.history.__main__ import TEXT
from benchmarks.soak.crowd import PATIENCE, Client, Crowd
from teamchat.client.account import Account
from teamchat.client.sqlite_store import SqliteStore
from teamchat.demo.office import Office
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Line, LineState
from teamchat.engine.store import PutLine
from teamchat.ids import ConversationId, UserId

BATCH: Final = 1_000


async def measure(lines: int) -> None:
    """Measure, print."""
    root = Path(tempfile.mkdtemp(prefix="teamchat-bench-"))
    try:
        async with Office(root) as office:
            crowd = Crowd(office)
            await crowd.gather(2, 2)
            (old, new), peer = crowd.people[0].clients, crowd.people[1].user
            try:
                await _transfer(old, new, peer, lines)
            finally:
                await crowd.close()
    finally:
        shutil.rmtree(root, ignore_errors=True)


async def _transfer(old: Client, new: Client, peer: UserId, lines: int) -> None:
    await old.account.wait_online(PATIENCE)
    talk = await old.account.create_direct(peer)
    async with asyncio.timeout(PATIENCE):
        while not new.account.conversations():  # noqa: ASYNC110 - a client's stored state
            await asyncio.sleep(0.05)
    await _fill(old, talk, peer, lines)
    before = _count(new.account)
    await new.account.history.ask()
    wish = await old.account.history.wish_soon(PATIENCE)
    if wish is None:
        raise click.ClickException("the wish did not come")
    memory = _memory_from_here()
    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(old.account.history.give(wish.id), new.account.history.follow())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    came = _count(new.account) - before
    if came < lines:
        raise click.ClickException(f"{came} of {lines} lines came")
    click.echo(f"{came} lines: {wall:.1f} s, {cpu:.1f} s CPU of both devices")
    click.echo(f"{(_kib('VmHWM') - memory) / 1024:.0f} MiB more at the peak than before")


async def _fill(old: Client, talk: ConversationId, peer: UserId, lines: int) -> None:
    """Put the lines into the store of a device while its client is closed."""
    await old.account.close()
    key = old.keys.unlock(old.profile)
    now = int(time.time() * 1000) - lines
    with SqliteStore(old.profile, key) as store:
        position = max((each.position for each in store.last_lines().values()), default=0)
        for first in range(0, lines, BATCH):
            numbers = range(first + 1, min(first + BATCH, lines) + 1)
            store.commit([PutLine(_line(talk, peer, each, position, now)) for each in numbers])
    old.account = await Account.open(old.profile, old.keys)
    await old.account.__aenter__()
    await old.account.wait_online(PATIENCE)


def _line(talk: ConversationId, peer: UserId, number: int, position: int, now_ms: int) -> Line:
    name = f"{peer}.{number:032x}"
    at, time_ms, kind = position + number, now_ms + number, MessageKind.TEXT
    return Line(name, talk, at, kind, peer, time_ms, TEXT, LineState.RECEIVED)


def _count(account: Account) -> int:
    return account._store.count()  # noqa: SLF001 - no interface needs it


def _memory_from_here() -> int:
    """Return what this process holds now, in KiB; its peak is counted from here."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _kib("VmRSS")


def _kib(what: str) -> int:
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split(f"{what}:")[1].split()[0])


@click.command()
@click.option("--lines", default=100_000, show_default=True)
def main(lines: int) -> None:
    """Measure and print."""
    os.environ["TEAMCHAT_PASSWORDS_MEMORY_KIB"] = "64"
    os.environ["TEAMCHAT_PASSWORDS_WEAK_FOR_TESTS"] = "true"
    asyncio.run(measure(lines))


if __name__ == "__main__":
    main()
