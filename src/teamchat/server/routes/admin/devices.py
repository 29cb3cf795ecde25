"""The devices of a person: listed, and removed, by those who manage the account."""

from typing import Final

from aiohttp import web

from teamchat.ids import DeviceId, UserId
from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import nothing, path_id, reply
from teamchat.wire.devices import ManagedDevices
from teamchat.wire.problems import Code

routes: Final = Table(prefix="/v1/admin")


@routes.add(
    "GET",
    "/users/{user}/devices",
    action=Action.MANAGE_DEVICES,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    gives=ManagedDevices,
)
async def devices(request: web.Request) -> web.Response:
    """List the devices of somebody: names, and the day of last use."""
    user = UserId(path_id(request, "user"))
    return reply(await request.app[SERVICES].company_devices.list(request[ACTOR], user))


@routes.add(
    "DELETE",
    "/users/{user}/devices/{device}",
    action=Action.MANAGE_DEVICES,
    limit=Limit.ADMINISTRATION_BY_SESSION,
    problems=(Code.CONFLICT,),
)
async def remove(request: web.Request) -> web.Response:
    """Remove a device of somebody, for the company; it is out at once, and they are told."""
    user, device = UserId(path_id(request, "user")), DeviceId(path_id(request, "device"))
    await request.app[SERVICES].company_devices.remove(request[ACTOR], user, device)
    return nothing()
