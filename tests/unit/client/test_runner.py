"""The loop: what cannot be stored has not happened, and the account stays usable."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.errors import AccountError
from teamchat.client.http import Http, ServerAddress
from teamchat.client.sqlite_store import SqliteStore
from teamchat.engine.engine import Engine
from teamchat.engine.events import DirectAsked
from teamchat.engine.model import Link
from teamchat.engine.step import Surroundings
from teamchat.engine.store import Put, PutLine, Table
from teamchat.identity.vault import VaultKey
from teamchat.ids import ConversationId
from tests.support.memory_store import FakeClock, MemoryStore
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import World

KEY = VaultKey(bytes(range(32)))


def moved(kept: MemoryStore, profile: Path) -> SqliteStore:
    """Return a store on disk with what a store in memory holds."""
    store = SqliteStore(profile, KEY)
    tables = [Put(table, key, data) for table in Table for key, data in kept.table(table).items()]
    store.commit([*tables, *(PutLine(line) for line in kept.kept.values())])
    return store


class Office:
    """An account of a person in a conversation, offline, on a disk that can be filled."""

    def __init__(self, profile: Path) -> None:
        world = World()
        anna, bo = world.person("anna"), world.person("bo")
        self.talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
        self.store = moved(anna.store, profile)
        self.engine = Engine(self.store, Surroundings(FakeClock(), CRYPTO))
        http = Http(ServerAddress("https://chat.example", ""), "token")
        self.account = Account(profile, self.store, self.engine, http, network=False)

    def fill(self) -> None:
        (pages,) = self.store._database.execute("PRAGMA page_count").fetchone()
        self.store._database.execute(f"PRAGMA max_page_count = {pages + 20}")

    def make_room(self) -> None:
        self.store._database.execute("PRAGMA max_page_count = 1000000")

    def trouble(self) -> str:
        trouble = self.account.trouble
        return trouble.key if trouble else ""

    def texts(self) -> list[str]:
        return [x.text for x in self.account.timeline(self.talk) if x.kind.value == "text"]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(tmp_path)
    async with office.account:
        yield office


async def filled(office: Office) -> list[str]:
    """Write until the disk is full; return what was accepted."""
    accepted: list[str] = []
    office.fill()
    while True:
        text = f"{len(accepted)} " + "x" * 900
        try:
            await office.account.send_text(office.talk, text)
        except AccountError as error:
            assert error.key == "error-not-stored"  # noqa: PT017 - which write fails is not known
            break
        accepted.append(text)
    assert accepted
    return accepted


async def test_a_full_disk_is_said_and_nothing_that_was_accepted_is_lost(office: Office) -> None:
    accepted = await filled(office)
    assert office.texts() == accepted
    assert office.account.queued == len(accepted)
    assert office.account.link is Link.OFFLINE


async def test_who_waits_for_a_connection_is_told_of_the_full_disk(office: Office) -> None:
    await filled(office)
    with pytest.raises(AccountError, match="error-not-stored"):
        await office.account.wait_online(60)
    assert office.trouble() == "link-not-stored"
    office.make_room()
    await office.account.send_text(office.talk, "room again")
    assert not office.trouble()
    with pytest.raises(AccountError, match="error-offline"):
        await office.account.wait_online(0.01)


async def test_with_room_again_the_account_goes_on(office: Office, tmp_path: Path) -> None:
    accepted = await filled(office)
    office.make_room()
    said = await office.account.send_text(office.talk, "room again")
    assert office.texts()[-1] == said.text == "room again"
    assert office.account.queued == len(accepted) + 1
    await office.account.close()
    with SqliteStore(tmp_path, KEY) as store:
        assert len(store.table(Table.OUTGOING)) == len(accepted) + 1


async def test_what_was_not_stored_is_not_in_the_engine_either(office: Office) -> None:
    await filled(office)
    fresh = Engine(office.store, Surroundings(FakeClock(), CRYPTO))
    assert fresh.conversations[office.talk].record == (
        office.engine.conversations[office.talk].record
    )
    assert fresh.conversations[office.talk].outgoing == (
        office.engine.conversations[office.talk].outgoing
    )


async def test_another_failure_of_the_store_still_stops_the_account(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_writes: object) -> None:
        raise ValueError("not a matter of room")

    monkeypatch.setattr(office.store, "commit", broken)
    for _ in range(2):
        with pytest.raises(AccountError) as refused:
            await office.account.send_text(office.talk, "lost?")
        assert refused.value.key == "error-stopped"
