"""`python -m benchmarks.messages`: messages per second and server CPU per message.

The server is a process of its own; its CPU seconds (user and system) are read before and
after each scenario. The wall time is of this machine, which also runs the load.
"""

import asyncio
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from benchmarks.messages.wire_client import WireClient
from benchmarks.soak.crowd import PATIENCE, Crowd, Person
from teamchat.client.http import Http, ServerAddress
from teamchat.demo.office import Office
from teamchat.ids import ConversationId
from teamchat.wire.bodies import Conversation

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Result:
    """What one scenario cost. CPU is the server's, user and system."""

    scenario: str
    messages: int
    deliveries: int
    seconds: float
    messages_per_second: float
    cpu_us_per_message: float
    cpu_us_per_delivery: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Room:
    """A conversation and the tokens of those who read it."""

    conversation: ConversationId
    epoch: int
    tokens: tuple[str, ...]


def cpu_seconds(process: int) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_kib(process: int) -> int:
    """Return the memory a process holds, in KiB."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(status.split("VmRSS:")[1].split()[0])


async def make_room(people: list[Person], title: str) -> Room:
    """Let the first person make a conversation with the others, and wait until all are in."""
    first = people[0].clients[0].account
    await first.wait_online(PATIENCE)
    others = [person.user for person in people[1:]]
    if len(others) == 1:
        conversation = await first.create_direct(others[0])
    else:
        conversation = await first.create_group(title, others)
    for person in people:
        account = person.clients[0].account
        async with asyncio.timeout(PATIENCE):
            while not any(each.id == conversation for each in account.conversations()):  # noqa: ASYNC110 - a client's stored state
                await asyncio.sleep(0.05)
    tokens = tuple(person.clients[0].token for person in people)
    return Room(conversation, 0, tokens)


async def current_epoch(url: str, room: Room) -> Room:
    """Return the room with the epoch its group is in now."""
    async with Http(ServerAddress(url, ""), room.tokens[0]) as http:
        path = f"/conversations/{room.conversation}"
        found = await http.ask("GET", path, Conversation)
    return Room(room.conversation, found.epoch, room.tokens)


class Bench:
    """Scenarios against one server."""

    def __init__(self, url: str, process: int) -> None:
        self._url = url
        self._process = process
        self.results: list[Result] = []

    async def paired(self, rooms: list[Room], total: int) -> None:
        """One to one: in every room one person writes as fast as answers come."""
        await self._flood("1:1, one sender a room", rooms, 1, total)

    async def crowded(self, room: Room, senders: int, total: int) -> None:
        """One room: several people write at once, everybody reads."""
        name = f"room of {len(room.tokens)}, {senders} senders"
        await self._flood(name, [room], senders, total)

    async def _flood(self, name: str, rooms: list[Room], senders: int, total: int) -> None:
        clients = {
            room.conversation: [await WireClient(self._url, token).open() for token in room.tokens]
            for room in rooms
        }
        everybody = [client for group in clients.values() for client in group]
        await _still(everybody)
        before = sum(client.items for client in everybody)
        each = total // (len(rooms) * senders)
        started, cpu = time.perf_counter(), cpu_seconds(self._process)
        await asyncio.gather(
            *(
                _write(client, room, each)
                for room in rooms
                for client in clients[room.conversation][:senders]
            )
        )
        await _still(everybody)
        seconds = time.perf_counter() - started - 0.5
        used = cpu_seconds(self._process) - cpu
        sent = each * len(rooms) * senders
        own = sent  # a sender's own items come back to it as well
        deliveries = sum(client.items for client in everybody) - before - own
        latencies = sorted(each for client in everybody for each in client.latencies)
        for client in everybody:
            await client.close()
        self.results.append(
            Result(
                name, sent, deliveries, seconds, sent / seconds, used / sent * 1e6,
                used / max(1, deliveries) * 1e6, statistics.median(latencies) * 1e3,
                latencies[int(len(latencies) * 0.99)] * 1e3,
            )
        )  # fmt: skip

    async def catch_up(self, room: Room, rounds: int) -> None:
        """Read a whole log again and again from the start of what one may read."""
        started, cpu, items = time.perf_counter(), cpu_seconds(self._process), 0
        for _ in range(rounds):
            client = await WireClient(self._url, room.tokens[1]).open()
            await _still([client])
            items += client.items
            await client.close()
        used, seconds = cpu_seconds(self._process) - cpu, time.perf_counter() - started
        self.results.append(
            Result("catch-up", items, items, seconds, items / seconds, used / items * 1e6,
                   used / items * 1e6, 0.0, 0.0)
        )  # fmt: skip


async def _write(client: WireClient, room: Room, count: int) -> None:
    for _ in range(count):
        await client.send(room.conversation, room.epoch)


async def _still(clients: list[WireClient]) -> None:
    """Wait until half a second brought nothing."""
    before = -1
    while (now := sum(client.items for client in clients)) != before:
        before = now
        await asyncio.sleep(0.5)


async def run(people: int, scale: float, done: Callable[[Bench], Awaitable[None]]) -> None:
    """Set a server up, make the rooms, and run every scenario."""
    root = Path(tempfile.mkdtemp(prefix="teamchat-bench-"))
    os.environ["TEAMCHAT_LIMITS_RATE_FACTOR"] = "100000"
    os.environ["TEAMCHAT_PASSWORDS_MEMORY_KIB"] = "64"
    os.environ["TEAMCHAT_PASSWORDS_WEAK_FOR_TESTS"] = "true"
    try:
        async with Office(root) as office:
            crowd = Crowd(office)
            await crowd.gather(people, 1)
            crew = crowd.people
            rooms = [
                await make_room(crew[at : at + 2], "") for at in range(0, min(people, 20) - 1, 2)
            ]
            big = await make_room(crew, "everybody")
            rooms = [await current_epoch(office.url, room) for room in rooms]
            big = await current_epoch(office.url, big)
            await crowd.close()
            bench = Bench(office.url, office.process)
            await bench.paired(rooms, int(10_000 * scale))
            await bench.crowded(big, 10, int(2_000 * scale))
            await bench.catch_up(big, 5)
            await done(bench)
            click.echo(f"server memory at the end: {resident_kib(office.process) / 1024:.0f} MiB")
    finally:
        shutil.rmtree(root, ignore_errors=True)


async def report(bench: Bench) -> None:
    """Print a table, then JSON."""
    click.echo(
        f"{'scenario':28} {'msg/s':>8} {'us CPU/msg':>11} {'us/delivery':>12} "
        f"{'p50 ms':>7} {'p99 ms':>7}"
    )
    for each in bench.results:
        click.echo(
            f"{each.scenario:28} {each.messages_per_second:8.0f} {each.cpu_us_per_message:11.0f} "
            f"{each.cpu_us_per_delivery:12.1f} {each.p50_ms:7.1f} {each.p99_ms:7.1f}"
        )
    click.echo(json.dumps([asdict(each) for each in bench.results]))


@click.command()
@click.option("--people", default=50, show_default=True)
@click.option("--scale", default=1.0, show_default=True, help="Multiplies every count.")
def main(people: int, scale: float) -> None:
    """Measure one server process on SQLite."""
    asyncio.run(run(people, scale, report))


if __name__ == "__main__":
    main()
