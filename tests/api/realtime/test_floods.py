"""Clients that take what they can: the server's memory stays bounded, others are not disturbed."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from teamchat.ids import ConversationId, identifier
from teamchat.server.realtime.outlet import QUEUE_BYTES
from teamchat.server.realtime.session import HELLO_SECONDS
from teamchat.wire import frames, limits
from teamchat.wire.frames import Ack, Credit, Ephemeral, EphemeralKind, Ping, Send, Sync
from tests.support.rooms import Line, Room, room

MIB = limits.MIB
ROOM_TO_BREATHE = 96 * MIB
"""What a flood may cost in resident memory; much of it is the flooding client's own."""


def resident() -> int:
    fields = Path("/proc/self/statm").read_text("ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


async def pour(line: Line, data: bytes, count: int, seconds: float = 3.0) -> int:
    """Send one frame again and again without reading; return how often it could be sent."""
    sent = 0
    try:
        async with asyncio.timeout(seconds):
            for sent in range(1, count + 1):
                await line.socket.send_bytes(data)
                if sent % 50 == 0:
                    await asyncio.sleep(0)
    except (TimeoutError, ConnectionError):
        pass
    return sent


async def undisturbed(made: Room) -> None:
    """Others are served within a moment while it goes on."""
    started = time.monotonic()
    await made.talks()
    assert time.monotonic() - started < 5


def cursors(count: int) -> dict[ConversationId, tuple[int, int]]:
    return {ConversationId(identifier(os.urandom(16))): (1, 1) for _ in range(count)}


def floods(made: Room) -> dict[str, bytes]:
    return {
        "ping": frames.encode(Ping(1)),
        "credit": frames.encode(Credit(16 * MIB)),
        "ephemeral": frames.encode(
            Ephemeral(made.id, EphemeralKind.TYPING, 1000, bytes(limits.EPHEMERAL_BYTES))
        ),
        "ack": frames.encode(Ack({made.id: 1}, 0)),
        "sync of thousands": frames.encode(Sync(cursors(10_000), 0)),
        "ack of thousands": frames.encode(Ack(dict.fromkeys(cursors(10_000), 1), 0)),
        "garbage": frames.encode(Send(1, made.id, bytes(16), bytes(MIB))),
        "heavy commits": frames.encode(
            Send(1, made.id, bytes(16), made.words("bo")[:4] + bytes(7 * MIB))
        ),
    }


@pytest.mark.parametrize(
    "name",
    ["ping", "credit", "ephemeral", "ack", "sync of thousands", "ack of thousands", "garbage",
     "heavy commits"],
)  # fmt: skip
async def test_a_flood_disturbs_nobody_else(tmp_path: Path, name: str) -> None:
    async with room(tmp_path, limits_rate_factor=1.0) as made:
        line = await (await made.line("bo")).sync()
        data = floods(made)[name]
        before, rows = resident(), await made.database()
        flood = asyncio.create_task(pour(line, data, 20_000))
        await asyncio.sleep(0.2)
        assert await made.database() == rows
        await undisturbed(made)
        await flood
        assert resident() - before < ROOM_TO_BREATHE
        await undisturbed(made)


async def test_a_reader_who_does_not_read_costs_no_memory(tmp_path: Path) -> None:
    """It syncs and then never reads: what is queued for it stays below its bounds."""
    async with room(tmp_path) as made:
        slow = await (await made.line("bo")).sync()
        sockets = [each for each in made.server.parts.sockets._open if each._actor is not None]
        for _ in range(60):
            await made.lines["anna"].send(made.id, made.words("anna", os.urandom(60_000)))
        for each in sockets:
            waiting = sum(map(len, each._waiting))
            assert waiting <= QUEUE_BYTES + limits.CREDIT_BYTES + MIB
        await slow.socket.close()


async def test_one_who_never_says_hello_is_sent_away(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        line = await Line.dial(made.server)
        async with asyncio.timeout(HELLO_SECONDS + 60):
            async for _ in line.socket:
                pass
        assert line.socket.close_code == frames.CLOSE_PROTOCOL


async def test_a_socket_that_vanishes_is_forgotten(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        count = len(made.server.parts.sockets._open)
        line = await (await made.line("eve")).sync()
        transport = line.socket._response.connection.transport  # type: ignore[union-attr]  # it is open
        transport.abort()  # type: ignore[union-attr]  # it is open
        async with asyncio.timeout(60):
            while len(made.server.parts.sockets._open) > count:  # noqa: ASYNC110 - a test looks from outside
                await asyncio.sleep(0.01)
        await undisturbed(made)
