"""Another identity key: renewed with the one before, or taken anew by somebody who has lost it."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import nothing, read, reply
from teamchat.wire.bodies import AddDevice, Device, Identity
from teamchat.wire.limits import KIB, MIB
from teamchat.wire.problems import Code
from teamchat.wire.recovery import AskReset, PendingReset, Rotate

routes: Final = Table()


@routes.add(
    "POST",
    "/me/identity/rotation",
    action=Action.USE_OWN_ACCOUNT,
    takes=Rotate,
    gives=Identity,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT, Code.NO_DEVICE),
)
async def rotate(request: web.Request) -> web.Response:
    """Take another identity key, signed by the one before and by this device."""
    body = await read(request, Rotate)
    return reply(await request.app[SERVICES].identities.rotate(request[ACTOR], body))


@routes.add("GET", "/me/identity/reset", action=Action.USE_OWN_ACCOUNT, gives=PendingReset)
async def pending_reset(request: web.Request) -> web.Response:
    """Return the reset that was asked for with my password, if one was."""
    return reply(await request.app[SERVICES].resets.pending(request[ACTOR]))


@routes.add(
    "PUT",
    "/me/identity/reset",
    action=Action.REGISTER_DEVICE,
    takes=AskReset,
    gives=PendingReset,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT,),
)
async def ask_reset(request: web.Request) -> web.Response:
    """Ask for another identity, because I have lost my recovery key; my devices are told."""
    body = await read(request, AskReset)
    return reply(await request.app[SERVICES].resets.ask(request[ACTOR], body))


@routes.add("DELETE", "/me/identity/reset", action=Action.USE_OWN_ACCOUNT)
async def cancel_reset(request: web.Request) -> web.Response:
    """Say no, on one of my devices, to the reset that was asked for."""
    await request.app[SERVICES].resets.cancel(request[ACTOR])
    return nothing()


@routes.add(
    "POST",
    "/me/identity/reset/device",
    action=Action.REGISTER_DEVICE,
    limit=Limit.DEVICES_BY_SESSION,
    status=201,
    takes=AddDevice,
    gives=Device,
    body_bytes=3 * MIB,
    problems=(Code.NOT_FOUND, Code.CONFLICT),
)
async def carry_out_reset(request: web.Request) -> web.Response:
    """Carry out the reset with its first device; all other devices of mine end."""
    body = await read(request, AddDevice)
    return reply(await request.app[SERVICES].resets.carry_out(request[ACTOR], body), status=201)
