"""The real server, on a real port of this machine, with a scratch directory.

`async with running_server(tmp_path) as server:` serves in the test's own event loop. The
organisation is founded, its administrator logged in. Passwords are hashed cheaply and rates are
high; whoever tests those says so in `settings`.
"""

import asyncio
import io
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import aiohttp
import msgspec

from teamchat.clock import Clock, SystemClock
from teamchat.identity import certificate
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.crypto.secret import Secret
from teamchat.mls.crypto.suites import cipher_suite
from teamchat.mls.key_package import KeyPackageBundle, create_key_package
from teamchat.mls.tree.nodes import Lifetime
from teamchat.server.composition import DATABASE, Parts
from teamchat.server.main import serving
from teamchat.server.services.founding import Founded, Plan
from teamchat.server.settings import load
from teamchat.server.storage.queries.governance import audit_events
from teamchat.wire.bodies import (
    AddDevice,
    CreateSite,
    CreateUser,
    Device,
    Login,
    Redeem,
    Role,
    Session,
    SetIdentity,
)
from teamchat.wire.problems import Problem
from tests.support.empty_database import put_empty_database

T = TypeVar("T")

PASSWORD: Final = "correct horse battery"
ADMIN: Final = "admin"
CHEAP: Final[Mapping[str, object]] = {
    "passwords_passes": 1,
    "passwords_memory_kib": 64,
    "passwords_weak_for_tests": True,
    "passwords_at_once": 2,
    "limits_rate_factor": 10_000.0,
    "server_drain_seconds": 2.0,
    "blobs_free_bytes": 1,
}
"""Settings that make tests fast; none of them changes what is accepted."""


