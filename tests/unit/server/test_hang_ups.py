import asyncio
import os
import signal
import threading
from collections.abc import Iterator

import pytest

from teamchat.server import hang_ups


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Another test of this process may have remembered one already."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def hang_up() -> None:
    os.kill(os.getpid(), signal.SIGHUP)


async def heard(*, while_served: int) -> int:
    count = 0

    async def work() -> None:
        nonlocal count
        count += 1

    async with hang_ups.hearing(work):
        for _ in range(while_served):
            hang_up()
            await asyncio.sleep(0)
            await asyncio.sleep(0.01)
    hang_up()
    return count


def test_what_came_too_early_is_done_once_the_server_serves() -> None:
    hang_ups.remember()
    hang_up()
    hang_ups.remember()
    hang_up()
    assert asyncio.run(heard(while_served=0)) == 1


def test_each_is_heard_and_none_is_made_up() -> None:
    hang_ups.remember()
    assert asyncio.run(heard(while_served=2)) == 2
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_a_server_in_another_thread_leaves_the_signal_alone() -> None:
    hang_ups.remember()
    early = signal.getsignal(signal.SIGHUP)
    counts: list[int] = []
    thread = threading.Thread(target=lambda: counts.append(asyncio.run(heard(while_served=0))))
    thread.start()
    thread.join()
    assert counts == [0]
    assert signal.getsignal(signal.SIGHUP) is early
