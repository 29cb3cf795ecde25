"""The history of an account: asked for by a new device, given by one that has it.

Only the person's own devices take part, each proven by the key directory. Nothing is given before
the person has said so on a device that has the history, and nothing that the organisation's
policy keeps back (docs/spec/history-transfer.md).
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import msgspec

from teamchat import cbor
from teamchat.client.errors import AccountError
from teamchat.client.history_backup import Backup, BackupStatus
from teamchat.client.history_parts import Parts, Progress, Tell
from teamchat.client.http import Http, decoded
from teamchat.client.refusals import errors_for_people
from teamchat.client.runner import Runner
from teamchat.client.sqlite_store import SqliteStore
from teamchat.content import archive
from teamchat.content.archive import ArchiveError, ArchiveKey, Head, Origin, Place
from teamchat.engine.engine import Engine
from teamchat.engine.events import HistoryKeyGiven, HistoryStopped
from teamchat.engine.history import giving
from teamchat.engine.history.giving import Wanted
from teamchat.engine.history.records import (
    AskedRecord,
    GivingRecord,
    Stand,
    TakingRecord,
    stored,
)
from teamchat.engine.records import AccountRecord
from teamchat.engine.store import Put, Table
from teamchat.identity import device_box
from teamchat.identity.device_box import Box, Party, Slot, SlotKey
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey
from teamchat.identity.recovery import HISTORY_KEY_BYTES
from teamchat.ids import DeviceId
from teamchat.wire.history import (
    AskHistory,
    HistoryArchive,
    HistoryTransfers,
    OfferHistory,
)
from teamchat.wire.policy import Policy

PURPOSE: Final = "history"
CONTEXT: Final = b"teamchat history transfer\x00"
LOOK_SECONDS: Final = 1.0
"""How often a device that waits for history looks."""
REST_SECONDS: Final = 60.0
"""How often what was interrupted is taken up, and the backup looked after, without being asked."""
_KEY_VERSION: Final = 1
_TOLD: Final = frozenset({"error-history-policy", "error-history-receiver"})
"""What stops a history that was going out, and is said to the person as an alarm."""
_OVER: Final = _TOLD | {"error-history-disagree", "error-history-gone"}
"""After these a history that was going out is not gone on with."""


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
        surroundings = engine.surroundings
        self._engine = engine
        self._runner = runner
        self._store = store
        self._http = http
        self._clock = surroundings.clock
        self._crypto = surroundings.crypto
        self._parts = Parts(engine, runner, store, http, surroundings.crypto)
        self._copy = Backup(engine, store, self._parts, surroundings)
        self._one = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

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
            for errand in (self._go_on_taking, self._go_on_giving, self._add_daily):
                with suppress(AccountError):
                    await errand()

    async def _go_on_taking(self) -> None:
        if self._asked() is not None:
            await self.take()

    async def _go_on_giving(self) -> None:
        kept = {
            name.removeprefix("giving/")
            for name in self._store.table(Table.HISTORY)
            if name.startswith("giving/")
        }
        for wish in await self.wishes() if kept else ():
            if wish.id in kept:
                with suppress(AccountError):  # another one may go on
                    await self.give(wish.id)

    async def _add_daily(self) -> None:
        if self._copy.due and await self._copy.is_old():
            await self.back_up()

    # --- the backup -------------------------------------------------------------------------

    async def back_up(self, tell: Tell = silent) -> None:
        """Add to the person's backup what it lacks; from now on this device does so every day.

        Raises:
            AccountError: See `Backup.make`.
        """
        async with self._one:
            policy = await self._policy()
            if not policy.history_backup:
                raise AccountError("error-reason-no-history-backup")
            since = giving.bound(policy.history_for_new_devices, self._clock.now_ms())
            await self._copy.make(tell, since)

    async def restore(self, tell: Tell = silent) -> int:
        """Take in the person's backup, as far as the policy lets a new device; return how much.

        `recover` calls this once the device is in the key directory.

        Raises:
            AccountError: See `Backup.restore`; or the policy keeps all of it back.
        """
        async with self._one:
            return await self._copy.restore(tell, await self._bound())

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
        policy, found = await self._policy(), await self._transfers()
        asked, taking = self._asked(), self._taking()
        own = found.get(asked.transfer) if asked else None
        head = Head.read(taking.head) if taking else None
        return HistoryStatus(
            policy=policy.history_for_new_devices,
            wishes=tuple(self._wish(each) for each in found.values() if self._is_others(each)),
            asked=own is not None,
            giver=DeviceId(own.maker) if own else DeviceId(""),
            taken=taking.lines if taking else 0,
            expected=head.lines if head else 0,
            backup=await self._copy.status(policy),
        )

    async def wishes(self) -> list[Wish]:
        """Return which other devices of the person have asked for history.

        Raises:
            AccountError: The server was not reached.
        """
        found = await self._transfers()
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
        await self._bound()
        asked = self._asked()
        if asked is not None and asked.transfer in await self._transfers():
            return
        account = self._account
        key = SlotKey.make(
            self._crypto, DeviceKey(account.device_seed), purpose=PURPOSE,
            receiver=_party(account), now=self._clock.now(),
        )  # fmt: skip
        slot = key.slot.encode()
        answer = await self._parts.ask("POST", "/transfers", AskHistory(slot))
        with errors_for_people():
            made = decoded(answer, HistoryArchive)
        self._parts.forget("taking")
        self._put("asked", AskedRecord(made.id, slot, key.secret))

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
            return await self._take(tell)

    async def _take(self, tell: Tell) -> bool:
        asked = self._asked()
        if asked is None:
            raise AccountError("error-history-not-asked")
        at = (await self._transfers()).get(asked.transfer)
        taking = self._taking()
        if taking is not None and taking.place.ended:
            await self._thank(asked.transfer, gone=at is None)
            return True
        if at is None:
            self._parts.forget("asked", "taking")
            raise AccountError("error-history-gone")
        if not at.box:
            return False
        if taking is None:
            taking = await self._opened(asked, at)
            self._put("taking", taking)
        since = await self._bound()
        taking = await self._parts.read("taking", taking, at, since, tell)
        if taking.place.ended:
            await self._thank(asked.transfer, gone=False)
        return taking.place.ended

    async def follow(self, tell: Tell = silent) -> None:
        """Take in the history that was asked for, waiting for what is still to come.

        Raises:
            AccountError: As `take`.
        """
        while not await self.take(tell):  # noqa: ASYNC110 - the hint of the server may be lost
            await asyncio.sleep(LOOK_SECONDS)

    async def cancel(self) -> None:
        """Want no history any more, and give none; what was taken in stays.

        Raises:
            AccountError: The server was not reached.
        """
        found = await self._transfers()
        asked = self._asked()
        own = [asked.transfer] if asked else []
        given = [each.id for each in found.values() if each.maker == self._account.device]
        for which in {*own, *given} & found.keys():
            await self._drop(which)
        names = [name for name in self._store.table(Table.HISTORY) if name.startswith("giving/")]
        self._parts.forget("asked", "taking", *names)

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
            await self._give(wish, tell)

    async def _give(self, wish: str, tell: Tell) -> None:
        name = f"giving/{wish}"
        try:
            await self._give_while_good(wish, name, tell)
        except AccountError as error:
            if error.key in _OVER and name in self._store.table(Table.HISTORY):
                await self._give_up(wish, error.key)
            raise
        self._parts.forget(name)

    async def _give_while_good(self, wish: str, name: str, tell: Tell) -> None:
        policy = await self._giving_policy()
        since = self._since(policy)
        at = (await self._transfers()).get(wish)
        if at is None or not self._is_others(at):
            raise AccountError("error-history-gone")
        held = self._store.table(Table.HISTORY).get(name)
        if held is None:
            record = self._offer(at, since)
            self._put(name, record)
        else:
            record = msgspec.msgpack.decode(held, type=GivingRecord)
            since = max(since, Head.read(record.head).since_ms)
        self._require_receiver(record, at)
        offer = OfferHistory(record.head, record.box)
        await self._parts.ask("PUT", f"/transfers/{wish}", offer)

        async def check() -> None:
            self._require_receiver(record, at)
            now = await self._giving_policy()
            self._since(now)
            if now != policy:
                raise AccountError("error-history-policy-changed")

        await self._parts.write(name, record, at, Wanted(since_ms=since), tell, check)

    async def _give_up(self, wish: str, why: str) -> None:
        """Stop giving for good: forget it here before the server is asked to, and tell."""
        self._parts.forget(f"giving/{wish}")
        if why in _TOLD:
            await self._runner.call(HistoryStopped)
        await self._drop(wish)

    def _require_receiver(self, record: GivingRecord, at: HistoryArchive) -> None:
        """Insist that a history still goes to the device for which the person has said yes.

        Raises:
            AccountError: It is none of the person's any more, has another key, or the server shows
                another wish (`error-history-receiver`).
        """
        same = (at.receiver, at.slot) == (record.receiver, record.slot)
        with suppress(IdentityError):
            key = self._device_key(DeviceId(record.receiver))
            if same and key == record.receiver_key:
                return
        raise AccountError("error-history-receiver")

    def _offer(self, at: HistoryArchive, since: int) -> GivingRecord:
        """Make the key of a new archive, sealed to the device that asked."""
        account = self._account
        receiver = Party(user=account.user, device=DeviceId(at.receiver))
        head = Head(
            archive=self._crypto.random(archive.ID_BYTES), origin=Origin.DEVICE,
            user=account.user, device=account.device, created=self._clock.now(),
            since_ms=since, lines=self._store.count(),
        )  # fmt: skip
        key = ArchiveKey(self._crypto.random(archive.KEY_BYTES))
        inside = cbor.encode((_KEY_VERSION, head.encode(), key.secret, account.history_key))
        try:
            slot, receiver_key = Slot.read(at.slot), self._device_key(receiver.device)
            slot.check(receiver_key, purpose=PURPOSE, receiver=receiver)
            box = device_box.seal(
                self._crypto, slot, inside, key=DeviceKey(account.device_seed),
                sender=_party(account), context=CONTEXT,
            )  # fmt: skip
        except IdentityError as error:
            raise AccountError("error-history-not-yours") from error
        before = Stand(stored(Place.first(head)), None, 0)
        return GivingRecord(
            at.id, head.encode(), key.secret, box.encode(), before,
            receiver=at.receiver, receiver_key=receiver_key, slot=at.slot,
        )  # fmt: skip

    # --- inside -----------------------------------------------------------------------------

    async def _opened(self, asked: AskedRecord, at: HistoryArchive) -> TakingRecord:
        """Open what another device of the person has sealed for this one.

        Raises:
            AccountError: It is not by a device of the person, or not for this one.
        """
        try:
            box, slot = Box.read(at.box), Slot.read(asked.slot)
            sender_key = self._sender_key(box.sender)
            opened = SlotKey(asked.secret, slot).open(self._crypto, box, sender_key, CONTEXT)
            head, secret, history_key = _inside(opened, box.sender)
        except (IdentityError, ArchiveError) as error:
            raise AccountError("error-history-not-yours") from error
        if history_key:
            await self._runner.call(lambda call: HistoryKeyGiven(call, history_key))
        return TakingRecord(at.id, head.encode(), secret.secret, stored(Place.first(head)))

    async def _thank(self, transfer: str, *, gone: bool) -> None:
        """Everything is here: the server need not keep it."""
        if not gone:
            await self._drop(transfer)
        self._parts.forget("asked", "taking")

    async def _drop(self, which: str) -> None:
        try:
            await self._parts.ask("DELETE", f"/archives/{which}")
        except AccountError as error:
            if error.key != "error-not-found":
                raise

    async def _bound(self) -> int:
        """Return how old a line may be that goes to a new device.

        Raises:
            AccountError: The organisation gives new devices nothing, or did not say.
        """
        return self._since(await self._giving_policy())

    async def _giving_policy(self) -> str:
        return (await self._policy()).history_for_new_devices

    def _since(self, policy: str) -> int:
        since = giving.bound(policy, self._clock.now_ms())
        if since is None:
            raise AccountError("error-history-policy")
        return since

    async def _policy(self) -> Policy:
        with errors_for_people():
            return await self._http.ask("GET", "/me/policy", Policy)

    async def _transfers(self) -> Mapping[str, HistoryArchive]:
        answer = await self._parts.ask("GET", "/transfers")
        with errors_for_people():
            found = decoded(answer, HistoryTransfers)
        return {each.id: each for each in found.transfers}

    def _device_key(self, device: DeviceId) -> bytes:
        """Return the key of a device of the person, as the key directory says it.

        Raises:
            IdentityError: It says of no such device, or that it is none any more.
        """
        keys = self._engine.desk.keys.directory.people.get(self._account.user)
        listed = None if keys is None else keys.devices.get(device)
        if listed is None or listed.ended:
            raise IdentityError("not a device of the person")
        return listed.device_key

    def _sender_key(self, sender: Party) -> bytes:
        """Return the key of another device of the person.

        Raises:
            IdentityError: It is none.
        """
        if sender.user != self._account.user or sender.device == self._account.device:
            raise IdentityError("not from another device of the person")
        return self._device_key(sender.device)

    def _wish(self, each: HistoryArchive) -> Wish:
        mine = each.maker == self._account.device and not each.complete
        return Wish(each.id, DeviceId(each.receiver), DeviceId(each.maker), mine, each.created)

    def _is_others(self, each: HistoryArchive) -> bool:
        return each.receiver != self._account.device

    @property
    def _account(self) -> AccountRecord:
        return self._engine.desk.account

    def _asked(self) -> AskedRecord | None:
        held = self._store.table(Table.HISTORY).get("asked")
        return None if held is None else msgspec.msgpack.decode(held, type=AskedRecord)

    def _taking(self) -> TakingRecord | None:
        held = self._store.table(Table.HISTORY).get("taking")
        return None if held is None else msgspec.msgpack.decode(held, type=TakingRecord)

    def _put(self, name: str, record: AskedRecord | TakingRecord | GivingRecord) -> None:
        self._store.commit([Put(Table.HISTORY, name, record.encode())])


def _party(account: AccountRecord) -> Party:
    return Party(user=account.user, device=account.device)


def _inside(plaintext: bytes, sender: Party) -> tuple[Head, ArchiveKey, bytes]:
    """Read what a giver has sealed: head, key of the archive, key of the backup or nothing.

    Raises:
        IdentityError: It is none of this version, or another device's archive.
        ArchiveError: The head is none.
    """
    fields: cbor.Value = None
    with suppress(cbor.CborError):
        fields = cbor.decode(plaintext)
    match fields:
        case (int(version), bytes(written), bytes(key), bytes(history_key)) if (
            version == _KEY_VERSION and len(history_key) in {0, HISTORY_KEY_BYTES}
        ):
            head = Head.read(written)
        case _:
            raise IdentityError("not the key of a history")
    if (head.user, head.device, head.origin) != (sender.user, sender.device, Origin.DEVICE):
        raise IdentityError("another device's archive")
    return head, ArchiveKey(key), history_key
