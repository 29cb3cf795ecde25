"""Encrypted histories: for a new device of mine, and as my backup."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import OCTETS, Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import (
    nothing,
    octets,
    path_id,
    path_number,
    read,
    reply,
)
from teamchat.wire.history import (
    BOX_BYTES,
    MANIFEST_BYTES,
    PART_BYTES,
    AskHistory,
    BeginSegment,
    EndHistory,
    HistoryArchive,
    HistoryBackup,
    HistoryTransfers,
    OfferHistory,
    SetBackup,
)
from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code

routes: Final = Table()
_JSON_BYTES: Final = 2 * max(BOX_BYTES, MANIFEST_BYTES)


@routes.add("GET", "/me/history/transfers", action=Action.KEEP_HISTORY, gives=HistoryTransfers)
async def transfers(request: web.Request) -> web.Response:
    """List what my devices have asked for."""
    return reply(await request.app[SERVICES].history.transfers(request[ACTOR]))


@routes.add(
    "POST",
    "/me/history/transfers",
    action=Action.KEEP_HISTORY,
    limit=Limit.HISTORY_BY_SESSION,
    status=201,
    takes=AskHistory,
    gives=HistoryArchive,
    body_bytes=8 * KIB,
)
async def ask(request: web.Request) -> web.Response:
    """Ask my other devices for what was said before this one came."""
    body = await read(request, AskHistory)
    found = await request.app[SERVICES].history.ask(request[ACTOR], body.slot)
    return reply(found, status=201)


@routes.add(
    "PUT",
    "/me/history/transfers/{archive}",
    action=Action.KEEP_HISTORY,
    limit=Limit.HISTORY_BY_SESSION,
    takes=OfferHistory,
    gives=HistoryArchive,
    body_bytes=_JSON_BYTES,
    problems=(Code.CONFLICT,),
)
async def offer(request: web.Request) -> web.Response:
    """Begin to give what another device of mine has asked for."""
    body, which = await read(request, OfferHistory), path_id(request, "archive")
    return reply(await request.app[SERVICES].history.offer(request[ACTOR], which, body))


@routes.add(
    "PUT",
    "/me/history/archives/{archive}/parts/{n}",
    action=Action.KEEP_HISTORY,
    limit=Limit.HISTORY_BY_SESSION,
    takes=bytes,
    body_bytes=PART_BYTES,
    problems=(Code.CONFLICT, Code.STORAGE_FULL),
)
async def add_part(request: web.Request) -> web.Response:
    """Keep the next part of what this device writes."""
    which, n = path_id(request, "archive"), path_number(request, "n")
    data = await octets(request)
    await request.app[SERVICES].history.add(request[ACTOR], which, n, data)
    return nothing()


@routes.add(
    "GET",
    "/me/history/archives/{archive}/parts/{n}",
    action=Action.KEEP_HISTORY,
    limit=Limit.HISTORY_BY_SESSION,
    gives=bytes,
)
async def part(request: web.Request) -> web.StreamResponse:
    """Return a part of what this device asked for, or of my backup."""
    which, n = path_id(request, "archive"), path_number(request, "n")
    path = await request.app[SERVICES].history.part(request[ACTOR], which, n)
    return web.FileResponse(path, headers={"Content-Type": OCTETS})


@routes.add(
    "POST",
    "/me/history/archives/{archive}/end",
    action=Action.KEEP_HISTORY,
    takes=EndHistory,
    gives=HistoryArchive,
    body_bytes=KIB,
    problems=(Code.CONFLICT,),
)
async def end(request: web.Request) -> web.Response:
    """Say that what this device writes has all its parts."""
    body, which = await read(request, EndHistory), path_id(request, "archive")
    return reply(await request.app[SERVICES].history.end(request[ACTOR], which, body.parts))


@routes.add(
    "DELETE",
    "/me/history/archives/{archive}",
    action=Action.KEEP_HISTORY,
    problems=(Code.CONFLICT,),
)
async def drop(request: web.Request) -> web.Response:
    """Forget what was asked for, because it is taken in or not wanted."""
    await request.app[SERVICES].history.drop(request[ACTOR], path_id(request, "archive"))
    return nothing()


@routes.add("GET", "/me/history/backup", action=Action.KEEP_HISTORY, gives=HistoryBackup)
async def backup(request: web.Request) -> web.Response:
    """Return what my backup is."""
    return reply(await request.app[SERVICES].history.backup(request[ACTOR]))


@routes.add(
    "POST",
    "/me/history/backup/segments",
    action=Action.KEEP_HISTORY,
    limit=Limit.HISTORY_BY_SESSION,
    status=201,
    takes=BeginSegment,
    gives=HistoryArchive,
    body_bytes=KIB,
)
async def begin_segment(request: web.Request) -> web.Response:
    """Begin a segment of my backup."""
    body = await read(request, BeginSegment)
    found = await request.app[SERVICES].history.begin_segment(request[ACTOR], body.head)
    return reply(found, status=201)


@routes.add(
    "PUT",
    "/me/history/backup",
    action=Action.KEEP_HISTORY,
    limit=Limit.HISTORY_BY_SESSION,
    takes=SetBackup,
    gives=HistoryBackup,
    body_bytes=_JSON_BYTES,
    problems=(Code.CONFLICT,),
)
async def set_backup(request: web.Request) -> web.Response:
    """Say which segments are my backup from now on."""
    body = await read(request, SetBackup)
    return reply(await request.app[SERVICES].history.set_backup(request[ACTOR], body))


@routes.add("DELETE", "/me/history/backup", action=Action.KEEP_HISTORY)
async def forget_backup(request: web.Request) -> web.Response:
    """Remove my backup."""
    await request.app[SERVICES].history.forget_backup(request[ACTOR])
    return nothing()
