"""What a route promises: one record per route, read by routing, middleware and the API document.

A route declares who may call it, how often, what it takes and gives. Nothing is permitted that
is not declared: a route without an action is for anybody, and says so by being public.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.wire import limits
from teamchat.wire.problems import Code

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

OCTETS: Final = "application/octet-stream"
JSON: Final = "application/json"
HTML: Final = "text/html"
TEXT: Final = "text/plain"


class Note(str):
    """A signed note: what a route gives as plain text."""

    __slots__ = ()


class File(bytes):
    """A file of the web client: what a route gives in the file's own media type."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parameter in the address: its name, its JSON schema, one line."""

    name: str
    schema: tuple[tuple[str, str | int], ...]
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One route.

    Attributes:
        action: What the caller must be allowed to do; None lets anybody call.
        limit: The rate limit, counted by session, or by network if anybody may call.
        takes: The type of the JSON body, `bytes` for a stream, None for no body.
        gives: The type of the JSON answer, `bytes` for a stream, `dict` for a document of
            another kind, `str` for a page for people, `Note` for plain text, `File` for a
            file of the web client, None for no body.
        problems: What else may go wrong here; common problems are not listed.
    """

    method: str
    path: str
    handler: Handler
    status: int
    action: Action | None
    limit: Limit
    takes: type | None
    gives: type | None
    body_bytes: int
    query: tuple[Query, ...]
    problems: tuple[Code, ...]

    @property
    def name(self) -> str:
        """The operation's name in the API document."""
        module = self.handler.__module__.rpartition(".")[2]
        return f"{module}.{self.handler.__name__}"

    @property
    def is_page(self) -> bool:
        """Whether a browser opens it: then it answers HEAD as well."""
        return self.gives in {str, File}

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]


@dataclass(slots=True)
class Table:
    """The routes of one file, in order."""

    prefix: str = "/v1"
    endpoints: list[Endpoint] = field(default_factory=list)

    def add(  # noqa: PLR0913 - one keyword for each field of Endpoint
        self,
        method: str,
        path: str,
        *,
        action: Action | None,
        limit: Limit | None = None,
        status: int = 200,
        takes: type | None = None,
        gives: type | None = None,
        body_bytes: int = limits.BODY_BYTES,
        query: tuple[Query, ...] = (),
        problems: tuple[Code, ...] = (),
    ) -> Callable[[Handler], Handler]:
        """Declare the route that a handler answers."""
        usual = Limit.REQUESTS_BY_SESSION if action else Limit.ANONYMOUS_BY_NETWORK

        def declare(handler: Handler) -> Handler:
            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=self.prefix + path,
                    handler=handler,
                    status=status if gives is not None or status != 200 else 204,
                    action=action,
                    limit=limit or usual,
                    takes=takes,
                    gives=gives,
                    body_bytes=body_bytes if takes is not None else 0,
                    query=query,
                    problems=problems,
                )
            )
            return handler

        return declare
