"""The ways in: an invitation once, a password every time."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.endpoints import Table
from teamchat.server.keys import NETWORK, SERVICES
from teamchat.server.routes.exchange import nothing, read, reply
from teamchat.wire.bodies import InvitationSecret, InvitationShown, Login, Redeem, Session
from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add(
    "POST",
    "/invitations/lookup",
    action=None,
    limit=Limit.INVITATION_BY_NETWORK,
    takes=InvitationSecret,
    gives=InvitationShown,
    body_bytes=16 * KIB,
    problems=(Code.INVITATION_USED,),
)
async def look_up(request: web.Request) -> web.Response:
    """Say whom an invitation is for."""
    body = await read(request, InvitationSecret)
    return reply(await request.app[SERVICES].invitations.look_up(body.secret))


@routes.add(
    "POST",
    "/invitations/redeem",
    action=None,
    limit=Limit.INVITATION_BY_NETWORK,
    takes=Redeem,
    body_bytes=16 * KIB,
    problems=(Code.INVITATION_USED, Code.OVERLOADED),
)
async def redeem(request: web.Request) -> web.Response:
    """Use an invitation up and set the password."""
    await request.app[SERVICES].invitations.redeem(await read(request, Redeem))
    return nothing()


@routes.add(
    "POST",
    "/login",
    action=None,
    takes=Login,
    gives=Session,
    body_bytes=16 * KIB,
    problems=(Code.WRONG_CREDENTIALS, Code.OVERLOADED),
)
async def log_in(request: web.Request) -> web.Response:
    """Start a session with user name and password."""
    body = await read(request, Login)
    return reply(await request.app[SERVICES].sessions.log_in(body, network=request[NETWORK]))
