"""Pumps one aiohttp WebSocket through a session: bytes in, frames out, effects performed.

Frames leave one after the other by one writer. The client is not read while too much waits for
it or too many of its SENDs are unanswered: a socket's memory is bounded, whatever it does.
"""

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Final, Protocol

from aiohttp import WSMsgType, web

from teamchat.clock import Clock
from teamchat.ids import DeviceId, UserId
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.realtime import events as on
from teamchat.server.realtime.events import Effect, SessionEvent
from teamchat.server.realtime.hub import Hub
from teamchat.server.realtime.progress import Progress
from teamchat.server.realtime.session import HELLO_SECONDS, Session
from teamchat.server.services.admission import Accepted
from teamchat.server.services.cursors import Cursors
from teamchat.server.services.delivery import Delivery
from teamchat.server.services.inbox import Inboxes
from teamchat.wire import frames
from teamchat.wire.limits import FRAME_BYTES, KIB, MIB, SYNC_CONVERSATIONS
from teamchat.wire.problems import Code, ProblemError

UNANSWERED_BYTES: Final = 2 * MIB
"""How much may wait in SENDs that are unanswered before the client is read on."""
TICK_SECONDS: Final = 5.0
STRANGERS: Final = 256
"""How many sockets may be open that have not said HELLO; the oldest makes room."""
STRANGER_FRAME_BYTES: Final = 16 * KIB
"""A frame on a socket whose upgrade said nothing of who opens it: HELLO, and short things."""
FLUSH_SECONDS: Final = 2.0
"""How long what waits may take to leave when a socket is closed."""
DRAIN_SECONDS: Final = 20.0
"""Over how much time the clients come back when the server restarts."""

_log = logging.getLogger(__name__)


class Authenticator(Protocol):
    """Knows who holds a token (`services.sessions`)."""

    async def authenticate(self, token: str) -> Actor:
        """Return who holds a token.

        Raises:
            ProblemError: Nobody does, or not any more.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything a socket may ask for."""

    clock: Clock
    hub: Hub
    progress: Progress
    sessions: Authenticator
    delivery: Delivery
    cursors: Cursors
    inboxes: Inboxes
    limiter: Limiter


