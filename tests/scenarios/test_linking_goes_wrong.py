"""Linking where somebody lies, somebody has to be asked, or a process is killed."""

import asyncio
import sys
from pathlib import Path

import pytest

from teamchat.client import linking_profile
from teamchat.client.account import Account
from teamchat.client.errors import AccountError
from teamchat.client.linking_profile import HalfProfile
from teamchat.client.settings import LINKING, STORE, VAULT
from teamchat.identity.keys import DeviceKey
from teamchat.identity.linking.code import LinkingCode, Way
from teamchat.identity.linking.existing_device import AwaitsReveal, enter
from teamchat.identity.linking.new_device import NewCompares, Offered, offer
from teamchat.ids import DeviceId, identifier
from teamchat.server.auth.actor import Actor
from teamchat.server.services.mailboxes import Mailboxes
from teamchat.wire.linking import (
    MailboxMessages,
    WaitingLinkings,
    WriteOwnMailbox,
)
from tests.scenarios.test_device_is_linked import Watcher, showing
from tests.scenarios.test_real_server import account_of, source, texts, until
from tests.support.linking_process import KILLED
from tests.support.server import RunningServer, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


class Between(Mailboxes):
    """A server that knows the typed code, and speaks with each of the two devices in turn."""

    def sit(self, code: str, now: int) -> None:
        self.now = now
        self.ghost: Offered = offer(
            Way.TYPED, secret=LinkingCode.read(code).secret, ephemeral=bytes(range(32)),
            device=DeviceId(identifier(bytes(range(16)))), key=DeviceKey(bytes([7] * 32)),
            name="terminal", now=now,
        )  # fmt: skip
        self.fake = enter(LinkingCode.read(code), ephemeral=bytes([9] * 32), now=now)
        self.to_new: AwaitsReveal | None = None
        self.to_existing: NewCompares | None = None

    async def join(self, actor: Actor, name: str) -> MailboxMessages:
        (first,) = (await super().join(actor, name)).messages
        self.to_new = self.fake.receive(first, self.now)
        return MailboxMessages([self.ghost.message])

    async def write_own(self, actor: Actor, name: str, wanted: WriteOwnMailbox) -> None:
        if wanted.place == 2:
            self.to_existing = self.ghost.receive(wanted.message, self.now)
            assert self.to_new is not None
            wanted = WriteOwnMailbox(2, self.to_new.message)
        await super().write_own(actor, name, wanted)

    async def read_own(self, actor: Actor, name: str, after: int) -> MailboxMessages:
        found = await super().read_own(actor, name, after)
        if after == 2 and found.messages and self.to_existing is not None:
            return MailboxMessages([self.to_existing.message])
        return found


def sit_between(server: RunningServer, code: str) -> None:
    services = server.parts.services
    honest = services.mailboxes
    between = Between(honest._database, honest._clock, honest._random, honest._limiter)
    between.sit(code, server.parts.clock.now())
    object.__setattr__(services, "mailboxes", between)


async def test_a_server_in_the_middle_is_noticed_by_who_looks(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, account_of(server, "anna", tmp_path) as anna:
        person = Watcher(agrees=False)
        async with showing(server, tmp_path / "new", person) as task:
            code = (await person.codes()).typed
            sit_between(server, code)
            comparison = await anna.linking.begin(code)
            assert comparison.name == "terminal"
            await until(lambda: person.pictures)
            assert person.pictures[0].pictures() != comparison.sas.pictures()
            assert person.pictures[0].numbers() != comparison.sas.numbers()
            await comparison.refuse()
            with pytest.raises(AccountError, match="error-linking-different"):
                await task
        assert len(await anna.devices()) == 1
        assert not (tmp_path / "new" / VAULT).exists()


async def test_a_server_in_the_middle_has_no_place_beside_a_code_that_is_scanned(
    tmp_path: Path,
) -> None:
    async with running_server(tmp_path) as server, account_of(server, "anna", tmp_path) as anna:
        person = Watcher()
        async with showing(server, tmp_path / "new", person):
            codes = await person.codes()
            sit_between(server, codes.typed)
            with pytest.raises(AccountError, match="error-linking-forged"):
                await anna.linking.begin(codes.scanned)


async def test_a_directory_that_does_not_show_who_vouched_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HalfProfile, "_is_vouched_for", lambda *_: False)
    async with running_server(tmp_path) as server, account_of(server, "anna", tmp_path) as anna:
        person = Watcher()
        async with showing(server, tmp_path / "new", person) as task:
            comparison = await anna.linking.begin((await person.codes()).typed)
            confirmed = asyncio.create_task(comparison.confirm())
            with pytest.raises(AccountError, match="error-linking-directory"):
                await task
            await asyncio.gather(confirmed, return_exceptions=True)
        assert not {each.name for each in (tmp_path / "new").iterdir()} & {STORE, LINKING, VAULT}
        assert len(await anna.devices()) == 1


