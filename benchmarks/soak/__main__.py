"""`python -m benchmarks.soak`: 20 people, 40 devices, 20,000 messages, then the books."""

import asyncio
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.soak.books import Books, Failure, Verdict, compare, failures, unfounded
from benchmarks.soak.crowd import PATIENCE, Client, Crowd, Person
from teamchat.client.errors import AccountError
from teamchat.demo.office import Office
from teamchat.engine.model import Conversation, Link, Standing
from teamchat.engine.state import LOCAL_POSITION
from teamchat.ids import ConversationId

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of random name is made in it
"""Forty clients of one machine wait for its one disk; that disks keep what they are given is
tested elsewhere, so this run uses memory where it can."""
QUEUED = 10
"""A client that has so many messages waiting writes nothing more for now."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much is done."""

    people: int
    devices: int
    conversations: int
    messages: int
    seed: int
    reconnects: float
    changes: float


class Soak:
    """One run."""

    def __init__(self, crowd: Crowd, load: Load, *, progress: bool) -> None:
        self.crowd = crowd
        self.books = Books()
        self.reconnects = self.changes = 0
        self._load = load
        self._random = random.Random(load.seed)
        self._progress = progress
        self._left = load.messages

    async def start_conversations(self) -> None:
        """Make groups of different sizes, each by another person."""
        people = self.crowd.people
        for number in range(self._load.conversations):
            maker = people[number % len(people)]
            others = [each for each in people if each is not maker]
            chosen = self._random.sample(others, self._random.randint(1, len(others)))
            client = maker.clients[0]
            await client.account.wait_online(PATIENCE)
            await client.account.create_group(f"Group {number}", [each.user for each in chosen])

    async def run(self) -> None:
        """Let every client write, reconnect and change memberships until all is written."""
        await asyncio.gather(*(self._live(client) for client in self.crowd.clients()))

    async def settle(self) -> None:
        """Wait until every client is online, has sent what it had, and stays still."""
        deadline = time.monotonic() + PATIENCE
        still = 0
        before = ""
        while still < 4 and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            now = repr([_standing(client) for client in self.crowd.clients()])
            online = all(
                client.account.link is Link.ONLINE
                and not client.account.queued
                and not any(
                    each.standing is Standing.LEAVING for each in client.account.conversations()
                )
                for client in self.crowd.clients()
            )
            still = still + 1 if online and now == before else 0
            before = now

    async def verdict(self, database: Path) -> Verdict:
        """Compare the books, again until they agree or that can no longer be expected.

        Whoever stays still on a busy machine may have something to read all the same.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            await self.settle()
            verdict = compare(self.books, self.crowd, database)
            if not verdict.faults or time.monotonic() > deadline:
                return verdict

    async def send_again(self, failed: Iterable[Failure]) -> int:
        """Let everybody who is in the group send again what had failed; return how much."""
        retriable = [each for each in failed if each.retriable]
        for each in retriable:
            await each.client.account.retry(each.line)
        return len(retriable)

    async def _live(self, client: Client) -> None:
        while self._left > 0:
            chance = self._random.random()
            if chance < self._load.reconnects:
                self.reconnects += 1
                await client.reconnect(self._random.random())
            elif chance < self._load.reconnects + self._load.changes:
                await self._change(client)
            else:
                await self._write(client)
            await asyncio.sleep(0)

    async def _write(self, client: Client) -> None:
        async with client.busy:
            mine = [each for each in client.account.conversations() if each.joined]
            mine = [each for each in mine if each.standing is not Standing.LEAVING]
            if not mine or client.account.queued >= QUEUED:
                await asyncio.sleep(0.05)
                return
            self._left -= 1
            if self._progress and self._left % 1000 == 0:
                click.echo(f"  {self._left} messages to go", err=True)
            chosen = self._random.choice(mine)
            padding = "ä" * self._random.randint(1, 400)
            text = f"{self._left} {client.person.name} {padding}"
            at = client.account.timeline(chosen.id, before=(LOCAL_POSITION, ""), limit=1)[
                -1
            ].position
            try:
                await client.account.send_text(chosen.id, text)
            except AccountError:
                return  # removed in the meantime; the client said so and took nothing
            self.books.write(client, chosen.id, text, at)

    async def _change(self, client: Client) -> None:
        async with client.busy:
            mine = [
                each for each in client.account.conversations() if each.joined and not each.direct
            ]
            if not mine or client.account.link is not Link.ONLINE:
                await asyncio.sleep(0.05)
                return
            chosen = self._random.choice(mine)
            self.changes += 1
            try:
                await self._change_one(client, chosen)
            except AccountError:
                self.changes -= 1  # somebody else was faster, or one may not: said, not lost

    async def _change_one(self, client: Client, chosen: Conversation) -> None:
        account = client.account
        inside = {member.person.id for member in account.members(chosen.id)}
        outside = [each for each in self.crowd.people if each.user not in inside]
        others = [each for each in inside if each != account.profile.user]
        if not chosen.own_admin:
            if self._random.random() < 0.2:
                await account.leave(chosen.id)
            return
        if outside and (not others or self._random.random() < 0.6):
            person: Person = self._random.choice(outside)
            await account.add(chosen.id, [person.user])
        elif others:
            await account.remove(chosen.id, self._random.choice(sorted(others)))


def _standing(client: Client) -> list[tuple[ConversationId, int]]:
    return [
        (each.id, each.last.position if each.last else 0) for each in client.account.conversations()
    ]


def _scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="teamchat-soak-", dir=MEMORY if MEMORY.is_dir() else None))


async def soak(load: Load, *, progress: bool = True) -> tuple[Verdict, Soak, float]:
    """Run it; return what the books say, the run, and how many seconds it took."""
    root = _scratch()
    os.environ["TEAMCHAT_LIMITS_RATE_FACTOR"] = "1000"
    started = time.monotonic()
    try:
        async with Office(root) as office:
            crowd = Crowd(office)
            await crowd.gather(load.people, load.devices)
            run = Soak(crowd, load, progress=progress)
            await run.start_conversations()
            await run.run()
            await run.settle()
            database = office.server_data / "teamchat.db"
            failed = failures(run.books)
            faults = unfounded(run.books, failed, database)
            sent_again = await run.send_again(failed)
            verdict = await run.verdict(database)
            verdict.lost += faults
            verdict.sent_again = sent_again
            await crowd.close()
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return verdict, run, time.monotonic() - started


@click.command()
@click.option("--people", default=20, show_default=True)
@click.option("--devices", default=2, show_default=True)
@click.option("--conversations", default=12, show_default=True)
@click.option("--messages", default=20_000, show_default=True)
@click.option("--seed", default=0, help="0 takes another one each time.")
@click.option("--reconnects", default=0.005, show_default=True, help="Share of all steps.")
@click.option("--changes", default=0.005, show_default=True, help="Share of all steps.")
def main(**options: int) -> None:
    """Let a crowd write, reconnect and change memberships; then check the books."""
    seed = options.pop("seed") or random.randrange(1, 2**31)
    load = Load(**options, seed=seed)
    click.echo(f"soak: {load}")
    verdict, run, seconds = asyncio.run(soak(load))
    click.echo(
        f"{verdict.written} written, {verdict.sent} sent ({verdict.sent_again} of them once their "
        f"writers were back), {verdict.not_sent} refused and said so, "
        f"{verdict.read} read on {load.people * load.devices} devices, {run.reconnects} "
        f"reconnects, {run.changes} changes of membership, {seconds:.0f} s\n"
        f"{len(verdict.undecryptable)} undecryptable, {len(verdict.lost)} lost, "
        f"{len(verdict.duplicated)} duplicated, {len(verdict.foreign)} read by strangers, "
        f"{len(verdict.disordered)} out of order"
    )
    for fault in verdict.faults[:20]:
        click.echo(f"  {fault}")
    sys.exit(bool(verdict.faults))


if __name__ == "__main__":
    main()
