"""One call to a push service: an empty body, to an address that a client has named.

So it is checked twice. The address has to be one of `https` at a push service of the settings;
and where its name leads to, when it is called, is a public address, unless the settings say that
this host may be one's own. No redirect is followed, no proxy of the environment used, no answer
read, no cookie kept.
"""

import ipaddress
import re
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from teamchat.errors import TeamchatError
from teamchat.wire.push import ENDPOINT_CHARACTERS

SECONDS: Final = 10.0
"""For one call and its answer."""
CONNECT_SECONDS: Final = 5.0
TTL_SECONDS: Final = 24 * 3_600
"""How long a push service keeps a call for a device that is away."""
CONNECTIONS: Final = 16
_HTTPS: Final = 443
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_WRITTEN: Final = re.compile(r"https://[!-~]+")
_SECONDS: Final = re.compile(r"[0-9]{1,6}")


class PushAwayError(TeamchatError):
    """The push service did not answer, or is not where it may be."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Which push services may be called.

    Attributes:
        public: Their names, or `*.` and the end of theirs.
        private: Names that may lead into one's own network, and have any port.
    """

    public: tuple[str, ...]
    private: tuple[str, ...] = ()

    def origin(self, endpoint: str) -> str | None:
        """Return the origin of an address; None if it may not be called."""
        if len(endpoint) > ENDPOINT_CHARACTERS or not _WRITTEN.fullmatch(endpoint):
            return None
        try:
            parts = urlsplit(endpoint)
            host, port = parts.hostname, parts.port
        except ValueError:
            return None
        if host is None or "@" in parts.netloc or parts.fragment or "#" in endpoint:
            return None
        if host in self.private:
            return f"https://{host}" if port in {None, _HTTPS} else f"https://{host}:{port}"
        usual = parts.netloc in {host, f"{host}:{_HTTPS}"}
        return f"https://{host}" if usual and self._are(host) else None

    def _are(self, host: str) -> bool:
        return any(
            host == each or (each.startswith("*.") and host.endswith(each[1:]))
            for each in self.public
        )


@dataclass(frozen=True, slots=True)
class Called:
    """What a push service has answered.

    Attributes:
        status: The HTTP status.
        retry_after: How many seconds it wants to be left alone; 0 if it does not say.
    """

    status: int
    retry_after: int


class Door:
    """Calls push services."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def call(self, endpoint: str, *, authorization: str, topic: str) -> Called:
        """Call a device.

        Raises:
            PushAwayError: There is no answer.
        """
        headers = {
            "Authorization": authorization,
            "TTL": str(TTL_SECONDS),
            "Topic": topic,
            "Urgency": "high",
        }
        try:
            async with self._session.post(
                endpoint, data=b"", headers=headers, allow_redirects=False
            ) as got:
                return Called(got.status, _seconds_in(got.headers.get("Retry-After", "")))
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            raise PushAwayError(f"no answer ({type(error).__name__})") from None


class _Guarded(AbstractResolver):
    """Finds addresses, and refuses those that are not public."""

    def __init__(self, private: Sequence[str]) -> None:
        self._inner = ThreadedResolver()
        self._private = frozenset(private)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)  # type: ignore[arg-type]  # the number of a family
        if host not in self._private and not all(is_public(each["host"]) for each in found):
            raise OSError(f"{host} is not a public address")
        return found

    async def close(self) -> None:
        await self._inner.close()


def is_public(written: str) -> bool:
    """Tell whether this is an address of the public internet, and leads nowhere else."""
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None or address.teredo is not None:
            return False
        within = address.ipv4_mapped or address.sixtofour
        if within is None and address in _NAT64:
            within = ipaddress.IPv4Address(address.packed[-4:])
        if within is not None:
            return is_public(str(within))
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _seconds_in(written: str) -> int:
    return int(written) if _SECONDS.fullmatch(written) else 0


@asynccontextmanager
async def open_door(hosts: Hosts) -> AsyncIterator[Door]:
    """Yield a door; its connections are closed at the end."""
    connector = TCPConnector(
        resolver=_Guarded(hosts.private),
        use_dns_cache=False,
        limit=CONNECTIONS,
        ssl=ssl.create_default_context(),
    )
    async with ClientSession(
        connector=connector,
        timeout=ClientTimeout(total=SECONDS, connect=CONNECT_SECONDS),
        auto_decompress=False,
        cookie_jar=DummyCookieJar(),
        headers={"User-Agent": "teamchat"},
        trust_env=False,
    ) as session:
        yield Door(session)
