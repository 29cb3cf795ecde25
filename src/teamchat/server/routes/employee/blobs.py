"""Encrypted files, streamed up and down."""

from typing import Final

from aiohttp import web

from teamchat.ids import BlobId
from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import OCTETS, Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import length, nothing, path_id, reply, stream
from teamchat.wire.bodies import Blob
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add(
    "POST",
    "/blobs",
    action=Action.STORE_BLOBS,
    limit=Limit.BLOBS_BY_SESSION,
    status=201,
    takes=bytes,
    gives=Blob,
    body_bytes=2**53,
    problems=(Code.STORAGE_FULL,),
)
async def upload(request: web.Request) -> web.Response:
    """Keep an encrypted file; Content-Length is required."""
    blobs, size = request.app[SERVICES].blobs, length(request)
    return reply(await blobs.store(request[ACTOR], size, stream(request)), status=201)


@routes.add("GET", "/blobs/{blob}", action=Action.STORE_BLOBS, gives=bytes)
async def download(request: web.Request) -> web.StreamResponse:
    """Return an encrypted file, or the part that a Range header names."""
    path, _size = await request.app[SERVICES].blobs.find(BlobId(path_id(request, "blob")))
    return web.FileResponse(path, headers={"Content-Type": OCTETS})


@routes.add("DELETE", "/blobs/{blob}", action=Action.STORE_BLOBS)
async def delete(request: web.Request) -> web.Response:
    """Delete an encrypted file of mine."""
    blob = BlobId(path_id(request, "blob"))
    await request.app[SERVICES].blobs.delete(request[ACTOR], blob)
    return nothing()
