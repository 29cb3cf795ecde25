"""Frames that are none, that come at the wrong time, or that nobody may send."""

import asyncio
import contextlib
import os
from pathlib import Path

import msgspec
import pytest

from teamchat.ids import ConversationId, identifier
from teamchat.server.realtime.socket import STRANGER_FRAME_BYTES
from teamchat.wire import frames, limits
from teamchat.wire.bodies import ChangePassword
from teamchat.wire.frames import (
    SUBPROTOCOL,
    SUBPROTOCOL_BEARER,
    Ack,
    Credit,
    Ephemeral,
    EphemeralKind,
    Hello,
    Ping,
    Pong,
    Send,
    Sync,
)
from tests.support.rooms import Line, room
from tests.support.server import PASSWORD

ELSEWHERE = ConversationId(identifier(bytes(16)))
NO_FRAMES = {
    "empty": b"",
    "one byte": b"\xc1",
    "cut off": frames.encode(Ping(1 << 40))[:-3],
    "more behind": frames.encode(Ping(1)) + b"\x00",
    "unknown tag": msgspec.msgpack.encode([99, 1]),
    "a frame of the server": frames.encode(Pong(1)),
    "wrong type": msgspec.msgpack.encode([6, "one"]),
    "too few": msgspec.msgpack.encode([2, 1]),
    "a map": msgspec.msgpack.encode({"tag": 6}),
    "nested": b"\x91" * 3_000,
    "nested where a text belongs": b"\x93\x00\x01" + b"\x91" * 3_000,
    "no text": b"\x93\x00\x01\xa2\xff\xfe",
    "an endless array": b"\xdd\xff\xff\xff\xff\x06",
    "a negative number": msgspec.msgpack.encode([6, -1]),
    "a name that is none": msgspec.msgpack.encode([2, 1, "../../etc", bytes(16), b"x"]),
    "a short client id": msgspec.msgpack.encode([2, 1, ELSEWHERE, b"x", b"x"]),
    "no credit": msgspec.msgpack.encode([4, 0]),
    "too much credit": msgspec.msgpack.encode([4, 2**40]),
    "an eternal event": frames.encode(Ephemeral(ELSEWHERE, EphemeralKind.TYPING, 10_001)),
}


