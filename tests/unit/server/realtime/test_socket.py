"""Real WebSockets on the delivery half: the pump, not the protocol."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from teamchat.clock import SystemClock
from teamchat.ids import ConversationId
from teamchat.server.auth.actor import Actor
from teamchat.server.realtime import session as session_module
from teamchat.server.realtime import socket as module
from teamchat.server.realtime.progress import Progress
from teamchat.server.realtime.socket import STRANGER_FRAME_BYTES, Desk, Sockets
from teamchat.wire import frames
from teamchat.wire.frames import NackCode
from teamchat.wire.problems import Code, ProblemError
from tests.support.delivery import DeliveryHalf, Member, delivery_half

F = TypeVar("F")


class Tokens:
    """Everybody's token is their device; who is ended has none."""

    def __init__(self) -> None:
        self.actors: dict[str, Actor] = {}

    async def authenticate(self, token: str) -> Actor:
        actor = self.actors.get(token)
        if actor is None:
            raise ProblemError(Code.NOT_LOGGED_IN)
        return actor


class World:
    """A server with sockets only."""

    def __init__(
        self, half: DeliveryHalf, client: TestClient[web.Request, web.Application]
    ) -> None:
        self.half = half
        self.client = client
        self.tokens = Tokens()

    sockets: Sockets

    async def member(self, user: int, device: int = 0) -> Member:
        made = await self.half.member(user, device)
        self.tokens.actors[made.device] = made.actor
        return made

    async def connect(self, member: Member | None = None, *, opener: str = "") -> "Line":
        """Open a socket; `opener` is the token that the request itself brings."""
        line = Line(
            await self.client.ws_connect("/socket", max_msg_size=0, headers={"Opener": opener})
        )
        if member is not None:
            await line.say(frames.Hello(1, member.device))
            assert isinstance(await line.hear(), frames.Ready)
        return line


class Line:
    """A client's end of a socket."""

    def __init__(self, socket: "aiohttp.ClientWebSocketResponse[bool]") -> None:
        self.socket = socket

    async def say(self, frame: frames.ClientFrame) -> None:
        await self.socket.send_bytes(frames.encode(frame))

    async def hear(self) -> frames.ServerFrame | int:
        """The next frame, or the close code."""
        message = await self.socket.receive(timeout=60)
        if message.type is not aiohttp.WSMsgType.BINARY:
            assert self.socket.close_code is not None
            return self.socket.close_code
        frame = frames.decode_server(message.data)
        assert frame is not None
        return frame

    async def until(self, kind: type[F]) -> F:
        """The next frame of a kind; others are passed over."""
        while True:
            frame = await self.hear()
            assert not isinstance(frame, int), frame
            if isinstance(frame, kind):
                return frame


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with delivery_half(tmp_path) as half:
        app = web.Application()
        async with TestClient(TestServer(app)) as client:
            world = World(half, client)
            desk = Desk(
                clock=SystemClock(),
                hub=half.hub,
                progress=Progress(half.hub, half.cursors),
                sessions=world.tokens,
                delivery=half.delivery,
                cursors=half.cursors,
                inboxes=half.inboxes,
                limiter=half.limiter,
            )
            world.sockets = Sockets(desk)
            app.router._frozen = False

            async def serve(request: web.Request) -> web.StreamResponse:
                opener = world.tokens.actors.get(request.headers["Opener"])
                return await world.sockets.serve(request, opener)

            app.router.add_get("/socket", serve)
            yield world
            await world.sockets.drain()


def send(member: Member, room: ConversationId, number: int, text: bytes = b"") -> frames.Send:
    body = member.message(room, 0)
    encoded = type(body)(body.kind, body.group, body.epoch, body.author, text=text).encode()
    return frames.Send(number, room, number.to_bytes(16, "big"), encoded)


