"""Running the server: listen, serve until told to stop, let everybody finish, go.

Stopping: readiness says no, no connection is taken any more, sockets are told when to come
back, requests under way are finished, and what waits for the database is written.
"""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web

import teamchat
from teamchat.clock import Clock, SystemClock
from teamchat.listening import Door
from teamchat.server import hang_ups, upkeep
from teamchat.server.certificate import ServedCertificate
from teamchat.server.composition import Parts, composed
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.settings import Settings, require_private_transport
from teamchat.server.settings_values import SettingsError
from teamchat.server.tls import TLSError
from teamchat.server.web.files import BUILT, WebClient, WebClientError, read_files
from teamchat.wire.problems import ProblemError

BACKLOG: Final = 1_024

log = logging.getLogger("teamchat.server")


async def serve(
    settings: Settings, *, clock: Clock | None = None, ready: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        settings: All settings.
        clock: This machine's if None.
        ready: Told where the server listens, with what it speaks, once it does.

    Raises:
        SettingsError: Passwords would cross a network in the clear, or the address is taken.
        TLSError: The certificate cannot be used.
        DatabaseInUseError: Another process serves from this data directory.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):  # before anybody is answered who may end it
        loop.add_signal_handler(number, stop.set)
    async with serving(settings, clock=clock or SystemClock()) as parts:
        if not await parts.services.people.organisation():
            raise SettingsError("there is no organisation yet; run teamchat-server init first")
        ready(parts.settings.listens_on)
        await stop.wait()


@asynccontextmanager
async def serving(
    settings: Settings,
    *,
    clock: Clock,
    random: Callable[[int], bytes] = os.urandom,
    built: Path = BUILT,
) -> AsyncIterator[Parts]:
    """Compose and listen; drain at the end. The settings of what is yielded have the real port.

    Args:
        settings: All settings.
        clock: The only clock.
        random: Where randomness comes from.
        built: The folder of the built web client.

    Raises:
        SettingsError: Passwords would cross a network in the clear, or the address is taken.
        TLSError: The certificate cannot be used.
        DatabaseInUseError: Another process serves from this data directory.
    """
    require_private_transport(settings)
    certificate = ServedCertificate(settings.tls) if settings.tls.certificate else None
    listener = _listen(settings)
    settings = _with_port(settings, listener.getsockname()[1])
    try:
        client = _web_client(built)
        async with composed(settings, clock=clock, random=random, web_client=client) as parts:
            await parts.services.blobs.sweep()
            await upkeep.sweep(parts.services)
            await parts.services.web_builds.announce()
            await _note(parts, Event.SERVER_STARTED, {"version": teamchat.__version__})
            async with _listening(parts, listener, certificate), _at_work(parts):
                yield parts
            await _note(parts, Event.SERVER_STOPPED, {"cause": "asked"})
    finally:
        listener.close()


def _web_client(built: Path) -> WebClient:
    """Read the web client; without one, or with a damaged one, all else works all the same."""
    try:
        client = read_files(built)
    except WebClientError as error:
        fields = {"why": str(error), "make_it_with": "make web"}
        log.error("damaged-web-client", extra={"fields": fields})  # noqa: TRY400 - its words say more than where it was noticed
        return WebClient()
    if client.index is None:
        log.warning("no-web-client", extra={"fields": {"make_it_with": "make web"}})
    return client


@asynccontextmanager
async def _listening(
    parts: Parts, listener: socket.socket, certificate: ServedCertificate | None
) -> AsyncIterator[None]:
    settings = parts.settings
    runner = web.AppRunner(
        parts.app,
        access_log=None,
        handle_signals=False,
        auto_decompress=False,
        keepalive_timeout=settings.limits.idle_seconds,
        lingering_time=min(5.0, settings.limits.body_seconds),
        shutdown_timeout=settings.server.drain_seconds,
    )
    await runner.setup()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        Door(runner, settings.limits.connections),
        sock=listener,
        ssl=None if certificate is None else certificate.context,
        backlog=BACKLOG,
    )
    log.info("listening", extra={"fields": {"url": settings.listens_on}})
    async with hang_ups.hearing(lambda: _reload(parts, certificate)):
        try:
            yield
        finally:
            log.info("draining")
            parts.services.health.drain()
            server.close()
            await parts.sockets.drain()
            await runner.cleanup()


@asynccontextmanager
async def _at_work(parts: Parts) -> AsyncIterator[None]:
    """Sign the key directory, have it cosigned, wake devices, and sweep each hour, to the end."""
    work = (
        parts.signer.run(),
        parts.witnesses.run(),
        parts.pushes.run(),
        upkeep.run(parts.services),
    )
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise SettingsError(f"cannot listen on {host} port {port}: {error.strerror}") from error
    made.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    return made


def _with_port(settings: Settings, port: int) -> Settings:
    server = msgspec.structs.replace(settings.server, port=port)
    return msgspec.structs.replace(settings, server=server)


async def _reload(parts: Parts, certificate: ServedCertificate | None) -> None:
    if certificate is None:
        log.info("nothing-to-reload")
        return
    try:
        shown = certificate.reload()
    except TLSError as error:
        log.error("certificate-not-reloaded", extra={"fields": {"why": str(error)}})  # noqa: TRY400 - an operator's mistake: its words say more than where it was noticed
        return
    log.info("certificate-reloaded")
    if shown is not None:
        detail: dict[str, audit.Detail] = {"sha256": shown.sha256, "not_after": shown.not_after}
        with suppress(ProblemError):  # a full disk: the certificate is in use all the same
            await _note(parts, Event.TLS_CERT_ROTATED, detail, subject="certificate")


async def _note(
    parts: Parts, event: Event, detail: dict[str, audit.Detail], *, subject: str = "server"
) -> None:
    now = parts.clock.now()
    await parts.database.write(
        lambda connection: audit.record(
            connection,
            event=event,
            actor=audit.SYSTEM,
            subject=subject,
            detail=detail,
            now=now,
        )
    )
