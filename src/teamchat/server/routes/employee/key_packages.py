"""Key packages: publish one's own, take one of each device of others."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import read, reply
from teamchat.wire.bodies import (
    AddKeyPackages,
    ClaimedKeyPackages,
    ClaimKeyPackages,
    KeyPackageCount,
)
from teamchat.wire.limits import MIB
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add("GET", "/key-packages", action=Action.EXCHANGE_KEY_PACKAGES, gives=KeyPackageCount)
async def count(request: web.Request) -> web.Response:
    """Say how many single-use key packages of this device are left."""
    return reply(await request.app[SERVICES].key_packages.count(request[ACTOR]))


@routes.add(
    "POST",
    "/key-packages",
    action=Action.EXCHANGE_KEY_PACKAGES,
    limit=Limit.KEY_PACKAGES_BY_SESSION,
    takes=AddKeyPackages,
    gives=KeyPackageCount,
    body_bytes=3 * MIB,
    problems=(Code.CONFLICT, Code.REVOKED),
)
async def add(request: web.Request) -> web.Response:
    """Refill the stock of this device."""
    body = await read(request, AddKeyPackages)
    return reply(await request.app[SERVICES].key_packages.add(request[ACTOR], body))


@routes.add(
    "POST",
    "/key-packages/claim",
    action=Action.EXCHANGE_KEY_PACKAGES,
    limit=Limit.KEY_PACKAGES_BY_SESSION,
    takes=ClaimKeyPackages,
    gives=ClaimedKeyPackages,
)
async def claim(request: web.Request) -> web.Response:
    """Take one key package of every device of some people."""
    body = await read(request, ClaimKeyPackages)
    return reply(await request.app[SERVICES].key_packages.claim(request[ACTOR], body))
