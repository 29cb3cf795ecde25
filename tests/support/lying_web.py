"""Between a browser and a server: passes everything on, and changes what a test says."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

Headers = dict[str, str]
Lie = Callable[[web.Request, web.Response], web.Response | None]


@dataclass
class LyingWeb:
    """A server whose answers are those of another one, but for the lies.

    Attributes:
        upstream: The honest one.
        url: Where this one is.
        lie: Changes an answer, or returns another.
        asked: Path, user agent and cookie of each request.
    """

    upstream: str
    url: str = ""
    lie: Lie | None = None
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        said = request.headers
        self.asked.append((request.path, said.get("User-Agent", ""), said.get("Cookie", "")))
        passed = {"Accept-Encoding": said.get("Accept-Encoding", "identity")}
        async with (
            aiohttp.ClientSession(auto_decompress=False) as http,
            http.get(f"{self.upstream}{request.rel_url}", headers=passed) as got,
        ):
            kept = {
                name: value
                for name, value in got.headers.items()
                if name in {"Content-Type", "Content-Encoding", "Content-Security-Policy"}
            }
            honest = web.Response(status=got.status, body=await got.read(), headers=kept)
        return (self.lie and self.lie(request, honest)) or honest


@asynccontextmanager
async def lying_web(upstream: str) -> AsyncIterator[LyingWeb]:
    """Serve until the block ends; honest until a test says otherwise."""
    liar = LyingWeb(upstream)
    app = web.Application()
    app.router.add_get("/{path:.*}", liar.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ((_, port),) = runner.addresses
        liar.url = f"http://127.0.0.1:{port}"
        yield liar
    finally:
        await runner.cleanup()
