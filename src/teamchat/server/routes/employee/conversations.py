"""Conversations: their members, and what a device needs to join one."""

from typing import Final

from aiohttp import web

from teamchat.ids import ConversationId, UserId
from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import OCTETS, Table
from teamchat.server.keys import ACTOR, SERVICES
from teamchat.server.routes.exchange import nothing, path_id, path_number, read, reply
from teamchat.wire.bodies import (
    Conversation,
    Conversations,
    CreateConversation,
    Group,
    SetMemberRole,
)
from teamchat.wire.limits import KIB, MIB
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add("GET", "/conversations", action=Action.CONVERSE, gives=Conversations)
async def conversations(request: web.Request) -> web.Response:
    """List my conversations."""
    return reply(await request.app[SERVICES].conversations.list(request[ACTOR]))


@routes.add(
    "POST",
    "/conversations",
    action=Action.CONVERSE,
    limit=Limit.CONVERSATIONS_BY_SESSION,
    status=201,
    takes=CreateConversation,
    gives=Conversation,
    body_bytes=3 * MIB,
    problems=(Code.CONFLICT, Code.NOT_FOUND, Code.STORAGE_FULL),
)
async def create(request: web.Request) -> web.Response:
    """Register a conversation and the group of one that its creator has made."""
    body = await read(request, CreateConversation)
    conversations = request.app[SERVICES].conversations
    return reply(await conversations.create(request[ACTOR], body), status=201)


@routes.add("GET", "/conversations/{conversation}", action=Action.CONVERSE, gives=Conversation)
async def conversation(request: web.Request) -> web.Response:
    """Return a conversation of mine."""
    return reply(await request.app[SERVICES].conversations.get(request[ACTOR], _which(request)))


@routes.add("GET", "/conversations/{conversation}/group", action=Action.CONVERSE, gives=Group)
async def group(request: web.Request) -> web.Response:
    """Return what a device of a member needs to join by itself."""
    return reply(await request.app[SERVICES].conversations.group(request[ACTOR], _which(request)))


@routes.add(
    "GET", "/conversations/{conversation}/tree/{epoch}", action=Action.CONVERSE, gives=bytes
)
async def tree(request: web.Request) -> web.Response:
    """Return the ratchet tree that goes with a Welcome."""
    which, epoch = _which(request), path_number(request, "epoch")
    body = await request.app[SERVICES].conversations.tree(request[ACTOR], which, epoch)
    return web.Response(body=body, content_type=OCTETS)


@routes.add(
    "PUT",
    "/conversations/{conversation}/members/{user}",
    action=Action.CONVERSE,
    takes=SetMemberRole,
    gives=Conversation,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT,),
)
async def set_role(request: web.Request) -> web.Response:
    """Change what a member may do."""
    which, user = _which(request), UserId(path_id(request, "user"))
    body = await read(request, SetMemberRole)
    conversations = request.app[SERVICES].conversations
    return reply(await conversations.set_role(request[ACTOR], which, user, body))


@routes.add(
    "DELETE",
    "/conversations/{conversation}/members/{user}",
    action=Action.CONVERSE,
    problems=(Code.CONFLICT,),
)
async def remove_absent(request: web.Request) -> web.Response:
    """Remove a member who has no device in the group; anybody else is removed by a commit."""
    which, user = _which(request), UserId(path_id(request, "user"))
    await request.app[SERVICES].absent_members.remove(request[ACTOR], which, user)
    return nothing()


def _which(request: web.Request) -> ConversationId:
    return ConversationId(path_id(request, "conversation"))
