"""`python -m benchmarks.messages.large_group`: what a conversation of 1,000 costs the server.

A real server and real groups in one process: its services, its SQLite file, its thread for MLS.
While the server works, the members do nothing, so that CPU and the stalls of the event loop
(measured every millisecond) are the server's own.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy import Connection

from teamchat.clock import SystemClock
from teamchat.identity import certificate
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.ids import ConversationId, DeviceId, SessionId, SiteId, UserId, identifier
from teamchat.mls.credentials import BasicCredential
from teamchat.mls.crypto import CipherSuite, Secret, cipher_suite
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.group import (
    GroupState,
    PendingCommit,
    commit,
    create_group,
    encrypt,
    group_info,
    join,
)
from teamchat.mls.key_package import KeyPackageBundle, create_key_package
from teamchat.mls.messages.proposals import Add, Proposal
from teamchat.mls.tree.nodes import Lifetime
from teamchat.server.auth.actor import Actor
from teamchat.server.composition import Parts, composed
from teamchat.server.services.admission import Accepted
from teamchat.server.services.certified import Certified
from teamchat.server.settings import load
from teamchat.server.storage.queries import people, registration
from teamchat.wire.bodies import ConversationKind, CreateConversation, Device, Role, Site
from teamchat.wire.frames import Send

T = TypeVar("T")

CRYPTO = DefaultCrypto()
CERTIFIED = Certified()
TICK = 0.001


@dataclass(frozen=True, slots=True)
class Member:
    """A person with one device."""

    actor: Actor
    key: DeviceKey
    certificate: bytes

    def bundle(self, suite: CipherSuite) -> KeyPackageBundle:
        """Return a key package of the device."""
        now = int(time.time())
        return create_key_package(
            CRYPTO, suite, BasicCredential(self.certificate), Secret(self.key.seed),
            lifetime=Lifetime(now - 60, now + 86_400),
        )  # fmt: skip


def hire() -> Member:
    """Return somebody new."""
    user, device = UserId(identifier(os.urandom(16))), DeviceId(identifier(os.urandom(16)))
    key = DeviceKey(os.urandom(32))
    issued = certificate.issue(
        IdentityKey(os.urandom(32)), user=user, device=device, device_key=key.public,
        created=int(time.time()),
    )  # fmt: skip
    session = SessionId(identifier(os.urandom(16)))
    actor = Actor(user=user, session=session, roles=frozenset({Role.EMPLOYEE}), device=device)
    return Member(actor, key, issued)


def register(connection: Connection, members: list[Member]) -> None:
    """Put everybody into the directory at once: registration is not what is measured."""
    site = Site(SiteId(identifier(os.urandom(16))), "Stuttgart", "Europe/Berlin")
    people.insert_site(connection, new=site, now=0)
    for member in members:
        user, device = member.actor.user, member.actor.on_device()
        person = people.Person(
            id=user, user_name=user, display_name=user, site=site, language="en", active=True,
            identity_key=None, recovery_box=None,
        )  # fmt: skip
        people.insert_person(connection, new=person, roles={Role.EMPLOYEE}, now=0)
        registered = Device(device, "laptop", member.certificate, 0, 0)
        registration.insert_device(connection, user, registered, device_key=member.key.public)


@dataclass
class Meter:
    """Measures what the server does: seconds, CPU seconds, the longest stall of its loop."""

    stall: float = 0.0

    async def watch(self) -> None:
        """Look at the loop every millisecond."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            self.stall = max(self.stall, time.perf_counter() - before - TICK)

    async def measure(self, what: str, work: Awaitable[T]) -> T:
        """Let the server do something, and print what it cost."""
        await asyncio.sleep(0.02)
        self.stall, wall, cpu = 0.0, time.perf_counter(), time.process_time()
        done = await work
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        await asyncio.sleep(0.02)
        click.echo(f"{what:44} {wall * 1e3:9.1f} {cpu * 1e3:9.1f} {self.stall * 1e3:9.1f}")
        return done


