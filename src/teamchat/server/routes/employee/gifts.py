"""Files that a member gives to new ones: kept until those have taken them, or for some days."""

from typing import Final

from aiohttp import web

from teamchat.ids import BlobId
from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import length, nothing, path_id, read, reply, stream
from teamchat.wire.bodies import Blob
from teamchat.wire.gifts import SetTakers
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add(
    "POST",
    "/gifts",
    action=Action.STORE_BLOBS,
    limit=Limit.BLOBS_BY_SESSION,
    status=201,
    takes=bytes,
    gives=Blob,
    body_bytes=2**53,
    problems=(Code.STORAGE_FULL,),
)
async def upload(request: web.Request) -> web.Response:
    """Keep an encrypted file for an hour, or days once its takers are set; needs Content-Length."""
    gifts, size = request.app[SERVICES].gifts, length(request)
    return reply(await gifts.store(request[ACTOR], size, stream(request)), status=201)


@routes.add(
    "PUT",
    "/gifts/{blob}/takers",
    action=Action.STORE_BLOBS,
    takes=SetTakers,
    problems=(Code.CONFLICT, Code.STORAGE_FULL),
)
async def set_takers(request: web.Request) -> web.Response:
    """Say once for which devices such a file of mine is: when all have taken it, it is deleted."""
    blob, body = BlobId(path_id(request, "blob")), await read(request, SetTakers)
    await request.app[SERVICES].gifts.set_takers(request[ACTOR], blob, body.devices)
    return nothing()


@routes.add("POST", "/gifts/{blob}/taken", action=Action.STORE_BLOBS)
async def taken(request: web.Request) -> web.Response:
    """Say that this device needs such a file no more."""
    blob = BlobId(path_id(request, "blob"))
    await request.app[SERVICES].gifts.taken(request[ACTOR], blob)
    return nothing()
