"""A server that was put back from a backup, seen by clients that knew it before."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.enrol import login
from teamchat.client.vault_file import Passphrase
from teamchat.clock import SystemClock
from teamchat.identity.vault import Cost
from teamchat.ids import ConversationId
from teamchat.server import backup
from teamchat.server.composition import DATABASE
from teamchat.server.main import serving
from teamchat.server.settings import load
from tests.support.server import CHEAP, PASSWORD, RunningServer, running_server


async def no_recovery_key() -> str:
    raise AssertionError("the first device needs no recovery key")


@asynccontextmanager
async def account_of(server: RunningServer, name: str, folder: Path) -> AsyncIterator[Account]:
    source = Passphrase(lambda: "passphrase", Cost(passes=1, memory_kib=8))
    await server.enter(name, await server.create(name))
    await login(
        server.url, name, PASSWORD, f"{name}'s laptop",
        profile_dir=folder / name, key_source=source, ask_recovery_key=no_recovery_key,
    )  # fmt: skip
    async with await Account.open(folder / name, source) as account:
        await account.wait_online(60)
        yield account


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.02)


def texts(account: Account, talk: ConversationId) -> set[str]:
    if talk not in {each.id for each in account.conversations()}:
        return set()
    return {each.text for each in account.timeline(talk) if each.kind.value == "text"}


def log_epochs(data: Path) -> list[int]:
    connection = sqlite3.connect(data / DATABASE)
    try:
        return [row[0] for row in connection.execute("SELECT log_epoch FROM conversation")]
    finally:
        connection.close()


@pytest.mark.slow
async def test_clients_find_their_way_after_a_restore(tmp_path: Path) -> None:
    data, file = tmp_path / "server", tmp_path / "backup.tar"
    async with AsyncExitStack() as clients:
        async with running_server(tmp_path) as server:
            port = server.parts.settings.server.port
            anna = await clients.enter_async_context(account_of(server, "anna", tmp_path))
            wei = await clients.enter_async_context(account_of(server, "wei", tmp_path))
            talk = await anna.create_direct((await anna.find_people("wei"))[0].id)
            await anna.send_text(talk, "before")
            await until(lambda: texts(wei, talk) == {"before"})
            await asyncio.to_thread(backup.create, data, file, clock=SystemClock())
            await wei.send_text(talk, "since")
            await until(lambda: texts(anna, talk) == {"before", "since"})
            later = await anna.create_group("Later", [(await anna.find_people("wei"))[0].id])
            await until(lambda: later in {each.id for each in wei.conversations()})
        (before,) = set(log_epochs(data))
        restored, _ = await asyncio.to_thread(backup.restore, data, file, clock=SystemClock())
        assert restored.logs == 1
        assert log_epochs(data)[0] > before
        settings = load(None, {}, server_data=str(data), server_port=port, **CHEAP)
        async with serving(settings, clock=SystemClock()):
            await anna.wait_online(60)
            await wei.wait_online(60)
            await anna.send_text(talk, "after, by Anna")
            await wei.send_text(talk, "after, by Wei")
            expected = {"before", "since", "after, by Anna", "after, by Wei"}
            await until(lambda: expected <= texts(wei, talk))
            await until(lambda: expected <= texts(anna, talk))
            group = await wei.create_group("Anew", [(await wei.find_people("anna"))[0].id])
            await until(lambda: group in {each.id for each in anna.conversations()})
            await anna.send_text(group, "a Welcome behind what was numbered before")
            await until(lambda: len(texts(wei, group)) == 1)
