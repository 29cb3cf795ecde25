"""Recovery against a real server: with the words, renewed, and without them."""

import asyncio
import base64
import re
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from teamchat.client import fresh_start
from teamchat.client.account import Account
from teamchat.client.enrol import EnrolResult, login
from teamchat.client.errors import AccountError, WipedError
from teamchat.clock import SystemClock
from teamchat.engine.model import Link, Trust
from teamchat.engine.records import AccountRecord
from teamchat.identity.recovery import RecoveryKey
from teamchat.ids import ConversationId
from teamchat.server.storage.tables.identities import identity_reset
from teamchat.wire.bodies import Identity
from tests.scenarios.test_real_server import account_of, no_recovery_key, source, until
from tests.support.server import PASSWORD, RunningServer, running_server

HOURS = 3600


async def first(server: RunningServer, folder: Path, name: str) -> EnrolResult:
    """Let somebody in with their first device."""
    await server.invite(name)
    return await login(
        server.url, name, PASSWORD, "laptop", profile_dir=folder / name, key_source=source(),
        ask_recovery_key=no_recovery_key,
    )  # fmt: skip


async def further(server: RunningServer, folder: Path, name: str, words: str) -> EnrolResult:
    """Come in with recovery words, into another folder."""

    async def ask() -> str:
        return words

    return await login(
        server.url, name, PASSWORD, "tablet", profile_dir=folder, key_source=source(),
        ask_recovery_key=ask,
    )  # fmt: skip


class Shown:
    """Keeps the words that a person was shown."""

    def __init__(self) -> None:
        self.words = ""

    async def __call__(self, _account: AccountRecord, words: str) -> None:
        self.words = words

    async def alone(self, words: str) -> None:
        self.words = words


async def begin(
    server: RunningServer, folder: Path, name: str, shown: Shown
) -> fresh_start.FreshStart:
    return await fresh_start.begin(
        server.url, name, PASSWORD, "new", profile_dir=folder, key_source=source(), keep_key=shown
    )


def alarms(account: Account) -> list[str]:
    return [each.key for each in account.alarms()]


