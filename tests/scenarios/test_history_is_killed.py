"""Real processes that give and take a history are killed, and go on where they were."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from teamchat.client.sqlite_store import SqliteStore
from teamchat.client.vault_file import Passphrase
from teamchat.engine.records import Line
from teamchat.ids import ConversationId
from teamchat.server.storage.tables.history import history_archive
from tests.support.desk import Desk
from tests.support.seeding import seed
from tests.support.server import RunningServer, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
LINES = 8_000


def parts(connection: Connection) -> int:
    return connection.scalar(select(history_archive.c.parts)) or 0


def profile_of(tmp_path: Path, computer: str) -> Path:
    (found,) = (tmp_path / f"anna-{computer}").rglob("store.db")
    return found.parent


def lines_on(tmp_path: Path, computer: str, talk: ConversationId) -> list[Line]:
    profile = profile_of(tmp_path, computer)
    with SqliteStore(profile, phrase().unlock(profile)) as store:
        return [each for each in store.lines(talk, None, 2 * LINES) if each.kind.value == "text"]


def phrase() -> Passphrase:
    return Passphrase(lambda: "Passphrase von anna")


async def killed(process: asyncio.subprocess.Process, server: RunningServer, least: int) -> None:
    """Kill a process as soon as so many parts are at the server, or it has ended."""
    read = server.parts.database.read
    while process.returncode is None and await read(parts) < least:  # noqa: ASYNC110 - from outside
        await asyncio.sleep(0.005)
    if process.returncode is None:
        process.kill()
    await process.wait()


async def test_both_sides_are_killed_again_and_again(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server:
        laptop, bo = Desk(server, tmp_path, "anna"), Desk(server, tmp_path, "bo")
        tablet = Desk(server, tmp_path, "anna", "tablet")
        recovery_key = await laptop.enter()
        await bo.enter()
        made = await laptop.must("new", "--title", "Werk", "bo", "--json")
        talk = ConversationId(json.loads(made)["id"])
        await laptop.must("send", talk, "the last")
        seed(profile_of(tmp_path, "laptop"), phrase(), talk, LINES)
        async with laptop.runs("tail", "-f"):
            await tablet.come_too(recovery_key)
        await tablet.must("history", "ask", "--no-wait")

        for least in (1, 4):
            async with laptop.runs("history", "give", "--yes") as giving:
                await killed(giving, server, least)
        for pause in (2.0,):
            async with tablet.runs("history", "ask") as taking:
                await asyncio.sleep(pause)
                if taking.returncode is None:
                    taking.kill()
        code, _, said = await laptop.run("history", "give", "--yes")
        assert code == 0 or "No other device" in said, said  # it may have been done before
        code, _, said = await tablet.run("history", "ask")
        assert code == 0, said

        given, taken = lines_on(tmp_path, "laptop", talk), lines_on(tmp_path, "tablet", talk)
        assert [each.id for each in taken] == [each.id for each in given]
        assert [each.text for each in taken] == [each.text for each in given]
        assert {each.given_by for each in taken} == {taken[0].sender}
        assert await server.parts.database.read(parts) == 0
