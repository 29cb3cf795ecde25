"""Devices that wait for an administrator, where the organisation wants that."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import nothing, path_id, reply
from teamchat.server.storage.queries.linking import GrantState
from teamchat.wire.linking import WaitingLinkings
from teamchat.wire.problems import Code

routes: Final = Table(prefix="/v1/admin")


@routes.add(
    "GET",
    "/linkings",
    action=Action.MANAGE_DEVICES,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    gives=WaitingLinkings,
)
async def waiting(request: web.Request) -> web.Response:
    """List the devices that wait."""
    return reply(await request.app[SERVICES].linking_approvals.waiting(request[ACTOR]))


@routes.add(
    "POST",
    "/linkings/{linking}/approval",
    action=Action.MANAGE_DEVICES,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    problems=(Code.CONFLICT,),
)
async def approve(request: web.Request) -> web.Response:
    """Let a device in."""
    which = path_id(request, "linking")
    await request.app[SERVICES].linking_approvals.decide(request[ACTOR], which, GrantState.READY)
    return nothing()


@routes.add(
    "DELETE",
    "/linkings/{linking}",
    action=Action.MANAGE_DEVICES,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    problems=(Code.CONFLICT,),
)
async def decline(request: web.Request) -> web.Response:
    """Let a device not in."""
    which = path_id(request, "linking")
    await request.app[SERVICES].linking_approvals.decide(request[ACTOR], which, GrantState.DECLINED)
    return nothing()