async def test_a_message_goes_from_one_socket_to_the_other(world: World) -> None:
    alice, phone = await world.member(1), await world.member(1, 1)
    room = await world.half.converse(alice)
    await world.half.commit(alice, room, 0, add=[phone])
    one, two = await world.connect(alice), await world.connect(phone)
    for line in (one, two):
        await line.say(frames.Sync({}, 0))
        await line.until(frames.CaughtUp)
    await one.say(frames.Send(7, room, b"c" * 16, alice.message(room, 1).encode()))
    sent = await one.until(frames.Sent)
    assert (sent.request, sent.seq, sent.duplicate) == (7, 2, False)
    batch = await two.until(frames.Batch)
    assert (batch.first_seq, batch.items[0].sender) == (2, alice.device)
    await two.say(frames.Ack({room: 2}, 0))
    await one.say(frames.Ephemeral(room, frames.EphemeralKind.TYPING, 100, b"t"))
    assert (await two.until(frames.EphemeralEvent)).body == b"t"


async def test_what_was_delivered_is_told(world: World) -> None:
    alice, bob = await world.member(1), await world.member(2)
    room = await world.half.converse(alice)
    await world.half.commit(alice, room, 0, add=[bob])
    one, two = await world.connect(alice), await world.connect(bob)
    await one.say(frames.Sync({}, 0))
    await two.say(frames.Sync({}, 0))
    await two.until(frames.InboxBatch)
    await world.half.say(alice, room, 1)
    await two.until(frames.Batch)
    await two.say(frames.Ack({room: 2}, 1))
    while (await one.until(frames.Delivered)) != frames.Delivered(room, 2):
        pass
    assert await world.half.sql("SELECT count(*) FROM inbox") == [(0,)]


async def test_a_refusal_is_a_nack(world: World) -> None:
    alice = await world.member(1)
    room = await world.half.converse(alice)
    line = await world.connect(alice)
    await line.say(frames.Send(1, room, bytes(16), b"\x00"))
    assert (await line.until(frames.Nack)).code is NackCode.INVALID
    await line.say(frames.Send(2, room, bytes(16), alice.message(room, 9).encode()))
    stale = await line.until(frames.Nack)
    assert (stale.request, stale.code, stale.epoch, stale.head) == (2, NackCode.STALE_EPOCH, 0, 0)


async def test_many_sends_at_once_stay_in_turn(world: World) -> None:
    alice = await world.member(1)
    room = await world.half.converse(alice)
    line = await world.connect(alice)
    for number in range(200):
        await line.say(send(alice, room, number))
    places = [(await line.until(frames.Sent)).seq for _ in range(200)]
    assert sorted(places) == list(range(1, 201))
    rows = await world.half.sql("SELECT hex(client_id) FROM message ORDER BY seq")
    assert [int(str(row[0]), 16) for row in rows] == list(range(200))


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91\x63", bytes(100)])
async def test_what_is_no_frame_ends_the_connection(world: World, data: bytes) -> None:
    line = await world.connect(await world.member(1))
    await line.socket.send_bytes(data)
    assert isinstance(await line.hear(), frames.Bye)
    assert await line.hear() == frames.CLOSE_MALFORMED


async def test_text_ends_the_connection(world: World) -> None:
    line = await world.connect()
    await line.socket.send_str("hello")
    assert isinstance(await line.hear(), frames.Bye)
    assert await line.hear() == frames.CLOSE_MALFORMED


async def test_a_stranger_s_frames_are_small(world: World) -> None:
    line = await world.connect()
    await line.socket.send_bytes(bytes(STRANGER_FRAME_BYTES + 1))
    assert await line.hear() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    alice = await world.member(1)
    line = await world.connect(alice, opener=alice.device)
    await line.say(
        frames.Send(1, ConversationId("a" * 26), bytes(16), bytes(4 * STRANGER_FRAME_BYTES))
    )
    assert isinstance(await line.hear(), frames.Nack)


async def test_hello_is_of_the_session_that_opened_the_socket(world: World) -> None:
    alice, bob = await world.member(1), await world.member(2)
    line = await world.connect(opener=alice.device)
    await line.say(frames.Hello(1, bob.device))
    assert await line.hear() == frames.Bye("not-logged-in", "")


