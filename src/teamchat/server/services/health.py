"""Whether the server lives, and whether it can take work."""

import asyncio
import shutil
from pathlib import Path
from typing import Final

from teamchat.server.storage.database import Database
from teamchat.wire.problems import Code, ProblemError

PROBE_SECONDS: Final = 0.5
FREE_SHARE: Final = 0.05


class Health:
    """Answers those who decide where to send requests."""

    def __init__(self, database: Database, *, directory: Path) -> None:
        self._database = database
        self._directory = directory
        self._draining = False

    def drain(self) -> None:
        """Say from now on that no more work is taken."""
        self._draining = True

    async def check(self) -> None:
        """Probe what every request needs.

        Raises:
            ProblemError: OVERLOADED (going away, or the writer is slow) or STORAGE_FULL.
        """
        if self._draining:
            raise ProblemError(Code.OVERLOADED, "the server is going away", retry_after=5)
        usage = await asyncio.to_thread(shutil.disk_usage, self._directory)
        if usage.free < usage.total * FREE_SHARE:
            raise ProblemError(Code.STORAGE_FULL, "the disk is nearly full")
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self._database.write(lambda _connection: None)
        except TimeoutError:
            raise ProblemError(Code.OVERLOADED, "the database is slow", retry_after=5) from None
