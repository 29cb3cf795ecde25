"""`python -m benchmarks.key_log.server`: what the key directory costs the server.

Appends and signs as the server does, on a database of its own in this process; the CPU seconds
are those of the process. Entries are real: each adds a device with its certificate.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Connection

from teamchat.clock import SystemClock
from teamchat.identity import certificate
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.statements import Added
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.server.services import key_log_beginning
from teamchat.server.services.key_log import KeyLog
from teamchat.server.services.key_log_signer import Signer
from teamchat.server.storage.database import Database
from teamchat.server.storage.log_key import LogKeyFiles
from teamchat.server.storage.schema import upgrade

TOGETHER = 50
"""How many devices come in one transaction while the directory fills."""


def added() -> Added:
    """Return what is said of a new device."""
    user, device = UserId(identifier(os.urandom(16))), DeviceId(identifier(os.urandom(16)))
    issued = certificate.issue(
        IdentityKey(os.urandom(32)),
        user=user,
        device=device,
        device_key=DeviceKey(os.urandom(32)).public,
        created=1_790_000_000,
    )
    return Added(user, device, issued, "2026-11-21")


@contextmanager
def measured(what: str, count: int) -> Iterator[None]:
    """Print what the block costs."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    click.echo(f"{what:<52} {cpu:7.2f} {cpu / count * 1e3:9.3f} {wall:7.2f}")


async def measure(entries: int, single: int) -> None:
    """Fill a directory, sign it, then add and sign one device after the other."""
    with tempfile.TemporaryDirectory(prefix="teamchat-keys-") as folder:
        files = LogKeyFiles(Path(folder))
        async with Database(Path(folder) / "teamchat.db") as database:
            await database.write(upgrade)
            await key_log_beginning.ensure(
                database, files, SystemClock(), os.urandom, url="https://chat.example"
            )
            signer = Signer(database, files, announce=lambda _: None)
            log = KeyLog(database, signer)
            await _measure(database, log, signer, [added() for _ in range(entries)], single)


async def _measure(
    database: Database, log: KeyLog, signer: Signer, many: Sequence[Added], single: int
) -> None:
    click.echo(f"{'':<52} {'CPU s':>7} {'ms each':>9} {'wall s':>7}")
    with measured(f"append {len(many)}, {TOGETHER} in one transaction", len(many)):
        for at in range(0, len(many), TOGETHER):
            await _append(database, log, many[at : at + TOGETHER])
    with measured(f"integrate and sign {len(many)}", len(many)):
        await signer.settle()
    few = [added() for _ in range(single)]
    with measured(f"append and sign {single}, a checkpoint for each", single):
        for each in few:
            await _append(database, log, [each])
            await signer.settle()
    begun = int((await log.shown()).origin.rpartition("/")[2])
    bundles = len(many) // 256
    with measured(f"serve {bundles} full bundles", bundles):
        for index in range(bundles):
            await log.piece(begun, f"tile/entries/{index:03}")


async def _append(database: Database, log: KeyLog, said: Sequence[Added]) -> None:
    def work(connection: Connection) -> None:
        for each in said:
            log.append(connection, each)

    await database.write(work)


@click.command()
@click.option("--entries", default=30_000, show_default=True)
@click.option("--single", default=1_000, show_default=True)
def main(entries: int, single: int) -> None:
    """Measure and print."""
    asyncio.run(measure(entries, single))


if __name__ == "__main__":
    main()
