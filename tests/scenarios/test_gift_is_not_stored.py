"""What a member gave is there until it is stored: disks fill up, and processes are killed."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from teamchat.client import runner
from teamchat.client.account import Account
from teamchat.client.errors import NotStoredError
from teamchat.client.settings import PART
from teamchat.engine.events import Event, HistoryOpened
from teamchat.engine.store import AddLine, Write
from teamchat.wire.room_policy import ALL
from tests.scenarios.test_history_on_a_real_server import Stage, stage, system, talking
from tests.scenarios.test_real_server import source, texts, until

__all__ = ["stage"]
WORDS = ["Guten Morgen", "早上好"]


class Killed(Exception):  # noqa: N818 - it is no error
    """The process is killed before its next commit."""


def refuse_lines(account: Account, error: Exception, times: int) -> Callable[[], bool]:
    """Let the store take nothing that was given, so many times; say whether that is over."""
    store, left = account._store, [times]
    commit = store.commit

    def refusing(writes: Sequence[Write]) -> None:
        if left[0] and any(isinstance(each, AddLine) for each in writes):
            left[0] -= 1
            raise error
        commit(writes)

    store.commit = refusing  # type: ignore[method-assign]  # the disk is full for a while
    return lambda: not left[0]


def delay(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    """Let the loop be busy when lines come that were given: what runs beside it is quicker."""
    step = account._runner._step

    async def delayed(events: list[Event]) -> None:
        if any(isinstance(each, HistoryOpened) for each in events):
            await asyncio.sleep(0.2)
        await step(events)

    monkeypatch.setattr(account._runner, "_step", delayed)


async def test_a_disk_that_is_full_just_then_loses_no_history(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "ROOM_SECONDS", 0.3)
    anna, _bo, talk = await talking(stage, ALL)
    wei = await stage.enter("wei")
    delay(monkeypatch, wei)
    refused = refuse_lines(wei, NotStoredError(), 2)
    await anna.add(talk, [wei.profile.user])
    await until(refused)
    await until(lambda: texts(wei, talk) == WORDS)
    assert "system-history-damaged" not in system(wei, talk)
    await until(lambda: not stage.files)
    await until(lambda: not list(stage.folder.rglob(f"*{PART}")))


async def test_who_is_killed_just_then_loses_no_history(stage: Stage) -> None:
    anna, _bo, talk = await talking(stage, ALL)
    wei = await stage.enter("wei")
    refused = refuse_lines(wei, Killed(), 1)
    await anna.add(talk, [wei.profile.user])
    await until(refused)
    await asyncio.wait(set(wei._runner._tasks), timeout=0.5)  # what runs beside may go on a while
    await wei.close()
    assert stage.files
    async with await Account.open(stage.folder / "wei", source()) as again:
        await until(lambda: texts(again, talk) == WORDS)
        assert "system-history-damaged" not in system(again, talk)
        await until(lambda: not stage.files)
        await until(lambda: not list(stage.folder.rglob(f"*{PART}")))
