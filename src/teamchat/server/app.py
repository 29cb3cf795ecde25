"""The web application: routes, middleware and the values they share. No decision is made here."""

import functools

from aiohttp import hdrs, web

from teamchat.clock import Clock
from teamchat.server import keys
from teamchat.server.auth.limits import Limiter
from teamchat.server.middleware.authenticate import authenticate
from teamchat.server.middleware.headers import add_headers
from teamchat.server.middleware.limits import limits
from teamchat.server.middleware.problems import problems
from teamchat.server.middleware.trace import trace
from teamchat.server.openapi import document
from teamchat.server.routes.all_routes import ENDPOINTS
from teamchat.server.web.files import WebClient
from teamchat.wire.bodies import Server
from teamchat.wire.policy import Policy


def build_app(
    services: keys.Services,
    *,
    server: Server,
    policy: Policy,
    limiter: Limiter,
    clock: Clock,
    rules: keys.Rules,
    socket: keys.Socket,
    web_client: WebClient,
) -> web.Application:
    """Put the application together."""
    app = web.Application(middlewares=[trace, problems, authenticate, limits])
    app[keys.SERVICES] = services
    app[keys.SERVER] = server
    app[keys.POLICY] = policy
    app[keys.LIMITER] = limiter
    app[keys.CLOCK] = clock
    app[keys.RULES] = rules
    app[keys.SOCKET] = socket
    app[keys.WEB_CLIENT] = web_client
    app[keys.DOCUMENT] = _described()
    app[keys.ENDPOINTS] = {endpoint.handler: endpoint for endpoint in ENDPOINTS}
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, endpoint.handler)
        if endpoint.is_page:
            app.router.add_route(hdrs.METH_HEAD, endpoint.path, endpoint.handler)
    app.on_response_prepare.append(add_headers)
    return app


@functools.cache
def _described() -> bytes:
    return document(ENDPOINTS)
