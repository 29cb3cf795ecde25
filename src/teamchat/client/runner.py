"""The only loop: feeds events to the engine and performs its commands, strictly in order.

Socket, timers and HTTP requests run beside it and put what happens into one queue. What the
engine wants stored is stored before the next command is begun; several transactions with
nothing between them are written as one. If nothing can be stored (a full disk), nothing leaves
either: the engine is set back to what is stored, the connection begins anew a little later, and
whoever waits is told. If anything else fails, the loop ends and says so.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from teamchat.client.errors import AccountError, NotStoredError, WipedError
from teamchat.client.http import Http, OfflineError, RefusedError, TooLargeError
from teamchat.client.socket import RevokedError, Socket
from teamchat.engine.commands import (
    Ask,
    CancelTimer,
    CloseSocket,
    Command,
    Decline,
    FetchHistory,
    GatherHistory,
    OpenSocket,
    Persist,
    Query,
    Recall,
    Reply,
    SendFrame,
    SetTimer,
    Show,
    Wipe,
)
from teamchat.engine.engine import Engine
from teamchat.engine.events import (
    Answered,
    Event,
    Recalled,
    Received,
    Refused,
    SocketClosed,
    SocketOpened,
    Started,
    StopAsked,
    Timer,
    TimerFired,
)
from teamchat.engine.model import Change, LinkChanged
from teamchat.engine.step import queued_in
from teamchat.engine.store import Store
from teamchat.wire.frames import encode
from teamchat.wire.problems import Code

QUEUE: Final = 64
"""How many events may wait; a socket that brings more is read more slowly."""
STOP_SECONDS: Final = 5.0
ROOM_SECONDS: Final = 10.0
"""How long the connection rests after nothing could be stored."""


class Porter(Protocol):
    """Carries histories to the server and back (`room_history`)."""

    async def carry(
        self, errand: GatherHistory | FetchHistory, tell: Callable[[Event], Awaitable[None]]
    ) -> None:
        """Do an errand; `tell` what comes of it, which returns once that is stored."""
        ...


class Runner:
    """Runs one engine.

    Args:
        engine: Decides.
        store: Keeps.
        http: Reaches the server.
        show: Told every change.
        wipe: Erases everything that is stored.
        porter: Carries histories to the server and back; without one, none is given or taken.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        http: Http,
        show: Callable[[Change], None],
        wipe: Callable[[WipedError], None],
        porter: Porter | None = None,
    ) -> None:
        self._engine = engine
        self._store = store
        self._http = http
        self._show = show
        self._wipe = wipe
        self._porter = porter
        self._events: asyncio.Queue[Event] = asyncio.Queue(QUEUE)
        self._calls: dict[int, asyncio.Future[str]] = {}
        self._told: dict[int, asyncio.Future[None]] = {}
        self._next_call = 1
        self._timers: dict[Timer, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._socket: Socket | None = None
        self._socket_task: asyncio.Task[None] | None = None
        self._loop_task: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        self._network = False
        self.wiped: WipedError | None = None
        """Why everything that was stored has been erased, once it has."""
        self.out_of_room = False
        """The last time that something was to be stored, it could not be."""

    async def start(self, *, network: bool) -> None:
        """Begin to run; without `network` nothing is connected."""
        self._network = network
        self._loop_task = asyncio.create_task(self._run())
        if network:
            await self._events.put(Started())

    async def call(self, make: Callable[[int], Event], within: float | None = None) -> str:
        """Ask the engine for something and wait for its answer.

        Raises:
            AccountError: It was refused, or (`error-still-working`) is not done in time.
        """
        self._check()
        number = self._next_call
        self._next_call += 1
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._calls[number] = future
        await self._events.put(make(number))
        try:
            async with asyncio.timeout(within):
                return await future
        except TimeoutError as error:
            raise AccountError("error-still-working") from error
        finally:
            self._calls.pop(number, None)

    async def stop(self) -> None:
        """Close the connection and end the loop."""
        if self._loop_task is None:
            return
        if not self._loop_task.done():
            await self._events.put(StopAsked())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await asyncio.shield(self._drained())
        for handle in self._timers.values():
            handle.cancel()
        for task in (self._loop_task, self._socket_task, *self._tasks):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
        self._fail_calls(AccountError("error-closed"))

    async def _drained(self) -> None:
        await self._events.join()

    def _check(self) -> None:
        if self.wiped is not None:
            raise self.wiped
        if self._failure is not None:
            raise AccountError("error-stopped") from self._failure

    # --- the loop -------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            while self.wiped is None:
                events = [await self._events.get(), *self._waiting_events()]
                try:
                    await self._step(events)
                except NotStoredError as error:
                    await self._set_back(error, events)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._failure = error
            self._fail_calls(AccountError("error-stopped"))
            raise

    async def _set_back(self, error: NotStoredError, events: list[Event]) -> None:
        """Forget what could not be stored, and everything that was to follow from it.

        Nothing of it has left. What the person asked for just now has not happened; what they
        asked for earlier is stored and goes on. Answers to the old connection must not reach the
        new one, so all of it ends here.
        """
        self.out_of_room = True
        asked = [*events, *self._waiting_events()]
        for handle in self._timers.values():
            handle.cancel()
        self._timers.clear()
        running = [task for task in (self._socket_task, *self._tasks) if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        asked += self._waiting_events()
        for _ in range(len(asked) - len(events)):
            self._events.task_done()
        self._engine.set_back(self._store)
        for event in asked:
            self._settle(getattr(event, "call", 0), lambda future: future.set_exception(error))
        self._fail_calls(AccountError("error-still-working"))
        session, queued = self._engine.desk.session, queued_in(self._engine.conversations.values())
        self._show(LinkChanged(session.link, queued, "link-not-stored"))
        if self._network:
            self._spawn(self._start_again())

    async def _start_again(self) -> None:
        await asyncio.sleep(ROOM_SECONDS)
        await self._events.put(Started())

    def _fail_calls(self, error: AccountError) -> None:
        for future in self._calls.values():
            if not future.done():
                future.set_exception(error)

    def _waiting_events(self) -> list[Event]:
        """Return what else has happened, so that one transaction serves for all of it."""
        return [self._events.get_nowait() for _ in range(self._events.qsize())]

    async def _step(self, events: list[Event]) -> None:
        """Handle events; store everything they ask for, then do the rest in order."""
        commands: list[Command] = []
        try:
            for event in events:
                commands += self._engine.handle(event)
        finally:
            try:
                await self._perform_all(commands)
            finally:
                for _ in events:
                    self._events.task_done()
        for event in events:
            told = self._told.get(id(event))
            if told is not None and not told.done():
                told.set_result(None)

    async def _perform_all(self, commands: list[Command]) -> None:
        writes = [
            write
            for command in commands
            if isinstance(command, Persist)
            for write in command.writes
        ]
        if writes:
            self._store.commit(writes)
            self.out_of_room = False
        for command in commands:
            if not isinstance(command, Persist):
                await self._perform(command)

    async def _perform(self, command: Command) -> None:
        match command:
            case SendFrame(frame):
                if self._socket is not None:
                    await self._socket.send(encode(frame))
            case OpenSocket():
                self._socket_task = asyncio.create_task(self._read_socket())
            case CloseSocket():
                await self._close_socket()
            case Ask(request, query):
                self._spawn(self._ask(request, query))
            case Recall(conversation, limit):
                lines = tuple(self._store.lines(conversation, None, limit))
                self._spawn(self._events.put(Recalled(conversation, lines)))
            case SetTimer(timer, seconds):
                self._set_timer(timer, seconds)
            case CancelTimer(timer):
                self._cancel_timer(timer)
            case Wipe(key, day):
                self._erase(WipedError(key, day))
            case _:
                self._tell(command)

    def _erase(self, why: WipedError) -> None:
        """Erase everything, and end: what is not there any more is not gone on with."""
        self._wipe(why)
        self.wiped = why
        self._fail_calls(why)

    def _tell(self, command: Command) -> None:
        match command:
            case Show(change):
                self._show(change)
            case Reply(call, result):
                self._settle(call, lambda future: future.set_result(result))
            case Decline(call, key, arguments):
                error = AccountError(key, **dict(arguments))
                self._settle(call, lambda future: future.set_exception(error))
            case GatherHistory() | FetchHistory():
                if self._porter is not None:
                    self._spawn(self._porter.carry(command, self._tell_stored))
            case _:
                raise AssertionError(f"nobody performs {type(command).__name__}")

    def _settle(self, call: int, answer: Callable[[asyncio.Future[str]], None]) -> None:
        future = self._calls.get(call)
        if future is not None and not future.done():
            answer(future)

    # --- beside the loop ------------------------------------------------------------------

    def _spawn(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            await work

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_stored(self, event: Event) -> None:
        """Bring an event, and return once all that it led to is stored; never if it is not."""
        told = self._told[id(event)] = asyncio.get_running_loop().create_future()
        try:
            await self._events.put(event)
            await told
        finally:
            del self._told[id(event)]

    def _set_timer(self, timer: Timer, seconds: float) -> None:
        self._cancel_timer(timer)
        loop = asyncio.get_running_loop()
        self._timers[timer] = loop.call_later(seconds, self._fire, timer)

    def _cancel_timer(self, timer: Timer) -> None:
        handle = self._timers.pop(timer, None)
        if handle is not None:
            handle.cancel()

    def _fire(self, timer: Timer) -> None:
        self._timers.pop(timer, None)
        self._spawn(self._events.put(TimerFired(timer)))

    async def _ask(self, request: int, query: Query) -> None:
        event: Event
        try:
            if query.answer is None:
                body: object = await self._http.fetch(
                    query.method, query.path, query.body, start=query.start
                )
            else:
                body = await self._http.ask(query.method, query.path, query.answer, query.body)
            event = Answered(request, body)
        except RefusedError as error:
            event = Refused(request, error.code, error.retry_after)
        except TooLargeError:
            event = Refused(request, Code.TOO_LARGE)
        except OfflineError:
            event = Refused(request, None)
        await self._events.put(event)

    async def _read_socket(self) -> None:
        try:
            socket = await Socket.open(self._http)
        except OfflineError as error:
            await self._events.put(SocketClosed(revoked=isinstance(error, RevokedError)))
            return
        self._socket = socket
        try:
            await self._events.put(SocketOpened())
            async for frame, size in socket.frames():
                await self._events.put(Received(frame, size))
        finally:
            if self._socket is socket:
                self._socket = None
            await socket.close()
        await self._events.put(SocketClosed(code=socket.close_code))

    async def _close_socket(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()
        elif self._socket_task is not None and not self._socket_task.done():
            self._socket_task.cancel()
            self._spawn(self._events.put(SocketClosed()))
