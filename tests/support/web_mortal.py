"""`python -m tests.support.web_mortal FOLDER`: the browser's office, whose server can die.

It is asked as `tests.support.web_office` is, and besides to let the server die when it takes the
next message, and to bring it back where it was.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from teamchat.identity import vault
from tests.support.cheap_vaults import CHEAP as CHEAP_VAULT
from tests.support.mortal_server import BUILT, MortalServer
from tests.support.server import ReachedServer
from tests.support.server_process import reached, server_process
from tests.support.web_office import Office, answer

if TYPE_CHECKING:
    from tests.support.push_service import PushService
    from tests.support.server import RunningServer


class MortalOffice(Office):
    """Colleagues at a server that dies when it is asked to."""

    def __init__(
        self,
        server: ReachedServer,
        folder: Path,
        open_until: AsyncExitStack,
        mortal: MortalServer,
    ) -> None:
        # Nobody asks it what only a server in its own process, or a push service, could tell.
        super().__init__(
            cast("RunningServer", server), folder, open_until, cast("PushService", None)
        )
        self._mortal = mortal

    async def doom(self, point: str) -> None:
        """Let the server die as soon as it takes a message, `before` or `after` that is durable."""
        await asyncio.to_thread(self._mortal.end)
        await asyncio.to_thread(self._mortal.start, point, 1)

    async def revive(self) -> None:
        """Wait until the server has died, and bring it back."""
        await asyncio.to_thread(self._mortal.is_gone)
        await asyncio.to_thread(self._mortal.start)


async def _serve(built: Path, folder: Path) -> None:
    setattr(vault, "DEFAULT_COST", CHEAP_VAULT)  # noqa: B010 - it is not to be changed elsewhere
    os.environ[BUILT] = str(built)
    with server_process(folder / "server") as founded:
        founded.process.terminate()
        founded.process.communicate(timeout=60)
        mortal = MortalServer(founded.data, urlsplit(founded.url).port or 0)
        await asyncio.to_thread(mortal.start)
        try:
            async with reached(founded) as server, AsyncExitStack() as open_until:
                await answer(MortalOffice(server, folder, open_until, mortal), server.url)
        finally:
            mortal.end()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(_serve(Path(sys.argv[1]), Path(scratch)))
