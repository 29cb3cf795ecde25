"""The organisation's rules, for those to whom they apply."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import POLICY
from teamchat.server.routes.exchange import reply
from teamchat.wire.policy import Policy

routes: Final = Table()


@routes.add("GET", "/me/policy", action=Action.USE_OWN_ACCOUNT, gives=Policy)
async def policy(request: web.Request) -> web.Response:
    """Say which rules of the organisation apply to me."""
    return reply(request.app[POLICY])