NOT_BUILT: Final = Path("/nonexistent")
"""Where no web client was built."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def read(self, body: type[T]) -> T:
        return msgspec.json.decode(self.body, type=body)

    @property
    def problem(self) -> str:
        """The code of the problem; fails if it is none."""
        assert self.headers["Content-Type"] == "application/problem+json", self
        problem = self.read(Problem)
        assert problem.status == self.status
        return problem.code

    @property
    def reason(self) -> str:
        """Why exactly, as the problem says it; empty if it does not."""
        return self.read(Problem).reason


@dataclass(slots=True)
class Person:
    """Somebody with a session; `device` is empty until one is registered."""

    user: UserId
    user_name: str
    token: str
    identity: IdentityKey
    device: DeviceId = field(default=DeviceId(""))
    device_key: DeviceKey = field(default_factory=lambda: DeviceKey(os.urandom(32)))
    certificate: bytes = b""


@dataclass(slots=True)
class ReachedServer:
    """A server at an address, and the ways tests talk to it."""

    url: str
    http: aiohttp.ClientSession
    admin: Person
    site: str
    sockets: list[aiohttp.ClientWebSocketResponse] = field(init=False, default_factory=list)
    """Those that were opened and are closed at the end, so that no later test hears of them."""

    @property
    def admin_token(self) -> str:
        return self.admin.token

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Send a request: bytes as they are, anything else as JSON."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes) else None
        if body is not None and data is None:
            data = msgspec.json.encode(body)
            sent.setdefault("Content-Type", "application/json")
        payload = None if data is None else io.BytesIO(data)
        async with self.http.request(method, self.url + path, data=payload, headers=sent) as got:
            return Answered(got.status, got.headers, await got.read())

    async def socket(
        self, token: str = "", *, protocols: Sequence[str] = ()
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a socket; without a token in its header as a stranger."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}/v1/socket"
        opened = await self.http.ws_connect(
            url, headers=headers, max_msg_size=0, protocols=protocols
        )
        self.sockets.append(opened)
        return opened

    async def hang_up(self) -> None:
        """Close every socket that was opened."""
        await asyncio.gather(*(each.close() for each in self.sockets))

    async def create(self, user_name: str, *roles: Role, site: str | None = None) -> str:
        """Provision a person; return the secret of their invitation."""
        wanted = CreateUser(
            user_name=user_name,
            display_name=user_name.title(),
            site=site or self.site,
            roles=list(roles) or [Role.EMPLOYEE],
        )
        got = await self.call("POST", "/v1/admin/users", wanted, token=self.admin.token)
        assert got.status == 201, got
        link = str(msgspec.json.decode(got.body)["invitation"]["link"])
        return secret_in(link)

    async def log_in(self, user_name: str, password: str = PASSWORD) -> Session:
        got = await self.call("POST", "/v1/login", Login(user_name, password))
        assert got.status == 200, got
        return got.read(Session)

    async def invite(self, user_name: str, *roles: Role, site: str | None = None) -> Person:
        """Provision somebody, redeem their invitation and log them in."""
        secret = await self.create(user_name, *roles, site=site)
        return await self.enter(user_name, secret)

    async def enter(self, user_name: str, secret: str) -> Person:
        """Redeem an invitation and log in."""
        got = await self.call("POST", "/v1/invitations/redeem", Redeem(secret, PASSWORD))
        assert got.status == 204, got
        session = await self.log_in(user_name)
        return Person(session.user.id, user_name, session.token, IdentityKey(os.urandom(32)))

    async def add_device(self, person: Person, *, key_packages: int = 2) -> Person:
        """Register a device for the session of a person, and their identity if it is new."""
        wanted = device_of(person, key_packages=key_packages)
        got = await self.call(
            "PUT",
            "/v1/me/identity",
            SetIdentity(person.identity.public, b"sealed"),
            token=person.token,
        )
        assert got.status == 200, got
        got = await self.call("POST", "/v1/me/devices", wanted, token=person.token)
        assert got.status == 201, got
        person.device = got.read(Device).id
        return person


@dataclass(slots=True)
class RunningServer(ReachedServer):
    """A server in this process."""

    parts: Parts
    founded: Founded

    async def audited(self) -> list[tuple[str, str, str, str]]:
        """Return event, actor, subject and detail of everything recorded."""
        return await self.parts.database.read(audit_events)


def secret_in(link: str) -> str:
    """Return the secret of an invitation: what stands before the pin of the key directory."""
    return link.partition("#")[2].partition(".")[0]


def device_of(
    person: Person,
    *,
    key_packages: int = 2,
    device: DeviceId | None = None,
    key: DeviceKey | None = None,
) -> AddDevice:
    """Return a new device of a person with real key packages of suite 1."""
    key = key or DeviceKey(os.urandom(32))
    issued = certificate.issue(
        person.identity,
        user=person.user,
        device=device or DeviceId(identifier(os.urandom(16))),
        device_key=key.public,
        created=int(time.time()),
    )
    packages = [
        key_package(issued, key, last_resort=number == 0) for number in range(key_packages + 1)
    ]
    person.device_key, person.certificate = key, issued
    return AddDevice("Laptop", issued, packages[1:], packages[0])


def key_package(issued: bytes, key: DeviceKey, *, last_resort: bool = False) -> bytes:
    """Return a key package of a device as it is uploaded."""
    return bundle_of(issued, key, last_resort=last_resort).key_package.encode()


def bundle_of(issued: bytes, key: DeviceKey, *, last_resort: bool = False) -> KeyPackageBundle:
    """Return a key package of a device with its private keys."""
    now = int(time.time())
    return create_key_package(
        DefaultCrypto(),
        cipher_suite(1),
        BasicCredential(issued),
        Secret(key.seed),
        lifetime=Lifetime(now - 60, now + 30 * 86_400),
        last_resort=last_resort,
    )


def _address(parts: Parts) -> str:
    return f"http://127.0.0.1:{parts.settings.server.port}"


@asynccontextmanager
async def running_server(
    tmp_path: Path,
    built: Path = NOT_BUILT,
    /,
    *,
    clock: Clock | None = None,
    **settings: object,
) -> AsyncIterator[RunningServer]:
    """Serve from a directory until the block ends; `settings` as in `settings.load`.

    There is no web client unless a test brings it (`built`): none depends on whether `make web`
    was called.
    """
    data = str(tmp_path / "server")
    loaded = load(None, {}, server_data=data, server_port=0, **{**CHEAP, **settings})
    put_empty_database(loaded.data / DATABASE)
    async with (
        serving(loaded, clock=clock or SystemClock(), built=built) as parts,
        aiohttp.ClientSession(auto_decompress=False) as http,
    ):
        founded = await parts.found(
            Plan(
                organisation="Beispiel AG",
                sites=[
                    CreateSite("Stuttgart", "Europe/Berlin"),
                    CreateSite("Shanghai", "Asia/Shanghai"),
                ],
                user_name=ADMIN,
                display_name="Ada Admin",
                language="de",
            )
        )
        nobody = Person(founded.admin.id, ADMIN, "", IdentityKey(os.urandom(32)))
        site = founded.sites[0].id
        server = RunningServer(_address(parts), http, nobody, site, parts, founded)
        server.admin = await server.enter(ADMIN, secret_in(founded.invitation.link))
        try:
            yield server
        finally:
            await server.hang_up()


@contextmanager
def server_in_a_thread(tmp_path: Path, **settings: object) -> Iterator[tuple[str, str]]:
    """Serve from a thread, for clients that are not asynchronous; yield address and token.

    The token is that of an administrator with a registered device.
    """
    ready: Future[tuple[str, str, Callable[[], None]]] = Future()

    async def run() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        async with running_server(tmp_path, clock=None, **settings) as server:
            await server.add_device(server.admin)

            def end() -> None:
                loop.call_soon_threadsafe(stop.set)

            ready.set_result((server.url, server.admin.token, end))
            await stop.wait()

    def work() -> None:
        try:
            asyncio.run(run())
        except BaseException as error:
            if not ready.done():
                ready.set_exception(error)
            raise

    thread = threading.Thread(target=work)
    thread.start()
    url, token, stop = ready.result(timeout=30)
    try:
        yield url, token
    finally:
        stop()
        thread.join(timeout=30)
