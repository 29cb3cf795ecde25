"""A device has ended, a sender is refused because of it, and dies; or the server does.

Real processes, SIGKILL. Whatever was typed arrives once, in its order, and the device that has
ended opens none of it with the keys it had.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.enrol import login
from teamchat.engine import groups
from teamchat.ids import ConversationId, UserId
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.errors import MlsError
from teamchat.server.composition import DATABASE
from teamchat.server.storage import sqlite
from teamchat.server.storage.queries import logs
from teamchat.wire.frames import Item, Kind
from tests.scenarios.test_lost_device import joined, states
from tests.scenarios.test_real_server import account_of, no_recovery_key, source, until
from tests.support.mortal_server import MortalServer
from tests.support.server import PASSWORD, ReachedServer
from tests.support.server_process import ServerProcess, reached, server_process

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
LINES = ("one", "two")
PATIENCE = 90
EVERY = 6
"""Of so many steps the sender is killed at one; 1 tries all of them, and takes minutes."""


@dataclass(frozen=True)
class Thief:
    """A device that has ended, and all the keys it had until then."""

    keys: dict[ConversationId, groups.GroupState]
    since: dict[ConversationId, int]
    """How long the logs were."""


@dataclass
class Company:
    """Bo writes to Anna alone and in a group with Cem; Anna loses one device after the other."""

    server: ReachedServer
    mortal: MortalServer
    data: Path
    folder: Path
    recovery_key: str
    rooms: tuple[ConversationId, ConversationId] = (ConversationId(""), ConversationId(""))
    typed: dict[ConversationId, list[str]] = field(default_factory=dict)
    thieves: list[Thief] = field(default_factory=list)
    started: list[asyncio.subprocess.Process] = field(default_factory=list)

    def log(self, room: ConversationId) -> list[Item]:
        engine = sqlite.reader_engine(self.data / DATABASE)
        try:
            with engine.begin() as connection:
                piece = logs.read(connection, room, after=0, last=10_000, count=10_000, size=10**9)
        finally:
            engine.dispose()
        assert piece is not None
        return [*piece.items]

    async def lose_a_device(self) -> None:
        """Anna gets another device, which reads along, and the company ends it."""
        profile = self.folder / f"lost{len(self.thieves)}"

        async def recovery_key() -> str:
            return self.recovery_key

        await login(
            self.server.url, "anna", PASSWORD, profile.name,
            profile_dir=profile, key_source=source(), ask_recovery_key=recovery_key,
        )  # fmt: skip
        async with await Account.open(profile, source()) as lost:
            await until(lambda: all(joined(lost, room) for room in self.rooms), PATIENCE)
            keys, user, device = states(lost), lost.profile.user, lost.profile.device
        async with await Account.open(self.folder / "bo", source()) as bo:
            await until(lambda: all(reads_along(bo, room, user) for room in self.rooms), PATIENCE)
        self.thieves.append(Thief(keys, {room: len(self.log(room)) for room in self.rooms}))
        path = f"/v1/admin/users/{user}/devices/{device}"
        got = await self.server.call("DELETE", path, token=self.server.admin_token)
        assert got.status == 204

    async def write(self, how: str, step: int) -> asyncio.subprocess.Process:
        """Let Bo write in a process of its own; it is to die, or stand still, at a step."""
        number = len(self.thieves)
        return await self._start(how, str(step), *(f"{number} {line}" for line in LINES))

    async def go_on(self) -> None:
        """Let Bo come back and send what waits."""
        said = await self.hear(await self._start("dies", "0"))
        assert said[-1] == "done 0"

    async def _start(self, how: str, step: str, *written: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.refused_process",
            str(self.folder / "bo"), how, step, ",".join(self.rooms), *written,
            stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self.started.append(process)
        return process

    async def end(self) -> None:
        """Leave no process of Bo's behind, however the test ends."""
        for process in self.started:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def hear(self, process: asyncio.subprocess.Process) -> list[str]:
        """Wait until a process is gone; note what it says was stored, and return its lines."""
        async with asyncio.timeout(PATIENCE):
            out, _ = await process.communicate()
        return self.note(out.decode().splitlines())

    def note(self, lines: list[str]) -> list[str]:
        for line in lines:
            room, _, text = line.partition(" ")
            if room in self.rooms:
                self.typed.setdefault(ConversationId(room), []).append(text)
        return lines


def reads_along(bo: Account, room: ConversationId, user: UserId) -> bool:
    """Whether Bo knows that somebody has two devices in a room."""
    return [each.devices for each in bo.members(room) if each.person.id == user] == [2]


