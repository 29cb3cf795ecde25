"""Linking a device that is nobody's yet: its side of the mailbox, and its registration."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit, require_opening
from teamchat.server.endpoints import Table
from teamchat.server.keys import LIMITER, NETWORK, SERVICES
from teamchat.server.routes.exchange import nothing, path_id, read, reply
from teamchat.wire.bodies import Session
from teamchat.wire.limits import KIB, MIB
from teamchat.wire.linking import (
    CloseMailbox,
    MailboxMessages,
    OpenedMailbox,
    OpenMailbox,
    ReadMailbox,
    RedeemGrant,
    WriteMailbox,
)
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add(
    "POST",
    "/linkings",
    action=None,
    limit=Limit.LINKINGS_BY_NETWORK,
    status=201,
    takes=OpenMailbox,
    gives=OpenedMailbox,
    body_bytes=2 * KIB,
    problems=(Code.CONFLICT, Code.OVERLOADED),
)
async def open_mailbox(request: web.Request) -> web.Response:
    """Open the mailbox of a code, with the first message in it."""
    require_opening(request.app[LIMITER], request[NETWORK])
    body = await read(request, OpenMailbox)
    return reply(await request.app[SERVICES].mailboxes.open(body), status=201)


@routes.add(
    "POST",
    "/linkings/{mailbox}/read",
    action=None,
    limit=Limit.MAILBOXES_BY_NETWORK,
    takes=ReadMailbox,
    gives=MailboxMessages,
    body_bytes=2 * KIB,
    problems=(Code.NOT_FOUND,),
)
async def read_mailbox(request: web.Request) -> web.Response:
    """Read a mailbox, as the device that opened it."""
    name, body = path_id(request, "mailbox"), await read(request, ReadMailbox)
    return reply(await request.app[SERVICES].mailboxes.read(name, body))


@routes.add(
    "POST",
    "/linkings/{mailbox}/messages",
    action=None,
    limit=Limit.MAILBOXES_BY_NETWORK,
    takes=WriteMailbox,
    body_bytes=16 * KIB,
    problems=(Code.NOT_FOUND, Code.CONFLICT),
)
async def write_mailbox(request: web.Request) -> web.Response:
    """Write into a mailbox, as the device that opened it."""
    name, body = path_id(request, "mailbox"), await read(request, WriteMailbox)
    await request.app[SERVICES].mailboxes.write(name, body)
    return nothing()


@routes.add(
    "POST",
    "/linkings/{mailbox}/close",
    action=None,
    limit=Limit.MAILBOXES_BY_NETWORK,
    takes=CloseMailbox,
    body_bytes=2 * KIB,
    problems=(Code.NOT_FOUND,),
)
async def close_mailbox(request: web.Request) -> web.Response:
    """Break off, as the device that opened the mailbox."""
    name, body = path_id(request, "mailbox"), await read(request, CloseMailbox)
    await request.app[SERVICES].mailboxes.close(name, body)
    return nothing()


@routes.add(
    "POST",
    "/linkings/redeem",
    action=None,
    limit=Limit.LINKINGS_BY_NETWORK,
    status=201,
    takes=RedeemGrant,
    gives=Session,
    body_bytes=3 * MIB,
    problems=(Code.NOT_FOUND, Code.CONFLICT),
)
async def redeem(request: web.Request) -> web.Response:
    """Register the device that another one has vouched for, and begin its session."""
    body = await read(request, RedeemGrant)
    return reply(await request.app[SERVICES].linkings.redeem(body), status=201)
