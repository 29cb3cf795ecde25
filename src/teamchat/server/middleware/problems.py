"""The only place where an error meets a status code.

What a service raises is told as it is. What nobody expected is told as INTERNAL, with nothing
about it: the log has its kind and where it happened, found by the request id.
"""

import logging
from typing import Final

import msgspec
from aiohttp import web

from teamchat.server.endpoints import Handler
from teamchat.server.keys import REQUEST_ID
from teamchat.wire.problems import MEDIA_TYPE, Code, ProblemError

log = logging.getLogger("teamchat.server.errors")

_BY_STATUS: Final = {
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    413: Code.TOO_LARGE,
    415: Code.UNSUPPORTED_MEDIA_TYPE,
    417: Code.MALFORMED,
}


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors with problem+json (RFC 9457)."""
    try:
        return await handler(request)
    except ProblemError as error:
        return answer(error)
    except web.HTTPException as error:
        return _to_page(request, error) or _http(error)
    except (web.PayloadAccessError, web.RequestPayloadError, ConnectionError):
        return answer(ProblemError(Code.MALFORMED, "the request broke off"))
    except Exception:
        log.exception("internal", extra={"fields": {"request": request[REQUEST_ID]}})
        return answer(ProblemError(Code.INTERNAL, f"request {request[REQUEST_ID]}"))


def answer(error: ProblemError) -> web.Response:
    """Return a problem as it travels."""
    headers: dict[str, str] = {}
    if error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    if error.code.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="teamchat"'
    return web.Response(
        status=error.code.status,
        body=msgspec.json.encode(error.body()),
        content_type=MEDIA_TYPE,
        headers=headers,
    )


def _to_page(request: web.Request, error: web.HTTPException) -> web.Response | None:
    """Send somebody who has mistyped an address in a browser to the page; None if it is not so."""
    is_person = request.method in {"GET", "HEAD"} and "text/html" in request.headers.get(
        "Accept", ""
    )
    if error.status != 404 or not is_person or request.path.startswith("/v1/"):
        return None
    return web.Response(status=302, headers={"Location": "/"})


def _http(error: web.HTTPException) -> web.Response:
    if error.status < 400:
        raise error
    response = answer(ProblemError(_BY_STATUS.get(error.status, Code.MALFORMED)))
    if isinstance(error, web.HTTPMethodNotAllowed):
        response.headers["Allow"] = error.headers["Allow"]
    return response
