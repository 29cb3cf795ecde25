"""What changed, told to every interface: each reads it at its own pace, and may fall behind."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from teamchat.engine.model import Change, ConversationsChanged

CHANGES: Final = 1000
"""How many changes wait for one slow interface before it is told to read everything."""


class Changes:
    """Passes changes on to whoever follows them."""

    def __init__(self) -> None:
        self._subscribers: set[_Subscriber] = set()

    def publish(self, change: Change) -> None:
        """Tell everybody."""
        for subscriber in self._subscribers:
            subscriber.tell(change)

    def end(self) -> None:
        """There will be no more."""
        for subscriber in self._subscribers:
            subscriber.end()

    async def follow(self) -> AsyncGenerator[Change, None]:
        """Go through what changes from now on, until the end."""
        subscriber = _Subscriber()
        self._subscribers.add(subscriber)
        try:
            async for change in subscriber.changes():
                yield change
        finally:
            self._subscribers.discard(subscriber)


class _Subscriber:
    """One interface's queue of changes: bounded; when it overflows, all is to be read again."""

    def __init__(self) -> None:
        self._waiting: deque[Change] = deque()
        self._news = asyncio.Event()
        self._ended = False

    def tell(self, change: Change) -> None:
        if len(self._waiting) >= CHANGES:
            self._waiting.clear()
            self._waiting.append(ConversationsChanged())
        self._waiting.append(change)
        self._news.set()

    def end(self) -> None:
        self._ended = True
        self._news.set()

    async def changes(self) -> AsyncIterator[Change]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._ended:
                return
            self._news.clear()
            await self._news.wait()
