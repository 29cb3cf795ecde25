"""`python -m tests.support.web_page FOLDER PORT`: a real server with a built web client.

Port 0 is any that is free. It prints its address in one line and serves until its standard input
ends: whoever tests a page in a browser starts it, and cannot leave it behind.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from teamchat.clock import SystemClock
from teamchat.server.main import serving
from teamchat.server.settings import load
from tests.support.server import CHEAP


async def _serve(built: Path, port: int, data: Path) -> None:
    loaded = load(None, {}, server_data=str(data), server_port=port, **CHEAP)
    async with serving(loaded, clock=SystemClock(), built=built) as parts:
        sys.stdout.write(f"{parts.settings.listens_on}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), Path(scratch)))
