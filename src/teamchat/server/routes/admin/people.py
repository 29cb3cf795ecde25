"""Provision people, invite them anew, deactivate them."""

from typing import Final

from aiohttp import web

from teamchat.ids import UserId
from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import PAGING, nothing, page, path_id, read, reply
from teamchat.wire.bodies import CreatedUser, CreateUser, Invitation, ManagedUsers
from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code

routes: Final = Table(prefix="/v1/admin")


@routes.add(
    "GET",
    "/users",
    action=Action.LIST_PEOPLE,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    gives=ManagedUsers,
    query=PAGING,
)
async def users(request: web.Request) -> web.Response:
    """List everybody with their roles, also those who are deactivated."""
    query, after, limit = page(request)
    people = request.app[SERVICES].people
    return reply(await people.everybody(query=query, after=after, limit=limit))


@routes.add(
    "POST",
    "/users",
    action=Action.ADD_PEOPLE,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    status=201,
    takes=CreateUser,
    gives=CreatedUser,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT,),
)
async def create(request: web.Request) -> web.Response:
    """Provision a person; the answer carries their invitation."""
    body = await read(request, CreateUser)
    invitations = request.app[SERVICES].invitations
    return reply(await invitations.create_user(request[ACTOR], body), status=201)


@routes.add(
    "POST",
    "/users/{user}/invitations",
    action=Action.INVITE_PEOPLE,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    status=201,
    gives=Invitation,
    problems=(Code.CONFLICT,),
)
async def invite(request: web.Request) -> web.Response:
    """Invite somebody anew; their earlier invitation stops working."""
    invitations, user = request.app[SERVICES].invitations, UserId(path_id(request, "user"))
    return reply(await invitations.invite_again(request[ACTOR], user), status=201)


@routes.add(
    "DELETE",
    "/users/{user}",
    action=Action.DEACTIVATE_PEOPLE,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    problems=(Code.CONFLICT,),
)
async def deactivate(request: web.Request) -> web.Response:
    """Deactivate somebody; their sessions and sockets end at once."""
    user = UserId(path_id(request, "user"))
    await request.app[SERVICES].people.deactivate(request[ACTOR], user)
    return nothing()
