"""One log line for each request: an id, the route, the outcome, the time it took.

The line names the route (`/v1/users/{user}`), never the address that was called, no header,
no body, no caller: there is nothing in it about a person.
"""

import base64
import logging
import os

from aiohttp import web

from teamchat.server.endpoints import Handler
from teamchat.server.keys import CLOCK, REQUEST_ID

log = logging.getLogger("teamchat.server.requests")


@web.middleware
async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Log what came of a request."""
    request[REQUEST_ID] = base64.b32encode(os.urandom(10)).decode("ascii").lower()
    clock, status = request.app[CLOCK], 499
    started = clock.monotonic()
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        log.info(
            "request",
            extra={
                "fields": {
                    "request": request[REQUEST_ID],
                    "method": _method(request),
                    "route": route(request),
                    "status": status,
                    "ms": round((clock.monotonic() - started) * 1000, 1),
                }
            },
        )


def route(request: web.Request) -> str:
    """Return the pattern of the route that was called."""
    resource = request.match_info.route.resource
    return "" if resource is None else resource.canonical


def _method(request: web.Request) -> str:
    known = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"}
    return request.method if request.method in known else "other"
