"""The headers that every response has: nothing is cached, framed, sniffed or executed."""

from typing import Final

from aiohttp import hdrs, web

from teamchat.server.keys import REQUEST_ID, RULES

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def add_headers(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Add them when a response starts."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers[hdrs.SERVER] = "teamchat"
    if isinstance(request, web.Request):
        response.headers["X-Request-Id"] = request.get(REQUEST_ID, "")
        if request.app[RULES].encrypted:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
