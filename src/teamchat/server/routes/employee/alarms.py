"""What a client has found against the key directory."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import nothing, read
from teamchat.wire.alarms import ReportAlarm
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add(
    "POST",
    "/me/alarms",
    action=Action.USE_OWN_ACCOUNT,
    status=204,
    takes=ReportAlarm,
    problems=(Code.NO_DEVICE,),
)
async def report(request: web.Request) -> web.Response:
    """Tell that this device has an alarm about the key directory; its content stays there."""
    body = await read(request, ReportAlarm)
    await request.app[SERVICES].directory_alarms.report(request[ACTOR], body)
    return nothing()
