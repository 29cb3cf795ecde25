"""What our programs that listen have in common: how many they let in, which TLS they speak."""

import asyncio
import ssl
from typing import Final

from aiohttp import web

CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2; those of 1.3 are all good."""


class Door:
    """Lets connections in, so many at the same time: the protocol factory of a listener.

    Args:
        runner: Whose connections they are; set up already.
        most: How many at the same time.
    """

    def __init__(self, runner: web.AppRunner, most: int) -> None:
        self._runner = runner
        self._most = most

    def __call__(self) -> asyncio.Protocol:
        """Return what speaks with the next connection, or closes it."""
        server = self._runner.server
        if server is None or len(server.connections) >= self._most:
            return _Refusal()
        return server()


class _Refusal(asyncio.Protocol):
    """Closes a connection that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.abort()


def tls_without_certificate() -> ssl.SSLContext:
    """Return the server's side of TLS 1.3 and 1.2 for HTTP/1.1, its certificate still missing."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(CIPHERS)
    made.set_alpn_protocols(["http/1.1"])
    return made
