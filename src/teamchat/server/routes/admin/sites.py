"""Sites of the organisation."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import read, reply
from teamchat.wire.bodies import CreateSite, Site, Sites
from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code

routes: Final = Table(prefix="/v1/admin")


@routes.add("GET", "/sites", action=Action.LIST_SITES, gives=Sites)
async def sites(request: web.Request) -> web.Response:
    """List the sites."""
    return reply(await request.app[SERVICES].people.sites())


@routes.add(
    "POST",
    "/sites",
    action=Action.ADD_SITES,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    status=201,
    takes=CreateSite,
    gives=Site,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT,),
)
async def add_site(request: web.Request) -> web.Response:
    """Add a site."""
    body = await read(request, CreateSite)
    return reply(await request.app[SERVICES].people.add_site(request[ACTOR], body), status=201)