@pytest.mark.parametrize("stranger", [True, False], ids=["before HELLO", "after READY"])
async def test_what_is_no_frame_ends_the_socket(
    tmp_path: Path, *, stranger: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with room(tmp_path) as made, made.unchanged():
        for name, data in NO_FRAMES.items():
            line = await (Line.dial(made.server) if stranger else made.line("eve"))
            await line.socket.send_bytes(data)
            assert await line.ended() == (frames.CLOSE_MALFORMED, "malformed"), name
    assert [each for each in caplog.records if each.exc_info] == []


async def test_a_frame_that_is_too_large_ends_the_socket(tmp_path: Path) -> None:
    async with room(tmp_path) as made, made.unchanged():
        line = await made.line("eve")
        with contextlib.suppress(ConnectionError):  # it may be gone before all of it has left
            await line.socket.send_bytes(bytes(limits.FRAME_BYTES + 1))
        code, _ = await line.ended()
        assert code in {1009, 1006, None}


async def test_what_a_device_may_send_at_most(tmp_path: Path) -> None:
    """What is large reaches the reader only from somebody who is known."""
    cursors = {ConversationId(identifier(os.urandom(16))): 1 for _ in range(10_001)}
    for data in (frames.encode(Ack(cursors, 0)), b"\x91" * limits.MIB, b"\xdc" * limits.MIB):
        async with room(tmp_path / os.urandom(4).hex()) as made, made.unchanged():
            known = await made.line("eve")
            await known.socket.send_bytes(data)
            assert await known.ended() == (frames.CLOSE_MALFORMED, "malformed")
            stranger = await Line.dial(made.server)
            await stranger.socket.send_bytes(data)
            assert (await stranger.ended())[0] in {1009, 1006, None}


async def test_a_page_says_who_it_is_by_a_subprotocol(tmp_path: Path) -> None:
    """Its frames may be large then, as those of whoever says it in a header."""
    large = Send(7, ELSEWHERE, bytes(16), bytes(2 * STRANGER_FRAME_BYTES))
    async with room(tmp_path) as made, made.unchanged():
        token = made.people["eve"].token
        named = (SUBPROTOCOL, SUBPROTOCOL_BEARER + token)
        page = Line(await made.server.socket(protocols=named))
        assert page.socket.protocol == SUBPROTOCOL
        await (await page.greet(token)).say(large)
        assert (await page.hear(frames.Nack)).request == 7
        other = Line(await made.server.socket(protocols=named))
        await other.say(Hello(1, made.people["bo"].token))
        assert await other.ended() == (frames.CLOSE_REVOKED, "not-logged-in")


@pytest.mark.parametrize("token", ["", "x" * 43, "x" * 5_000])
async def test_a_page_with_a_token_of_nobody_is_a_stranger_until_it_greets(
    tmp_path: Path, token: str
) -> None:
    """A browser would not let it see that the socket itself was refused."""
    async with room(tmp_path) as made, made.unchanged():
        named = (SUBPROTOCOL, SUBPROTOCOL_BEARER + token)
        page = Line(await made.server.socket(protocols=named))
        await page.say(Hello(1, "x" * 43))
        assert await page.ended() == (frames.CLOSE_REVOKED, "not-logged-in")
        page = Line(await made.server.socket(protocols=named))
        await page.socket.send_bytes(bytes(STRANGER_FRAME_BYTES + 1))
        assert (await page.ended())[0] in {1009, 1006, None}


async def test_no_socket_outlives_its_server(tmp_path: Path) -> None:
    """One that did would be told of, by a warning, in whatever test comes later."""
    async with room(tmp_path) as made:
        line = await made.line("eve")
    assert line.socket.closed


async def test_text_ends_the_socket(tmp_path: Path) -> None:
    async with room(tmp_path) as made, made.unchanged():
        line = await made.line("eve")
        await line.socket.send_str("hello")
        assert await line.ended() == (frames.CLOSE_MALFORMED, "malformed")


@pytest.mark.parametrize(
    "frame",
    [Sync({}, 0), Send(1, ELSEWHERE, bytes(16), b"x"), Ack({}, 0), Credit(1), Ping(1)],
    ids=lambda frame: type(frame).__name__,
)
async def test_nothing_comes_before_hello(tmp_path: Path, frame: frames.ClientFrame) -> None:
    async with room(tmp_path) as made, made.unchanged():
        line = await Line.dial(made.server)
        await line.say(frame)
        assert await line.ended() == (frames.CLOSE_PROTOCOL, "malformed")


async def test_hello_comes_once(tmp_path: Path) -> None:
    async with room(tmp_path) as made, made.unchanged():
        line = await made.line("bo")
        await line.say(Hello(1, made.people["bo"].token))
        assert await line.ended() == (frames.CLOSE_PROTOCOL, "malformed")


async def test_nothing_comes_between_hello_and_ready(tmp_path: Path) -> None:
    async with room(tmp_path) as made, made.unchanged():
        line = await Line.dial(made.server)
        await line.say(Hello(1, made.people["eve"].token))
        await line.say(Sync({}, 0))  # either READY was there already, or it is refused
        await line.say(Ping(1))
        with pytest.raises((AssertionError, TimeoutError)):
            async with asyncio.timeout(0.5):
                await line.hear(frames.Nack)


async def test_another_protocol_and_another_token_are_refused(tmp_path: Path) -> None:
    async with room(tmp_path) as made, made.unchanged():
        line = await Line.dial(made.server)
        await line.say(Hello(2, made.people["eve"].token))
        assert await line.ended() == (frames.CLOSE_PROTOCOL, "invalid")
        line = await Line.dial(made.server)
        await line.say(Hello(1, "x" * 43))
        assert await line.ended() == (frames.CLOSE_REVOKED, "not-logged-in")


async def test_what_is_not_ones_own_is_neither_read_nor_noted(tmp_path: Path) -> None:
    """SYNC and ACK of a stranger: no item, no cursor, no RESET that tells of it."""
    async with room(tmp_path) as made, made.unchanged():
        line = await made.line("eve")
        await line.say(Sync({made.id: (1, 0), ELSEWHERE: (9, 9)}, 2**48 - 1))
        await line.say(Ack({made.id: 2**48 - 1}, 2**48 - 1))
        await line.say(Ephemeral(made.id, EphemeralKind.TYPING, 1000, b"eve"))
        await line.say(Ping(1))
        first = await line.hear(frames.Pong | frames.Batch | frames.Reset | frames.CaughtUp)  # type: ignore[arg-type]  # any
        assert isinstance(first, Pong)


async def test_a_cursor_beyond_the_log_is_reset(tmp_path: Path) -> None:
    async with room(tmp_path) as made, made.unchanged():
        line = await made.line("bo")
        await line.say(Sync({made.id: (1, 2**48 - 1)}, 0))
        reset = await line.hear(frames.Reset)
        assert (reset.conversation, reset.log_epoch) == (made.id, 1)


async def test_a_token_that_is_revoked_while_sending(tmp_path: Path) -> None:
    async with room(tmp_path) as made:
        line = await (await made.line("bo")).sync()
        body = made.words("bo")
        other = (await made.server.log_in("bo")).token
        wanted = ChangePassword(PASSWORD, "a better password")
        await made.server.call("PUT", "/v1/me/password", wanted, token=other)
        before = await made.database()
        try:
            await line.say(Send(1, made.id, bytes(16), body))
            code, said = await line.ended()
        except ConnectionError:
            code, said = frames.CLOSE_REVOKED, "revoked"
        assert (code, said) == (frames.CLOSE_REVOKED, "revoked")
        assert await made.database() == before
