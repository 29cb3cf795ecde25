"""A server that turned hostile: it passes everything on to the real one, and lies where it is told.

It stands where an operator stands who controls the machine: it sees every request and frame, can
change, withhold, replay and make up answers, and holds the key of the key directory, with which
it signs trees of its own. What it cannot do is what no operator can: use a key of a client.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
import msgspec
from aiohttp import hdrs, web

from teamchat.identity.statements import Statement
from teamchat.ids import ConversationId
from teamchat.transparency import Checkpoint, EntryBundle, LogKey, decode_bundle
from teamchat.wire import bodies, frames
from teamchat.wire.bodies import ClaimedKeyPackage, ClaimedKeyPackages
from teamchat.wire.frames import Batch, CaughtUp, ClientFrame, Item, Keys, Send, ServerFrame
from teamchat.wire.problems import MEDIA_TYPE, Code, ProblemError
from tests.support.simulated_keys import KeyLog
from tests.support.tlog import StoredLog

EVERYBODY: Final = ""
"""In place of a session's token: whoever asks."""
_HOP: Final = frozenset({"connection", "content-length", "host", "transfer-encoding"})


def stolen_key(data: Path) -> LogKey:
    """Return the key of the key directory, as whoever has the server's disk has it."""
    (seed,) = data.glob("key-log-*.seed")
    signed = Checkpoint.decode(seed.with_suffix(".signed").read_bytes())
    return LogKey(signed.origin, base64.b64decode(seed.read_bytes().strip()))


