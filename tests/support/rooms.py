"""A conversation of real devices on a real server, spoken to by bare sockets.

`Room.unchanged()` holds a block to what the database says of every conversation: its log, its
epoch, its group, who is in it, and what waits in inboxes.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

import aiohttp
from sqlalchemy import text

from teamchat.ids import ConversationId, identifier, identifier_bytes
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.suites import cipher_suite
from teamchat.mls.group import GroupState, commit, create_group, encrypt, group_info, join
from teamchat.mls.messages.proposals import Add
from teamchat.server.services.certified import Certified
from teamchat.wire import frames
from teamchat.wire.bodies import ConversationKind, CreateConversation
from teamchat.wire.frames import Nack, Ready, Send, Sent, ServerFrame
from tests.support.server import Person, RunningServer, bundle_of, running_server

CRYPTO, SUITE, AUTHENTICATION = DefaultCrypto(), cipher_suite(1), Certified()
SECONDS = 60
"""How long something may take on a machine that is busy with other tests."""
STATE = (
    "SELECT * FROM conversation ORDER BY id",
    "SELECT conversation, version, hex(group_info) FROM group_state ORDER BY 1",
    "SELECT * FROM member ORDER BY 1, 2",
    "SELECT * FROM membership ORDER BY 1, 2, 3",
    "SELECT count(*) FROM message",
    "SELECT count(*) FROM inbox",
    "SELECT count(*) FROM tree",
)
F = TypeVar("F", bound=ServerFrame)


class Line:
    """One socket that says what it is told to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.requests = 0

    @classmethod
    async def dial(cls, server: RunningServer, token: str = "") -> Self:
        """Connect; without a token in the header one is a stranger until HELLO, and after it."""
        return cls(await server.socket(token))

    async def greet(self, token: str) -> Self:
        await self.say(frames.Hello(1, token))
        await self.hear(Ready)
        return self

    async def sync(self) -> Self:
        await self.say(frames.Sync({}, 0))
        return self

    async def say(self, frame: frames.ClientFrame) -> None:
        await self.socket.send_bytes(frames.encode(frame))

    async def hear(self, kind: type[F]) -> F:
        """Return the next frame of a kind; fails if the socket closes before."""
        async with asyncio.timeout(SECONDS):
            while True:
                message = await self.socket.receive()
                assert message.type is aiohttp.WSMsgType.BINARY, (message, self.socket.close_code)
                frame = frames.decode_server(message.data)
                if isinstance(frame, kind):
                    return frame

    async def send(self, conversation: ConversationId, body: bytes, **more: bytes) -> Sent | Nack:
        """Send and return the answer."""
        self.requests += 1
        client_id = more.pop("client_id", os.urandom(16))
        await self.say(Send(self.requests, conversation, client_id, body, **more))
        answer: Sent | Nack = await self.hear(Sent | Nack)  # type: ignore[arg-type]  # either
        assert answer.request == self.requests
        return answer

    async def ended(self) -> tuple[int | None, str]:
        """Wait for the end; return its code and what the last frame said."""
        code = ""
        async with asyncio.timeout(SECONDS):
            async for message in self.socket:
                if message.type is aiohttp.WSMsgType.BINARY:
                    frame = frames.decode_server(message.data)
                    code = frame.code if isinstance(frame, frames.Bye) else code
        return self.socket.close_code, code


@dataclass
class Room:
    """Anna, its admin, and bo are in it; eve is an employee and not in it."""

    server: RunningServer
    id: ConversationId
    people: dict[str, Person]
    states: dict[str, GroupState]
    lines: dict[str, Line] = field(default_factory=dict)

    async def database(self) -> list[list[tuple[object, ...]]]:
        return await self.server.parts.database.read(
            lambda c: [[tuple(row) for row in c.execute(text(each))] for each in STATE]
        )

    def words(self, who: str = "bo", what: bytes = b"words") -> bytes:
        self.states[who], body = encrypt(CRYPTO, self.states[who], what)
        return body

    @asynccontextmanager
    async def unchanged(self) -> AsyncIterator[None]:
        """Nothing changes, and afterwards anna and bo still talk."""
        before = await self.database()
        yield
        assert await self.database() == before
        await self.talks()

    async def talks(self) -> None:
        answer = await self.lines["anna"].send(self.id, self.words("anna"))
        assert isinstance(answer, Sent), answer
        async with asyncio.timeout(SECONDS):
            while True:
                batch = await self.lines["watch"].hear(frames.Batch)
                if batch.first_seq + len(batch.items) > answer.seq:
                    return

    async def line(self, who: str) -> Line:
        token = self.people[who].token
        return await (await Line.dial(self.server, token)).greet(token)


def now() -> int:
    return int(time.time())


@asynccontextmanager
async def room(tmp_path: Path, **settings: object) -> AsyncIterator[Room]:
    """Open a server with a conversation in it."""
    async with running_server(tmp_path, clock=None, **settings) as server:
        people = {
            name: await server.add_device(await server.invite(name))
            for name in ("anna", "bo", "eve")
        }
        made = Room(server, ConversationId(identifier(os.urandom(16))), people, {})
        await _found(made)
        yield made


async def _found(made: Room) -> None:
    anna, bo = made.people["anna"], made.people["bo"]
    state = create_group(
        CRYPTO, group_id=identifier_bytes(made.id), suite=SUITE,
        bundle=bundle_of(anna.certificate, anna.device_key), authentication=AUTHENTICATION,
        now=now(),
    )  # fmt: skip
    wanted = CreateConversation(
        made.id, ConversationKind.GROUP, group_info(CRYPTO, state), state.tree.encode()
    )
    got = await made.server.call("POST", "/v1/conversations", wanted, token=anna.token)
    assert got.status == 201, got
    made.lines["anna"] = await (await made.line("anna")).sync()
    bundle = bundle_of(bo.certificate, bo.device_key)
    pending = commit(
        CRYPTO, state, proposals=[Add(bundle.key_package)], authentication=AUTHENTICATION, now=now()
    )
    assert pending.welcome is not None
    answer = await made.lines["anna"].send(
        made.id, pending.message, group_info=pending.group_info, welcome=pending.welcome
    )
    assert isinstance(answer, Sent), answer
    made.states["anna"] = pending.adopt(state)
    made.states["bo"] = join(
        CRYPTO, pending.welcome, {bundle.key_package.reference(CRYPTO, SUITE): bundle},
        ratchet_tree=pending.ratchet_tree, authentication=AUTHENTICATION, now=now(),
    )  # fmt: skip
    made.lines["watch"] = await (await made.line("bo")).sync()
    made.lines["bo"] = await (await made.line("bo")).sync()
