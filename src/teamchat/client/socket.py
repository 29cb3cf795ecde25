"""The realtime socket over aiohttp: bytes in, bytes out; what they mean is the engine's."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import aiohttp

from teamchat.client.http import Http, OfflineError
from teamchat.wire.frames import FrameError, ServerFrame, decode_server
from teamchat.wire.limits import FRAME_BYTES, MIB

UNAUTHORIZED: Final = 401
CLOSE_SECONDS: Final = 3.0
OPEN_SECONDS: Final = 15.0
SEND_SECONDS: Final = 15.0
"""How long a frame may take to leave; a server that does not read must not hold the client."""


class RevokedError(OfflineError):
    """The server does not know this session any more."""


class Socket:
    """One open socket."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self._websocket = websocket

    @classmethod
    async def open(cls, http: Http) -> "Socket":
        """Open a socket.

        Raises:
            RevokedError: The server ended this session.
            OfflineError: It was not reached.
        """
        try:
            websocket = await http.session().ws_connect(
                http.url("/socket"),
                headers=http.headers(),
                max_msg_size=FRAME_BYTES + MIB,
                compress=0,
                autoping=True,
                timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
            )
        except aiohttp.WSServerHandshakeError as error:
            if error.status == UNAUTHORIZED:
                raise RevokedError("the session was ended") from error
            raise OfflineError(str(error)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise http.offline(error) from error
        http.untrusted = None
        return cls(websocket)

    @property
    def close_code(self) -> int:
        """Why it was closed; 0 if nobody said."""
        return self._websocket.close_code or 0

    async def send(self, data: bytes) -> None:
        """Send one frame; on a closed socket it is lost, and one that is stuck is closed."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._websocket.send_bytes(data)
        except TimeoutError:
            self._abort()
        except (aiohttp.ClientError, OSError, RuntimeError):
            await self.close()

    async def frames(self) -> AsyncIterator[tuple[ServerFrame, int]]:
        """Go through the frames and their sizes until the socket closes."""
        async for message in self._websocket:
            if message.type is not aiohttp.WSMsgType.BINARY:
                break
            try:
                frame = decode_server(message.data)
            except FrameError:
                break
            if frame is not None:
                yield frame, len(message.data)
        await self.close()

    async def close(self) -> None:
        """Close the socket."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._websocket.close()
        except TimeoutError:
            self._abort()

    def _abort(self) -> None:
        """Drop the connection without a word: there is nobody to take it."""
        connection = self._websocket._conn  # noqa: SLF001 - aiohttp has no public way to abort
        if connection is not None and connection.transport is not None:
            connection.transport.abort()
