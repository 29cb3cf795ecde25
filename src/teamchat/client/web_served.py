"""Asking a server for its web client as different people would, and comparing what each is given.

Each guise has connections of its own. A server can still tell where a request comes from: that
somebody else is given the same, only somebody else can see.
"""

import asyncio
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp

import teamchat
from teamchat.client.http import TIMEOUT, OfflineError, ServerAddress
from teamchat.wire.web_build import INDEX, PAGES, BuiltFile, WebManifest

AT_ONCE: Final = 4
_SPARE: Final = 64 * 2**10
"""How much longer than the file its packed form may be, read at most."""

_BROWSER: Final = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "de-DE,de;q=0.9,en;q=0.8",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
}
_PHONE: Final = {
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "en-GB,en;q=0.9",
}
GUISES: Final[Mapping[str, Mapping[str, str]]] = {
    "plain": {"User-Agent": f"teamchat/{teamchat.__version__}", "Accept-Encoding": "identity"},
    "browser": _BROWSER,
    "phone": _PHONE,
    "cookies": {**_BROWSER, "Cookie": "session=dGVhbWNoYXQ; theme=dark", "Accept-Encoding": "gzip"},
}
"""As whom the server is asked."""

_REQUIRED: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "require-trusted-types-for": "'script'",
}
"""What the policy of a page must say at the least, so that nothing but its files runs in it."""
_ALLOWED: Final = frozenset(
    {*_REQUIRED, "font-src", "form-action", "frame-ancestors", "img-src", "manifest-src",
     "media-src", "style-src", "trusted-types"}
)  # fmt: skip
"""What it may say besides: nothing that would take something of that back."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it should be: a key of the catalogue, and what fills it in."""

    key: str
    arguments: Mapping[str, str]


async def compare(
    address: ServerAddress, manifest: WebManifest
) -> tuple[tuple[Difference, ...], Mapping[str, bytes]]:
    """Fetch every file in every guise; return what differs, and the files that do not.

    Raises:
        OfflineError: The server was not reached.
    """
    differences: list[Difference] = []
    bodies: dict[str, bytes] = {}
    for guise, headers in GUISES.items():
        async with _session(address, headers) as http:
            limit = asyncio.Semaphore(AT_ONCE)
            asked = [
                _Asked(http, limit, f"{address.url.rstrip('/')}{at}", at, each, guise)
                for each in manifest.files
                for at in _addresses(each)
            ]
            for one, found in zip(asked, await asyncio.gather(*map(_look, asked)), strict=True):
                differences += found.differences
                if found.body is not None:
                    bodies[one.file.path] = found.body
    return tuple(differences), bodies


@dataclass(frozen=True, slots=True)
class _Asked:
    http: aiohttp.ClientSession
    limit: asyncio.Semaphore
    url: str
    at: str
    file: BuiltFile
    guise: str

    def differs(self, key: str, **arguments: str) -> "_Found":
        said = {"path": self.at, "guise": self.guise, **arguments}
        return _Found((Difference(key, said),))


@dataclass(frozen=True, slots=True)
class _Found:
    differences: tuple[Difference, ...] = ()
    body: bytes | None = None


async def _look(asked: _Asked) -> _Found:
    """Ask for one file once."""
    try:
        async with (
            asked.limit,
            asked.http.get(asked.url, allow_redirects=False) as response,
        ):
            if response.status != 200:
                return asked.differs("cli-web-not-there", status=str(response.status))
            if asked.file.path == INDEX and not _is_strict(response):
                return asked.differs("cli-web-policy")
            if "Refresh" in response.headers:
                return asked.differs("cli-web-leads-away")
            coding = response.headers.get("Content-Encoding", "identity").strip().lower()
            data = await _bounded(response, asked.file.bytes + _SPARE)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise OfflineError(str(error)) from error
    if coding not in {"identity", "gzip"}:
        return asked.differs("cli-web-coding", coding=coding[:40])
    body = data if coding == "identity" else _unpacked(data, asked.file.bytes)
    if body is None or hashlib.sha256(body).hexdigest() != asked.file.sha256:
        return asked.differs("cli-web-other-bytes")
    return _Found(body=body)


def _session(address: ServerAddress, headers: Mapping[str, str]) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=address.context()),
        timeout=TIMEOUT,
        trust_env=True,
        headers=headers,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _addresses(file: BuiltFile) -> tuple[str, ...]:
    """Return where a browser is given a file."""
    if file.path == INDEX:
        return tuple(each.replace("{conversation}", "0") for each in PAGES)
    return (f"/{file.path}",)


def _is_strict(response: aiohttp.ClientResponse) -> bool:
    """Say whether each policy that came lets nothing run but what the server hands out."""
    policies = response.headers.getall("Content-Security-Policy", [])
    said: dict[str, str] = {}
    for part in ",".join(policies).partition(",")[0].split(";"):
        name, _, value = part.strip().partition(" ")
        said.setdefault(name.lower(), value.strip())
    holds = all(said.get(name) == value for name, value in _REQUIRED.items())
    return holds and said.keys() - {""} <= _ALLOWED


async def _bounded(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Read as much as a file may have, and one piece more."""
    pieces, size = [], 0
    async for piece in response.content.iter_chunked(64 * 1024):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            break
    return b"".join(pieces)


def _unpacked(data: bytes, size: int) -> bytes | None:
    """Unpack gzip, no further than one byte beyond; None if it is none."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        body = unpack.decompress(data, size + 1)
    except zlib.error:
        return None
    return body if unpack.eof and not unpack.unused_data else None
