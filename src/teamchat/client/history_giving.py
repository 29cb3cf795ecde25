"""The history of an account goes from a device that has it to a new one of the same person.

Nothing is given before the person has said so on this device, nothing to a device that the key
directory does not prove to be theirs, and nothing that the organisation's policy keeps back.
"""

from contextlib import suppress
from typing import Final

from teamchat import cbor
from teamchat.client.errors import AccountError
from teamchat.client.history_parts import Tell
from teamchat.client.history_transfers import CONTEXT, KEY_VERSION, PURPOSE, Transfers
from teamchat.client.runner import Runner
from teamchat.content import archive
from teamchat.content.archive import ArchiveKey, Head, Origin, Place
from teamchat.engine.events import HistoryStopped
from teamchat.engine.history.giving import Wanted
from teamchat.engine.history.records import GivingRecord, Stand, stored
from teamchat.identity import device_box
from teamchat.identity.device_box import Party, Slot
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey
from teamchat.ids import DeviceId
from teamchat.wire.history import HistoryArchive, OfferHistory

_GIVING: Final = "giving/"
_TOLD: Final = frozenset({"error-history-policy", "error-history-receiver"})
"""What stops a history that was going out, and is said to the person as an alarm."""
_OVER: Final = _TOLD | {"error-history-disagree", "error-history-gone"}
"""After these a history that was going out is not gone on with."""


class Giving:
    """The side that has it.

    Args:
        transfers: What server and key directory say.
        runner: Asks the engine.
    """

    def __init__(self, transfers: Transfers, runner: Runner) -> None:
        self._transfers = transfers
        self._parts = transfers.parts
        self._runner = runner

    @property
    def begun(self) -> list[str]:
        """The ids of the transfers that were begun here and are not over."""
        return [name.removeprefix(_GIVING) for name in self._transfers.names(_GIVING)]

    def forget(self) -> None:
        """Give nothing any more."""
        self._parts.forget(*self._transfers.names(_GIVING))

    async def give(self, wish: str, tell: Tell) -> None:
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
        name = f"{_GIVING}{wish}"
        try:
            await self._give_while_good(wish, name, tell)
        except AccountError as error:
            if error.key in _OVER and wish in self.begun:
                await self._give_up(wish, error.key)
            raise
        self._parts.forget(name)

    async def _give_while_good(self, wish: str, name: str, tell: Tell) -> None:
        policy = (await self._transfers.policy()).history_for_new_devices
        since = self._transfers.since_by(policy)
        at = (await self._transfers.shown()).get(wish)
        if at is None or at.receiver == self._transfers.account.device:
            raise AccountError("error-history-gone")
        record = self._begin(name, at, since)
        since = max(since, Head.read(record.head).since_ms)
        self._require_receiver(record, at)
        offer = OfferHistory(record.head, record.box)
        await self._parts.ask("PUT", f"/transfers/{wish}", offer)

        async def check() -> None:
            self._require_receiver(record, at)
            now = (await self._transfers.policy()).history_for_new_devices
            self._transfers.since_by(now)
            if now != policy:
                raise AccountError("error-history-policy-changed")

        await self._parts.write(name, record, at, Wanted(since_ms=since), tell, check)

    def _begin(self, name: str, at: HistoryArchive, since: int) -> GivingRecord:
        """Return what was begun before, or begin."""
        record = self._transfers.held(name, GivingRecord)
        if record is None:
            record = self._offer(at, since)
            self._transfers.put(name, record)
        return record

    async def _give_up(self, wish: str, why: str) -> None:
        """Stop giving for good: forget it here before the server is asked to, and tell."""
        self._parts.forget(f"{_GIVING}{wish}")
        if why in _TOLD:
            await self._runner.call(HistoryStopped)
        await self._transfers.drop(wish)

    def _require_receiver(self, record: GivingRecord, at: HistoryArchive) -> None:
        """Insist that a history still goes to the device for which the person has said yes.

        Raises:
            AccountError: It is none of the person's any more, has another key, or the server shows
                another wish (`error-history-receiver`).
        """
        same = (at.receiver, at.slot) == (record.receiver, record.slot)
        with suppress(IdentityError):
            key = self._transfers.device_key(DeviceId(record.receiver))
            if same and key == record.receiver_key:
                return
        raise AccountError("error-history-receiver")

    def _offer(self, at: HistoryArchive, since: int) -> GivingRecord:
        """Make the key of a new archive, sealed to the device that asked."""
        account, world = self._transfers.account, self._transfers.surroundings
        receiver = Party(user=account.user, device=DeviceId(at.receiver))
        head = Head(
            archive=world.crypto.random(archive.ID_BYTES), origin=Origin.DEVICE,
            user=account.user, device=account.device, created=world.clock.now(),
            since_ms=since, lines=self._transfers.lines(),
        )  # fmt: skip
        key = ArchiveKey(world.crypto.random(archive.KEY_BYTES))
        inside = cbor.encode((KEY_VERSION, head.encode(), key.secret, account.history_key))
        try:
            slot, receiver_key = Slot.read(at.slot), self._transfers.device_key(receiver.device)
            slot.check(receiver_key, purpose=PURPOSE, receiver=receiver)
            box = device_box.seal(
                world.crypto, slot, inside, key=DeviceKey(account.device_seed),
                sender=self._transfers.party, context=CONTEXT,
            )  # fmt: skip
        except IdentityError as error:
            raise AccountError("error-history-not-yours") from error
        before = Stand(stored(Place.first(head)), None, 0)
        return GivingRecord(
            at.id, head.encode(), key.secret, box.encode(), before,
            receiver=at.receiver, receiver_key=receiver_key, slot=at.slot,
        )  # fmt: skip
