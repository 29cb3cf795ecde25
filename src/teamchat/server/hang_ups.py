"""SIGHUP never ends a server: one that comes too early is remembered, one that comes late ignored.

Whoever renews a certificate sends it without knowing how far the server is with its start.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from types import FrameType


class _Early:
    """Hears the signal while there is nobody yet to do anything about it."""

    heard = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.heard = True


def remember() -> None:
    """From now on remember a SIGHUP for `hearing`; only in the main thread. Twice is as once."""
    if not isinstance(signal.getsignal(signal.SIGHUP), _Early):
        signal.signal(signal.SIGHUP, _Early())


@asynccontextmanager
async def hearing(work: Callable[[], Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Do something at each SIGHUP, and at once if one was remembered."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, tasks = asyncio.get_running_loop(), set[asyncio.Task[None]]()

    def begin() -> None:
        task = loop.create_task(work())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    before = signal.getsignal(signal.SIGHUP)
    loop.add_signal_handler(signal.SIGHUP, begin)
    if isinstance(before, _Early) and before.heard:
        begin()
    try:
        yield
        await asyncio.gather(*tasks)
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # while the server goes