async def test_a_device_waits_for_an_administrator_and_goes_on_when_it_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking_profile, "APPROVAL_SECONDS", 0.1)
    folder = tmp_path / "new"
    async with (
        running_server(tmp_path, policy_linking_needs_admin=True) as server,
        account_of(server, "anna", tmp_path) as anna,
    ):
        person = Watcher()
        async with showing(server, folder, person) as task:
            comparison = await anna.linking.begin((await person.codes()).typed)
            assert not await comparison.confirm()
            await until(lambda: person.waited)
            assert not task.done()
        assert not (folder / STORE).exists()
        async with showing(server, folder, person) as task:
            await until(lambda: person.waited == 2)
            admin = await server.call("GET", "/v1/admin/linkings", token=server.admin_token)
            which = admin.read(WaitingLinkings).linkings[0].id
            path = f"/v1/admin/linkings/{which}/approval"
            assert (await server.call("POST", path, token=server.admin_token)).status == 204
            await task
        assert len(person.pictures) == 1
        async with await Account.open(folder, source()) as new:
            await new.wait_online(60)
            assert len(await anna.devices()) == 2


async def test_what_is_for_one_server_is_shown_to_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking_profile, "APPROVAL_SECONDS", 0.1)
    folder = tmp_path / "new"
    async with (
        running_server(tmp_path / "one", policy_linking_needs_admin=True) as server,
        running_server(tmp_path / "two") as other,
        account_of(server, "anna", tmp_path) as anna,
    ):
        person = Watcher()
        async with showing(server, folder, person) as task:
            comparison = await anna.linking.begin((await person.codes()).typed)
            await comparison.confirm()
            await until(lambda: person.waited)
            assert not task.done()
        assert (folder / LINKING).exists()
        elsewhere = Watcher()
        async with showing(other, folder, elsewhere):
            await elsewhere.codes()  # it begins anew
            assert not (folder / LINKING).exists()


async def test_a_device_that_is_declined_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking_profile, "APPROVAL_SECONDS", 0.1)
    async with (
        running_server(tmp_path, policy_linking_needs_admin=True) as server,
        account_of(server, "anna", tmp_path) as anna,
    ):
        person = Watcher()
        async with showing(server, tmp_path / "new", person) as task:
            comparison = await anna.linking.begin((await person.codes()).typed)
            await comparison.confirm()
            await until(lambda: person.waited)
            admin = await server.call("GET", "/v1/admin/linkings", token=server.admin_token)
            which = admin.read(WaitingLinkings).linkings[0].id
            path = f"/v1/admin/linkings/{which}"
            assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
            with pytest.raises(AccountError, match="error-reason-linking-declined"):
                await task
        assert not (tmp_path / "new" / LINKING).exists()


async def agree(by: Account, code: str) -> None:
    comparison = await by.linking.begin(code)
    await comparison.confirm()


async def run_new_device(
    server: RunningServer, folder: Path, by: Account, dies_at: int
) -> tuple[int, str]:
    """Link a device in a process that dies at a step; return how it ended and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.linking_process", server.url, str(folder),
        str(dies_at), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode()
    other = asyncio.create_task(agree(by, said)) if not said.startswith("linked") else None
    said += (await process.stdout.read()).decode()
    code = await process.wait()
    if other is not None:
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)
    return code, said


async def test_whenever_it_is_killed_there_is_a_profile_or_none(tmp_path: Path) -> None:
    """And the next start makes one."""
    async with (
        running_server(tmp_path, limits_devices=50) as server,
        account_of(server, "anna", tmp_path) as anna,
        account_of(server, "bo", tmp_path) as bo,
    ):
        talk = await anna.create_direct(bo.profile.user)
        halves = dies_at = 0
        code, said = KILLED, ""
        while code == KILLED:
            dies_at += 1
            folder = tmp_path / f"new-{dies_at}"
            code, said = await run_new_device(server, folder, anna, dies_at)
            whole = (folder / STORE).exists()
            halves += (folder / LINKING).exists()
            assert not (whole and (folder / LINKING).exists())
            if not whole:
                with pytest.raises(AccountError, match="error-not-logged-in"):
                    await Account.open(folder, source())
                again, _ = await run_new_device(server, folder, anna, 1000)
                assert again == 0
            async with await Account.open(folder, source()) as new:
                await new.wait_online(60)
        assert "linked" in said
        assert halves >= 3
        assert dies_at >= 8
        async with await Account.open(tmp_path / "new-5", source()) as new:
            await new.arrive(20, lambda _: None)
            await new.send_text(talk, "still here")
            await until(lambda: texts(bo, talk) == ["still here"])
        assert bo.alarms() == []