@dataclass(slots=True)
class HostileProxy:
    """Between clients and a real server.

    Attributes:
        upstream: Where the real one is.
        http: Asks it.
        url: Where clients find this one.
        logs: What a session is shown of the key directory in place of what is there.
        ghosts: Key packages that are handed out beside those of a person's devices.
        silent: Beginnings of paths below `/v1` that are answered with an error.
        sent: Every frame that a session has sent.
        asked: Every request: its token, method and path.
    """

    upstream: str
    http: aiohttp.ClientSession
    url: str = ""
    logs: dict[str, KeyLog] = field(default_factory=dict)
    ghosts: list[ClaimedKeyPackage] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    sent: list[tuple[str, ClientFrame]] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    _sockets: dict[str, web.WebSocketResponse] = field(default_factory=dict)
    _heads: dict[tuple[str, ConversationId], tuple[int, int]] = field(default_factory=dict)
    _slipped: dict[tuple[str, ConversationId], Batch] = field(default_factory=dict)

    # --- what a test has it do ----------------------------------------------------------------

    async def copied(self, token: str, key: LogKey) -> KeyLog:
        """Return a copy of the key directory as it is, to be told differently."""
        shown = msgspec.json.decode(await self.get(token, "/keys"), type=bodies.KeyLog)
        size = Checkpoint.decode(shown.checkpoint.partition("\n\n")[0].encode() + b"\n").size
        begun = shown.origin.rpartition("/")[2]
        log = KeyLog(key, StoredLog(key=key))
        for index in range((size + 255) // 256):
            bundle = EntryBundle(index, min(256, size - 256 * index))
            data = await self.get(token, f"/keys/{begun}/{bundle.path}")
            log.append(*decode_bundle(data, bundle.width))
        return log

    async def show(self, log: KeyLog, *tokens: str) -> None:
        """Show a log of one's own to some, or to everybody, and have them look."""
        for token in tokens or (EVERYBODY,):
            self.logs[token] = log
        for token in tokens or [*self._sockets]:
            await self.tell(token, Keys(max(log.size, 1_000_000)))

    async def tell(self, token: str, frame: ServerFrame) -> None:
        """Say something to a session that the real server did not say."""
        with suppress(ConnectionError):  # who has gone is not lied to
            await self._sockets[token].send_bytes(frames.encode(frame))

    async def slip_in(self, token: str, conversation: ConversationId, item: Item) -> None:
        """Put an item behind all that a session has seen of a conversation."""
        log_epoch, seq = self._heads[token, conversation]
        slipped = self._slipped[token, conversation] = Batch(conversation, log_epoch, seq, [item])
        await self.tell(token, slipped)

    async def get(self, token: str, path: str) -> bytes:
        """Ask the real server with somebody's session, as a hostile one can."""
        headers = {hdrs.AUTHORIZATION: f"Bearer {token}"}
        async with self.http.get(f"{self.upstream}/v1{path}", headers=headers) as got:
            assert got.status == 200, (path, got.status)
            return await got.read()

    def sends(self, token: str) -> Iterator[Send]:
        """Go through what a session has put into conversations."""
        return (each for who, each in self.sent if who == token and isinstance(each, Send))

    # --- what clients meet --------------------------------------------------------------------

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer any request."""
        token = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
        path = request.rel_url.raw_path.removeprefix("/v1")
        self.asked.append((token, request.method, path))
        if any(path.startswith(each) for each in self.silent):
            return _problem(Code.OVERLOADED)
        if path == "/socket":
            return await self._socket(request, token)
        if path == "/keys" or path.startswith("/keys/"):
            log = self.logs.get(token) or self.logs.get(EVERYBODY)
            if log is not None:
                return _answer(log.answer(path.split("/")[2:]))
        return await self._pass_on(request, path)

    async def _pass_on(self, request: web.Request, path: str) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if _travels(name)}
        async with self.http.request(
            request.method,
            self.upstream + str(request.rel_url),
            data=await request.read() or None,
            headers=headers,
            allow_redirects=False,
        ) as got:
            body = await got.read()
            if path == "/key-packages/claim" and got.status == 200:
                body = self._haunted(body)
            headers = {name: value for name, value in got.headers.items() if _travels(name)}
            return web.Response(status=got.status, body=body, headers=headers)

    def _haunted(self, body: bytes) -> bytes:
        """Hand out the ghosts of whoever was asked for."""
        claimed = msgspec.json.decode(body, type=ClaimedKeyPackages)
        asked = {each.user for each in claimed.key_packages}
        ghosts = [each for each in self.ghosts if each.user in asked]
        return msgspec.json.encode(
            ClaimedKeyPackages([*claimed.key_packages, *ghosts], claimed.missing)
        )

    async def _socket(self, request: web.Request, token: str) -> web.StreamResponse:
        headers = {hdrs.AUTHORIZATION: f"Bearer {token}"}
        async with self.http.ws_connect(
            f"{self.upstream}/v1/socket", headers=headers, max_msg_size=0, compress=0
        ) as upstream:
            client = web.WebSocketResponse(max_msg_size=0, compress=False)
            await client.prepare(request)
            self._sockets[token] = client
            down = asyncio.create_task(self._bring_down(token, upstream, client))
            async for message in client:
                if message.type is not aiohttp.WSMsgType.BINARY:
                    break
                self.sent.append((token, frames.decode_client(message.data)))
                with suppress(ConnectionError):
                    await upstream.send_bytes(message.data)
            down.cancel()
            with suppress(asyncio.CancelledError):
                await down
        return client

    async def _bring_down(
        self,
        token: str,
        upstream: aiohttp.ClientWebSocketResponse,
        client: web.WebSocketResponse,
    ) -> None:
        async for message in upstream:
            if message.type is not aiohttp.WSMsgType.BINARY:
                break
            frame = frames.decode_server(message.data)
            if isinstance(frame, Batch):
                after = frame.first_seq + len(frame.items)
                self._heads[token, frame.conversation] = frame.log_epoch, after
            for each in self._falsified(token, frame, message.data):
                with suppress(ConnectionError):
                    await client.send_bytes(each)
        await client.close()

    def _falsified(self, token: str, frame: ServerFrame | None, data: bytes) -> list[bytes]:
        """Return what a session gets of a frame: what was slipped in comes with every reading."""
        slipped = None
        if isinstance(frame, CaughtUp):
            slipped = self._slipped.get((token, frame.conversation))
        if slipped is None or not isinstance(frame, CaughtUp):
            return [data]
        after = CaughtUp(frame.conversation, max(frame.head, slipped.first_seq))
        return [frames.encode(slipped), frames.encode(after)]


def _travels(name: str) -> bool:
    return name.lower() not in _HOP


def _answer(answer: object) -> web.Response:
    if isinstance(answer, Code):
        return _problem(answer)
    if isinstance(answer, bytes):
        return web.Response(body=answer, content_type="application/octet-stream")
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")


def _problem(code: Code) -> web.Response:
    body = msgspec.json.encode(ProblemError(code).body())
    return web.Response(status=code.status, body=body, content_type=MEDIA_TYPE)


def retold(log: KeyLog, *said: Statement, without: int = 0) -> KeyLog:
    """Return a log with the same key, without its last entries, and with others in their place."""
    told = KeyLog(log.key, StoredLog(key=log.key))
    told.append(*log.stored.entries[: log.size - without], *said)
    return told


@asynccontextmanager
async def hostile_proxy(upstream: str) -> AsyncIterator[HostileProxy]:
    """Stand before a real server until the block ends."""
    async with aiohttp.ClientSession(auto_decompress=False) as http:
        proxy = HostileProxy(upstream, http)
        app = web.Application(client_max_size=2**28)
        app.router.add_route("*", "/{path:.*}", proxy.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield proxy
        finally:
            await runner.cleanup()
