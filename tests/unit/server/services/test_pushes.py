"""Who is woken, when, how often, and for how long it is tried."""

import asyncio
import functools
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection

from teamchat.ids import ConversationId, DeviceId
from teamchat.server import tls
from teamchat.server.services import pushes
from teamchat.server.services.announcements import InboxGrew, Logged
from teamchat.server.services.push_door import Door, Hosts, open_door
from teamchat.server.services.pushes import (
    FIRST_PAUSE,
    GATHER_SECONDS,
    LATER_SECONDS,
    SPACING_SECONDS,
    TRIES,
    Pushes,
)
from teamchat.server.services.vapid import Vapid, new_secret
from teamchat.server.storage.queries import cursors, push
from teamchat.server.storage.queries.push import Target
from teamchat.wire.frames import Item, Kind
from tests.support.clock import FakeClock
from tests.support.companions import bring_together
from tests.support.office import Office, Worker, office
from tests.support.push_service import PushService, push_service

CANARY = "canary-of-an-endpoint"


def put(to: Target, connection: Connection) -> None:
    push.put(connection, to, now=0)


def device(worker: Worker) -> DeviceId:
    assert worker.actor.device is not None
    return worker.actor.device


@dataclass(slots=True)
class Bell:
    """The pushes of a server on their own, a push service, and people in one conversation."""

    desk: Office
    service: PushService
    pushes: Pushes
    door: Door
    clock: FakeClock
    talk: ConversationId
    mei: Worker
    ben: Worker
    live: set[DeviceId]
    seq: int = 0

    def say(self, by: Worker, kind: Kind = Kind.APPLICATION) -> int:
        """Let somebody write; return which message of the log it is."""
        self.seq += 1
        item = Item(kind, 1, device(by), b"c" * 16, 0, b"sealed")
        self.pushes.hear(Logged(self.talk, 1, self.seq, item))
        return self.seq

    async def after(self, seconds: float) -> int:
        """Let time pass; return how many calls the push service has had by then."""
        self.clock.advance(seconds)
        for _ in range(3):  # what is due may make more due
            await self.pushes.step(self.door)
            while self.pushes._tasks:
                await asyncio.gather(*self.pushes._tasks)
        return len(self.service.calls)

    async def hold(self, by: Worker, seq: int) -> None:
        """Let a device hold the log up to here."""
        held = {self.talk: seq}
        await self.desk.parts.database.write(lambda c: cursors.put(c, device(by), held))

    async def subscribed(self, worker: Worker) -> bool:
        now = self.desk.clock.now()
        found = await self.desk.parts.database.read(lambda c: push.find(c, device(worker), now=now))
        return found is not None


@asynccontextmanager
async def rung(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bell]:
    files = tls.make(
        tmp_path / "tls", names=["localhost"], organisation="Push", now=int(time.time())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(files.authority))
    context, hosts = tls.context(files.certificate, files.key), Hosts((), ("localhost",))
    async with (
        office(tmp_path) as desk,
        push_service(context, now=desk.clock.now) as service,
        open_door(hosts) as door,
    ):
        mei, ben = await desk.worker("mei"), await desk.worker("ben")
        for each in (mei, ben):
            await desk.equip(each)
            to = Target(device(each), f"{service.origin}/{CANARY}-{each.person.user_name}", "dG9w")
            await desk.parts.database.write(functools.partial(put, to))
        people = [(each.user, device(each)) for each in (mei, ben)]
        talk = await desk.parts.database.write(lambda c: bring_together(c, people))
        live: set[DeviceId] = set()
        made = Pushes(
            desk.parts.database,
            desk.clock,
            vapid=Vapid(new_secret(), contact="mailto:it@chat.example"),
            hosts=hosts,
            is_live=live.__contains__,
            open_door=open_door,
        )
        yield Bell(desk, service, made, door, desk.clock, talk, mei, ben, live)


@pytest.fixture
async def bell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bell]:
    async with rung(tmp_path, monkeypatch) as made:
        yield made


async def test_a_device_that_is_away_is_called_once_for_what_comes_together(bell: Bell) -> None:
    for _ in range(5):
        bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS - 1) == 0
    assert await bell.after(1) == 1
    assert await bell.after(3_600) == 1
    (call,) = bell.service.calls
    assert (call.path, call.topic) == (f"/{CANARY}-ben", "dG9w")
    assert (call.ttl, call.urgency) == (86_400, "high")


async def test_the_next_message_is_a_call_again_and_not_at_once(bell: Bell) -> None:
    bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS) == 1
    bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS) == 1
    assert await bell.after(SPACING_SECONDS) == 2


async def test_nobody_is_called_for_their_own_message_nor_for_a_change_of_the_group(
    bell: Bell,
) -> None:
    bell.say(bell.ben)
    assert await bell.after(GATHER_SECONDS) == 1
    assert bell.service.calls[0].path.endswith("-mei")
    for kind in (Kind.COMMIT, Kind.PROPOSAL):
        bell.say(bell.mei, kind)
    bell.pushes.hear(InboxGrew(device(bell.ben)))
    assert await bell.after(3_600) == 1


async def test_a_device_that_holds_it_is_not_called(bell: Bell) -> None:
    await bell.hold(bell.ben, bell.say(bell.mei))
    assert await bell.after(GATHER_SECONDS) == 0
    bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS) == 1


