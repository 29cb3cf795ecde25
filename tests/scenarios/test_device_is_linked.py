"""A laptop links a terminal: real server, real clients, and nobody has to type a password."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.enrol import EnrolResult
from teamchat.client.errors import AccountError
from teamchat.client.linking_new import Codes, Screen, link
from teamchat.client.settings import LINKING, STORE
from teamchat.identity.sas import ShortAuthenticationString
from tests.scenarios.test_real_server import account_of, source, texts, until
from tests.support.server import ReachedServer, running_server
from tests.support.tlog import WITNESSES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@dataclass
class Watcher:
    """The person before the new device."""

    shown: list[Codes] = field(default_factory=list)
    pictures: list[ShortAuthenticationString] = field(default_factory=list)
    waited: int = 0
    agrees: bool = True
    when_compared: Callable[[], Awaitable[None]] | None = None

    def screen(self) -> Screen:
        return Screen(codes=self.shown.append, same=self.same, waits=self.wait)

    async def same(self, sas: ShortAuthenticationString) -> bool:
        self.pictures.append(sas)
        if self.when_compared is not None:
            await self.when_compared()
        return self.agrees

    def wait(self) -> None:
        self.waited += 1

    async def codes(self) -> Codes:
        await until(lambda: self.shown)
        return self.shown[-1]


@asynccontextmanager
async def showing(
    server: ReachedServer, folder: Path, person: Watcher
) -> AsyncIterator[asyncio.Task[EnrolResult]]:
    """Let a new device show its codes as long as this lasts."""
    work = link(server.url, "terminal", person.screen(), profile_dir=folder, key_source=source())
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def linked(
    server: ReachedServer, by: Account, folder: Path, *, scanned: bool = False
) -> EnrolResult:
    """Link a device as people do who look."""
    person = Watcher()
    async with showing(server, folder, person) as task:
        codes = await person.codes()
        comparison = await by.linking.begin(codes.scanned if scanned else codes.typed)
        await until(lambda: person.pictures)
        assert person.pictures == [comparison.sas]
        assert comparison.name == "terminal"
        assert await comparison.confirm()
        return await task


async def test_a_laptop_links_a_terminal_and_nobody_is_alarmed(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path) as server,
        account_of(server, "anna", tmp_path) as laptop,
        account_of(server, "bo", tmp_path) as bo,
    ):
        before = await laptop.create_group("Werk", [bo.profile.user])
        await until(bo.conversations)
        entered = await linked(server, laptop, tmp_path / "terminal")
        assert entered.recovery_key is None
        async with await Account.open(tmp_path / "terminal", source()) as terminal:
            assert terminal.profile.name == "Anna"
            arrived = await terminal.arrive(20, lambda _: None)
            assert (arrived.conversations, arrived.joined) == (1, 1)

            await bo.send_text(before, "to both")
            await until(lambda: texts(terminal, before) == ["to both"])
            await until(lambda: texts(laptop, before) == ["to both"])
            await terminal.send_text(before, "from the terminal")
            await until(lambda: texts(bo, before)[-1:] == ["from the terminal"])
            await until(lambda: texts(laptop, before)[-1:] == ["from the terminal"])

            after = await bo.create_group("Neu", [laptop.profile.user])
            await until(lambda: {each.id for each in terminal.conversations()} >= {after})
            await until(lambda: {each.id for each in laptop.conversations()} >= {after})
            await terminal.send_text(after, "here too")
            await until(lambda: texts(bo, after) == ["here too"])
            for account in (laptop, terminal, bo):
                for talk in (before, after):
                    devices = {x.person.user_name: x.devices for x in account.members(talk)}
                    assert devices == {"anna": 2, "bo": 1}
            assert [each.name for each in await laptop.devices()] == ["anna's laptop", "terminal"]
            assert bo.alarms() == []
            assert terminal.alarms() == []
            assert await bo.safety_number(laptop.profile.user) == (
                await terminal.safety_number(bo.profile.user)
            )

            await terminal.remove_device(laptop.profile.device)
            await terminal.send_text(after, "alone")
            await until(lambda: texts(bo, after)[-1:] == ["alone"])
            await bo.send_text(after, "you live on")
            await until(lambda: texts(terminal, after)[-1:] == ["you live on"])
            assert bo.alarms() == []
        async with await Account.open(tmp_path / "terminal", source()) as again:
            await again.wait_online(60)
            assert texts(again, after)[-1:] == ["you live on"]


async def test_a_linked_device_requires_the_witnesses_that_are_required_on_the_one_that_was_there(
    tmp_path: Path,
) -> None:
    """Though this server names none, and they have signed nothing yet."""
    keys = [each.verifier.vkey for each in WITNESSES[:2]]
    async with (
        running_server(tmp_path) as server,
        account_of(server, "anna", tmp_path) as laptop,
    ):
        await until(lambda: laptop.log_status().size)
        await laptop.require_witnesses(keys, 2, 3_600)
        await linked(server, laptop, tmp_path / "terminal")
        required = laptop.log_status().required
        assert required is not None
        async with await Account.open(tmp_path / "terminal", source(), network=False) as terminal:
            assert terminal.log_status().required == required
            held = terminal._engine.desk.keys.witnesses
            assert held is not None
            assert held.witnesses == tuple(keys)
        async with await Account.open(tmp_path / "terminal", source()) as terminal:
            await terminal.arrive(20, lambda _: None)
            assert terminal.log_status().required == required


async def test_a_linked_device_links_the_next_one_by_a_code_that_is_scanned(
    tmp_path: Path,
) -> None:
    async with (
        running_server(tmp_path) as server,
        account_of(server, "anna", tmp_path) as laptop,
        account_of(server, "bo", tmp_path) as bo,
    ):
        talk = await laptop.create_direct(bo.profile.user)
        await linked(server, laptop, tmp_path / "one", scanned=True)
        async with await Account.open(tmp_path / "one", source()) as one:
            await one.arrive(20, lambda _: None)
            await linked(server, one, tmp_path / "two", scanned=True)
        async with await Account.open(tmp_path / "two", source()) as two:
            await two.arrive(20, lambda _: None)
            await two.send_text(talk, "the third device")
            await until(lambda: texts(bo, talk) == ["the third device"])
        assert [each.name for each in await laptop.devices()] == [
            "anna's laptop", "terminal", "terminal 2"
        ]  # fmt: skip
        assert bo.alarms() == []


async def test_a_code_is_good_once(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path) as server,
        account_of(server, "anna", tmp_path) as anna,
        account_of(server, "bo", tmp_path) as bo,
    ):
        person = Watcher()
        async with showing(server, tmp_path / "new", person) as task:
            code = (await person.codes()).typed
            comparison = await anna.linking.begin(code)
            with pytest.raises(AccountError, match="error-reason-linking-code-used"):
                await bo.linking.begin(code)
            for _ in range(2):  # said at once, and the linking under way goes on
                with pytest.raises(AccountError, match="error-reason-linking-code-used"):
                    await anna.linking.begin(code)
            await comparison.confirm()
            await task
            with pytest.raises(AccountError, match="error-reason-linking-code-used"):
                await anna.linking.begin(code)


async def test_what_is_no_code_or_nobodys_is_said_so(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, account_of(server, "anna", tmp_path) as anna:
        for wrong in ("", "hello", "TEAMCHAT-LINK:1:AAAA"):
            with pytest.raises(AccountError, match="error-linking-mistyped"):
                await anna.linking.begin(wrong)
        person = Watcher()
        async with showing(server, tmp_path / "new", person):
            code = (await person.codes()).typed
        with pytest.raises(AccountError, match="error-linking-unknown"):
            await anna.linking.begin(code)  # the new device has gone away
        assert not (tmp_path / "new" / STORE).exists()


async def test_different_pictures_change_nothing_on_either_side(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, account_of(server, "anna", tmp_path) as anna:
        for side in ("new", "existing"):
            person = Watcher(agrees=side == "existing")
            async with showing(server, tmp_path / side, person) as task:
                comparison = await anna.linking.begin((await person.codes()).typed)
                if side == "existing":
                    await comparison.refuse()
                else:
                    with pytest.raises(AccountError, match="error-linking-different"):
                        await comparison.confirm()
                with pytest.raises(AccountError, match="error-linking-different"):
                    await task
            assert not (tmp_path / side / STORE).exists()
        assert len(await anna.devices()) == 1


async def test_too_many_devices(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path, limits_devices=1) as server,
        account_of(server, "anna", tmp_path) as anna,
    ):
        person = Watcher()
        async with showing(server, tmp_path / "new", person) as task:
            comparison = await anna.linking.begin((await person.codes()).typed)
            with pytest.raises(AccountError, match="error-too-many-devices"):
                await comparison.confirm()
            with pytest.raises(AccountError, match="error-linking-cancelled"):
                await task
        assert not (tmp_path / "new" / LINKING).exists()
