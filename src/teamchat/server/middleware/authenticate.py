"""A request becomes an actor: where it comes from, who asks, whether they may.

The address of a caller names a bucket of the rate limits and is forgotten with the request.
"""

import ipaddress
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network

from aiohttp import hdrs, web

from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, network
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Handler
from teamchat.server.keys import (
    ACTOR,
    ENDPOINT,
    ENDPOINTS,
    LIMITER,
    NETWORK,
    RULES,
    SERVICES,
)
from teamchat.wire.problems import Code, ProblemError

_MOST = 200


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who asks, and refuse what they may not do."""
    request[NETWORK] = network(caller(request, request.app[RULES].trusted_proxies))
    endpoint = request.app[ENDPOINTS].get(request.match_info.handler)
    if endpoint is None:
        request.app[LIMITER].require(Limit.ANONYMOUS_BY_NETWORK, request[NETWORK])
        return await handler(request)
    request[ENDPOINT] = endpoint
    if endpoint.action is not None:
        try:
            actor = await request.app[SERVICES].sessions.authenticate(bearer(request))
        except ProblemError:
            request.app[LIMITER].require(Limit.ANONYMOUS_BY_NETWORK, request[NETWORK])
            raise
        await _permit(request, actor, endpoint.action)
        request[ACTOR] = actor
    return await handler(request)


async def _permit(request: web.Request, actor: Actor, action: Action) -> None:
    try:
        actor.require(action)
    except ProblemError as error:
        if error.code is Code.FORBIDDEN:
            await request.app[SERVICES].sessions.note_denied(actor, action)
        raise


def caller(request: web.Request, proxies: Sequence[IPv4Network | IPv6Network]) -> str:
    """Return the address of whoever calls, behind the proxies that are believed."""
    address = request.remote or ""
    forwarded = ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, []))
    for hop in reversed(forwarded.split(",")):
        if not hop.strip() or not _within(address, proxies):
            break
        address = hop.strip()
    return address


def _within(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in networks)


def bearer(request: web.Request) -> str:
    """Return the token that a request brings.

    Raises:
        ProblemError: NOT_LOGGED_IN, it brings none.
    """
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > _MOST:
        raise ProblemError(Code.NOT_LOGGED_IN, "send Authorization: Bearer with a session token")
    return token
