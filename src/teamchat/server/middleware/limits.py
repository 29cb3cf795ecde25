"""Sizes and rates, before anything is read.

A body is refused by the length it announces; one without a length is cut off by whoever reads
it. Compressed bodies are refused: they would have no size until they are unpacked.
"""

from aiohttp import hdrs, web

from teamchat.server.endpoints import Handler
from teamchat.server.keys import ACTOR, ENDPOINT, LIMITER, NETWORK
from teamchat.wire.problems import Code, ProblemError


@web.middleware
async def limits(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what is too much or too large."""
    endpoint = request.get(ENDPOINT)
    if endpoint is None:
        return await handler(request)
    actor = request.get(ACTOR)
    key = request[NETWORK] if actor is None else actor.session
    request.app[LIMITER].require(endpoint.limit, key)
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise ProblemError(Code.UNSUPPORTED_MEDIA_TYPE, "send the body uncompressed")
    if endpoint.takes is not None and (request.content_length or 0) > endpoint.body_bytes:
        raise ProblemError(Code.TOO_LARGE, f"at most {endpoint.body_bytes} bytes")
    return await handler(request)
