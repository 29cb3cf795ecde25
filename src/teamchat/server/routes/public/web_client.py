"""The web client: its page at every address that it has, and the files that the page asks for.

Where it was not built, a browser gets the page about invitations instead (`landing`).
"""

import re
from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.endpoints import File, Query, Table
from teamchat.server.keys import SERVICES, WEB_CLIENT
from teamchat.server.routes.exchange import reply
from teamchat.server.routes.public.landing import landing_page
from teamchat.server.web.answer import answer
from teamchat.server.web.files import HASHED
from teamchat.wire.problems import Code, ProblemError
from teamchat.wire.web_build import WebBuild

routes: Final = Table(prefix="")

KNOWN: Final = Query(
    name="known",
    schema=(("type", "integer"), ("minimum", 0)),
    meaning="The size of the tree that whoever asks knows already.",
)
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,14}")


def _page(request: web.Request) -> web.Response:
    index = request.app[WEB_CLIENT].index
    return landing_page() if index is None else answer(request, index)


@routes.add("GET", "/", action=None, limit=Limit.PAGES_BY_NETWORK, gives=str)
async def home(request: web.Request) -> web.Response:
    """Open the web client in a browser."""
    return _page(request)


@routes.add("GET", "/join", action=None, limit=Limit.PAGES_BY_NETWORK, gives=str)
async def join(request: web.Request) -> web.Response:
    """Open the web client at an invitation link, whose secret stands behind `#`: it is not sent."""
    return _page(request)


@routes.add("GET", "/settings", action=None, limit=Limit.PAGES_BY_NETWORK, gives=str)
async def settings(request: web.Request) -> web.Response:
    """Open the web client at its settings."""
    return _page(request)


@routes.add("GET", "/c/{conversation}", action=None, limit=Limit.PAGES_BY_NETWORK, gives=str)
async def conversation(request: web.Request) -> web.Response:
    """Open the web client at a conversation, whichever there is: this server does not look."""
    return _page(request)


@routes.add(
    "GET",
    "/app.webmanifest",
    action=None,
    limit=Limit.PAGES_BY_NETWORK,
    gives=File,
    problems=(Code.NOT_FOUND,),
)
async def manifest(request: web.Request) -> web.Response:
    """Return what a browser needs to install the web client as an app."""
    return _file(request, "app.webmanifest")


@routes.add(
    "GET",
    "/sw.js",
    action=None,
    limit=Limit.PAGES_BY_NETWORK,
    gives=File,
    problems=(Code.NOT_FOUND,),
)
async def service_worker(request: web.Request) -> web.Response:
    """Return what lets the web client open without a connection."""
    return _file(request, "sw.js")


@routes.add(
    "GET",
    "/licences.txt",
    action=None,
    limit=Limit.PAGES_BY_NETWORK,
    gives=File,
    problems=(Code.NOT_FOUND,),
)
async def licences(request: web.Request) -> web.Response:
    """Return whose work the web client contains, and on which terms."""
    return _file(request, "licences.txt")


@routes.add(
    "GET",
    "/v1/web",
    action=None,
    gives=WebBuild,
    query=(KNOWN,),
    problems=(Code.NOT_FOUND, Code.OVERLOADED),
)
async def build(request: web.Request) -> web.Response:
    """Say which build of the web client is handed out, and prove that everybody is told so."""
    known = request.query.get("known", "0")
    if not _SIZE.fullmatch(known):
        raise ProblemError(Code.INVALID, "known is the size of a tree")
    return reply(await request.app[SERVICES].web_builds.shown(int(known)))


@routes.add("GET", "/assets/{file}", action=None, limit=Limit.PAGES_BY_NETWORK, gives=File)
async def asset(request: web.Request) -> web.Response:
    """Return a file of the web client."""
    return _file(request, HASHED + request.match_info["file"])


def _file(request: web.Request, path: str) -> web.Response:
    file = request.app[WEB_CLIENT].files.get(path)
    if file is None:
        raise ProblemError(Code.NOT_FOUND)
    return answer(request, file)
