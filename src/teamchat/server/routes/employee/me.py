"""Oneself: session, password, identity, devices."""

from typing import Final

from aiohttp import web

from teamchat.ids import DeviceId
from teamchat.server.auth.limits import Limit
from teamchat.server.auth.permissions import Action
from teamchat.server.endpoints import Table
from teamchat.server.keys import ACTOR, NETWORK, SERVICES
from teamchat.server.routes.exchange import nothing, path_id, read, reply
from teamchat.wire.bodies import (
    AddDevice,
    ChangePassword,
    Device,
    Devices,
    Identity,
    Me,
    RemoveDevice,
    SetIdentity,
    TakeDevice,
)
from teamchat.wire.limits import KIB, MIB
from teamchat.wire.problems import Code

routes: Final = Table()


@routes.add("POST", "/logout", action=Action.USE_OWN_ACCOUNT)
async def log_out(request: web.Request) -> web.Response:
    """End this session."""
    await request.app[SERVICES].sessions.log_out(request[ACTOR])
    return nothing()


@routes.add("GET", "/me", action=Action.USE_OWN_ACCOUNT, gives=Me)
async def me(request: web.Request) -> web.Response:
    """Say who I am."""
    return reply(await request.app[SERVICES].people.me(request[ACTOR]))


@routes.add(
    "PUT",
    "/me/password",
    action=Action.USE_OWN_ACCOUNT,
    takes=ChangePassword,
    body_bytes=16 * KIB,
    problems=(Code.WRONG_CREDENTIALS, Code.CONFLICT, Code.OVERLOADED),
)
async def change_password(request: web.Request) -> web.Response:
    """Set another password; every other session of mine ends."""
    body = await read(request, ChangePassword)
    await request.app[SERVICES].sessions.change_password(request[ACTOR], body)
    return nothing()


@routes.add("GET", "/me/identity", action=Action.USE_OWN_ACCOUNT, gives=Identity)
async def identity(request: web.Request) -> web.Response:
    """Return my identity key and the box that only my recovery key opens."""
    return reply(
        await request.app[SERVICES].identities.own(request[ACTOR], network=request[NETWORK])
    )


@routes.add(
    "PUT",
    "/me/identity",
    action=Action.REGISTER_DEVICE,
    takes=SetIdentity,
    gives=Identity,
    body_bytes=16 * KIB,
    problems=(Code.CONFLICT,),
)
async def publish_identity(request: web.Request) -> web.Response:
    """Publish my identity key, once."""
    body = await read(request, SetIdentity)
    return reply(await request.app[SERVICES].identities.publish(request[ACTOR], body))


@routes.add("GET", "/me/devices", action=Action.USE_OWN_ACCOUNT, gives=Devices)
async def devices(request: web.Request) -> web.Response:
    """List my devices."""
    return reply(await request.app[SERVICES].devices.own(request[ACTOR]))


@routes.add(
    "POST",
    "/me/devices",
    action=Action.REGISTER_DEVICE,
    limit=Limit.DEVICES_BY_SESSION,
    status=201,
    takes=AddDevice,
    gives=Device,
    body_bytes=3 * MIB,
    problems=(Code.CONFLICT,),
)
async def add_device(request: web.Request) -> web.Response:
    """Register the device of this session."""
    body = await read(request, AddDevice)
    return reply(await request.app[SERVICES].devices.add(request[ACTOR], body), status=201)


@routes.add(
    "PUT",
    "/me/session/device",
    action=Action.REGISTER_DEVICE,
    takes=TakeDevice,
    gives=Device,
    body_bytes=16 * KIB,
    problems=(Code.NOT_FOUND, Code.CONFLICT),
)
async def take_device(request: web.Request) -> web.Response:
    """Bind this session to a device of mine that has its key here."""
    body = await read(request, TakeDevice)
    devices = request.app[SERVICES].devices
    return reply(await devices.take(request[ACTOR], body, network=request[NETWORK]))


@routes.add(
    "DELETE",
    "/me/devices/{device}",
    action=Action.USE_OWN_ACCOUNT,
    problems=(Code.NO_DEVICE,),
)
async def remove_device(request: web.Request) -> web.Response:
    """Remove a device of mine, and leave open who wanted it; it is out at once."""
    device = DeviceId(path_id(request, "device"))
    await request.app[SERVICES].devices.remove(request[ACTOR], device)
    return nothing()


@routes.add(
    "POST",
    "/me/devices/{device}/removal",
    action=Action.USE_OWN_ACCOUNT,
    takes=RemoveDevice,
    body_bytes=16 * KIB,
    problems=(Code.NO_DEVICE,),
)
async def remove_device_signed(request: web.Request) -> web.Response:
    """Remove a device of mine, signed by one of mine for the key directory; it is out at once."""
    device = DeviceId(path_id(request, "device"))
    body = await read(request, RemoveDevice)
    await request.app[SERVICES].devices.remove(request[ACTOR], device, body)
    return nothing()
