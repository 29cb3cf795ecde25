"""Tells those who wrote how far their readers have come: seldom, and many at once."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

from teamchat.ids import ConversationId
from teamchat.server.realtime.hub import Hub
from teamchat.server.services.cursors import Cursors

PAUSE_SECONDS: Final = 0.25
"""Cursors that move within this time are told together."""

AT_ONCE: Final = 200
"""How many conversations one reading is about."""

_log = logging.getLogger(__name__)


class Progress:
    """Collects conversations whose cursors have moved, and tells their members."""

    def __init__(self, hub: Hub, cursors: Cursors) -> None:
        self._hub = hub
        self._cursors = cursors
        self._moved: dict[ConversationId, None] = {}
        self._task: asyncio.Task[None] | None = None

    def moved(self, conversations: Iterable[ConversationId]) -> None:
        """Cursors in these conversations have moved, or somebody new wants to know of them."""
        self._moved.update(dict.fromkeys(conversations))
        if self._moved and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._tell())

    async def close(self) -> None:
        """Stop telling."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _tell(self) -> None:
        try:
            while self._moved:
                await asyncio.sleep(PAUSE_SECONDS)
                some = list(self._moved)[:AT_ONCE]
                for conversation in some:
                    del self._moved[conversation]
                for conversation, held in (await self._cursors.delivered(some)).items():
                    self._hub.tell_delivered(conversation, held)
        except Exception:  # noqa: BLE001 - logged; what comes next works again
            _log.exception("could not tell how far the readers have come")
        finally:
            self._task = None
