"""A log under load, killed again and again.

An order (`tests.crash.nursery`) names DIRECTORY TOLD ROUNDS SEED. Each round is a process of its
own. It appends with several writers and signs with two signers, until it is killed from outside at
a random time, or kills itself at a random step of a signature. What must not be lost or
contradicted is appended to the file TOLD: `entry N SHA256` once an entry is durable, `signed SIZE
ROOT` the moment that a signature exists, before anybody has stored it.
"""

import asyncio
import hashlib
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection

from teamchat.identity.statements import Removed, encode
from teamchat.ids import DeviceId, UserId, identifier
from teamchat.server.services import key_log_signer
from teamchat.server.services.key_log_signer import Signer
from teamchat.server.storage.log_key import LogKeyFiles
from teamchat.server.storage.queries import key_log
from teamchat.transparency import Intent, LogKey, SignedNote
from tests.crash import nursery
from tests.support.key_log import Writing, writing

T = TypeVar("T")
WRITERS: Final = 4
SECONDS: Final = 0.4
EARLY: Final = 0.2
"""How many rounds are killed without waiting for them to begin."""
_sign = Intent.sign


def main(directory: Path, file: Path, rounds: int, seed: int) -> None:
    """Let one process after the other die."""
    dice = random.Random(seed)
    told = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for _ in range(rounds):
        luck, steps = dice.random(), dice.choice([0, dice.randint(1, 80)])
        ready, begun = os.pipe()
        child = os.fork()
        if not child:
            asyncio.run(live(directory, told, begun, random.Random(luck), steps))
        os.close(begun)
        if not steps:
            if dice.random() < EARLY:
                time.sleep(dice.uniform(0, SECONDS))
            else:
                os.read(ready, 1)
                time.sleep(dice.uniform(0, SECONDS))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(ready)
        if not os.WIFSIGNALED(status):
            raise SystemExit("a round ended by itself")


async def live(directory: Path, told: int, begun: int, dice: random.Random, steps: int) -> None:
    """Write and sign until killed; at the step `steps` of signing if it is not 0."""
    die_at(steps)

    def sign(intent: Intent, key: LogKey) -> SignedNote:
        note = _sign(intent, key)
        checkpoint = intent.checkpoint
        os.write(told, f"signed {checkpoint.size} {checkpoint.root.hex()}\n".encode())
        return note

    setattr(Intent, "sign", sign)  # noqa: B010 - to hear of it at once
    async with writing(directory) as desk:
        os.write(begun, b".")
        signers = (desk.signer, desk.another())
        await asyncio.gather(
            *(write(desk, told, dice) for _ in range(WRITERS)), *(keep(each) for each in signers)
        )


async def keep(signer: Signer) -> None:
    """Sign all the time."""
    while not signer.stopped:
        await signer.settle()
        await asyncio.sleep(0)
    raise SystemExit(signer.stopped)


async def write(desk: Writing, told: int, dice: random.Random) -> None:
    """Append one entry after the other, and say so once it is durable."""
    while True:
        said = Removed(
            UserId(identifier(bytes(16))), DeviceId(identifier(os.urandom(16))), "2026-11-21"
        )

        def work(connection: Connection, said: Removed = said) -> int:
            return desk.log.append(connection, said)

        index = await desk.database.write(work)
        digest = hashlib.sha256(encode(said)).hexdigest()
        os.write(told, f"entry {index} {digest}\n".encode())
        await asyncio.sleep(dice.uniform(0, 0.01))


def die_at(steps: int) -> None:
    """Have the process kill itself before or after so many steps of signing."""
    left = 2 * steps

    def mortal(step: Callable[..., T]) -> Callable[..., T]:
        def taken(*given: object, **named: object) -> T:
            step_begins()
            result = step(*given, **named)
            step_begins()
            return result

        return taken

    def step_begins() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    key_log_signer._store = mortal(key_log_signer._store)
    key_log.put_signed = mortal(key_log.put_signed)
    LogKeyFiles.remember = mortal(LogKeyFiles.remember)  # type: ignore[method-assign]  # as above
    os.fsync = mortal(os.fsync)
    os.rename = mortal(os.rename)


def begin(arguments: list[str]) -> None:
    directory, told, rounds, seed = arguments
    main(Path(directory), Path(told), int(rounds), int(seed))


if __name__ == "__main__":
    nursery.serve(begin)
