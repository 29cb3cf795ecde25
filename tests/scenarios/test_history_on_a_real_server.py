"""Earlier messages for new members: real accounts, a real server, real files."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.blob_files import PIECE
from teamchat.client.errors import AccountError
from teamchat.client.http import OfflineError
from teamchat.client.room_history import RoomHistory
from teamchat.client.settings import PART
from teamchat.engine import giving_turns, governing, outbox
from teamchat.engine.commands import GatherHistory
from teamchat.engine.events import HistoryGathered
from teamchat.engine.model import HistoryMoved
from teamchat.ids import ConversationId, UserId
from teamchat.wire.room_policy import ALL, NONE
from tests.scenarios.test_real_server import account_of, texts, until
from tests.support.server import ReachedServer, running_server


@dataclass
class Stage:
    server: ReachedServer
    folder: Path
    stack: AsyncExitStack

    async def enter(self, name: str) -> Account:
        return await self.stack.enter_async_context(account_of(self.server, name, self.folder))

    @property
    def files(self) -> list[Path]:
        return [each for each in self.folder.rglob("blobs/*/*") if each.is_file()]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        yield Stage(server, tmp_path, stack)


async def talking(stage: Stage, history: int) -> tuple[Account, Account, ConversationId]:
    """Return two who have talked, in a conversation that gives new members so much."""
    anna, bo = await stage.enter("anna"), await stage.enter("bo")
    talk = await anna.create_group("Werk", [(await anna.find_people("bo"))[0].id], history)
    await until(lambda: [each.title for each in bo.conversations()] == ["Werk"])
    await anna.send_text(talk, "Guten Morgen")
    await until(lambda: texts(bo, talk) == ["Guten Morgen"])
    await bo.send_text(talk, "早上好")
    await until(lambda: len(texts(anna, talk)) == 2)
    return anna, bo, talk


def system(account: Account, talk: ConversationId) -> list[str]:
    return [each.text for each in account.timeline(talk) if each.kind.value == "system"]


async def test_all_is_given_and_marked(stage: Stage) -> None:
    anna, bo, talk = await talking(stage, ALL)
    wei = await stage.enter("wei")
    moved: list[HistoryMoved] = []

    async def follow() -> None:
        async for change in wei.changes():
            moved.extend([change] if isinstance(change, HistoryMoved) else [])

    following = asyncio.create_task(follow())
    await anna.add(talk, [wei.profile.user])
    assert await anna.room_policies.settle(20)
    await until(lambda: texts(wei, talk) == ["Guten Morgen", "早上好"])
    await until(lambda: bool(moved))
    following.cancel()
    assert moved[-1].total == moved[-1].done
    lines = [each for each in wei.timeline(talk) if each.kind.value == "text"]
    assert {each.given_by for each in lines} == {anna.profile.user}
    await until(lambda: "system-history-given" in system(bo, talk))
    assert not list(stage.folder.rglob(f"*{PART}"))


async def test_the_file_says_nothing_and_is_gone_when_all_devices_have_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, _bo, talk = await talking(stage, ALL)
    wei = await stage.enter("wei")
    give, sizes = outbox.give, list[int]()

    def looked(*arguments: object) -> None:
        for path in stage.files:
            sizes.append(path.stat().st_size)
            assert b"Guten Morgen" not in path.read_bytes()
        give(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "give", looked)
    await anna.add(talk, [wei.profile.user])
    await until(lambda: texts(wei, talk) == ["Guten Morgen", "早上好"])
    await until(lambda: not stage.files)
    assert len(sizes) == 1


async def test_the_next_one_gives_if_who_added_them_cannot(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving_turns, "TURN_SECONDS", 1.0)
    monkeypatch.setattr(giving_turns, "SPREAD_SECONDS", 0.2)
    monkeypatch.setattr(giving_turns, "LATE_SECONDS", 0.0)
    anna, bo, talk = await talking(stage, ALL)
    wei = await stage.enter("wei")
    gather, tried = RoomHistory._gathered, list[UserId]()

    async def gathered(self: RoomHistory, errand: GatherHistory) -> HistoryGathered:
        tried.append(errand.by)
        if errand.by == anna.profile.user:
            raise OfflineError("cut off")
        return await gather(self, errand)

    monkeypatch.setattr(RoomHistory, "_gathered", gathered)
    await anna.add(talk, [wei.profile.user])
    await until(lambda: texts(wei, talk) == ["Guten Morgen", "早上好"])
    assert tried[:2] == [anna.profile.user, bo.profile.user]
    lines = [each for each in wei.timeline(talk) if each.kind.value == "text"]
    assert {each.given_by for each in lines} == {bo.profile.user}
    await until(lambda: "system-history-given" in system(anna, talk))
    await until(lambda: not stage.files)


async def test_nothing_is_given_by_default_and_the_policy_can_be_changed(stage: Stage) -> None:
    anna, bo, talk = await talking(stage, NONE)
    wei, li = await stage.enter("wei"), await stage.enter("li")
    await anna.add(talk, [wei.profile.user])
    await until(lambda: [each.title for each in wei.conversations()] == ["Werk"])
    assert texts(wei, talk) == []
    await anna.room_policies.set_history(talk, 30)
    await until(lambda: "system-history-days" in system(bo, talk))
    assert bo.conversations()[0].history == 30
    await anna.add(talk, [li.profile.user])
    await until(lambda: texts(li, talk) == ["Guten Morgen", "早上好"])
    assert texts(wei, talk) == []


async def test_who_does_not_manage_it_is_refused_here_and_by_the_server(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bo, talk = await talking(stage, NONE)
    with pytest.raises(AccountError, match="error-policy-not-yours"):
        await bo.room_policies.set_history(talk, ALL)
    monkeypatch.setattr(governing, "may", lambda *_: True)
    with pytest.raises(AccountError, match="error-not-allowed"):
        await bo.room_policies.set_history(talk, ALL)
    assert anna.conversations()[0].history == bo.conversations()[0].history == NONE
    await bo.send_text(talk, "weiter")
    await until(lambda: "weiter" in texts(anna, talk))


async def test_a_changed_file_is_not_taken_and_given_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, _bo, talk = await talking(stage, ALL)
    wei = await stage.enter("wei")
    give = outbox.give

    def tampered(*arguments: object) -> None:
        for path in stage.files:
            path.write_bytes(bytes([path.read_bytes()[0]]) + bytes(path.stat().st_size - 1))
        give(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "give", tampered)
    await anna.add(talk, [wei.profile.user])
    await until(lambda: talk in {each.id for each in wei.conversations()})
    await until(lambda: "system-history-damaged" in system(wei, talk))
    assert texts(wei, talk) == []
    monkeypatch.undo()
    await anna.room_policies.give(talk, wei.profile.user)
    await until(lambda: texts(wei, talk) == ["Guten Morgen", "早上好"])


async def test_a_long_history_comes_whole(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, _bo, talk = await talking(stage, ALL)
    give, sizes = outbox.give, list[int]()

    def looked(*arguments: object) -> None:
        sizes.extend(path.stat().st_size for path in stage.files)
        give(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "give", looked)
    wei = await stage.enter("wei")
    words = "x" * 60_000
    for _ in range(3 * PIECE // len(words) + 1):
        await anna.send_text(talk, words)
    await until(lambda: anna.queued == 0)
    before = len(anna.timeline(talk, limit=500))
    await anna.add(talk, [wei.profile.user])
    await until(lambda: len(texts_of(wei, talk)) == len(texts_of(anna, talk)))
    assert before <= len(anna.timeline(talk, limit=500))
    assert sizes[0] > 3 * PIECE


def texts_of(account: Account, talk: ConversationId) -> list[str]:
    if talk not in {each.id for each in account.conversations()}:
        return []
    return [x.text for x in account.timeline(talk, limit=500) if x.kind.value == "text"]
