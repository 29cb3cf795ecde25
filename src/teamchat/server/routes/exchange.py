"""Reading requests and writing answers: bodies, identifiers and pages, all of them bounded."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Final, TypeVar

import msgspec
from aiohttp import web

from teamchat.ids import PATTERN
from teamchat.server.endpoints import JSON, OCTETS, Query
from teamchat.server.keys import ENDPOINT, RULES
from teamchat.wire.problems import Code, ProblemError, Reason

T = TypeVar("T")

PAGE: Final = 100
"""The most people on one page."""

PAGING: Final = (
    Query(name="query", schema=(("type", "string"), ("maxLength", 200)), meaning="Part of a name."),
    Query(
        name="after",
        schema=(("type", "string"), ("maxLength", 200)),
        meaning="`next` of the page before.",
    ),
    Query(
        name="limit",
        schema=(("type", "integer"), ("minimum", 1), ("maximum", PAGE)),
        meaning="How many at most.",
    ),
)

_IDENTIFIER = re.compile(PATTERN)
_NUMBER = re.compile(r"[0-9]{1,16}")
_SAFE = re.compile(r"^(Expected|Object missing required field)")
_PLACE = re.compile(r" - at (`\$[^`]*`)$")
_REASONS: Final = {
    "`$.user_name`": Reason.USER_NAME_NOT_USABLE,
    "`$.display_name`": Reason.NAME_NOT_USABLE,
    "`$.name`": Reason.NAME_NOT_USABLE,
    "`$.time_zone`": Reason.NO_SUCH_TIME_ZONE,
    "`$.password`": Reason.PASSWORD_TOO_SHORT,
    "`$.new`": Reason.PASSWORD_TOO_SHORT,
}
"""What is wrong, if a field that a person filled in is not as it must be."""


async def read(request: web.Request, body: type[T]) -> T:
    """Read the JSON body of a request.

    Raises:
        ProblemError: UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, MALFORMED (no JSON, or it came too
            slowly) or INVALID (JSON of another shape).
    """
    if request.content_type != JSON:
        raise ProblemError(Code.UNSUPPORTED_MEDIA_TYPE, f"send {JSON}")
    data = await _body(request, request[ENDPOINT].body_bytes)
    try:
        return msgspec.json.decode(data, type=body)
    except msgspec.ValidationError as error:
        _require_json(data)  # the decoder complains of a shape before it has seen the end
        said = _without_values(str(error))
        raise ProblemError(Code.INVALID, said, reason=_reason(str(error))) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ProblemError(Code.MALFORMED, "the body is not JSON") from None


async def octets(request: web.Request) -> bytes:
    """Read the body of a small upload into memory.

    Raises:
        ProblemError: UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, or MALFORMED (it came too slowly).
    """
    if request.content_type != OCTETS:
        raise ProblemError(Code.UNSUPPORTED_MEDIA_TYPE, f"send {OCTETS}")
    return await _body(request, request[ENDPOINT].body_bytes)


async def stream(request: web.Request) -> AsyncIterator[bytes]:
    """Yield the body of an upload as it comes; a pause that is too long ends it.

    Raises:
        ProblemError: MALFORMED, nothing came for too long.
    """
    pieces = request.content.iter_any()
    while True:
        try:
            async with asyncio.timeout(request.app[RULES].body_seconds):
                piece = await anext(pieces, b"")
        except TimeoutError:
            raise ProblemError(Code.MALFORMED, "the upload paused for too long") from None
        if not piece:
            return
        yield piece


def length(request: web.Request) -> int:
    """Return the length that an upload announces.

    Raises:
        ProblemError: UNSUPPORTED_MEDIA_TYPE, or MALFORMED (none is announced).
    """
    if request.content_type != OCTETS:
        raise ProblemError(Code.UNSUPPORTED_MEDIA_TYPE, f"send {OCTETS}")
    if request.content_length is None:
        raise ProblemError(Code.MALFORMED, "send Content-Length")
    return request.content_length


def reply(value: object, *, status: int = 200) -> web.Response:
    """Return an answer as JSON."""
    body = msgspec.json.encode(value)
    return web.Response(body=body, status=status, content_type=JSON)


def nothing() -> web.Response:
    """Return that it is done."""
    return web.Response(status=204)


def path_id(request: web.Request, name: str) -> str:
    """Return an identifier in the address.

    Raises:
        ProblemError: NOT_FOUND, nothing has such an identifier.
    """
    written = request.match_info[name]
    if not _IDENTIFIER.fullmatch(written):
        raise ProblemError(Code.NOT_FOUND)
    return written


def path_number(request: web.Request, name: str) -> int:
    """Return a number in the address.

    Raises:
        ProblemError: NOT_FOUND, this is no number.
    """
    written = request.match_info[name]
    if not _NUMBER.fullmatch(written):
        raise ProblemError(Code.NOT_FOUND)
    return int(written)


def page(request: web.Request) -> tuple[str, str, int]:
    """Return query, after and limit of a list.

    Raises:
        ProblemError: INVALID, they are too long or not a number.
    """
    query, after = request.query.get("query", ""), request.query.get("after", "")
    limit = request.query.get("limit", str(PAGE))
    if max(len(query), len(after)) > 200:
        raise ProblemError(Code.INVALID, "query and after have 200 characters at most")
    if not _NUMBER.fullmatch(limit) or not 1 <= int(limit) <= PAGE:
        raise ProblemError(Code.INVALID, f"limit is a number from 1 to {PAGE}")
    return query, after, int(limit)


async def _body(request: web.Request, most: int) -> bytes:
    data = bytearray()
    try:
        async with asyncio.timeout(request.app[RULES].body_seconds):
            async for piece in request.content.iter_any():
                data += piece
                if len(data) > most:
                    raise ProblemError(Code.TOO_LARGE, f"at most {most} bytes")
    except TimeoutError:
        raise ProblemError(Code.MALFORMED, "the body came too slowly") from None
    return bytes(data)


def _require_json(data: bytes) -> None:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ProblemError(Code.MALFORMED, "the body is not JSON") from None


def _reason(message: str) -> str:
    """Return why, if a field that a person filled in is not as it must be; or nothing."""
    place = _PLACE.search(message)
    return _REASONS.get(place[1], "") if place else ""


def _without_values(message: str) -> str:
    """Return what a decoder says, without anything that the caller wrote."""
    if _SAFE.match(message):
        return message
    if message.startswith("Object contains unknown field"):
        return "there is a field that is not known here"
    place = _PLACE.search(message)
    return f"not an allowed value at {place[1]}" if place else "not an allowed value"
