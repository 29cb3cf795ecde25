"""A request becomes an actor: where it comes from, who asks, whether they may.

The address of a caller names a bucket of the rate limits and is forgotten with the request.
"""

import ipaddress
import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

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
_LAST_PORT: Final = 65_535
_HOP: Final = re.compile(
    r"\[(?P<bracketed>[0-9A-Fa-f:.]+)\](?::(?P<port>[0-9]{1,5}))?"
    r"|(?P<with_port>[0-9.]+):(?P<port4>[0-9]{1,5})"
    r"|(?P<alone>[0-9A-Fa-f:.]+)"
)
"""`192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:443`."""


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
    """Return the address of whoever calls, behind the proxies that are believed.

    Each proxy adds the address it was called from at the end of X-Forwarded-For. So the header
    is read from its end, for as long as the address before was that of a declared proxy. What is
    no address ends the reading: nobody chooses the name of their bucket.
    """
    address = _address(request.remote or "")
    forwarded = ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, []))
    for hop in reversed(forwarded.split(",")):
        if address is None or not any(address in network for network in proxies):
            break
        before = _hop(hop.strip(" \t"))
        if before is None:
            break
        address = before
    return "" if address is None else str(address)


def _hop(written: str) -> IPv4Address | IPv6Address | None:
    """Read one element of X-Forwarded-For: an address, perhaps in brackets, perhaps with a port."""
    found = _HOP.fullmatch(written)
    if found is None or int(found["port"] or found["port4"] or 0) > _LAST_PORT:
        return None
    return _address(found["bracketed"] or found["with_port"] or found["alone"])


def _address(written: str) -> IPv4Address | IPv6Address | None:
    """Read an address; an IPv4 address written as an IPv6 one is the IPv4 address."""
    try:
        read = ipaddress.ip_address(written)
    except ValueError:
        return None
    if isinstance(read, IPv6Address):
        return read.ipv4_mapped or IPv6Address(read.packed)  # without a zone: it says nothing here
    return read


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
