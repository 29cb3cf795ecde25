"""The services of a server without its network: people with roles, sessions and devices.

`async with office(tmp_path) as services:` puts the real parts together on a scratch database.
"""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection

from teamchat.identity import statements
from teamchat.identity.keys import IdentityKey
from teamchat.identity.statements import Statement
from teamchat.ids import UserId
from teamchat.server.auth.actor import Actor
from teamchat.server.composition import DATABASE, Parts, composed
from teamchat.server.keys import Services
from teamchat.server.services.founding import Plan
from teamchat.server.settings import load
from teamchat.server.storage.queries import key_log
from teamchat.server.storage.queries.governance import audit_events
from teamchat.wire.bodies import (
    AddDevice,
    CreatedUser,
    CreateSite,
    CreateUser,
    Device,
    Login,
    Redeem,
    Role,
    SetIdentity,
)
from teamchat.wire.problems import Code, ProblemError
from tests.support.clock import FakeClock
from tests.support.empty_database import put_empty_database
from tests.support.server import CHEAP, PASSWORD, Person, device_of, secret_in

NETWORK = "192.0.2.1"


@dataclass(slots=True)
class Worker:
    """Somebody with a session; `actor` is who they are to the services."""

    person: Person
    actor: Actor

    @property
    def user(self) -> UserId:
        return self.actor.user

    @property
    def token(self) -> str:
        return self.person.token


@dataclass(slots=True)
class Office:
    """The parts of a server, its owner, and the ways tests use them."""

    parts: Parts
    clock: FakeClock
    sites: list[str]
    owner: Worker = field(init=False)

    @property
    def services(self) -> Services:
        return self.parts.services

    async def create(
        self, name: str, *roles: Role, site: int = 0, by: Worker | None = None
    ) -> CreatedUser:
        """Provision a person."""
        wanted = CreateUser(
            user_name=name,
            display_name=name.title(),
            site=self.sites[site],
            roles=list(roles) or [Role.EMPLOYEE],
        )
        return await self.services.invitations.create_user((by or self.owner).actor, wanted)

    async def worker(self, name: str, *roles: Role, site: int = 0) -> Worker:
        """Provision somebody who enters and logs in."""
        made = await self.create(name, *roles, site=site)
        return await self.enter(name, secret_of(made))

    async def enter(self, name: str, secret: str) -> Worker:
        """Use an invitation and log in."""
        await self.services.invitations.redeem(Redeem(secret, PASSWORD))
        return await self.log_in(name)

    async def log_in(self, name: str, password: str = PASSWORD) -> Worker:
        """Start a session."""
        session = await self.services.sessions.log_in(Login(name, password), network=NETWORK)
        person = Person(session.user.id, name, session.token, IdentityKey(os.urandom(32)))
        return Worker(person, await self.services.sessions.authenticate(session.token))

    async def equip(self, worker: Worker) -> Device:
        """Register a device for the session of a worker."""
        await self.publish(worker)
        made = await self.services.devices.add(worker.actor, self.device(worker))
        worker.actor = await self.services.sessions.authenticate(worker.token)
        worker.person.device = made.id
        return made

    async def publish(self, worker: Worker) -> None:
        """Publish the identity of a worker."""
        wanted = SetIdentity(worker.person.identity.public, b"sealed")
        await self.services.identities.publish(worker.actor, wanted)

    def device(self, worker: Worker) -> AddDevice:
        """Return a new device of a worker."""
        return device_of(worker.person, key_packages=1)

    async def audited(self, *events: str) -> list[tuple[str, str, str, str]]:
        """Return event, actor, subject and detail of what was recorded, or of some events."""
        found = await self.parts.database.read(audit_events)
        return [each for each in found if not events or each[0] in events]

    async def said(self) -> list[Statement]:
        """Return what the key directory says, the oldest first."""

        def work(connection: Connection) -> list[bytes]:
            log = key_log.newest_log(connection)
            assert log is not None
            return key_log.log_entries(connection, log.begun, first=0, count=log.size)

        return [statements.decode(each) for each in await self.parts.database.read(work)]


def secret_of(made: CreatedUser) -> str:
    """Return the secret of the invitation in an answer."""
    return secret_in(made.invitation.link)


@asynccontextmanager
async def office(tmp_path: Path, **settings: object) -> AsyncIterator[Office]:
    """Found an organisation with two sites and let its owner in."""
    loaded = load(None, {}, server_data=str(tmp_path / "office"), **{**CHEAP, **settings})
    put_empty_database(loaded.data / DATABASE)
    clock = FakeClock(time.time())  # key packages are made by the clock of this machine
    async with composed(loaded, clock=clock, random=os.urandom) as parts:
        founded = await parts.found(
            Plan(
                organisation="Beispiel AG",
                sites=[
                    CreateSite("Stuttgart", "Europe/Berlin"),
                    CreateSite("Shanghai", "Asia/Shanghai"),
                ],
                user_name="owner",
                display_name="Olga Owner",
                language="de",
            )
        )
        made = Office(parts, clock, [site.id for site in founded.sites])
        made.owner = await made.enter("owner", secret_in(founded.invitation.link))
        yield made


def refused(caught: pytest.ExceptionInfo[ProblemError]) -> tuple[Code, str]:
    """Return why something was refused."""
    return caught.value.code, str(caught.value.reason)