class Wire:
    """Stands between client and server, and keeps every byte."""

    def __init__(self, target: str) -> None:
        _, _, address = target.rpartition("//")
        self._host, _, port = address.partition(":")
        self._port = int(port)
        self.seen = bytearray()

    async def listen(self) -> tuple[asyncio.Server, str]:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        await asyncio.gather(self._copy(reader, back), self._copy(there, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                self.seen += data
                writer.write(data)
                await writer.drain()
        writer.close()


async def test_the_words_bring_back_identity_and_conversations_on_an_empty_device(
    tmp_path: Path,
) -> None:
    async with running_server(tmp_path) as server, account_of(server, "bo", tmp_path) as bo:
        made = await first(server, tmp_path, "anna")
        assert made.recovery_key is not None
        async with await Account.open(tmp_path / "anna", source()) as laptop:
            await laptop.wait_online(60)
            talk = await laptop.create_direct(bo.profile.user)
            await laptop.send_text(talk, "before")
            await until(lambda: [each.id for each in bo.conversations()] == [talk])
        again = await further(server, tmp_path / "empty", "anna", made.recovery_key)
        assert again.account.identity_key == made.account.identity_key
        assert again.account.history_key == made.account.history_key
        async with await Account.open(tmp_path / "empty", source()) as tablet:
            await tablet.wait_online(60)
            await until(lambda: any(each.id == talk for each in tablet.conversations()))
            await tablet.arrive(10, lambda _: None)
            await bo.send_text(talk, "are you there?")
            await until(lambda: "are you there?" in lines(tablet, talk))
        assert alarms(bo) == []


def lines(account: Account, talk: ConversationId) -> list[str]:
    return [each.text for each in account.timeline(talk)]


async def test_neither_words_nor_key_nor_seed_leave_the_client(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        await server.invite("anna")
        wire, shown = Wire(server.url), Shown()
        listening, url = await wire.listen()
        async with listening:
            made = await login(
                url, "anna", PASSWORD, "laptop", profile_dir=tmp_path / "a", key_source=source(),
                ask_recovery_key=no_recovery_key,
            )  # fmt: skip
            words = made.recovery_key or ""

            async def ask() -> str:
                return words

            await login(
                url, "anna", PASSWORD, "tablet", profile_dir=tmp_path / "b", key_source=source(),
                ask_recovery_key=ask,
            )  # fmt: skip
            async with await Account.open(tmp_path / "b", source()) as tablet:
                await tablet.recovery.renew(words, shown.alone)
        key, box = RecoveryKey.read(words), await kept_box(server)
        kept = RecoveryKey.read(shown.words).open(box.recovery_box, tablet.profile.user,
                                                  box.identity_key)  # fmt: skip
        secrets = {
            "words": words.encode(), "new words": shown.words.encode(), "key": key._secret,
            "seed": kept.identity.seed, "history key": kept.history_key,
            "four words": " ".join(words.split()[:4]).encode(),
        }  # fmt: skip
        seen = bytes(wire.seen)
        assert made.account.identity_key in unescaped(seen), "what is sent is seen"
        for name, secret in secrets.items():
            assert secret not in unescaped(seen), name


def unescaped(seen: bytes) -> bytes:
    """Return traffic with everything that looks like base64 decoded behind it."""
    found = re.findall(rb"[A-Za-z0-9+/_-]{40,}={0,2}", seen)
    return seen + b"".join(
        base64.b64decode(each.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(each) % 4))
        for each in found
        if len(each) % 4 != 1
    )


async def kept_box(server: RunningServer) -> Identity:
    session = await server.log_in("anna")
    return (await server.call("GET", "/v1/me/identity", token=session.token)).read(Identity)


async def test_a_fresh_start_that_nobody_of_the_person_wanted_is_stopped_by_their_laptop(
    tmp_path: Path,
) -> None:
    async with running_server(tmp_path) as server:
        await first(server, tmp_path, "anna")
        async with await Account.open(tmp_path / "anna", source()) as laptop:
            await laptop.wait_online(60)
            shown = Shown()
            begun = await begin(server, tmp_path / "thief", "anna", shown)
            assert begun.entered is None
            assert begun.due > SystemClock().now() + 23 * HOURS
            await until(lambda: alarms(laptop) == ["alarm-own-reset-asked"])
            with pytest.raises(AccountError, match="error-reason-reset-not-due"):
                await further(server, tmp_path / "thief", "anna", shown.words)
            assert await laptop.recovery.cancel()
            assert not await laptop.recovery.cancel()
            with pytest.raises(AccountError, match="error-wrong-recovery-key"):
                await further(server, tmp_path / "thief", "anna", shown.words)
            assert laptop.link is Link.ONLINE


async def test_a_fresh_start_ends_all_devices_and_everybody_is_warned(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        anna, bo, cem = [
            await stack.enter_async_context(account_of(server, name, tmp_path))
            for name in ("anna", "bo", "cem")
        ]
        user = anna.profile.user
        talk = await anna.create_direct(bo.profile.user)
        group = await anna.create_group("Werk 2", [bo.profile.user, cem.profile.user])
        await until(lambda: len(bo.conversations()) == 2 and len(cem.conversations()) == 1)
        before = await bo.safety_number(user)
        await bo.mark_verified(user, before)
        shown = Shown()
        begun = await begin(server, tmp_path / "new", "anna", shown)
        await pass_time(server, begun.due)
        made = await further(server, tmp_path / "new", "anna", shown.words)
        assert made.account.identity_key != anna._engine.desk.account.identity_key
        await until(lambda: anna.link is Link.SIGNED_OUT)
        await until(lambda: isinstance(anna.trouble, WipedError))
        for each in (bo, cem):
            await until(lambda each=each: "alarm-key-changed" in alarms(each))
        changed = bo.person(user)
        assert changed is not None
        assert changed.trust is Trust.CHANGED
        await bo.send_text(group, "where is she?")  # the new device is not there yet
        await until(lambda: "where is she?" in lines(cem, group))
        async with await Account.open(tmp_path / "new", source()) as fresh:
            await fresh.wait_online(60)
            await fresh.arrive(10, lambda _: None)
            await until(lambda: is_changed(bo, talk))
            with pytest.raises(AccountError, match="error-key-changed"):
                await bo.send_text(talk, "is it you?")
            await bo.send_text(group, "she has started anew")
            await until(lambda: "she has started anew" in lines(cem, group))
            assert lines(fresh, group) == []
            assert await bo.safety_number(user) == await fresh.safety_number(bo.profile.user)
            assert await bo.safety_number(user) != before
            await bo.mark_verified(user, await bo.safety_number(user))
            await until(lambda: any(each.id == talk for each in fresh.conversations()))
            await bo.send_text(talk, "it is you")
            await until(lambda: "it is you" in lines(fresh, talk))
            await until(lambda: is_changed(cem, group))  # bo's device has taken her in again
            await bo.send_text(group, "it is her")
            await until(lambda: "it is her" in lines(fresh, group))
            with pytest.raises(AccountError, match="error-key-changed"):
                await cem.send_text(group, "is it you?")


def is_changed(account: Account, talk: ConversationId) -> bool:
    return any(each.id == talk and each.changed for each in account.conversations())


async def pass_time(server: RunningServer, due: int) -> None:
    """Let a fresh start be due that somebody has asked for."""

    def work(connection: Connection) -> None:
        assert connection.scalar(select(identity_reset.c.due)) == due
        connection.execute(update(identity_reset).values(due=SystemClock().now()))

    await server.parts.database.write(work)


async def test_a_renewed_key_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, account_of(server, "bo", tmp_path) as bo:
        made = await first(server, tmp_path, "anna")
        words = made.recovery_key or ""
        async with await Account.open(tmp_path / "anna", source()) as laptop:
            await laptop.wait_online(60)
            user = laptop.profile.user
            talk = await laptop.create_direct(bo.profile.user)
            await until(lambda: [each.id for each in bo.conversations()] == [talk])
            shown = Shown()
            with pytest.raises(AccountError, match="error-wrong-recovery-key"):
                await laptop.recovery.renew(RecoveryKey(bytes(20)).written("de"), shown.alone)
            with pytest.raises(AccountError, match="error-recovery-count"):
                await laptop.recovery.renew("apfel", shown.alone)
            assert shown.words == ""
            await laptop.recovery.renew(words, shown.alone)
            assert laptop._engine.desk.account.identity_key != made.account.identity_key
            await until(lambda: "system-key-renewed" in lines(bo, talk))
            await bo.send_text(talk, "go on")
            await until(lambda: "go on" in lines(laptop, talk))
            assert alarms(bo) == alarms(laptop) == []
            number = await bo.safety_number(user)
            assert number == await laptop.safety_number(bo.profile.user)
        with pytest.raises(AccountError, match="error-wrong-recovery-key"):
            await further(server, tmp_path / "tablet", "anna", words)
        again = await further(server, tmp_path / "tablet", "anna", shown.words)
        assert again.account.history_key == made.account.history_key
        async with await Account.open(tmp_path / "tablet", source()) as tablet:
            await tablet.wait_online(60)
            await tablet.arrive(10, lambda _: None)
            await bo.send_text(talk, "to the new one")
            await until(lambda: "to the new one" in lines(tablet, talk))
        assert alarms(bo) == []
