"""A new device gets what was said before it came: from another one, or from the backup."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.enrol import login
from teamchat.client.errors import AccountError
from teamchat.engine.model import Message
from teamchat.ids import ConversationId
from tests.scenarios.test_real_server import account_of, no_recovery_key, source, texts, until
from tests.support.server import PASSWORD, RunningServer, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

SAID = ["before the tablet", "Grüße nach 深圳 👋", "a third"]


async def first_device(server: RunningServer, name: str, folder: Path) -> str:
    """Log somebody in for the first time; return their recovery key."""
    await server.enter(name, await server.create(name))
    made = await login(
        server.url, name, PASSWORD, "laptop",
        profile_dir=folder / name, key_source=source(), ask_recovery_key=no_recovery_key,
    )  # fmt: skip
    assert made.recovery_key is not None
    return made.recovery_key


async def further_device(server: RunningServer, name: str, folder: Path, recovery_key: str) -> Path:
    """Log somebody in on another device; return its profile."""

    async def typed() -> str:
        return recovery_key

    profile = folder / f"{name}-tablet"
    await login(
        server.url, name, PASSWORD, "tablet",
        profile_dir=profile, key_source=source(), ask_recovery_key=typed,
    )  # fmt: skip
    return profile


@asynccontextmanager
async def opened(profile: Path) -> AsyncIterator[Account]:
    async with await Account.open(profile, source()) as account:
        await account.wait_online(10)
        yield account


def lines(account: Account, talk: ConversationId) -> list[Message]:
    return [each for each in account.timeline(talk, limit=5000) if each.kind.value == "text"]


@asynccontextmanager
async def two_devices(
    tmp_path: Path, said: list[str], *, policy: str = "all"
) -> AsyncIterator[tuple[RunningServer, Account, Account, ConversationId]]:
    """Anna's laptop, where something was said with Bo, and her tablet, which came later."""
    async with (
        running_server(
            tmp_path / "server", policy_history_backup=True, policy_history_for_new_devices=policy
        ) as server,
        account_of(server, "bo", tmp_path) as bo,
    ):
        recovery_key = await first_device(server, "anna", tmp_path)
        async with opened(tmp_path / "anna") as laptop:
            talk = await laptop.create_group("Werk", [bo.profile.user])
            for text in said:
                await laptop.send_text(talk, text)
            await until(lambda: texts(bo, talk) == said, 60)
            await until(lambda: texts(laptop, talk) == said and laptop.queued == 0)
            profile = await further_device(server, "anna", tmp_path, recovery_key)
            async with opened(profile) as tablet:
                await until(lambda: any(each.joined for each in tablet.conversations()), 30)
                known = laptop.log_status
                await until(lambda: known().size == tablet.log_status().size, 20)
                yield server, laptop, tablet, talk


async def arrives(laptop: Account, tablet: Account) -> None:
    """Ask on the tablet, say yes on the laptop, and take it in."""
    await tablet.history.ask()
    (wish,) = await laptop.history.wishes()
    assert wish.device == tablet.profile.device
    await laptop.history.give(wish.id)
    assert await tablet.history.take()


async def refused(work: object, key: str) -> None:
    with pytest.raises(AccountError) as caught:
        await work  # type: ignore[misc]  # a coroutine
    assert caught.value.key == key


async def test_a_new_device_gets_the_history_and_marks_it(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, talk):
        assert texts(tablet, talk) == []
        await laptop.send_text(talk, "to both")
        await until(lambda: texts(tablet, talk) == ["to both"])
        await arrives(laptop, tablet)
        found = lines(tablet, talk)
        assert [each.text for each in found] == [*SAID, "to both"]
        assert [each.given_device for each in found] == [laptop.profile.device] * 3 + [None]
        assert all(each.own for each in found)
        assert [each.position for each in found] == [x.position for x in lines(laptop, talk)]
        (conversation,) = tablet.conversations()
        assert conversation.unread == 0
        assert conversation.last is not None
        assert conversation.last.text == "to both"
        assert await laptop.history.wishes() == []
        await refused(tablet.history.take(), "error-history-not-asked")


async def test_a_backup_brings_it_back(tmp_path: Path) -> None:
    async with two_devices(tmp_path, SAID) as (_, laptop, tablet, talk):
        await refused(tablet.history.restore(), "error-history-no-backup")
        await laptop.history.back_up()
        assert await tablet.history.restore() >= 3
        assert [each.text for each in lines(tablet, talk)] == SAID
        assert lines(tablet, talk)[0].given_device == laptop.profile.device
        await laptop.send_text(talk, "more")
        await until(lambda: texts(tablet, talk) == [*SAID, "more"])
        await tablet.history.back_up()
        status = await laptop.history.status()
        assert status.backup.exists
        await laptop.history.forget_backup()
        assert not (await laptop.history.status()).backup.exists