async def test_strangers_are_few_and_the_oldest_makes_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STRANGERS", 2)
    known = await world.connect(await world.member(1))
    opener = await world.member(2)
    waiting = await world.connect(opener=opener.device)
    first, _second, _third = [await world.connect() for _ in range(3)]
    assert await first.hear() == frames.Bye("too-many-requests", "")
    assert await first.hear() == frames.CLOSE_TOO_MANY
    await waiting.say(frames.Hello(1, opener.device))
    assert isinstance(await waiting.hear(), frames.Ready)
    await known.say(frames.Ping(3))
    assert await known.hear() == frames.Pong(3)
    assert len(world.sockets._open) == 4


async def test_who_does_not_say_hello_is_closed_within_seconds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for where in (module, session_module):
        monkeypatch.setattr(where, "HELLO_SECONDS", 0.2)
    line = await world.connect()
    async with asyncio.timeout(60):
        bye = await line.hear()
        assert isinstance(bye, frames.Bye)
        assert bye.detail == "no HELLO in time"
        assert await line.hear() == frames.CLOSE_PROTOCOL


async def test_an_unknown_token_is_turned_away(world: World) -> None:
    line = await world.connect()
    await line.say(frames.Hello(1, "nobody's"))
    assert await line.hear() == frames.Bye("not-logged-in", "")
    assert await line.hear() == frames.CLOSE_REVOKED


async def test_an_ended_device_is_closed_at_once(world: World) -> None:
    alice = await world.member(1)
    line = await world.connect(alice)
    world.half.hub.close_device(alice.device)
    assert await line.hear() == frames.Bye("revoked", "")
    assert await line.hear() == frames.CLOSE_REVOKED
    assert len(world.half.hub) == 0


async def test_what_is_ended_while_it_says_hello_is_closed_too(world: World) -> None:
    alice = await world.member(1)

    class Fickle(Tokens):
        async def authenticate(self, token: str) -> Actor:
            actor = self.actors.pop(token, None)
            if actor is None:
                raise ProblemError(Code.REVOKED)
            return actor

    fickle = Fickle()
    fickle.actors = dict(world.tokens.actors)
    object.__setattr__(world.sockets._desk, "sessions", fickle)
    line = await world.connect()
    await line.say(frames.Hello(1, alice.device))
    assert isinstance(await line.hear(), frames.Ready)
    assert await line.hear() == frames.Bye("revoked", "")


async def test_a_client_that_does_not_read_costs_a_bounded_amount(world: World) -> None:
    alice, phone = await world.member(1), await world.member(1, 1)
    room = await world.half.converse(alice)
    await world.half.commit(alice, room, 0, add=[phone])
    slow = await world.connect(phone)
    await slow.say(frames.Sync({}, 0))
    await slow.until(frames.CaughtUp)
    for _ in range(60):
        await world.half.say(alice, room, 1, bytes(30_000))
    (socket,) = world.sockets._open
    assert sum(len(data) for data in socket._waiting) < 2 * 256 * 1024
    assert socket._session.outlet.credit <= 0
    seen, credit = 0, 0
    lagged = False
    while seen < 61:
        frame = await slow.hear()
        lagged |= isinstance(frame, frames.Lag)
        if isinstance(frame, frames.Batch):
            seen = frame.first_seq + len(frame.items) - 1
            await slow.say(frames.Credit(len(frames.encode(frame))))
            credit += 1
    assert lagged


async def test_at_the_end_everybody_is_told_when_to_come_back(world: World) -> None:
    lines = [await world.connect(await world.member(n)) for n in range(3)]
    draining = asyncio.create_task(world.sockets.drain())
    for line in lines:
        assert isinstance(await line.hear(), frames.Drain)
        assert isinstance(await line.hear(), frames.Bye)
        assert await line.hear() == frames.CLOSE_DRAIN
    await draining
    assert len(world.half.hub) == 0


async def test_a_connection_that_breaks_is_forgotten(world: World) -> None:
    line = await world.connect(await world.member(1))
    assert len(world.half.hub) == 1
    assert line.socket._response.connection is not None
    transport = line.socket._response.connection.transport
    assert transport is not None
    transport.abort()
    async with asyncio.timeout(60):
        while len(world.half.hub):  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)
