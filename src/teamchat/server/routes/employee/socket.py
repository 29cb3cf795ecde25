"""The realtime socket (docs/spec/realtime.md).

A browser lets no page name a header of the request that opens a socket. It lets it name
subprotocols: there a page brings the token, and learns from BYE what a program learns from 401.
"""

from contextlib import suppress
from typing import Final

from aiohttp import hdrs, web

from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit
from teamchat.server.endpoints import Table
from teamchat.server.keys import SERVICES, SOCKET
from teamchat.server.middleware.authenticate import bearer
from teamchat.wire.frames import SUBPROTOCOL_BEARER
from teamchat.wire.problems import Code, ProblemError

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
    return await request.app[SOCKET].serve(request, await _opener(request))


async def _opener(request: web.Request) -> Actor | None:
    """Return whose token the request brings, in its header or among its subprotocols; or None.

    Raises:
        ProblemError: The token in the header is nobody's. Of another HELLO will say so.
    """
    sessions = request.app[SERVICES].sessions
    if hdrs.AUTHORIZATION in request.headers:
        return await sessions.authenticate(bearer(request))
    for each in request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "").split(","):
        named = each.strip()
        if named.startswith(SUBPROTOCOL_BEARER):
            with suppress(ProblemError):
                return await sessions.authenticate(named.removeprefix(SUBPROTOCOL_BEARER))
            break
    return None
