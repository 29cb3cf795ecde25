"""Running a witness: listen, answer until told to stop, finish what is under way.

Time, size and number are bounded: a connection is closed when no whole request has come for a
while, and none is taken beyond `Limits.connections`.
"""

import asyncio
import signal
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from teamchat.listening import Door, tls_without_certificate
from teamchat.witness.errors import WitnessError
from teamchat.witness.http import Desk, application
from teamchat.witness.witness import Witness

BACKLOG: Final = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """What a stranger may use up.

    Attributes:
        connections: How many at the same time.
        idle_seconds: How long a connection may go without a whole request.
        body_seconds: How long a body may take.
    """

    connections: int = 256
    idle_seconds: float = 30.0
    body_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 takes any free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, written: str) -> "Address":
        """Read HOST:PORT; an IPv6 address stands in brackets.

        Raises:
            WitnessError: It is not one.
        """
        host, colon, port = written.rpartition(":")
        bare = host.removeprefix("[").removesuffix("]")
        if not colon or not bare or not (port.isascii() and port.isdecimal()) or int(port) > 65_535:
            raise WitnessError(f"{written} is not HOST:PORT: write it like 0.0.0.0:8425.")
        return cls(bare, int(port))

    @property
    def written(self) -> str:
        """As it stands in an address."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


async def serve(
    witness: Witness,
    address: Address,
    tls: ssl.SSLContext | None,
    ready: Callable[[str], None],
    limits: Limits | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        witness: Answers.
        address: Where to listen.
        tls: What speaks TLS; without it, plain HTTP is spoken.
        ready: Told the URL prefix once connections are taken.
        limits: What a stranger may use up.

    Raises:
        WitnessError: The address cannot be listened on.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with listening(witness, address, tls, limits or Limits()) as url:
        ready(url)
        await stop.wait()


@asynccontextmanager
async def listening(
    witness: Witness, address: Address, tls: ssl.SSLContext | None, limits: Limits
) -> AsyncIterator[str]:
    """Listen; yield the URL prefix; at the end finish what is under way.

    Raises:
        WitnessError: The address cannot be listened on.
    """
    listener = _listen(address)
    bound = Address(address.host, listener.getsockname()[1])
    with ThreadPoolExecutor(1, "witness") as thread:
        runner = web.AppRunner(
            application(Desk(witness, thread, limits.body_seconds)),
            access_log=None,
            handle_signals=False,
            auto_decompress=False,
            keepalive_timeout=limits.idle_seconds,
            lingering_time=1.0,
            shutdown_timeout=5.0,
        )
        await runner.setup()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            Door(runner, limits.connections), sock=listener, ssl=tls, backlog=BACKLOG
        )
        try:
            yield f"{'http' if tls is None else 'https'}://{bound.written}"
        finally:
            server.close()
            await runner.cleanup()


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return what speaks TLS with a certificate.

    Raises:
        WitnessError: The files cannot be used.
    """
    context = tls_without_certificate()
    try:
        context.load_cert_chain(certificate, key, password="")  # an encrypted key: no prompt
    except OSError as error:  # what OpenSSL raises is one too
        raise WitnessError(
            f"{certificate} and {key} cannot be used: give a certificate chain and its private "
            "key, both PEM, readable for this program, the key not encrypted."
        ) from error
    return context


def _listen(address: Address) -> socket.socket:
    try:
        family, kind, *_, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind)
    except (OSError, UnicodeError) as error:
        raise _cannot_listen(address, error) from error
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
    except OSError as error:
        made.close()
        raise _cannot_listen(address, error) from error
    made.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    return made


def _cannot_listen(address: Address, error: OSError | UnicodeError) -> WitnessError:
    why = error.strerror if isinstance(error, OSError) else "no address"
    return WitnessError(
        f"Cannot listen on {address.written} ({why}): give --listen another address."
    )
