"""Appoint the custodians of the organisation."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import nothing, read, reply
from teamchat.wire.custody import AppointCustodians, Custodians
from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code

routes: Final = Table(prefix="/v1/admin")


@routes.add(
    "PUT",
    "/custodians",
    action=Action.APPOINT_CUSTODIANS,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    takes=AppointCustodians,
    gives=Custodians,
    body_bytes=16 * KIB,
)
async def appoint(request: web.Request) -> web.Response:
    """Appoint custodians; what was entrusted to others ends."""
    body = await read(request, AppointCustodians)
    return reply(await request.app[SERVICES].custodians.appoint(request[ACTOR], body))


@routes.add(
    "DELETE",
    "/custodians",
    action=Action.APPOINT_CUSTODIANS,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    problems=(Code.NOT_FOUND,),
)
async def end(request: web.Request) -> web.Response:
    """Have no custodians any more; what was entrusted to them ends."""
    await request.app[SERVICES].custodians.end(request[ACTOR])
    return nothing()
