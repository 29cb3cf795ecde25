"""For devices whose session is refused: whether they were removed (docs/spec/wiping.md)."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.endpoints import Table
from teamchat.server.keys import SERVICES
from teamchat.server.routes.exchange import read, reply
from teamchat.wire.devices import AskRemoval, RemovalProof
from teamchat.wire.limits import KIB
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add(
    "POST",
    "/devices/removal-proof",
    action=None,
    limit=Limit.REMOVAL_PROOFS_BY_NETWORK,
    takes=AskRemoval,
    gives=RemovalProof,
    body_bytes=KIB,
    problems=(Code.NOT_FOUND,),
)
async def removal_proof(request: web.Request) -> web.Response:
    """Prove to a device that it was removed; it asks with its key, as it has no session."""
    body = await read(request, AskRemoval)
    return reply(await request.app[SERVICES].removal_proofs.ask(body))
