"""A bare client of the socket: it sends and receives frames and does nothing else.

Its messages are PrivateMessages with random ciphertext of the size of a short text. The
server cannot tell them from real ones, so that its cost is measured and no client's.
"""

import asyncio
import os
import time
from typing import Self

import aiohttp

from teamchat.ids import ConversationId, identifier_bytes
from teamchat.mls.framing.content import ContentType
from teamchat.mls.framing.message import wrap
from teamchat.mls.framing.private_message import PrivateMessage
from teamchat.wire import frames, limits

CIPHERTEXT_BYTES = 600


def message(conversation: ConversationId, epoch: int) -> bytes:
    """Return what the server takes for an application message of this epoch."""
    return wrap(
        PrivateMessage(
            group_id=identifier_bytes(conversation),
            epoch=epoch,
            content_type=ContentType.APPLICATION,
            authenticated_data=b"",
            encrypted_sender_data=os.urandom(28),
            ciphertext=os.urandom(CIPHERTEXT_BYTES),
        )
    )


class WireClient:
    """One socket. `received` counts items of others; `latencies` are of its own sends."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.replace("http", "ws", 1) + "/v1/socket"
        self._token = token
        self._session = aiohttp.ClientSession()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[int]] = {}
        self._request = 0
        self._digested = 0
        self.items = 0
        self.heads: dict[ConversationId, int] = {}
        self.latencies: list[float] = []

    async def open(self, cursors: dict[ConversationId, tuple[int, int]] | None = None) -> Self:
        """Connect, say hello and ask for everything after the cursors."""
        headers = {"Authorization": f"Bearer {self._token}"}
        self._socket = await self._session.ws_connect(
            self._url, headers=headers, compress=0, max_msg_size=limits.FRAME_BYTES
        )
        await self._put(frames.Hello(limits.PROTOCOL_VERSION, self._token))
        ready = frames.decode_server(await self._socket.receive_bytes())
        assert isinstance(ready, frames.Ready), ready
        await self._put(frames.Sync(cursors or {}, 0))
        self._reader = asyncio.create_task(self._read())
        return self

    async def close(self) -> None:
        """Hang up."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        await self._session.close()

    async def send(self, conversation: ConversationId, epoch: int) -> None:
        """Send one message, and wait until the server says that it is durable."""
        self._request += 1
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answers[self._request] = answer
        body = message(conversation, epoch)
        started = time.perf_counter()
        await self._put(frames.Send(self._request, conversation, os.urandom(16), body))
        await answer
        self.latencies.append(time.perf_counter() - started)

    async def _put(self, frame: frames.ClientFrame) -> None:
        assert self._socket is not None
        await self._socket.send_bytes(frames.encode(frame))

    async def _read(self) -> None:
        assert self._socket is not None
        async for raw in self._socket:
            frame = frames.decode_server(raw.data)
            match frame:
                case frames.Sent(request=request, seq=seq):
                    self._answers.pop(request).set_result(seq)
                case frames.Nack(request=request) as nack:
                    self._answers.pop(request).set_exception(RuntimeError(repr(nack)))
                case frames.Batch() as batch:
                    self.items += len(batch.items)
                    last = batch.first_seq + len(batch.items) - 1
                    self.heads[batch.conversation] = last
                    await self._digest(len(raw.data))
                case frames.InboxBatch():
                    await self._digest(len(raw.data))
                case frames.Bye() as bye:
                    raise RuntimeError(repr(bye))
                case _:
                    pass

    async def _digest(self, size: int) -> None:
        self._digested += size
        if self._digested >= limits.CREDIT_BYTES // 4:
            await self._put(frames.Credit(self._digested))
            self._digested = 0
