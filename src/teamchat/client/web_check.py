"""Whether a server hands out the web client that the log names, and that was built from source.

It needs no account: only what to compare with, from elsewhere than the server (docs/use/web.md).
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from teamchat.client.errors import AccountError
from teamchat.client.http import Http, OfflineError, RefusedError, ServerAddress
from teamchat.client.refusals import errors_for_people
from teamchat.client.web_build import Announced, KnownLog, announced, read_manifest
from teamchat.client.web_references import strangers
from teamchat.client.web_served import GUISES, Difference, compare
from teamchat.wire.problems import Code
from teamchat.wire.web_build import WebBuild, WebManifest

SECONDS: Final = 600.0
"""How long all of it may take."""


@dataclass(frozen=True, slots=True)
class WebCheck:
    """What was seen.

    Attributes:
        build: What the log names.
        known: Whether the log's key came from elsewhere than this server.
        guises: In how many ways each file was asked for.
        differences: What is not as it should be.
    """

    build: Announced
    known: bool
    guises: int
    differences: tuple[Difference, ...]


async def check_web(
    server: str, *, known: KnownLog | None, own: bytes | None = None, ca_file: str = ""
) -> WebCheck:
    """Compare what a server hands out as its web client with its log, and with an own build.

    Args:
        server: Its address.
        known: What is known of its log; if None, the server is believed which key that has.
        own: The manifest of a build of one's own.
        ca_file: The authority to trust; those of the system if empty.

    Raises:
        AccountError: The server was not reached, or does not prove that the log names its build.
    """
    address = ServerAddress(server, ca_file)
    mine = None if own is None else read_manifest(own)
    try:
        async with asyncio.timeout(SECONDS):
            build = announced(await _shown(address, known), known)
            with errors_for_people():
                differences, bodies = await compare(address, build.manifest)
    except TimeoutError as error:
        raise OfflineError("it took too long").for_people() from error
    found = list(differences)
    if len(bodies) == len(build.manifest.files):
        found += [
            Difference("cli-web-stranger", {"path": by, "what": what})
            for by, what in strangers(bodies)
        ]
    if mine is not None:
        found += _other_than(mine, build.manifest)
    return WebCheck(build, known is not None, len(GUISES), tuple(found))


async def _shown(address: ServerAddress, known: KnownLog | None) -> WebBuild:
    size = 0 if known is None or known.head is None else known.head.size
    async with Http(address) as http:
        with errors_for_people():
            try:
                data = await http.ask("GET", f"/web?known={size}", WebBuild)
            except RefusedError as error:
                if error.code is Code.NOT_FOUND:
                    raise AccountError("error-web-none") from error
                raise
    return data


def _other_than(mine: WebManifest, theirs: WebManifest) -> Iterator[Difference]:
    """Yield how a build differs from one's own."""
    if mine.version != theirs.version:
        said = {"mine": mine.version, "theirs": theirs.version}
        yield Difference("cli-web-other-version", said)
    here = {each.path: each.sha256 for each in mine.files}
    there = {each.path: each.sha256 for each in theirs.files}
    for path in sorted({*here, *there}):
        if path not in there:
            yield Difference("cli-web-own-only", {"path": path})
        elif path not in here:
            yield Difference("cli-web-theirs-only", {"path": path})
        elif here[path] != there[path]:
            yield Difference("cli-web-own-other", {"path": path})