@dataclass
class Room:
    """A conversation and its first member, who does everything."""

    parts: Parts
    meter: Meter
    suite: CipherSuite
    first: Member
    state: GroupState
    conversation: ConversationId

    async def commit(self, what: str, *proposals: Proposal) -> PendingCommit:
        """Commit something through the server."""
        made = await asyncio.to_thread(
            commit, CRYPTO, self.state, proposals=proposals, authentication=CERTIFIED,
            now=int(time.time()),
        )  # fmt: skip
        await self._send(what, made.message, made.group_info, made.welcome or b"")
        self.state = made.adopt(self.state)
        return made

    async def say(self, text: bytes) -> None:
        """Send an application message."""
        self.state, message = encrypt(CRYPTO, self.state, text)
        await self._send("one application message", message)

    async def _send(self, what: str, body: bytes, info: bytes = b"", welcome: bytes = b"") -> None:
        send = Send(1, self.conversation, os.urandom(16), body, info, welcome)
        delivery = self.parts.sockets._desk.delivery  # noqa: SLF001 - what a socket calls
        size = f"{what} ({(len(body) + len(info) + len(welcome)) / 1024:.0f} KiB)"
        answer = await self.meter.measure(size, delivery.accept(self.first.actor, send))
        if not isinstance(answer, Accepted):
            raise click.ClickException(repr(answer))


async def found(parts: Parts, meter: Meter, suite: CipherSuite, first: Member) -> Room:
    """Make the conversation, with a group of one."""
    raw = os.urandom(16)
    state = create_group(
        CRYPTO, group_id=raw, suite=suite, bundle=first.bundle(suite),
        authentication=CERTIFIED, now=int(time.time()),
    )  # fmt: skip
    room = ConversationId(identifier(raw))
    wanted = CreateConversation(
        room, ConversationKind.GROUP, group_info(CRYPTO, state), state.tree.encode()
    )
    await meter.measure("create", parts.services.conversations.create(first.actor, wanted))
    return Room(parts, meter, suite, first, state, room)


async def fill(room: Room, members: list[Member], batch: int) -> Member:
    """Add everybody in batches; return the last, who joins."""
    joiner = members[-1]
    own = joiner.bundle(room.suite)
    others = [
        (await asyncio.to_thread(member.bundle, room.suite)).key_package for member in members[:-1]
    ]
    packages = [*others, own.key_package]
    starts = range(0, len(packages), batch)
    made = [
        await room.commit(
            f"{len(packages[at : at + batch])} are added to {at + 1}",
            *(Add(each) for each in packages[at : at + batch]),
        )
        for at in starts
    ]
    tree = await room.meter.measure(
        "the joiner fetches the tree",
        room.parts.services.conversations.tree(joiner.actor, room.conversation, room.state.epoch),
    )
    joined = await asyncio.to_thread(
        join, CRYPTO, made[-1].welcome or b"", {own.key_package.reference(CRYPTO, room.suite): own},
        ratchet_tree=tree, authentication=CERTIFIED, now=int(time.time()),
    )  # fmt: skip
    if joined.epoch_authenticator != room.state.epoch_authenticator:
        raise click.ClickException("the joiner is in another group")
    return joiner


async def run(members: int, batch: int, suite: int) -> None:
    """Measure everything once."""
    root = Path(tempfile.mkdtemp(prefix="teamchat-large-"))
    settings = load(None, {}, server_data=str(root), limits_rate_factor=100_000.0)
    try:
        async with composed(settings, clock=SystemClock(), random=os.urandom) as parts:
            crew = [hire() for _ in range(members)]
            await parts.database.write(lambda connection: register(connection, crew))
            meter = Meter()
            watching = asyncio.create_task(meter.watch())
            click.echo(f"{'':44} {'ms':>9} {'CPU ms':>9} {'stall ms':>9}")
            room = await found(parts, meter, cipher_suite(suite), crew[0])
            joiner = await fill(room, crew[1:], batch)
            await room.commit("one commit that renews keys")
            await room.say(b"one message for everybody")
            conversations = parts.services.conversations
            await meter.measure(
                "what a device joins by itself with",
                conversations.group(joiner.actor, room.conversation),
            )
            await meter.measure("the list of conversations", conversations.list(joiner.actor))
            watching.cancel()
    finally:
        shutil.rmtree(root, ignore_errors=True)


@click.command()
@click.option("--members", default=1_000, show_default=True)
@click.option("--batch", default=250, show_default=True)
@click.option("--suite", default="0xF00D", show_default=True)
def main(members: int, batch: int, suite: str) -> None:
    """Measure one large conversation."""
    asyncio.run(run(members, batch, int(suite, 0)))


if __name__ == "__main__":
    main()
