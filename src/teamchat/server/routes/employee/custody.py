"""Custodians: who they are, what one entrusts to them, and what they answer."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import nothing, path_id, read, reply
from teamchat.wire.custody import (
    ApproveCustody,
    AskCustodians,
    Custodians,
    Custody,
    CustodyRequests,
    HandedShares,
    OwnRequest,
    SetCustodianKey,
    SetCustody,
    TakeShares,
)
from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add("GET", "/custodians", action=Action.READ_DIRECTORY, gives=Custodians)
async def custodians(request: web.Request) -> web.Response:
    """Say who the custodians are, and give their keys."""
    return reply(await request.app[SERVICES].custodians.shown())


@routes.add(
    "PUT",
    "/me/custodian-key",
    action=Action.ANSWER_CUSTODY,
    takes=SetCustodianKey,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT,),
)
async def accept(request: web.Request) -> web.Response:
    """Accept to be a custodian."""
    body = await read(request, SetCustodianKey)
    await request.app[SERVICES].custodians.accept(request[ACTOR], body)
    return nothing()


@routes.add("GET", "/me/custody", action=Action.USE_OWN_ACCOUNT, gives=Custody)
async def own(request: web.Request) -> web.Response:
    """Say what I have entrusted, and how my request stands."""
    return reply(await request.app[SERVICES].custody.own(request[ACTOR]))


@routes.add(
    "PUT",
    "/me/custody",
    action=Action.ANSWER_CUSTODY,
    takes=SetCustody,
    gives=Custody,
    body_bytes=64 * KIB,
    problems=(Code.CONFLICT,),
)
async def entrust(request: web.Request) -> web.Response:
    """Entrust my recovery key to the custodians."""
    body = await read(request, SetCustody)
    return reply(await request.app[SERVICES].custody.entrust(request[ACTOR], body))


@routes.add("DELETE", "/me/custody", action=Action.ANSWER_CUSTODY, problems=(Code.NOT_FOUND,))
async def withdraw(request: web.Request) -> web.Response:
    """Take back what I have entrusted."""
    await request.app[SERVICES].custody.withdraw(request[ACTOR])
    return nothing()


@routes.add(
    "POST",
    "/me/custody/request",
    action=Action.USE_OWN_ACCOUNT,
    status=201,
    takes=AskCustodians,
    gives=OwnRequest,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT, Code.NOT_FOUND),
)
async def ask(request: web.Request) -> web.Response:
    """Ask the custodians for my recovery key, on a computer that is no device yet."""
    body = await read(request, AskCustodians)
    return reply(await request.app[SERVICES].custody.ask(request[ACTOR], body), status=201)


@routes.add(
    "DELETE", "/me/custody/request", action=Action.USE_OWN_ACCOUNT, problems=(Code.NOT_FOUND,)
)
async def refuse(request: web.Request) -> web.Response:
    """End the open request: it is not mine, or I take it back."""
    await request.app[SERVICES].custody.refuse(request[ACTOR])
    return nothing()


@routes.add(
    "POST",
    "/me/custody/request/shares",
    action=Action.USE_OWN_ACCOUNT,
    takes=TakeShares,
    gives=HandedShares,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT, Code.NOT_FOUND),
)
async def shares(request: web.Request) -> web.Response:
    """Take what the custodians have handed over, with the secret of my request."""
    body = await read(request, TakeShares)
    return reply(await request.app[SERVICES].custody.shares(request[ACTOR], body))


@routes.add(
    "GET",
    "/custody/requests",
    action=Action.ANSWER_CUSTODY,
    gives=CustodyRequests,
)
async def requests(request: web.Request) -> web.Response:
    """List the requests that I can answer as a custodian."""
    return reply(await request.app[SERVICES].custody_answers.requests(request[ACTOR]))


@routes.add(
    "POST",
    "/custody/requests/{request}/approval",
    action=Action.ANSWER_CUSTODY,
    takes=ApproveCustody,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT,),
)
async def approve(request: web.Request) -> web.Response:
    """Hand my share over to the device that asks."""
    body = await read(request, ApproveCustody)
    which = path_id(request, "request")
    await request.app[SERVICES].custody_answers.approve(request[ACTOR], which, body)
    return nothing()


@routes.add(
    "DELETE",
    "/custody/requests/{request}/approval",
    action=Action.ANSWER_CUSTODY,
    problems=(Code.NOT_FOUND,),
)
async def take_back(request: web.Request) -> web.Response:
    """Take back what I have handed over, as long as nothing was given out."""
    which = path_id(request, "request")
    await request.app[SERVICES].custody_answers.take_back(request[ACTOR], which)
    return nothing()


@routes.add(
    "POST",
    "/custody/requests/{request}/refusal",
    action=Action.ANSWER_CUSTODY,
    problems=(Code.CONFLICT,),
)
async def decline(request: web.Request) -> web.Response:
    """Do not hand my share over."""
    which = path_id(request, "request")
    await request.app[SERVICES].custody_answers.decline(request[ACTOR], which)
    return nothing()
