"""A client that is refused until a device is out, in a process of its own, to be stopped halfway.

    python -m tests.support.refused_process PROFILE dies|halts STEP ROOM[,ROOM] [TEXT ...]

It writes each text into each room, prints it when `send_text` has returned (from then on it must
not be lost), and ends when nothing waits any more. Until the server has refused it once it does
not look at the key directory, so that the server knows of the end of a device before it does.

From that refusal on it counts steps: the refusal comes, it was dealt with, something is about to be
stored, is stored, a message or commit is about to leave, has left. At step STEP it is gone (`dies`,
by SIGKILL), or stands still until it is told to go on (`halts`); if STEP is 0, at none.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from teamchat.client.account import Account
from teamchat.client.runner import Runner
from teamchat.client.sqlite_store import SqliteStore
from teamchat.client.vault_file import Passphrase
from teamchat.engine import clearing, following, looking
from teamchat.engine.commands import Command, SendFrame
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.engine.store import Write
from teamchat.identity.vault import Cost
from teamchat.ids import ConversationId
from teamchat.wire.frames import Send

EYES = ((looking, "look"), (looking, "look_afresh"), (following, "take_size"))
"""What a client sees the key directory by."""


def tell(line: object) -> None:
    print(line, flush=True)  # noqa: T201 - the parent reads it


class Steps:
    """Counts, and stops the process when it is time."""

    def __init__(self, how: str, last: int) -> None:
        self.how = how
        self.last = last
        self.done = 0
        self.counting = False

    def take(self) -> None:
        if not self.counting:
            return
        self.done += 1
        if self.done != self.last:
            return
        if self.how == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        tell("halted")
        sys.stdin.readline()


def watch(steps: Steps) -> None:
    """Have the steps counted, and the eyes shut until the first refusal."""
    seeing = [(module, name, getattr(module, name)) for module, name in EYES]
    bar, commit, perform = clearing.bar, SqliteStore.commit, Runner._perform

    def refused(step: Step, conversation: ConversationState) -> None:
        steps.counting = True
        for module, name, real in seeing:
            setattr(module, name, real)
        steps.take()
        bar(step, conversation)
        steps.take()

    def stored(self: SqliteStore, writes: Sequence[Write]) -> None:
        steps.take()
        commit(self, writes)
        steps.take()

    async def performed(self: Runner, command: Command) -> None:
        leaves = isinstance(command, SendFrame) and isinstance(command.frame, Send)
        if leaves:
            steps.take()
        await perform(self, command)
        if leaves:
            steps.take()

    for module, name, _ in seeing:
        setattr(module, name, lambda *_: None)
    clearing.bar = refused
    SqliteStore.commit = stored  # type: ignore[method-assign]
    Runner._perform = performed  # type: ignore[method-assign]


async def main(profile: str, how: str, last: str, rooms: str, *texts: str) -> None:
    steps = Steps(how, int(last))
    if texts:
        watch(steps)
    source = Passphrase(lambda: "passphrase", Cost(passes=1, memory_kib=8))
    async with await Account.open(Path(profile), source) as account:
        for text in texts:
            for room in rooms.split(","):
                await account.send_text(ConversationId(room), text)
                tell(f"{room} {text}")
        while account.queued:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    tell(f"done {steps.done}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