class Sockets:
    """Opens sockets and sends them all away at the end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: dict[Socket, None] = {}

    async def serve(
        self, request: web.Request, opener: Actor | None = None
    ) -> web.WebSocketResponse:
        """Speak the protocol with one client until either side closes.

        Args:
            request: The upgrade.
            opener: Who opens it, if the upgrade said so. A stranger's frames are small: what
                is larger is refused by its header, before it takes memory.
        """
        most = STRANGER_FRAME_BYTES if opener is None else FRAME_BYTES
        response = web.WebSocketResponse(
            compress=False,
            max_msg_size=most,
            autoclose=False,
            protocols=(frames.SUBPROTOCOL,),
        )
        await response.prepare(request)
        socket = Socket(self._desk, response, opener)
        self._open[socket] = None
        self._make_room()
        try:
            await socket.run()
        finally:
            del self._open[socket]
            if request.transport is not None and not response.closed:
                request.transport.abort()
        return response

    def _make_room(self) -> None:
        strangers = [socket for socket in self._open if socket.is_stranger]
        for surplus in strangers[:-STRANGERS]:
            surplus.happen(on.Failed(frames.CLOSE_TOO_MANY, Code.TOO_MANY_REQUESTS.slug))

    async def drain(self) -> None:
        """Tell every client to come back later, and close; for the end of the server."""
        for socket in tuple(self._open):
            spread = random.uniform(0.0, DRAIN_SECONDS)  # noqa: S311 - spreads load, keeps no secret
            socket.happen(on.Draining(int(spread * 1_000)))
        await asyncio.gather(*(socket.gone.wait() for socket in tuple(self._open)))
        await self._desk.progress.close()


class Socket:
    """One connection."""

    def __init__(
        self,
        desk: Desk,
        response: web.WebSocketResponse,
        opener: Actor | None,
    ) -> None:
        self._desk = desk
        self._response = response
        self._opener = opener
        self._session = Session(desk.clock.monotonic(), desk.clock.now_ms)
        self._actor: Actor | None = None
        self._waiting: deque[bytes] = deque()
        self._something = asyncio.Event()
        self._room = asyncio.Event()
        self._closing = asyncio.Event()
        self._close_code = frames.CLOSE_DRAIN
        self._tasks: set[asyncio.Task[None]] = set()
        self._unanswered_bytes = 0
        self._to_note: on.Note | None = None
        self._noting = False
        self.gone = asyncio.Event()

    @property
    def is_stranger(self) -> bool:
        """Whether it is not known whose it is, neither by the upgrade nor by HELLO."""
        return self._actor is None and self._opener is None and not self._closing.is_set()

    @property
    def user(self) -> UserId:
        """Whose it is; there is one once the hub knows the socket."""
        return self._known().user

    @property
    def device(self) -> DeviceId:
        """Which device it is."""
        return self._known().on_device()

    async def run(self) -> None:
        """Work until the connection ends."""
        writer = asyncio.create_task(self._write())
        for work in (self._read(), self._tick()):
            self._start(work)
        try:
            await self._closing.wait()
            self._leave()
            await self._flush(writer)
        finally:
            self._leave()
            for task in (*self._tasks, writer):
                task.cancel()
            self.gone.set()
            await asyncio.gather(*self._tasks, writer, return_exceptions=True)

    def _leave(self) -> None:
        """Hear no more; what was heard before may still leave."""
        if self._actor is not None:
            self._desk.hub.forget(self)

    def happen(self, event: SessionEvent) -> None:
        """Let something happen to the session and do what it asks for."""
        for effect in self._session.handle(event, self._desk.clock.monotonic()):
            self._perform(effect)
        if self._session.takes_more and self._unanswered_bytes < UNANSWERED_BYTES:
            self._room.set()
        else:
            self._room.clear()

    # --- pumping ------------------------------------------------------------------------------

    async def _read(self) -> None:
        self._room.set()
        while True:
            await self._room.wait()
            message = await self._response.receive()
            if message.type is not WSMsgType.BINARY:
                break
            try:
                frame = frames.decode_client(message.data)
            except frames.FrameError:
                break
            self.happen(on.Arrived(frame))
        if message.type in {WSMsgType.BINARY, WSMsgType.TEXT}:
            detail = "that was no frame of this protocol"
            self.happen(on.Failed(frames.CLOSE_MALFORMED, Code.MALFORMED.slug, detail))
        self._closing.set()

    async def _write(self) -> None:
        """Send what waits; ends when the socket closes and nothing waits any more."""
        while not (self._closing.is_set() and not self._waiting):
            await self._something.wait()
            self._something.clear()
            while self._waiting:
                data = self._waiting.popleft()
                await self._response.send_bytes(data)
                self.happen(on.Written(len(data)))

    async def _tick(self) -> None:
        await asyncio.sleep(HELLO_SECONDS)
        while True:
            self.happen(on.Ticked())
            await asyncio.sleep(TICK_SECONDS)

    async def _flush(self, writer: asyncio.Task[None]) -> None:
        """Let what waits leave, and close; a client that does not read is not waited for."""
        self._something.set()
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await writer
                await self._response.close(code=self._close_code)
        except (TimeoutError, ConnectionError):
            _log.debug("a client did not take its last frames")

    # --- effects ------------------------------------------------------------------------------

    def _perform(self, effect: Effect) -> None:  # noqa: C901, PLR0912 - one line for each effect
        match effect:
            case on.Tell(data):
                self._waiting.append(data)
                self._something.set()
            case on.Close(code):
                self._close_code = code
                self._closing.set()
            case on.Authenticate(token):
                self._start(self._authenticate(token))
            case on.Subscribe():
                self._desk.hub.register(self)
            case on.ReadPositions(device):
                self._start(self._read_positions(device))
            case on.Follow(conversation):
                self._desk.hub.follow(self, (conversation,))
            case on.Unfollow(conversation):
                self._desk.hub.unfollow(self, conversation)
            case on.ReadLog():
                self._start(self._read_log(effect))
            case on.ReadInbox(after):
                self._start(self._read_inbox(after))
            case on.Deliver(send):
                self._start(self._deliver(send))
            case on.Note():
                self._take_note(effect)
            case on.Spread(frame):
                if not self._desk.limiter.take(Limit.EPHEMERALS_BY_DEVICE, self.device):
                    self._desk.hub.spread(self.device, frame)
            case on.AskDelivered(conversations):
                self._desk.progress.moved(conversations)

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # it may be cancelled before it begins

    async def _guarded(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except ProblemError as error:
            self.happen(on.Failed(frames.CLOSE_DRAIN, error.code.slug, error.detail))
        except (ConnectionError, web.HTTPException):
            self._closing.set()
        except Exception:  # noqa: BLE001 - logged; one socket takes no other down
            _log.exception("a socket failed")
            self.happen(on.Failed(frames.CLOSE_DRAIN, Code.INTERNAL.slug))

    async def _authenticate(self, token: str) -> None:
        try:
            actor = await self._desk.sessions.authenticate(token)
        except ProblemError as error:
            if error.code in {Code.OVERLOADED, Code.STORAGE_FULL}:
                raise
            self.happen(on.TurnedAway(error.code.slug))
            return
        if self._opener is not None and self._opener.session != actor.session:
            self.happen(on.TurnedAway(Code.NOT_LOGGED_IN.slug))
            return
        if actor.device is None:
            self.happen(on.TurnedAway(Code.NO_DEVICE.slug))
            return
        self._actor = actor
        self.happen(on.Greeted(actor.user, actor.device))
        try:  # what was ended before the hub knew this socket was not told to it
            await self._desk.sessions.authenticate(token)
        except ProblemError:
            self.happen(on.Revoked())

    async def _read_positions(self, device: DeviceId) -> None:
        before = await self._desk.cursors.spans(device)
        self._desk.hub.follow(self, {span.conversation for span in before})
        self.happen(on.Positioned(await self._desk.cursors.spans(device)))

    async def _read_log(self, wanted: on.ReadLog) -> None:
        piece = await self._desk.delivery.read(
            wanted.conversation, after=wanted.after, last=wanted.last
        )
        self.happen(on.LogRead(wanted.conversation, wanted.after, piece))

    async def _read_inbox(self, after: int) -> None:
        first, items = await self._desk.inboxes.read(self.device, after)
        self.happen(on.InboxRead(first, items))

    async def _deliver(self, send: frames.Send) -> None:
        size = len(send.body) + len(send.group_info) + len(send.welcome)
        self._unanswered_bytes += size
        try:
            answer = await self._desk.delivery.accept(self._known(), send)
        finally:
            self._unanswered_bytes -= size
        if isinstance(answer, Accepted):
            sent = frames.Sent(send.request, answer.seq, answer.time_ms, answer.duplicate)
            self.happen(on.Answered(sent))
            return
        nack = frames.Nack(
            send.request, answer.code, answer.epoch, answer.head, answer.retry_ms, answer.detail
        )
        self.happen(on.Answered(nack))

    def _take_note(self, note: on.Note) -> None:
        """Store one after the other what the client holds; what comes meanwhile is one write."""
        waiting, self._to_note = self._to_note, note
        if waiting is not None:
            cursors = {**waiting.cursors, **note.cursors}
            few = cursors if len(cursors) <= SYNC_CONVERSATIONS else note.cursors
            self._to_note = on.Note(few, max(waiting.inbox, note.inbox))
        if not self._noting:
            self._noting = True
            self._start(self._note())

    async def _note(self) -> None:
        try:
            while self._to_note is not None:
                note, self._to_note = self._to_note, None
                with contextlib.suppress(ProblemError):  # the next ACK says the same and more
                    moved = await self._desk.cursors.acknowledge(
                        self.device, note.cursors, note.inbox
                    )
                    self._desk.progress.moved(moved)
        finally:
            self._noting = False

    def _known(self) -> Actor:
        if self._actor is None:
            raise RuntimeError("the session asked for something before it was greeted")
        return self._actor
