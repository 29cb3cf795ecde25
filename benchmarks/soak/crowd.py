"""The crowd: people with several devices each, whose clients can be closed and opened again."""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from teamchat.client import enrol
from teamchat.client.account import Account
from teamchat.client.http import Http, ServerAddress
from teamchat.client.vault_file import Passphrase
from teamchat.demo.office import CHEAP, SHANGHAI, STUTTGART, Cast, Office
from teamchat.ids import DeviceId, UserId
from teamchat.wire.bodies import CreatedUser, CreateUser, Login, Session, Sites

PATIENCE = 120.0
ADMIN = Cast("it.admin", "Administration", STUTTGART, "it_admin")


@dataclass(slots=True)
class Client:
    """One device of one person; `account` is another object after a reconnect."""

    person: "Person"
    number: int
    profile: Path
    keys: Passphrase
    account: Account
    token: str = field(repr=False)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def device(self) -> DeviceId:
        """Return the device's id."""
        return self.account.profile.device

    async def reconnect(self, pause: float) -> None:
        """Close the client and open it again from its disk."""
        async with self.busy:
            await self.account.close()
            await asyncio.sleep(pause)
            self.account = await _opened(self.profile, self.keys)


@dataclass(slots=True)
class Person:
    """Somebody, and the clients that read for them."""

    name: str
    user: UserId
    clients: list[Client] = field(default_factory=list)


class Crowd:
    """Everybody."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.people: list[Person] = []

    def clients(self) -> Iterator[Client]:
        """Go through every device of everybody."""
        for person in self.people:
            yield from person.clients

    async def gather(self, people: int, devices: int) -> None:
        """Provision people and log their devices in."""
        link = await self._office.found()
        await self._office.open()
        password = await self._office.log_in(ADMIN, link)
        async with Http(ServerAddress(self._office.url, "")) as http:
            session = await http.ask("POST", "/login", Session, Login(ADMIN.user_name, password))
            http.token = session.token
            sites = {site.name: site.id for site in (await http.ask("GET", "/sites", Sites)).sites}
            for number in range(people):
                name = f"person{number:02}"
                site = sites[STUTTGART if number % 2 else SHANGHAI]
                wanted = CreateUser(name, f"Person {number}", site)
                created = await http.ask("POST", "/admin/users", CreatedUser, wanted)
                await self._enter(name, created.invitation.link, devices)

    async def close(self) -> None:
        """Close every client."""
        await asyncio.gather(*(client.account.close() for client in self.clients()))

    async def _enter(self, name: str, link: str, devices: int) -> None:
        password = secrets.token_urlsafe(12)
        await enrol.redeem_invitation(link, password)
        recovery_key = ""
        person = Person(name, UserId(""))

        async def ask() -> str:
            return recovery_key

        for number in range(devices):
            profile = self._office.home(name) / f"device{number}"
            keys = Passphrase(lambda: password, CHEAP)
            made = await enrol.login(
                self._office.url,
                name,
                password,
                f"device {number}",
                profile_dir=profile,
                key_source=keys,
                ask_recovery_key=ask,
            )
            recovery_key = made.recovery_key or recovery_key
            person.user = made.account.user
            account = await _opened(profile, keys)
            token = made.account.token
            person.clients.append(Client(person, number, profile, keys, account, token))
        self.people.append(person)


async def _opened(profile: Path, keys: Passphrase) -> Account:
    account = await Account.open(profile, keys)
    await account.__aenter__()
    return account
