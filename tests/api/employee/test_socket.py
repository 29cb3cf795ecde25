"""Whatever ends a session closes its socket at once."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from teamchat.wire import frames
from teamchat.wire.bodies import ChangePassword
from teamchat.wire.frames import Bye, Drain, Hello, Ready
from tests.support.server import PASSWORD, Person, RunningServer, running_server


async def opened(server: RunningServer, token: str) -> aiohttp.ClientWebSocketResponse:
    socket = await server.socket()
    await socket.send_bytes(frames.encode(Hello(1, token)))
    return socket


async def ending(socket: aiohttp.ClientWebSocketResponse) -> tuple[int | None, list[object]]:
    """Return the code that the server closes with, and what it said before."""
    async with asyncio.timeout(60):
        said: list[object] = [frames.decode_server(each.data) async for each in socket]
    return socket.close_code, said


async def remove_device(server: RunningServer, mei: Person) -> None:
    await server.call("DELETE", f"/v1/me/devices/{mei.device}", token=mei.token)


async def log_out(server: RunningServer, mei: Person) -> None:
    await server.call("POST", "/v1/logout", token=mei.token)


async def deactivate(server: RunningServer, mei: Person) -> None:
    await server.call("DELETE", f"/v1/admin/users/{mei.user}", token=server.admin_token)


async def change_password(server: RunningServer, mei: Person) -> None:
    other = (await server.log_in("mei")).token
    wanted = ChangePassword(PASSWORD, "a better password")
    await server.call("PUT", "/v1/me/password", wanted, token=other)


@pytest.mark.parametrize("end", [remove_device, log_out, deactivate, change_password])
async def test_a_socket_is_closed_at_once(
    tmp_path: Path, end: Callable[[RunningServer, Person], Awaitable[None]]
) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        ben = await server.add_device(await server.invite("ben"))
        socket, bystander = await opened(server, mei.token), await opened(server, ben.token)
        ready = frames.decode_server(await socket.receive_bytes())
        assert isinstance(ready, Ready)
        assert ready.device == mei.device
        await bystander.receive_bytes()
        await end(server, mei)
        code, said = await ending(socket)
        assert code == frames.CLOSE_REVOKED
        assert isinstance(said[-1], Bye)
        assert said[-1].code == "revoked"
        assert not bystander.closed
        refused = await opened(server, mei.token)
        assert (await ending(refused))[0] == frames.CLOSE_REVOKED
        await bystander.close()


async def test_without_a_device_there_is_no_socket(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        socket = await opened(server, server.admin_token)
        code, said = await ending(socket)
        assert code == frames.CLOSE_REVOKED
        assert isinstance(said[-1], Bye)
        assert said[-1].code == "no-device"


async def test_a_server_that_goes_says_when_to_come_back(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        async with running_server(tmp_path) as server:
            mei = await server.add_device(await server.invite("mei"))
            socket = await http.ws_connect(server.url + "/v1/socket")
            await socket.send_bytes(frames.encode(Hello(1, mei.token)))
            await socket.receive_bytes()
            waiting = asyncio.create_task(ending(socket))
            await asyncio.sleep(0)
        code, said = await waiting
        assert code == frames.CLOSE_DRAIN
        assert any(isinstance(each, Drain) for each in said)


async def test_the_request_may_say_who_opens_the_socket(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        mei = await server.add_device(await server.invite("mei"))
        url = server.url + "/v1/socket"
        socket = await server.http.ws_connect(url, headers={"Authorization": f"Bearer {mei.token}"})
        await socket.send_bytes(frames.encode(Hello(1, mei.token)))
        assert isinstance(frames.decode_server(await socket.receive_bytes()), Ready)
        await socket.close()
        for wrong in ("Bearer nobody", "Basic bWVpOm1laQ==", "", "Bearer " + "x" * 300):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await server.http.ws_connect(url, headers={"Authorization": wrong})
            assert refused.value.status == 401


async def test_a_plain_request_is_no_socket(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        got = await server.call("GET", "/v1/socket")
        assert got.status == 400
        assert got.problem == "malformed"
