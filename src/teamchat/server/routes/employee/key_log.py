"""The key directory: where it is, its checkpoint, its tiles (docs/spec/key-directory.md)."""

import re
from typing import Final

from aiohttp import hdrs, web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import OCTETS, TEXT, Note, Table
from teamchat.server.keys import SERVICES
from teamchat.server.routes.exchange import reply
from teamchat.wire.bodies import KeyLog
from teamchat.wire.problems import Code, ProblemError

routes: Final = Table()

FOREVER: Final = {hdrs.CACHE_CONTROL: "private, max-age=31536000, immutable"}
_RANGE: Final = re.compile(r"bytes=([0-9]{1,9})-")
_BEGUN: Final = re.compile(r"0|[1-9][0-9]{0,15}")


@routes.add(
    "GET",
    "/keys",
    action=Action.READ_DIRECTORY,
    limit=Limit.KEY_LOG_BY_SESSION,
    gives=KeyLog,
    problems=(Code.NOT_FOUND,),
)
async def key_log(request: web.Request) -> web.Response:
    """Say where the key directory is and how far it is signed."""
    return reply(await request.app[SERVICES].key_log.shown())


@routes.add(
    "GET",
    "/keys/{begun}/checkpoint",
    action=Action.READ_DIRECTORY,
    limit=Limit.KEY_LOG_BY_SESSION,
    gives=Note,
)
async def checkpoint(request: web.Request) -> web.Response:
    """Return the checkpoint of a log as a signed note."""
    note = await request.app[SERVICES].key_log.checkpoint(_begun(request))
    return web.Response(body=note, content_type=TEXT, charset="utf-8")


@routes.add(
    "GET",
    "/keys/{begun}/tile/{place:.+}",
    action=Action.READ_DIRECTORY,
    limit=Limit.KEY_LOG_BY_SESSION,
    gives=bytes,
)
async def tile(request: web.Request) -> web.Response:
    """Return a tile of a log, or a bundle of its entries, at the one path that it has."""
    as_sent = request.rel_url.raw_path.partition("/tile/")[2]
    piece = await request.app[SERVICES].key_log.piece(_begun(request), f"tile/{as_sent}")
    headers = FOREVER if piece.full else {}
    start, size = _start(request), len(piece.data)
    if not 0 < start < size:
        return web.Response(body=piece.data, content_type=OCTETS, headers=headers)
    part = {**headers, hdrs.CONTENT_RANGE: f"bytes {start}-{size - 1}/{size}"}
    return web.Response(status=206, body=piece.data[start:], content_type=OCTETS, headers=part)


def _start(request: web.Request) -> int:
    """Return how many bytes the client holds already; any other range is answered whole."""
    asked = _RANGE.fullmatch(request.headers.get(hdrs.RANGE, ""))
    return int(asked[1]) if asked else 0


def _begun(request: web.Request) -> int:
    written = request.match_info["begun"]
    if not _BEGUN.fullmatch(written):
        raise ProblemError(Code.NOT_FOUND)
    return int(written)
