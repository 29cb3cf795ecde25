"""A file of the web client as an answer: in which coding, if it is needed, and what it may do.

The policy is the strictest that runs the client: only this server's own scripts, styles, pictures
and connections, no markup from text (Trusted Types), no frame around it and none within. The
policy `teamchat-worker` makes addresses of this server's own workers alone. One of them stretches
passphrases in WebAssembly: it may compile that, and nothing else, and no other file may.
"""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from teamchat.server.web.files import File

_DIRECTIVES: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types svelte-trusted-html teamchat-worker",
)
POLICY: Final = "; ".join(_DIRECTIVES)
"""What the pages of the web client may do (Content Security Policy Level 3)."""

STRETCHING_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What the worker may do that stretches passphrases: no address, no script made of text."""

_OFF: Final = (
    "accelerometer", "autoplay", "display-capture", "fullscreen", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb",
)  # fmt: skip
"""Features of the device that the client does not use; the camera reads codes to link devices."""

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(["camera=(self)", *(f"{each}=()" for each in _OFF)]),
    "Vary": "Accept-Encoding",
}
"""What every file of the client has, besides what every answer of this server has."""

_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_FIRST: Final = "no-cache"
_PREFERRED: Final = ("gzip", "identity")
"""No coding that Python cannot unpack: whoever compares what is served has to read it too."""


def answer(request: web.Request, file: File) -> web.Response:
    """Return a file as whoever asks can take it; 304 if they have it (RFC 9110 section 13.1.2)."""
    coding = _coding(request.headers.get("Accept-Encoding", ""), file.bodies)
    etag = file.etag(coding)
    headers = dict(HEADERS)
    if file.stretches:
        headers["Content-Security-Policy"] = STRETCHING_POLICY
    headers["Cache-Control"] = _FOREVER if file.immutable else _ASK_FIRST
    headers["ETag"] = etag
    if _is_held(request.headers.get("If-None-Match", ""), etag):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = file.media_type
    if coding != "identity":
        headers["Content-Encoding"] = coding
    return web.Response(body=file.bodies[coding], headers=headers)


def _coding(accepted: str, offered: Mapping[str, bytes]) -> str:
    """Choose a coding by Accept-Encoding (RFC 9110 section 12.5.3); the smallest of the best liked.

    Who refuses everything that there is gets the file as it is: a page is better than none.
    """
    weights: dict[str, float] = {}
    for element in accepted.split(","):
        name, *parameters = (part.strip().lower() for part in element.split(";"))
        weights[name] = _weight(parameters)
    liked = {
        coding: weights.get(coding, weights.get("*", 0.0))
        for coding in _PREFERRED
        if coding in offered
    }
    if "identity" not in weights and "*" not in weights:
        liked["identity"] = 0.001  # what nobody names is taken, after all that is named
    best = max(liked, key=lambda coding: liked[coding])
    return best if liked[best] > 0 else "identity"


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def _is_held(condition: str, etag: str) -> bool:
    """Tell whether If-None-Match names what there is; weakly compared, as it must be."""
    held = {tag.strip().removeprefix("W/") for tag in condition.split(",")}
    return condition.strip() == "*" or etag in held