@asynccontextmanager
async def company(tmp_path: Path, founded: ServerProcess) -> AsyncIterator[Company]:
    folder = tmp_path / "people"
    folder.mkdir()
    port = int(founded.url.rpartition(":")[2])
    founded.process.terminate()
    founded.process.wait(20)
    mortal = MortalServer(founded.data, port)
    mortal.start()
    try:
        async with reached(founded) as server:
            await server.enter("anna", await server.create("anna"))
            made = await login(
                server.url, "anna", PASSWORD, "phone", profile_dir=folder / "phone",
                key_source=source(), ask_recovery_key=no_recovery_key,
            )  # fmt: skip
            here = Company(server, mortal, founded.data, folder, made.recovery_key or "")
            async with AsyncExitStack() as stack:
                phone = await Account.open(folder / "phone", source())
                await stack.enter_async_context(phone)
                await phone.wait_online(60)
                bo = await stack.enter_async_context(account_of(server, "bo", folder))
                cem = await stack.enter_async_context(account_of(server, "cem", folder))
                direct = await phone.create_direct(bo.profile.user)
                group = await phone.create_group("Werk", [bo.profile.user, cem.profile.user])
                here.rooms = (direct, group)
                await until(lambda: all(joined(bo, room) for room in here.rooms))
                await until(lambda: joined(cem, group))
            try:
                yield here
            finally:
                await here.end()
    finally:
        mortal.end()


@pytest.fixture
def founded(tmp_path: Path) -> Iterator[ServerProcess]:
    with server_process(tmp_path / "server") as made:
        yield made


def heard(account: Account, room: ConversationId) -> list[str]:
    """Return every text of a room."""
    lines = account.timeline(room, limit=2_000)
    return [each.text for each in lines if each.kind.value == "text"]


async def all_is_well(here: Company) -> None:
    """Everything arrived once and in order at everybody, and no thief opens any of it."""
    direct, group = here.rooms
    async with AsyncExitStack() as stack:
        phone, cem, bo = [
            await stack.enter_async_context(await Account.open(here.folder / name, source()))
            for name in ("phone", "cem", "bo")
        ]
        for account, room in ((phone, direct), (phone, group), (cem, group), (bo, direct)):
            await until(lambda a=account, r=room: heard(a, r)[-1:] == here.typed[r][-1:], PATIENCE)
            assert heard(account, room) == here.typed[room]
            lines = account.timeline(room, limit=2_000)
            assert "system-undecryptable" not in {each.text for each in lines}
    for thief in here.thieves:
        for room in here.rooms:
            new = here.log(room)[thief.since[room] :]
            said = [each for each in new if each.kind is Kind.APPLICATION]
            assert said
            for each in said:
                with pytest.raises(MlsError):
                    groups.hear(DefaultCrypto(), thief.keys[room], each.body, 0)


async def test_the_sender_is_killed_at_every_step(tmp_path: Path, founded: ServerProcess) -> None:
    async with company(tmp_path, founded) as here:
        step, ended = 1, False
        while not ended:
            await here.lose_a_device()
            process = await here.write("dies", step)
            said = await here.hear(process)
            ended = process.returncode == 0
            if not ended:
                assert process.returncode == -9, said
                await here.go_on()
                step += EVERY
        assert step > 10
        await all_is_well(here)


async def test_the_server_is_killed_while_the_sender_is_at_a_step(
    tmp_path: Path, founded: ServerProcess
) -> None:
    async with company(tmp_path, founded) as here:
        for step in (1, 6):
            await here.lose_a_device()
            process = await here.write("halts", step)
            assert process.stdout is not None
            line = ""
            while line != "halted":
                line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
                (line,) = here.note([line.rstrip("\n")])
                assert line, "it ended before"
            here.mortal.kill()
            here.mortal.start()
            assert process.stdin is not None
            process.stdin.write(b"\n")
            said = await here.hear(process)
            assert said[-1].startswith("done")
        await all_is_well(here)


POINTS = (("refusing", 1), ("before", 3), ("after", 1))


async def test_the_server_dies_at_its_own_work(tmp_path: Path, founded: ServerProcess) -> None:
    async with company(tmp_path, founded) as here:
        for point, count in POINTS:
            await here.lose_a_device()
            here.mortal.end()
            here.mortal.start(point, count)
            process = await here.write("dies", 0)
            await asyncio.to_thread(here.mortal.is_gone)
            here.mortal.start()
            said = await here.hear(process)
            assert said[-1].startswith("done")
        await all_is_well(here)
