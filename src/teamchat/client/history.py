"""The history of an account: asked for by a new device, given by one that has it.

Only the person's own devices take part, each proven by the key directory. Nothing is given before
the person has said so on a device that has the history, and nothing that the organisation's
policy keeps back (docs/spec/history-transfer.md).
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from teamchat.client.backup_ledger import BackupStatus
from teamchat.client.errors import AccountError
from teamchat.client.history_backup import Backup
from teamchat.client.history_giving import Giving
from teamchat.client.history_parts import Parts, Progress, Tell
from teamchat.client.history_taking import Taking
from teamchat.client.history_transfers import Transfers
from teamchat.client.http import Http
from teamchat.client.runner import Runner
from teamchat.client.sqlite_store import SqliteStore
from teamchat.content.archive import Head
from teamchat.engine.engine import Engine
from teamchat.engine.history import giving
from teamchat.ids import DeviceId
from teamchat.wire.history import HistoryArchive

LOOK_SECONDS: Final = 1.0
"""How often a device that waits for history looks."""
REST_SECONDS: Final = 60.0
"""How often what was interrupted is taken up, and the backup looked after, without being asked."""

REFUSED_SECONDS: Final = 3_600
"""How long the backup is not looked after once the server has refused it."""


def silent(_: Progress) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A device of the person that has asked for history.

    Attributes:
        id: What the server calls the transfer.
        device: Who asked.
        giver: Which device gives; empty if none does yet.
        mine: This device gives it, and was interrupted.
        created: When it was asked, in seconds since 1970.
    """

    id: str
    device: DeviceId
    giver: DeviceId
    mine: bool
    created: int


@dataclass(frozen=True, slots=True)
class HistoryStatus:
    """How things stand with the history of this account.

    Attributes:
        policy: What goes to a new device: `all`, `none`, or a number of days.
        wishes: Devices of the person that have asked.
        asked: This device has asked, and not everything has come.
        giver: Which device gives it; empty if none does yet.
        taken: How many lines of it this device has taken in.
        expected: How many there were to be; 0 if that is not known.
        backup: How things stand with the backup.
    """

    policy: str
    wishes: tuple[Wish, ...]
    asked: bool
    giver: DeviceId
    taken: int
    expected: int
    backup: BackupStatus


