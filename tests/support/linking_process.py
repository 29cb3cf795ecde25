"""A new device in a process of its own, to be killed before a request, or while it stores.

    python -m tests.support.linking_process SERVER PROFILE DIES_AT

It agrees to whatever it is shown. Before its step number DIES_AT it is gone, as if the power had
failed: a step is a request that comes after the code was answered, or the renaming of the store.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from teamchat.client import linking_profile
from teamchat.client.http import Http
from teamchat.client.linking_new import Codes, Screen, link
from teamchat.client.sqlite_store import SqliteStore
from teamchat.client.vault_file import Passphrase, sync_directory
from teamchat.engine.store import Write
from teamchat.identity.sas import ShortAuthenticationString
from teamchat.identity.vault import Cost

KILLED = 9


class Steps:
    """Counts, and ends the process when it is time."""

    def __init__(self, dies_at: int) -> None:
        self.dies_at = dies_at
        self.done = 0
        self.counting = False

    def take(self) -> None:
        if self.counting:
            self.done += 1
            if self.done == self.dies_at:
                os._exit(KILLED)


async def main(server: str, profile: str, dies_at: str) -> None:
    steps = Steps(int(dies_at))
    fetch, commit = Http.fetch, SqliteStore.commit

    async def counted(
        self: Http,
        method: str,
        path: str,
        body: msgspec.Struct | bytes | None = None,
        *,
        start: int = 0,
    ) -> bytes:
        if not path.endswith("/read"):  # looking changes nothing
            steps.take()
        return await fetch(self, method, path, body, start=start)

    def stored(self: SqliteStore, writes: Sequence[Write]) -> None:
        steps.take()
        commit(self, writes)

    def synced(path: Path) -> None:
        steps.take()
        sync_directory(path)

    async def same(_: ShortAuthenticationString) -> bool:
        return True

    def codes(shown: Codes) -> None:
        steps.counting = True
        print(shown.typed, flush=True)  # noqa: T201 - the parent reads it

    Http.fetch = counted  # type: ignore[method-assign]
    SqliteStore.commit = stored  # type: ignore[method-assign]
    linking_profile.sync_directory = synced  # type: ignore[attr-defined]
    source = Passphrase(lambda: "passphrase", Cost(passes=1, memory_kib=8))
    screen = Screen(codes=codes, same=same, waits=lambda: None)
    await link(server, "terminal", screen, profile_dir=Path(profile), key_source=source)
    print("linked", steps.done, flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
