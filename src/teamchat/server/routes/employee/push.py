"""Where this device is woken when something has come for it."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import nothing, read, reply
from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code
from teamchat.wire.push import PushOffer, SubscribePush

routes: Final = Table()


@routes.add("GET", "/me/push", action=Action.CONVERSE, gives=PushOffer)
async def offer(request: web.Request) -> web.Response:
    """Say whether this server wakes devices, and with which key."""
    return reply(request.app[SERVICES].push_subscriptions.offer())


@routes.add(
    "PUT",
    "/me/push",
    action=Action.CONVERSE,
    limit=Limit.PUSH_BY_SESSION,
    status=204,
    takes=SubscribePush,
    body_bytes=8 * KIB,
    problems=(Code.NOT_FOUND,),
)
async def subscribe(request: web.Request) -> web.Response:
    """Wake this device from now on, at this address alone."""
    body = await read(request, SubscribePush)
    await request.app[SERVICES].push_subscriptions.subscribe(request[ACTOR], body.endpoint)
    return nothing()


@routes.add("DELETE", "/me/push", action=Action.CONVERSE, status=204)
async def unsubscribe(request: web.Request) -> web.Response:
    """Wake this device no more."""
    await request.app[SERVICES].push_subscriptions.unsubscribe(request[ACTOR])
    return nothing()
