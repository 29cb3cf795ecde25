"""What a device does about the recovery of its person: renew the key, or stop a fresh start."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from teamchat.client.enrolment import new_key
from teamchat.client.http import Http
from teamchat.client.opening import opened_now
from teamchat.client.refusals import errors_for_people
from teamchat.clock import SystemClock
from teamchat.engine.engine import Engine
from teamchat.identity import statements
from teamchat.identity.keys import SEED_BYTES, DeviceKey, IdentityKey
from teamchat.identity.recovery import Kept
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.wire.bodies import Identity
from teamchat.wire.recovery import PendingReset, Rotate

FOLLOW_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.05
ShowWords = Callable[[str], Awaitable[None]]
"""Shows a new recovery key; returns when the person has it."""


class OwnRecovery:
    """Recovery, as far as a device takes part in it.

    Args:
        engine: Knows whose device this is.
        http: Asks the server.
    """

    def __init__(self, engine: Engine, http: Http) -> None:
        self._engine = engine
        self._http = http

    async def asked_for(self) -> int:
        """Return when the fresh start that was asked for is due, in seconds since 1970; 0 for none.

        Raises:
            AccountError: The server did not answer.
        """
        with errors_for_people():
            pending = await self._http.ask("GET", "/me/identity/reset", PendingReset)
        return pending.due if pending.identity_key else 0

    async def cancel(self) -> bool:
        """Stop the fresh start that was asked for; return whether there was one.

        Raises:
            AccountError: The server did not do it.
        """
        there = bool(await self.asked_for())
        with errors_for_people():
            await self._http.fetch("DELETE", "/me/identity/reset")
        return there

    async def renew(self, words: str, show: ShowWords) -> None:
        """Take another identity key and another recovery key; the old one confirms it.

        Args:
            words: The recovery key of now.
            show: Shows the new one; if it raises, nothing has changed.

        Raises:
            AccountError: The words are not right, or the server did not do it.
        """
        account, crypto = self._engine.desk.account, DefaultCrypto()
        with errors_for_people():
            before = await opened_now(self._http, account.user, words)
            identity = IdentityKey(crypto.random(SEED_BYTES))
            after = Kept(identity, before.history_key)
            made = new_key(after, account.user, account.language, crypto)
            await show(made.words)
            said = statements.rotate(
                before.identity, identity, DeviceKey(account.device_seed), user=account.user,
                by=account.device, day=statements.day_of(SystemClock().now()),
            )  # fmt: skip
            wanted = Rotate(
                said.identity_key, made.box, said.by, said.former, said.new, said.signature
            )
            await self._http.ask("POST", "/me/identity/rotation", Identity, wanted)
        await self._follow(identity.public)

    async def _follow(self, key: bytes) -> None:
        """Wait until this device has read it in the key directory, for a while: it will, later."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FOLLOW_SECONDS):
                while (  # noqa: ASYNC110 - the engine tells of no such change
                    self._engine.desk.account.identity_key != key
                ):
                    await asyncio.sleep(LOOK_SECONDS)
