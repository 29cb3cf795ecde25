import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.realtime import progress as module
from teamchat.server.realtime.events import DeliveredTo, SessionEvent
from teamchat.server.realtime.progress import Progress
from tests.support.delivery import DeliveryHalf, Member, delivery_half


@pytest.fixture
async def half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DeliveryHalf]:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.01)
    async with delivery_half(tmp_path) as opened:
        yield opened


@dataclass(eq=False)
class Ear:
    """A socket that remembers what it heard."""

    user: UserId
    device: DeviceId
    heard: list[SessionEvent] = field(default_factory=list)
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    def happen(self, event: SessionEvent) -> None:
        self.heard.append(event)
        self.happened.set()


async def talk(half: DeliveryHalf) -> tuple[Ear, Member, ConversationId]:
    """Let one write to another; return the ear of the one, the other, and the room."""
    alice, bob = await half.member(1), await half.member(2)
    room = await half.converse(alice)
    await half.commit(alice, room, 0, add=[bob])
    await half.say(alice, room, 1)
    ear = Ear(alice.user, alice.device)
    half.hub.register(ear)
    half.hub.follow(ear, [room])
    return ear, bob, room


async def test_nothing_moved_is_nothing_told(half: DeliveryHalf) -> None:
    ear, _, _ = await talk(half)
    progress = Progress(half.hub, half.cursors)
    progress.moved([])
    await asyncio.sleep(0.05)
    assert ear.heard == []
    await progress.close()


async def test_what_moves_together_is_told_once(half: DeliveryHalf) -> None:
    ear, bob, room = await talk(half)
    progress = Progress(half.hub, half.cursors)
    await half.cursors.acknowledge(bob.device, {room: 2}, 0)
    for _ in range(20):
        progress.moved([room])
    await asyncio.wait_for(ear.happened.wait(), 60)
    await asyncio.sleep(0.05)
    assert ear.heard == [DeliveredTo(room, 2)]
    await progress.close()


async def test_a_failure_is_logged_and_the_next_move_is_told(
    half: DeliveryHalf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ear, bob, room = await talk(half)
    progress = Progress(half.hub, half.cursors)
    await half.cursors.acknowledge(bob.device, {room: 2}, 0)
    failed = asyncio.Event()

    async def fail(_conversations: list[ConversationId]) -> None:
        failed.set()
        raise OSError

    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(half.cursors, "delivered", fail)
        progress.moved([room])
        await asyncio.wait_for(failed.wait(), 60)
        await asyncio.sleep(0)
    assert "could not tell" in caplog.text
    progress.moved([room])
    await asyncio.wait_for(ear.happened.wait(), 60)
    await progress.close()


async def test_closing_stops_at_once_and_twice(half: DeliveryHalf) -> None:
    ear, _, room = await talk(half)
    progress = Progress(half.hub, half.cursors)
    progress.moved([room])
    await progress.close()
    await progress.close()
    await asyncio.sleep(0.05)
    assert ear.heard == []