class OwnHistory:
    """Asks for, gives and takes in histories, and keeps the backup.

    Args:
        engine: Whose account it is, and what it holds.
        runner: Asks the engine.
        store: Where the lines are.
        http: Where the server is.
    """

    def __init__(self, engine: Engine, runner: Runner, store: SqliteStore, http: Http) -> None:
        self._clock = engine.surroundings.clock
        self._parts = Parts(engine, runner, store, http, engine.surroundings.crypto)
        self._copy = Backup(engine, store, self._parts, engine.surroundings)
        self._transfers = Transfers(engine, store, http, self._parts)
        self._giving = Giving(self._transfers, runner)
        self._taking = Taking(self._transfers, runner)
        self._one = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._rests_until = 0

    def start(self) -> None:
        """Go on with what was interrupted, and add to the backup once a day; until `stop`."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Leave everything as it is; it is gone on with another time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(REST_SECONDS)
            errands = self._go_on_taking, self._go_on_giving, self._go_on_restoring, self._add_daily
            for errand in errands:
                with suppress(AccountError):
                    await errand()

    async def _go_on_taking(self) -> None:
        if self._taking.asked is not None:
            await self.take()

    async def _go_on_giving(self) -> None:
        begun = self._giving.begun
        for wish in await self.wishes() if begun else ():
            if wish.id in begun:
                with suppress(AccountError):  # another one may go on
                    await self.give(wish.id)

    async def _go_on_restoring(self) -> None:
        async with self._one:
            if self._copy.restoring.begun:
                await self._restore(silent)

    async def _add_daily(self) -> None:
        """Add what a day has brought, or go on with that; what was refused is left for an hour."""
        now = self._clock.now()
        if now < self._rests_until:
            return
        try:
            async with self._one:
                if self._copy.writing or (self._copy.due and await self._copy.is_old()):
                    await self._back_up(silent)
        except AccountError as error:
            if error.key != "error-offline":
                self._rests_until = now + REFUSED_SECONDS
            raise

    # --- the backup -------------------------------------------------------------------------

    async def back_up(self, tell: Tell = silent) -> None:
        """Add to the person's backup what it lacks; from now on this device does so every day.

        Raises:
            AccountError: See `Backup.make`.
        """
        async with self._one:
            await self._back_up(tell)

    async def restore(self, tell: Tell = silent) -> int:
        """Take in the person's backup, as far as the policy lets a new device; return how much.

        `recover` calls this once the device is in the key directory.

        Raises:
            AccountError: See `Restoring.take`; or the policy keeps all of it back.
        """
        async with self._one:
            return await self._restore(tell)

    async def forget_backup(self) -> None:
        """Remove the person's backup from the server; from now on this device adds to none.

        Raises:
            AccountError: The server was not reached.
        """
        async with self._one:
            await self._copy.forget()

    async def status(self) -> HistoryStatus:
        """Return how things stand.

        Raises:
            AccountError: The server was not reached.
        """
        policy, found = await self._transfers.policy(), await self._transfers.shown()
        asked, taking = self._taking.asked, self._taking.taking
        own = found.get(asked.transfer) if asked else None
        head = Head.read(taking.head) if taking else None
        return HistoryStatus(
            policy=policy.history_for_new_devices,
            wishes=tuple(self._wish(each) for each in found.values() if self._is_others(each)),
            asked=own is not None,
            giver=DeviceId(own.maker) if own else DeviceId(""),
            taken=taking.lines if taking else 0,
            expected=head.lines if head else 0,
            backup=await self._copy.ledger.status(policy),
        )

    async def wishes(self) -> list[Wish]:
        """Return which other devices of the person have asked for history.

        Raises:
            AccountError: The server was not reached.
        """
        found = await self._transfers.shown()
        return [self._wish(each) for each in found.values() if self._is_others(each)]

    async def wish_soon(self, within: float) -> Wish | None:
        """Return what another device asks for that nobody gives yet; None if none does in time.

        Args:
            within: How long to wait, in seconds.

        Raises:
            AccountError: The server was not reached.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while True:
                    for wish in await self.wishes():
                        if not wish.giver:
                            return wish
                    await asyncio.sleep(LOOK_SECONDS)
        return None

    # --- the new device -------------------------------------------------------------------

    async def ask(self) -> None:
        """Ask the person's other devices for their history; what is under way goes on.

        Raises:
            AccountError: The organisation gives new devices nothing, or the server was not
                reached.
        """
        await self._taking.ask()

    async def ask_if_allowed(self) -> bool:
        """Ask, unless the organisation gives new devices nothing; return whether it was asked.

        Raises:
            AccountError: The server was not reached.
        """
        try:
            await self.ask()
        except AccountError as error:
            if error.key == "error-history-policy":
                return False
            raise
        return True

    async def take(self, tell: Tell = silent) -> bool:
        """Take in what is there of the history that was asked for; return whether it is all.

        Raises:
            AccountError: Nothing was asked for, or it is there no longer; the server was not
                reached; or it is not from a device of the person, or not as that has written it.
        """
        async with self._one:
            return await self._taking.take(tell)

    async def follow(self, tell: Tell = silent) -> None:
        """Take in the history that was asked for, waiting for what is still to come.

        What goes on by itself may take in the last of it first; then it is here all the same.

        Raises:
            AccountError: As `take`.
        """
        while True:  # the hint of the server may be lost
            async with self._one:
                if self._taking.has_come or await self._taking.take(tell):
                    return
            await asyncio.sleep(LOOK_SECONDS)

    async def cancel(self) -> None:
        """Want no history any more, and give none; what was taken in stays.

        Raises:
            AccountError: The server was not reached.
        """
        found = await self._transfers.shown()
        asked = self._taking.asked
        own = [asked.transfer] if asked else []
        given = [each.id for each in found.values() if each.maker == self._transfers.account.device]
        for which in {*own, *given} & found.keys():
            await self._transfers.drop(which)
        self._taking.forget()
        self._giving.forget()

    # --- the device that has it -------------------------------------------------------------

    async def give(self, wish: str, tell: Tell = silent) -> None:
        """Give this device's history to the one that has asked; the person has said so.

        What was interrupted goes on where it was.

        Args:
            wish: The id of the transfer.
            tell: Told after each part.

        Raises:
            AccountError: Nobody asked for this, or not a device of the person, or it is none any
                more; the policy keeps it back; another device gives it; or the server was not
                reached or has no room.
        """
        async with self._one:
            await self._giving.give(wish, tell)

    # --- inside -----------------------------------------------------------------------------

    async def _restore(self, tell: Tell) -> int:
        policy = await self._transfers.policy()
        since = giving.bound(policy.history_for_new_devices, self._clock.now_ms())
        if since is None:
            self._copy.restoring.give_up()
            raise AccountError("error-history-policy")
        return await self._copy.restoring.take(tell, since)

    async def _back_up(self, tell: Tell) -> None:
        policy = await self._transfers.policy()
        if not policy.history_backup:
            raise AccountError("error-reason-no-history-backup")
        since = giving.bound(policy.history_for_new_devices, self._clock.now_ms())
        await self._copy.make(tell, since)

    def _wish(self, each: HistoryArchive) -> Wish:
        mine = each.maker == self._transfers.account.device and not each.complete
        return Wish(each.id, DeviceId(each.receiver), DeviceId(each.maker), mine, each.created)

    def _is_others(self, each: HistoryArchive) -> bool:
        return each.receiver != self._transfers.account.device
