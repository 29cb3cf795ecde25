"""A real client process is killed with SIGKILL, again and again, in the middle of writing."""

import asyncio
import random
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from teamchat.client.account import Account
from tests.scenarios.test_real_server import account_of, source, until
from tests.support.server import running_server

ROUNDS = 4


async def test_nothing_is_lost_and_nothing_comes_twice(tmp_path: Path) -> None:
    chance = random.Random(7)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(tmp_path))
        anna = await stack.enter_async_context(account_of(server, "anna", tmp_path))
        async with account_of(server, "bo", tmp_path) as bo:
            talk = await anna.create_direct(bo.profile.user)
            await until(lambda: bool(bo.conversations()))
        written: list[str] = []
        for _ in range(ROUNDS):
            first = int(written[-1]) + 1000 if written else 0
            written += await write_until_killed(tmp_path / "bo", talk, first, chance.random())
        async with await Account.open(tmp_path / "bo", source()) as bo:
            await until(lambda: bo.queued == 0)
            await until(lambda: set(written) <= set(texts_of(anna, talk)))
            await until(lambda: texts_of(bo, talk) == texts_of(anna, talk))
        arrived = texts_of(anna, talk)
        assert len(arrived) == len(set(arrived))
        assert [int(each) for each in arrived] == sorted(int(each) for each in arrived)
        assert len(written) > ROUNDS
        system = [each.text for each in anna.timeline(talk, limit=2000) if not each.text.isdigit()]
        assert "system-undecryptable" not in system


def texts_of(account: Account, talk: str) -> list[str]:
    lines = account.timeline(talk, limit=2000)  # type: ignore[arg-type]  # it is one
    return [each.text for each in lines if each.kind.value == "text"]


async def write_until_killed(profile: Path, talk: str, first: int, chance: float) -> list[str]:
    """Let a process write, kill it at some moment, and return what it said was stored."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.client_process", str(profile), talk, str(first),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    said = [await asyncio.wait_for(process.stdout.readline(), 60)]
    await asyncio.sleep(0.1 + chance)
    process.kill()
    rest, _ = await process.communicate()
    return [each for each in (said[0] + rest).decode().split("\n") if each]
