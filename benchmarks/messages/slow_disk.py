"""`python -m benchmarks.messages.slow_disk`: what a slow fsync costs, with the real writer.

The writer's own thread pauses at every COMMIT for as long as the fsync of a slow disk takes,
before anybody hears that it is durable. So the pause stands where fsync stands.
"""

import asyncio
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import click
from sqlalchemy import Connection, event, text

from teamchat.server.storage.database import Database

BODY = bytes(700)


async def measure(senders: int, pause: float, seconds: float) -> tuple[float, float, float]:
    """Return writes per second, writes in one transaction, and the median wait in seconds."""
    root = Path(tempfile.mkdtemp(prefix="teamchat-slow-"))
    commits, waits = 0, list[float]()

    def committed(_connection: Connection) -> None:
        nonlocal commits
        commits += 1
        time.sleep(pause)

    def write(connection: Connection) -> None:
        connection.execute(text("INSERT INTO t (body) VALUES (:body)"), {"body": BODY})

    async def send(database: Database, end: float) -> None:
        while (started := time.perf_counter()) < end:
            await database.write(write)
            waits.append(time.perf_counter() - started)

    try:
        async with Database(root / "slow.db") as database:
            await database.write(
                lambda c: c.execute(
                    text("CREATE TABLE t (n INTEGER PRIMARY KEY, body BLOB)")
                ).close()
            )
            event.listen(database._writer, "commit", committed)  # noqa: SLF001 - where fsync is
            started = time.perf_counter()
            await asyncio.gather(*(send(database, started + seconds) for _ in range(senders)))
            took = time.perf_counter() - started
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return len(waits) / took, len(waits) / commits, statistics.median(waits)


@click.command()
@click.option("--seconds", default=3.0, show_default=True, help="How long each line takes.")
def main(seconds: float) -> None:
    """Measure writes of 700 bytes at several speeds of fsync."""
    click.echo(f"{'fsync ms':>8} {'senders':>8} {'writes/s':>9} {'a batch':>8} {'p50 ms':>7}")
    for pause in (0.0, 0.005, 0.010):
        for senders in (1, 16, 64, 256):
            rate, batch, wait = asyncio.run(measure(senders, pause, seconds))
            click.echo(f"{pause * 1e3:8.0f} {senders:8} {rate:9.0f} {batch:8.1f} {wait * 1e3:7.1f}")


if __name__ == "__main__":
    main()
