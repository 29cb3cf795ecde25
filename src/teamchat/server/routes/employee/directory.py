"""Colleagues and sites."""

from typing import Final

from aiohttp import web

from teamchat.ids import UserId
from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import PAGING, page, path_id, reply
from teamchat.wire.bodies import Sites, Users, UserWithDevices

routes: Final = Table()


@routes.add(
    "GET",
    "/users",
    action=Action.READ_DIRECTORY,
    limit=Limit.DIRECTORY_BY_SESSION,
    gives=Users,
    query=PAGING,
)
async def users(request: web.Request) -> web.Response:
    """Look colleagues up by part of a name."""
    query, after, limit = page(request)
    people = request.app[SERVICES].people
    return reply(await people.colleagues(query=query, after=after, limit=limit))


@routes.add(
    "GET",
    "/users/{user}",
    action=Action.READ_DIRECTORY,
    limit=Limit.DIRECTORY_BY_SESSION,
    gives=UserWithDevices,
)
async def user(request: web.Request) -> web.Response:
    """Return a colleague and the devices that read for them."""
    user = UserId(path_id(request, "user"))
    return reply(await request.app[SERVICES].people.profile(request[ACTOR], user))


@routes.add("GET", "/sites", action=Action.READ_DIRECTORY, gives=Sites)
async def sites(request: web.Request) -> web.Response:
    """List the sites of the organisation."""
    return reply(await request.app[SERVICES].people.sites())
