"""Waking devices that are away when a message has come for them (docs/spec/push.md).

What the server can know of a message is that it is one, and of whom: not what it says, and not
whether somebody is to hear of it. So it wakes the devices of the other people in a conversation
that do not hold it yet and have no connection, once for all that comes within some seconds. A
call has no content; the device says by itself what there is to say. A device with a connection
is looked at again later: its connection may have been dead already.

All of this is in the memory of one process, and bounded: what is lost of it costs a call, never a
message.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from teamchat.clock import Clock
from teamchat.ids import ConversationId, DeviceId
from teamchat.server.services.announcements import Announcement, Logged
from teamchat.server.services.push_door import Called, Door, Hosts, PushAwayError
from teamchat.server.services.vapid import Vapid
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import push
from teamchat.server.storage.queries.push import Target
from teamchat.wire.frames import Kind
from teamchat.wire.problems import ProblemError

GATHER_SECONDS: Final = 3.0
"""How long messages are gathered before devices are woken for all of them."""
SPACING_SECONDS: Final = 10.0
"""The least between two calls to one device."""
LATER_SECONDS: Final = 90.0
"""After how long a device that had a connection is looked at again: by then a dead one is known."""
STEP_SECONDS: Final = 1.0
"""How often it is looked what is due, while anything is."""
FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 3_600.0
"""Until a call is tried again; twice as long each time, and as long as the service asks for."""
TRIES: Final = 5
AT_ONCE: Final = 16
MOST: Final = 10_000
"""Of each: messages that are gathered, devices that are looked at again, and calls that wait."""

K = TypeVar("K")
V = TypeVar("V")

_GONE: Final = frozenset({404, 410})
_AGAIN: Final = frozenset({408, 425, 429})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Heard:
    """The last message of a device in a conversation."""

    conversation: ConversationId
    sender: DeviceId


@dataclass(frozen=True, slots=True)
class _Looked:
    """Up to where it came, when it is looked at, and for whom; None for everybody."""

    seq: int
    at: float
    devices: frozenset[DeviceId] | None = None


@dataclass(slots=True)
class _Waiting:
    """A call that is to be made."""

    at: float
    tries: int = 0
    is_under_way: bool = False


class Pushes:
    """Wakes devices.

    Args:
        database: Where it is kept where they are woken.
        clock: This machine's.
        vapid: The server's key; None if nobody is woken.
        hosts: Which push services are called.
        is_live: Tells whether a device has a connection.
        open_door: Opens the way to push services.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        vapid: Vapid | None,
        hosts: Hosts,
        is_live: Callable[[DeviceId], bool],
        open_door: Callable[[Hosts], AbstractAsyncContextManager[Door]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._vapid = vapid
        self._hosts = hosts
        self._is_live = is_live
        self._open_door = open_door
        self._work = asyncio.Event()
        self._heard: dict[_Heard, _Looked] = {}
        self._later: dict[_Heard, _Looked] = {}
        self._waiting: dict[DeviceId, _Waiting] = {}
        self._called: dict[DeviceId, float] = {}
        self._said: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, announcement: Announcement) -> None:
        """Be told of what is durable; does not fail and does not wait."""
        if self._vapid is None or not isinstance(announcement, Logged):
            return
        item = announcement.item
        if item.kind is not Kind.APPLICATION:
            return
        key = _Heard(announcement.conversation, item.sender)
        known = self._heard.get(key)
        at = known.at if known else self._clock.monotonic() + GATHER_SECONDS
        _put(self._heard, key, _Looked(announcement.seq, at))
        self._work.set()

    async def run(self) -> None:
        """Wake whoever is to be woken, until cancelled."""
        if self._vapid is None:
            return
        try:
            async with self._open_door(self._hosts) as door:
                while True:
                    await self._work.wait()
                    self._work.clear()
                    await self._run(door)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, door: Door) -> None:
        while self._heard or self._later or self._waiting:
            await asyncio.sleep(STEP_SECONDS)
            try:
                await self.step(door)
            except (ProblemError, DBAPIError):
                _log.exception("devices-not-woken")

    async def step(self, door: Door) -> None:
        """Do what is due."""
        now = self._clock.monotonic()
        heard, later = _take_due(self._heard, now), _take_due(self._later, now)
        if heard or later:
            found = await self._database.read(lambda c: self._behind(c, [*heard, *later]))
            for (key, looked), devices in zip([*heard, *later], found, strict=True):
                self._weigh(key, looked, devices, now)
        self._called = {
            device: at for device, at in self._called.items() if at + SPACING_SECONDS > now
        }
        for device, waiting in self._waiting.items():
            if waiting.at <= now and not waiting.is_under_way and len(self._tasks) < AT_ONCE:
                waiting.is_under_way = True
                task = asyncio.create_task(self._wake(door, device, waiting))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def _behind(
        self, connection: Connection, looked: Iterable[tuple[_Heard, _Looked]]
    ) -> list[list[DeviceId]]:
        now = self._clock.now()
        return [
            push.behind(connection, key.conversation, key.sender, each.seq, now=now)
            for key, each in looked
        ]

    def _weigh(self, key: _Heard, looked: _Looked, devices: Iterable[DeviceId], now: float) -> None:
        """Wake the devices without a connection; look at the others again later, once."""
        live: set[DeviceId] = set()
        for device in devices:
            if looked.devices is not None and device not in looked.devices:
                continue
            if self._is_live(device):
                live.add(device)
            elif device not in self._waiting:
                at = max(now, self._called.get(device, -SPACING_SECONDS) + SPACING_SECONDS)
                _put(self._waiting, device, _Waiting(at))
        if live and looked.devices is None:
            known = self._later.get(key)
            before = (known.devices if known else None) or frozenset()
            at = known.at if known else now + LATER_SECONDS
            _put(self._later, key, _Looked(looked.seq, at, before | live))

    # --- one call -----------------------------------------------------------------------------

    async def _wake(self, door: Door, device: DeviceId, waiting: _Waiting) -> None:
        try:
            pause = await self._call(door, device, waiting)
        except (ProblemError, DBAPIError):
            _log.exception("device-not-woken")
            pause = None
        now = self._clock.monotonic()
        if pause is None:
            self._waiting.pop(device, None)
            self._called[device] = now
        else:
            waiting.at, waiting.is_under_way = now + pause, False

    async def _call(self, door: Door, device: DeviceId, waiting: _Waiting) -> float | None:
        """Call a device; say after how many seconds to try again, None for never."""
        now = self._clock.now()
        target = await self._database.read(lambda c: push.find(c, device, now=now))
        origin = self._hosts.origin(target.endpoint) if target else None
        if target is None or origin is None or self._vapid is None or self._is_live(device):
            return None
        authorization = self._vapid.authorization(origin, now=now)
        try:
            called = await door.call(
                target.endpoint, authorization=authorization, topic=target.topic
            )
        except PushAwayError:
            called = Called(0, 0)
        return await self._weighed(target, origin, called, waiting)

    async def _weighed(
        self, target: Target, origin: str, called: Called, waiting: _Waiting
    ) -> float | None:
        status = called.status
        if status in _GONE:
            await self._database.write(lambda c: push.drop_endpoint(c, target))
            return None
        is_late = status == 0 or status in _AGAIN or status >= 500
        if 200 <= status < 300:
            self._said.pop(origin, None)
        elif self._said.get(origin) != status:
            self._said[origin] = status
            _log.warning(
                "push-service-refuses", extra={"fields": {"service": origin, "status": status}}
            )
        waiting.tries += 1
        if not is_late or waiting.tries >= TRIES:
            return None
        pause = FIRST_PAUSE * 2.0 ** (waiting.tries - 1)
        return min(max(pause, float(called.retry_after)), LONGEST_PAUSE)


def _take_due(table: dict[_Heard, _Looked], now: float) -> list[tuple[_Heard, _Looked]]:
    due = [(key, each) for key, each in table.items() if each.at <= now]
    for key, _ in due:
        del table[key]
    return due


def _put(table: dict[K, V], key: K, value: V) -> None:
    """Put something into a bounded table; the oldest makes room."""
    table[key] = value
    if len(table) > MOST:
        del table[next(iter(table))]
