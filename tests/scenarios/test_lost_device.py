"""A laptop is lost: out at once, out of every group before anything is said, and erased."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from teamchat.client import arriving
from teamchat.client.account import Account
from teamchat.client.enrol import login
from teamchat.client.errors import AccountError, WipedError
from teamchat.client.settings import STORE, VAULT
from teamchat.engine import clearing, following, groups, looking
from teamchat.engine.model import Link
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.ids import ConversationId
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.mls.errors import MlsError
from teamchat.server.storage.queries import logs
from teamchat.wire.frames import Item, Kind
from tests.scenarios.test_real_server import account_of, no_recovery_key, source, texts, until
from tests.support.server import PASSWORD, RunningServer, running_server


@dataclass
class Company:
    """Anna has a laptop and a phone; Bo talks with her alone and in a group."""

    server: RunningServer
    folder: Path
    laptop: Account
    phone: Account
    bo: Account
    rooms: tuple[ConversationId, ...]
    words: str

    async def log(self, room: ConversationId) -> list[Item]:
        piece = await self.server.parts.database.read(
            lambda c: logs.read(c, room, after=0, last=10_000, count=10_000, size=10**9)
        )
        assert piece is not None
        return [*piece.items]

    async def admin_call(self, method: str, path: str) -> int:
        got = await self.server.call(method, path, token=self.server.admin_token)
        return got.status


@asynccontextmanager
async def company(folder: Path) -> AsyncIterator[Company]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(folder))
        bo = await stack.enter_async_context(account_of(server, "bo", folder))
        await server.enter("anna", await server.create("anna"))
        made = await login(
            server.url, "anna", PASSWORD, "laptop",
            profile_dir=folder / "laptop", key_source=source(), ask_recovery_key=no_recovery_key,
        )  # fmt: skip

        async def recovery_key() -> str:
            return made.recovery_key or ""

        laptop = await stack.enter_async_context(await Account.open(folder / "laptop", source()))
        await laptop.wait_online(60)
        direct = await laptop.create_direct(bo.profile.user)
        group = await laptop.create_group("Werk 2", [bo.profile.user])
        await login(
            server.url, "anna", PASSWORD, "phone",
            profile_dir=folder / "phone", key_source=source(), ask_recovery_key=recovery_key,
        )  # fmt: skip
        phone = await stack.enter_async_context(await Account.open(folder / "phone", source()))
        await phone.arrive(20, lambda _: None)
        for room in (direct, group):
            await until(lambda room=room: joined(bo, room))
            await bo.send_text(room, "before")
            await until(lambda room=room: texts(laptop, room) == ["before"])
            await until(lambda room=room: texts(phone, room) == ["before"])
        yield Company(server, folder, laptop, phone, bo, (direct, group), made.recovery_key or "")


def joined(account: Account, room: ConversationId) -> bool:
    return any(each.id == room and each.joined for each in account.conversations())


def states(account: Account) -> dict[ConversationId, groups.GroupState]:
    """Return the keys that a device holds: what a thief has who has copied everything."""
    return {each.id: each.held_group() for each in account._engine.conversations.values()}


def told(account: Account) -> list[str]:
    return [each.key for each in account.alarms()]


def is_erased(folder: Path) -> bool:
    return not (folder / STORE).exists() and not (folder / VAULT).exists()


async def test_a_lost_laptop_hears_nothing_more_and_is_erased(tmp_path: Path) -> None:
    async with company(tmp_path) as here:
        stolen, lost = states(here.laptop), here.laptop.profile.device
        seen = {room: len(await here.log(room)) for room in here.rooms}
        await here.phone.remove_device(lost)
        await until(lambda: here.laptop.link is Link.SIGNED_OUT)
        for room in here.rooms:
            await here.bo.send_text(room, "after")
            await until(lambda room=room: texts(here.phone, room)[-1] == "after")
            new = (await here.log(room))[seen[room] :]
            kinds = [each.kind for each in new]
            assert Kind.COMMIT in kinds[: kinds.index(Kind.APPLICATION)]
            said = next(each for each in new if each.kind is Kind.APPLICATION)
            with pytest.raises(MlsError):
                groups.hear(DefaultCrypto(), stolen[room], said.body, 0)
        assert is_erased(tmp_path / "laptop")
        with pytest.raises(WipedError, match="error-wiped-by-owner"):
            await here.laptop.wait_online(60)
        with pytest.raises(WipedError):
            await here.laptop.send_text(here.rooms[0], "to nobody")
        assert not is_erased(tmp_path / "phone")
        assert [each.name for each in await here.phone.devices()] == ["phone"]


_EYES = ((looking, "look"), (looking, "look_afresh"), (following, "take_size"))
"""What a client sees the key directory by."""


async def said_to_nobody_who_is_out(here: Company, room: ConversationId, seen: int) -> None:
    new = (await here.log(room))[seen:]
    kinds = [each.kind for each in new]
    assert Kind.COMMIT in kinds[: kinds.index(Kind.APPLICATION)]


async def test_what_is_said_by_who_was_away_meanwhile_is_said_when_the_laptop_is_out(
    tmp_path: Path,
) -> None:
    async with company(tmp_path) as here:
        stolen, lost = states(here.laptop), here.laptop.profile.device
        bo, seen = here.bo, {room: len(await here.log(room)) for room in here.rooms}
        await bo.close()
        async with await Account.open(tmp_path / "bo", source(), network=False) as away:
            for room in here.rooms:
                for text in ("one", "two"):
                    await away.send_text(room, text)
        await here.phone.remove_device(lost)
        async with await Account.open(tmp_path / "bo", source()):
            for room in here.rooms:
                await until(lambda room=room: texts(here.phone, room)[-2:] == ["one", "two"])
                await said_to_nobody_who_is_out(here, room, seen[room])
                for each in (await here.log(room))[seen[room] :]:
                    if each.kind is Kind.APPLICATION:
                        with pytest.raises(MlsError):
                            groups.hear(DefaultCrypto(), stolen[room], each.body, 0)


async def test_a_sender_that_is_refused_and_stopped_says_it_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with company(tmp_path) as here:
        lost = here.laptop.profile.device
        seen = {room: len(await here.log(room)) for room in here.rooms}
        await here.laptop.close()
        await here.phone.close()
        refused: list[ConversationId] = []
        bar = clearing.bar
        with monkeypatch.context() as kept:
            for module, name in _EYES:
                kept.setattr(module, name, lambda *_: None)

            def note(step: Step, conversation: ConversationState) -> None:
                refused.append(conversation.id)
                bar(step, conversation)

            kept.setattr(clearing, "bar", note)
            path = f"/v1/admin/users/{here.phone.profile.user}/devices/{lost}"
            assert await here.admin_call("DELETE", path) == 204
            for room in here.rooms:
                await here.bo.send_text(room, "after")
            await until(lambda: len(refused) >= len(here.rooms))
            assert {len(await here.log(room)) - seen[room] for room in here.rooms} == {0}
            await here.bo.close()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(await Account.open(tmp_path / "bo", source()))
            phone = await Account.open(tmp_path / "phone", source())
            await stack.enter_async_context(phone)
            for room in here.rooms:
                await until(lambda room=room: texts(phone, room)[-1] == "after")
                await said_to_nobody_who_is_out(here, room, seen[room])


async def test_a_laptop_that_was_off_is_erased_when_it_is_opened_and_reaches_the_server(
    tmp_path: Path,
) -> None:
    async with company(tmp_path) as here:
        device = here.laptop.profile.device
        named = {each.id: each.name for each in await here.phone.devices()}
        assert device in named
        await here.laptop.close()
        path = f"/v1/admin/users/{here.phone.profile.user}/devices/{device}"
        assert await here.admin_call("DELETE", path) == 204
        assert device not in {each.id for each in await here.phone.devices()}
        assert here.phone.device_names() == named, "the alarm says which one it was"
        async with await Account.open(tmp_path / "laptop", source(), network=False) as offline:
            assert texts(offline, here.rooms[0]) == ["before"]  # it cannot know
        async with await Account.open(tmp_path / "laptop", source()) as laptop:
            with pytest.raises(WipedError, match="error-wiped-by-company"):
                await laptop.wait_online(60)
        assert is_erased(tmp_path / "laptop")
        with pytest.raises(AccountError, match="error-not-logged-in"):
            await Account.open(tmp_path / "laptop", source())
        await until(lambda: "notice-own-device-removed" in told(here.phone))


async def test_who_leaves_the_company_is_out_with_all_devices_in_one_step(tmp_path: Path) -> None:
    async with company(tmp_path) as here:
        user = here.phone.profile.user
        assert await here.admin_call("DELETE", f"/v1/admin/users/{user}") == 204
        await until(lambda: is_erased(tmp_path / "laptop") and is_erased(tmp_path / "phone"))
        for account in (here.laptop, here.phone):
            with pytest.raises(WipedError, match="error-wiped-by-company"):
                await account.wait_online(60)


async def test_a_server_that_only_says_so_erases_nothing(tmp_path: Path) -> None:
    async with company(tmp_path) as here:
        device = here.laptop.profile.device
        await here.laptop.close()
        sql = "UPDATE session SET ended = 1 WHERE device = :device"

        def end(connection: object) -> None:
            from sqlalchemy import text

            connection.execute(text(sql), {"device": device})  # type: ignore[attr-defined]

        await here.server.parts.database.write(end)
        async with await Account.open(tmp_path / "laptop", source()) as laptop:
            with pytest.raises(AccountError, match="error-signed-out"):
                await laptop.wait_online(60)
            assert texts(laptop, here.rooms[0]) == ["before"]
        assert not is_erased(tmp_path / "laptop")


async def test_who_has_too_many_devices_is_told_which_one_to_end(tmp_path: Path) -> None:
    async with running_server(tmp_path, limits_devices=1) as server:
        await server.enter("anna", await server.create("anna"))
        made = await login(
            server.url, "anna", PASSWORD, "old laptop",
            profile_dir=tmp_path / "old", key_source=source(), ask_recovery_key=no_recovery_key,
        )  # fmt: skip

        async def recovery_key() -> str:
            return made.recovery_key or ""

        with pytest.raises(AccountError, match="error-too-many-devices") as caught:
            await login(
                server.url, "anna", PASSWORD, "phone",
                profile_dir=tmp_path / "new", key_source=source(), ask_recovery_key=recovery_key,
            )  # fmt: skip
        assert caught.value.arguments == {"name": "old laptop"}
        assert is_erased(tmp_path / "new")


async def test_who_has_lost_their_only_device_is_back_with_the_recovery_key(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        bo = await stack.enter_async_context(account_of(server, "bo", tmp_path))
        await server.enter("anna", await server.create("anna"))
        made = await login(
            server.url, "anna", PASSWORD, "laptop",
            profile_dir=tmp_path / "laptop", key_source=source(), ask_recovery_key=no_recovery_key,
        )  # fmt: skip
        async with await Account.open(tmp_path / "laptop", source()) as laptop:
            await laptop.wait_online(60)
            rooms = (
                await laptop.create_direct(bo.profile.user),
                await laptop.create_group("Werk 2", [bo.profile.user]),
            )
            await until(lambda: all(joined(bo, room) for room in rooms))
        user, device = made.account.user, made.account.device
        path = f"/v1/admin/users/{user}/devices/{device}"
        assert (await server.call("DELETE", path, token=server.admin_token)).status == 204
        await until(lambda: all(alone(bo, room) for room in rooms))
        with pytest.raises(AccountError, match="error-peer-absent"):
            await bo.send_text(rooms[0], "to nobody")

        async def recovery_key() -> str:
            return made.recovery_key or ""

        await login(
            server.url, "anna", PASSWORD, "phone",
            profile_dir=tmp_path / "phone", key_source=source(), ask_recovery_key=recovery_key,
        )  # fmt: skip
        phone = await stack.enter_async_context(await Account.open(tmp_path / "phone", source()))
        arrived = await phone.arrive(30, lambda _: None)
        assert arrived.complete
        for room in rooms:
            await until(lambda room=room: not alone(bo, room))
            await bo.send_text(room, "there you are")
            await until(lambda room=room: texts(phone, room) == ["there you are"])
        assert [each.title for each in phone.conversations() if not each.direct] == ["Werk 2"]


async def test_who_comes_back_while_nobody_is_there_is_not_kept_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "TAKEN_IN_SECONDS", 0.1)
    async with company(tmp_path) as here:
        user, words = here.phone.profile.user, here.words
        for each in (here.laptop, here.phone):
            path = f"/v1/admin/users/{user}/devices/{each.profile.device}"
            assert await here.admin_call("DELETE", path) == 204
        await until(lambda: all(alone(here.bo, room) for room in here.rooms))
        await here.bo.close()

        async def recovery_key() -> str:
            return words

        await login(
            here.server.url, "anna", PASSWORD, "new",
            profile_dir=tmp_path / "new", key_source=source(), ask_recovery_key=recovery_key,
        )  # fmt: skip
        async with await Account.open(tmp_path / "new", source()) as new:
            arrived = await new.arrive(600, lambda _: None)
            assert (arrived.joined, arrived.waiting) == (1, 1)
            with pytest.raises(AccountError, match="error-waits-for-colleague"):
                await new.rejoin(here.rooms[1])
            await new.catch_up(600)
            async with await Account.open(tmp_path / "bo", source()):
                await until(lambda: joined(new, here.rooms[1]))


def alone(account: Account, room: ConversationId) -> bool:
    return [each.own for each in account.members(room) if each.devices] == [True]
