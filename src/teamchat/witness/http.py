"""The two addresses of a witness (c2sp.org/tlog-witness), and no third.

Nothing is decided here. All requests are answered by one thread, one after the other, so that
slow disks hold up answers and not the connections.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Final

from aiohttp import hdrs, web

from teamchat.witness.decision import Verdict
from teamchat.witness.errors import WitnessError
from teamchat.witness.request import MAX_REQUEST_BYTES
from teamchat.witness.witness import Witness

SIZE: Final = "text/x.tlog.size"
TEXT: Final = "text/plain"
UTF_8: Final = "utf-8"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Desk:
    """Takes requests to the witness.

    Args:
        witness: Answers.
        thread: One thread, in which the witness runs.
        body_seconds: How long a body may take to arrive.
    """

    def __init__(self, witness: Witness, thread: Executor, body_seconds: float) -> None:
        self._witness = witness
        self._thread = thread
        self._body_seconds = body_seconds

    async def add_checkpoint(self, request: web.Request) -> web.Response:
        """Cosign a checkpoint, or say why not."""
        body = await self._body(request)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._thread, self._witness.add_checkpoint, body)
        if answer.verdict is Verdict.OTHER_SIZE:
            return web.Response(status=409, body=answer.body, content_type=SIZE)
        return _text(answer.verdict.status, answer.body)

    async def checkpoint(self, request: web.Request) -> web.Response:
        """Show the checkpoint that was cosigned last."""
        hashed, loop = request.match_info["hash"], asyncio.get_running_loop()
        note = await loop.run_in_executor(self._thread, self._witness.checkpoint, hashed)
        if note is None:
            return _sentence(404, "This witness has cosigned nothing of such a log.")
        return _text(200, note)

    async def _body(self, request: web.Request) -> bytes:
        """Read the body, so much of it and for so long.

        Raises:
            web.HTTPException: It is too large or too slow.
        """
        if (request.content_length or 0) > MAX_REQUEST_BYTES:
            raise _too_large()
        data = bytearray()
        try:
            async with asyncio.timeout(self._body_seconds):
                async for piece in request.content.iter_any():
                    data += piece
                    if len(data) > MAX_REQUEST_BYTES:
                        raise _too_large()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        return bytes(data)


_SENTENCES: Final = {
    404: "A witness has no such address: logs post to add-checkpoint.",
    405: "This address is used another way: logs post to add-checkpoint.",
    408: "The request came too slowly.",
    413: f"A request has at most {MAX_REQUEST_BYTES} bytes.",
}
_UNREAD: Final = frozenset({408, 413})
"""After these the rest of the body is not waited for."""


def application(desk: Desk) -> web.Application:
    """Put the application together."""
    app = web.Application(middlewares=[_in_words])
    app.router.add_post("/add-checkpoint", desk.add_checkpoint)
    app.router.add_get("/{hash:[0-9a-f]{64}}/checkpoint", desk.checkpoint)
    app.on_response_prepare.append(_add_headers)
    return app


@web.middleware
async def _in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say in one sentence what the library would say in its own words."""
    try:
        return await handler(request)
    except WitnessError as error:
        return _sentence(503, str(error))
    except web.HTTPException as error:
        words = _SENTENCES.get(error.status, "This cannot be answered.")
        answer = _sentence(error.status, words)
        if hdrs.ALLOW in error.headers:
            answer.headers[hdrs.ALLOW] = error.headers[hdrs.ALLOW]
        if error.status in _UNREAD:
            answer.force_close()
        return answer


async def _add_headers(_request: web.BaseRequest, response: web.StreamResponse) -> None:
    response.headers[hdrs.SERVER] = "teamchat-witness"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"


def _text(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type=TEXT, charset=UTF_8)


def _too_large() -> web.HTTPException:
    return web.HTTPRequestEntityTooLarge(MAX_REQUEST_BYTES)


def _sentence(status: int, words: str) -> web.Response:
    return _text(status, f"{words}\n".encode())
