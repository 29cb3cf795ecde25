"""Two accounts, a real server, real sockets: the happy path end to end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from teamchat.client.account import Account
from teamchat.client.enrol import login
from teamchat.client.errors import AccountError
from teamchat.client.vault_file import Passphrase
from teamchat.engine.model import Delivery, Link, TimelineChanged, Trust
from teamchat.engine.namesakes import Acquaintances
from teamchat.identity.keys import IdentityKey
from teamchat.identity.vault import Cost
from teamchat.ids import ConversationId
from tests.support.server import PASSWORD, ReachedServer, running_server

CHEAP = Cost(passes=1, memory_kib=8)


def source() -> Passphrase:
    return Passphrase(lambda: "passphrase", CHEAP)


async def no_recovery_key() -> str:
    raise AssertionError("the first device needs no recovery key")


@asynccontextmanager
async def account_of(server: ReachedServer, name: str, folder: Path) -> AsyncIterator[Account]:
    """Invite somebody, log them in for the first time, and open their account."""
    secret = await server.create(name)
    await server.enter(name, secret)
    profile = folder / name
    await login(
        server.url, name, PASSWORD, f"{name}'s laptop",
        profile_dir=profile, key_source=source(), ask_recovery_key=no_recovery_key,
    )  # fmt: skip
    async with await Account.open(profile, source()) as account:
        await account.wait_online(60)
        yield account


async def until(condition: object, seconds: float = 60) -> None:
    assert callable(condition)
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)


def texts(account: Account, talk: ConversationId) -> list[str]:
    if talk not in {each.id for each in account.conversations()}:
        return []
    return [each.text for each in account.timeline(talk) if each.kind.value == "text"]


async def test_two_people_talk(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        anna = await stack.enter_async_context(account_of(server, "anna", tmp_path))
        bo = await stack.enter_async_context(account_of(server, "bo", tmp_path))
        (found,) = await anna.find_people("bo")
        talk = await anna.create_direct(found.id)
        sent = await anna.send_text(talk, "Grüß dich, 老王 👋")
        assert sent.own
        await until(lambda: texts(bo, talk) == ["Grüß dich, 老王 👋"])
        await bo.send_text(talk, "ni hao")
        await until(lambda: texts(anna, talk) == ["Grüß dich, 老王 👋", "ni hao"])
        await until(lambda: anna.timeline(talk)[-2].delivery is Delivery.DELIVERED)
        number = await anna.safety_number(bo.profile.user)
        assert number == await bo.safety_number(anna.profile.user)
        (conversation,) = anna.conversations()
        await until(lambda: anna.conversations()[0].title == "Bo")
        assert conversation.direct
        await bo.mark_read(talk, bo.timeline(talk)[-1].position)
        assert bo.conversations()[0].unread == 0


async def test_what_is_verified_is_the_number_that_was_compared(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        anna = await stack.enter_async_context(account_of(server, "anna", tmp_path))
        bo = await stack.enter_async_context(account_of(server, "bo", tmp_path))
        user = bo.profile.user
        await anna.create_direct((await anna.find_people("bo"))[0].id)
        with pytest.raises(AccountError, match="error-number-changed"):
            await anna.mark_verified(user)  # nothing was compared
        number = await anna.safety_number(user)
        held = anna._engine._held
        changed = IdentityKey(bytes(range(32))).public
        forged = msgspec.structs.replace(held.people[user], changed_key=changed)
        held.people = Acquaintances({**held.people, user: forged})
        for compared in (number, ""):
            with pytest.raises(AccountError, match="error-number-changed"):
                await anna.mark_verified(user, compared)
        assert held.people[user].changed_key == changed
        await anna.keep_key(user)
        await anna.mark_verified(user, number.replace(" ", ""))
        known = anna.person(user)
        assert known is not None
        assert known.trust is Trust.VERIFIED


async def test_a_group_comes_and_goes(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        anna, bo, cem = [
            await stack.enter_async_context(account_of(server, name, tmp_path))
            for name in ("anna", "bo", "cem")
        ]
        talk = await anna.create_group("Werk 2", [bo.profile.user])
        await anna.send_text(talk, "first")
        await anna.add(talk, [cem.profile.user])
        await anna.send_text(talk, "second")
        await until(lambda: texts(cem, talk) == ["second"])
        await until(lambda: texts(bo, talk) == ["first", "second"])
        await until(lambda: cem.conversations()[0].title == "Werk 2")
        with pytest.raises(AccountError, match="error-not-allowed"):
            await bo.remove(talk, cem.profile.user)
        await anna.remove(talk, cem.profile.user)
        await anna.send_text(talk, "third")
        await until(lambda: texts(bo, talk)[-1:] == ["third"])
        await until(lambda: not cem.conversations()[0].joined)
        assert texts(cem, talk) == ["second"]
        await bo.leave(talk)
        await until(lambda: len(anna.members(talk)) == 1)
        await until(lambda: not bo.conversations()[0].joined)


async def test_what_is_written_offline_arrives(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        anna = await stack.enter_async_context(account_of(server, "anna", tmp_path))
        async with account_of(server, "bo", tmp_path) as bo:
            talk = await anna.create_direct(bo.profile.user)
            await until(lambda: bool(bo.conversations()))
        async with await Account.open(tmp_path / "bo", source(), network=False) as bo:
            message = await bo.send_text(talk, "written on the train")
            assert message.delivery is Delivery.QUEUED
            assert bo.queued == 1
            assert bo.link is Link.OFFLINE
        async with await Account.open(tmp_path / "bo", source()) as bo:
            await until(lambda: texts(anna, talk) == ["written on the train"])
            await until(lambda: bo.queued == 0)
            (kept,) = [each for each in bo.timeline(talk) if each.kind.value == "text"]
            assert kept.id == message.id


async def test_changes_are_told_and_a_second_process_is_refused(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        anna = await stack.enter_async_context(account_of(server, "anna", tmp_path))
        bo = await stack.enter_async_context(account_of(server, "bo", tmp_path))
        talk = await anna.create_direct(bo.profile.user)
        arrived = asyncio.create_task(first_arrival(bo))
        await asyncio.sleep(0)
        await anna.send_text(talk, "news")
        assert await asyncio.wait_for(arrived, 60) == "news"
        with pytest.raises(AccountError, match="error-profile-locked"):
            await Account.open(tmp_path / "bo", source())


async def first_arrival(account: Account) -> str:
    async for change in account.changes():
        if isinstance(change, TimelineChanged) and change.arrived:
            texts_of = [each.text for each in change.arrived if each.kind.value == "text"]
            if texts_of:
                return texts_of[0]
    raise AssertionError("the account was closed")


async def test_a_second_device_needs_the_recovery_key(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        bo = await stack.enter_async_context(account_of(server, "bo", tmp_path))
        await server.enter("anna", await server.create("anna"))
        first = await login(
            server.url, "anna", PASSWORD, "laptop",
            profile_dir=tmp_path / "laptop", key_source=source(),
            ask_recovery_key=no_recovery_key,
        )  # fmt: skip
        recovery_key = first.recovery_key
        assert recovery_key is not None
        tries = iter(["nonsense", recovery_key])

        async def typed() -> str:
            return next(tries)

        laptop = await stack.enter_async_context(await Account.open(tmp_path / "laptop", source()))
        await laptop.wait_online(60)
        talk = await bo.create_direct(laptop.profile.user)
        await bo.send_text(talk, "before the tablet")
        second = await login(
            server.url, "anna", PASSWORD, "tablet",
            profile_dir=tmp_path / "tablet", key_source=source(), ask_recovery_key=typed,
        )  # fmt: skip
        assert second.recovery_key is None
        assert second.account.history_key == first.account.history_key
        assert len(second.account.history_key) == 32
        tablet = await stack.enter_async_context(await Account.open(tmp_path / "tablet", source()))
        await until(lambda: any(each.joined for each in tablet.conversations()))
        await bo.send_text(talk, "to both")
        await until(lambda: texts(tablet, talk) == ["to both"])
        await until(lambda: texts(laptop, talk) == ["before the tablet", "to both"])
        assert {each.name for each in await laptop.devices()} == {"laptop", "tablet"}
        await laptop.remove_device(tablet.profile.device)
        await until(lambda: tablet.link is Link.SIGNED_OUT)
        await until(lambda: bo.members(talk)[0].devices + bo.members(talk)[1].devices == 2)
