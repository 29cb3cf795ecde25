"""Liveness, readiness, the API document, and which server this is."""

from typing import Final

import msgspec
from aiohttp import web

from teamchat.server.endpoints import JSON, Table
from teamchat.server.keys import DOCUMENT, SERVER, SERVICES
from teamchat.server.routes.exchange import nothing, reply
from teamchat.wire.bodies import Server
from teamchat.wire.problems import Code

routes: Final = Table(prefix="")


@routes.add("GET", "/livez", action=None)
async def live(_request: web.Request) -> web.Response:
    """Say that the process answers."""
    return nothing()


@routes.add("GET", "/readyz", action=None, problems=(Code.OVERLOADED, Code.STORAGE_FULL))
async def ready(request: web.Request) -> web.Response:
    """Say whether requests should be sent here."""
    await request.app[SERVICES].health.check()
    return nothing()


@routes.add("GET", "/openapi.json", action=None, gives=dict)
async def openapi(request: web.Request) -> web.Response:
    """Return this document."""
    return web.Response(body=request.app[DOCUMENT], content_type=JSON)


@routes.add("GET", "/v1/server", action=None, gives=Server)
async def server(request: web.Request) -> web.Response:
    """Say which server this is."""
    organisation = await request.app[SERVICES].people.organisation()
    return reply(msgspec.structs.replace(request.app[SERVER], organisation=organisation))