async def test_a_device_with_a_connection_is_called_only_if_that_was_dead(bell: Bell) -> None:
    bell.live.add(device(bell.ben))
    bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS) == 0
    bell.live.clear()
    assert await bell.after(LATER_SECONDS - 1) == 0
    assert await bell.after(1) == 1


async def test_a_device_that_has_taken_it_and_gone_is_not_called(bell: Bell) -> None:
    bell.live.add(device(bell.ben))
    seq = bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS) == 0
    await bell.hold(bell.ben, seq)
    bell.live.clear()
    assert await bell.after(LATER_SECONDS) == 0


async def test_who_comes_back_before_the_call_is_not_called(bell: Bell) -> None:
    bell.service.answers = [(503, {})]
    bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS) == 0
    bell.live.add(device(bell.ben))
    assert await bell.after(3_600) == 0
    assert bell.service.tried == [503]


@pytest.mark.parametrize("status", [404, 410])
async def test_an_address_that_is_gone_is_forgotten(bell: Bell, status: int) -> None:
    bell.service.answers = [(status, {})]
    bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS) == 0
    assert not await bell.subscribed(bell.ben)
    bell.say(bell.mei)
    assert await bell.after(3_600) == 0
    assert bell.service.tried == [status]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_service_that_cannot_now_is_tried_again(bell: Bell, status: int) -> None:
    bell.service.answers = [(status, {}), (status, {})]
    bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS) == 0
    assert await bell.after(FIRST_PAUSE - 1) == 0
    assert await bell.after(1) == 0
    assert bell.service.tried == [status] * 2
    assert await bell.after(2 * FIRST_PAUSE) == 1
    assert await bell.subscribed(bell.ben)


async def test_it_is_left_alone_for_as_long_as_it_asks_and_no_longer_than_an_hour(
    bell: Bell,
) -> None:
    bell.service.answers = [(429, {"Retry-After": "120"}), (429, {"Retry-After": "999999"})]
    bell.say(bell.mei)
    await bell.after(GATHER_SECONDS)
    assert await bell.after(119) == 0
    assert len(bell.service.tried) == 1
    await bell.after(1)
    assert await bell.after(3_599) == 0
    assert await bell.after(1) == 1


async def test_after_some_tries_it_is_given_up(bell: Bell) -> None:
    bell.service.answers = [(500, {})] * 20
    bell.say(bell.mei)
    for _ in range(TRIES + 3):
        await bell.after(3_600)
    assert bell.service.tried == [500] * TRIES
    assert await bell.subscribed(bell.ben)


async def test_a_refusal_is_written_down_once_and_without_the_address(
    bell: Bell, caplog: pytest.LogCaptureFixture
) -> None:
    bell.service.answers = [(403, {}), (403, {})]
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            bell.say(bell.mei)
            await bell.after(3_600)
    said = [each for each in caplog.records if each.message == "push-service-refuses"]
    assert [each.__dict__["fields"] for each in said] == [
        {"service": bell.service.origin, "status": 403}
    ]
    assert CANARY not in caplog.text
    assert CANARY not in repr(Target(device(bell.ben), CANARY, "x"))


async def test_a_service_that_does_not_answer_is_tried_again(
    bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = Target(device(bell.ben), "https://localhost:1/x", "dG9w")
    await bell.desk.parts.database.write(lambda c: push.put(c, to, now=0))
    bell.say(bell.mei)
    await bell.after(GATHER_SECONDS)
    assert list(bell.pushes._waiting) == [device(bell.ben)]
    assert await bell.subscribed(bell.ben)


async def test_whose_device_or_session_has_ended_is_not_called(bell: Bell) -> None:
    await bell.desk.services.sessions.log_out(bell.ben.actor)
    bell.say(bell.mei)
    assert await bell.after(GATHER_SECONDS) == 0
    await bell.desk.services.people.deactivate(bell.desk.owner.actor, bell.mei.user)
    bell.say(bell.ben)
    assert await bell.after(GATHER_SECONDS) == 0


async def test_what_waits_is_bounded(bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushes, "MOST", 2)
    for number in range(5):
        item = Item(Kind.APPLICATION, 1, device(bell.mei), b"c" * 16, 0, b"")
        bell.pushes.hear(Logged(ConversationId(f"{number}" * 26), 1, 1, item))
    assert len(bell.pushes._heard) == 2


async def test_it_runs_by_itself_and_ends_when_it_is_told(
    bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushes, "STEP_SECONDS", 0.01)
    running = asyncio.create_task(bell.pushes.run())
    bell.say(bell.mei)
    bell.clock.advance(GATHER_SECONDS)
    async with asyncio.timeout(30):
        while not bell.service.calls:  # noqa: ASYNC110 - what is waited for is on the wire
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()


async def test_without_a_key_nothing_is_heard_and_nothing_runs(bell: Bell) -> None:
    off = Pushes(
        bell.desk.parts.database,
        bell.clock,
        vapid=None,
        hosts=Hosts(()),
        is_live=lambda _: False,
        open_door=open_door,
    )
    bell.pushes = off
    bell.say(bell.mei)
    assert not off._heard
    await off.run()
