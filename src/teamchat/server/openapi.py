"""The API document (OpenAPI 3.1), made from the routes and the bodies themselves.

It cannot say anything that the code does not: paths, permissions and limits come from
`endpoints`, schemas from `wire.bodies`, problems from `wire.problems`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

import msgspec

import teamchat
from teamchat.ids import PATTERN
from teamchat.server.endpoints import HTML, JSON, OCTETS, TEXT, Endpoint, File, Note
from teamchat.wire.problems import MEDIA_TYPE, Code, Problem

Schema = dict[str, object]

_PARAMETER = re.compile(r"{(\w+)(?::[^{}]*)?}")
SCHEMAS: Final[Mapping[str, Schema]] = {
    "epoch": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
    "begun": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
    "file": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,100}$"},
    "place": {"type": "string", "minLength": 1, "maxLength": 40, "example": "0/x001/067.p/3"},
}
"""Of the parameters in a path that are no identifiers; `place` has slashes (tlog-tiles)."""
_REFERENCE: Final = "#/components/schemas/{name}"


def document(endpoints: Sequence[Endpoint]) -> bytes:
    """Return the API document as JSON."""
    shown: Schema = {
        "openapi": "3.1.0",
        "info": {
            "title": "teamchat",
            "version": teamchat.__version__,
            "summary": "The HTTP API of a teamchat server",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": _paths(endpoints),
        "components": {
            "schemas": _schemas(endpoints),
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }
    return msgspec.json.format(msgspec.json.encode(shown, order="sorted"), indent=2) + b"\n"


def _paths(endpoints: Iterable[Endpoint]) -> Schema:
    paths: dict[str, dict[str, object]] = {}
    for endpoint in endpoints:
        shown = _PARAMETER.sub(r"{\1}", endpoint.path)
        paths.setdefault(shown, {})[endpoint.method.lower()] = _operation(endpoint)
    return dict(paths)


def _operation(endpoint: Endpoint) -> Schema:
    operation: Schema = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.handler.__module__.split(".")[-2]],
        "responses": _responses(endpoint),
        "security": [] if endpoint.action is None else [{"session": []}],
    }
    if endpoint.action is not None:
        operation["x-action"] = endpoint.action.value
        operation["x-needs-device"] = endpoint.action.needs_device
    if parameters := [*_in_path(endpoint), *_in_query(endpoint)]:
        operation["parameters"] = parameters
    if endpoint.takes is not None:
        operation["requestBody"] = {"required": True, "content": _content(endpoint.takes)}
    return operation


def _in_path(endpoint: Endpoint) -> list[Schema]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": SCHEMAS.get(name, {"type": "string", "pattern": PATTERN}),
        }
        for name in _PARAMETER.findall(endpoint.path)
    ]


def _in_query(endpoint: Endpoint) -> list[Schema]:
    return [
        {
            "name": query.name,
            "in": "query",
            "required": False,
            "description": query.meaning,
            "schema": dict(query.schema),
        }
        for query in endpoint.query
    ]


def _responses(endpoint: Endpoint) -> Schema:
    done: Schema = {"description": "Done" if endpoint.status != 101 else "A WebSocket is open"}
    if endpoint.gives is not None:
        done["content"] = _content(endpoint.gives)
    responses: Schema = {str(endpoint.status): done}
    if endpoint.gives is bytes:
        responses["206"] = {"description": "A part", "content": _content(bytes)}
        responses["416"] = {"description": "There is no such part"}
    for status, codes in _problems(endpoint).items():
        responses[str(status)] = {
            "description": ", ".join(code.slug for code in codes),
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(name="Problem")}}},
        }
    return responses


def _problems(endpoint: Endpoint) -> dict[int, list[Code]]:
    """Return what may go wrong by status: what is common, and what the route adds."""
    codes = {Code.MALFORMED, Code.TOO_MANY_REQUESTS, Code.INTERNAL, *endpoint.problems}
    if endpoint.takes is not None:
        codes |= {Code.INVALID, Code.TOO_LARGE, Code.UNSUPPORTED_MEDIA_TYPE, Code.STORAGE_FULL}
    if endpoint.query:
        codes.add(Code.INVALID)
    if endpoint.action is not None:
        codes |= {Code.NOT_LOGGED_IN, Code.REVOKED, Code.FORBIDDEN, Code.OVERLOADED}
        codes |= {Code.NO_DEVICE} if endpoint.action.needs_device else set()
    if endpoint.method != "GET":
        codes |= {Code.OVERLOADED, Code.STORAGE_FULL}
    if "{" in endpoint.path:
        codes.add(Code.NOT_FOUND)
    by_status: dict[int, list[Code]] = {}
    for code in sorted(codes, key=lambda code: code.slug):
        by_status.setdefault(code.status, []).append(code)
    return by_status


def _content(body: type) -> Schema:
    if body is bytes:
        return {OCTETS: {"schema": {}}}
    if body is str:
        return {HTML: {"schema": {"type": "string"}}}
    if body is File:
        return {"*/*": {"schema": {}}}
    if body is Note:
        return {TEXT: {"schema": {"type": "string"}}}
    if body is dict:
        return {JSON: {"schema": {"type": "object"}}}
    return {JSON: {"schema": {"$ref": _REFERENCE.format(name=body.__name__)}}}


def _schemas(endpoints: Iterable[Endpoint]) -> Schema:
    bodies: set[type] = {Problem}
    for endpoint in endpoints:
        bodies |= {body for body in (endpoint.takes, endpoint.gives) if body is not None}
    _, schemas = msgspec.json.schema_components(
        sorted(bodies - {bytes, dict, str, Note, File}, key=lambda body: body.__name__),
        ref_template=_REFERENCE,
    )
    return cast("Schema", schemas)


if __name__ == "__main__":  # writes docs/reference/openapi.json: see tests/api/test_openapi.py
    import sys

    from teamchat.server.routes.all_routes import ENDPOINTS

    sys.stdout.buffer.write(document(ENDPOINTS))
