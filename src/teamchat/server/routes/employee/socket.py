"""The realtime socket (docs/spec/realtime.md)."""

from typing import Final

from aiohttp import hdrs, web

from teamchat.server.auth.limits import Limit
from teamchat.server.endpoints import Table
from teamchat.server.keys import SERVICES, SOCKET
from teamchat.server.middleware.authenticate import bearer
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add(
    "GET",
    "/socket",
    action=None,
    limit=Limit.SOCKETS_BY_NETWORK,
    status=101,
    problems=(Code.NOT_LOGGED_IN, Code.REVOKED),
)
async def socket(request: web.Request) -> web.StreamResponse:
    """Open the realtime socket; the first frame says who calls, and so should the request."""
    opener = None
    if hdrs.AUTHORIZATION in request.headers:
        opener = await request.app[SERVICES].sessions.authenticate(bearer(request))
    return await request.app[SOCKET].serve(request, opener)
