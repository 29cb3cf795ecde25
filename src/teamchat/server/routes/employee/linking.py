"""Linking a further device, from one that is there already."""

from typing import Final

from aiohttp import web

from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import nothing, path_id, path_number, read, reply
from teamchat.wire.limits import KIB
from teamchat.wire.linking import (
    MESSAGES,
    AskGrant,
    CloseOwnMailbox,
    Grant,
    MailboxMessages,
    WriteOwnMailbox,
)
from teamchat.wire.problems import Code

routes: Final = Table(prefix="/v1/me")


@routes.add(
    "POST",
    "/linkings/grants",
    action=Action.LINK_DEVICES,
    limit=Limit.DEVICES_BY_SESSION,
    status=201,
    takes=AskGrant,
    gives=Grant,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT,),
)
async def ask_grant(request: web.Request) -> web.Response:
    """Ask that the device that this one vouches for may be registered."""
    body = await read(request, AskGrant)
    return reply(await request.app[SERVICES].linkings.ask(request[ACTOR], body), status=201)


@routes.add(
    "POST",
    "/linkings/{mailbox}/join",
    action=Action.LINK_DEVICES,
    gives=MailboxMessages,
    problems=(Code.CONFLICT,),
)
async def join_mailbox(request: web.Request) -> web.Response:
    """Tie the mailbox of a code to this device, and read it."""
    name = path_id(request, "mailbox")
    return reply(await request.app[SERVICES].mailboxes.join(request[ACTOR], name))


@routes.add(
    "GET",
    "/linkings/{mailbox}/messages/{after}",
    action=Action.LINK_DEVICES,
    gives=MailboxMessages,
)
async def read_own_mailbox(request: web.Request) -> web.Response:
    """Read the mailbox that this device has joined."""
    name, after = path_id(request, "mailbox"), min(path_number(request, "after"), MESSAGES)
    return reply(await request.app[SERVICES].mailboxes.read_own(request[ACTOR], name, after))


@routes.add(
    "POST",
    "/linkings/{mailbox}/messages",
    action=Action.LINK_DEVICES,
    takes=WriteOwnMailbox,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT,),
)
async def write_own_mailbox(request: web.Request) -> web.Response:
    """Write into the mailbox that this device has joined."""
    name, body = path_id(request, "mailbox"), await read(request, WriteOwnMailbox)
    await request.app[SERVICES].mailboxes.write_own(request[ACTOR], name, body)
    return nothing()


@routes.add(
    "POST",
    "/linkings/{mailbox}/close",
    action=Action.LINK_DEVICES,
    takes=CloseOwnMailbox,
    body_bytes=2 * KIB,
)
async def close_own_mailbox(request: web.Request) -> web.Response:
    """Break off, as the device that has joined."""
    name, body = path_id(request, "mailbox"), await read(request, CloseOwnMailbox)
    await request.app[SERVICES].mailboxes.close_own(request[ACTOR], name, body.message)
    return nothing()
