"""The history of an account comes to a new device of the person: asked for, opened, taken in.

Only a device that the key directory proves to be the person's own is believed.
"""

from contextlib import suppress
from typing import Final

from teamchat import cbor
from teamchat.client.errors import AccountError
from teamchat.client.history_parts import Tell
from teamchat.client.history_transfers import CONTEXT, KEY_VERSION, PURPOSE, Transfers
from teamchat.client.http import decoded
from teamchat.client.refusals import errors_for_people
from teamchat.client.runner import Runner
from teamchat.content.archive import ArchiveError, ArchiveKey, Head, Origin, Place
from teamchat.engine.events import HistoryKeyGiven
from teamchat.engine.history.records import AskedRecord, TakingRecord, stored
from teamchat.identity.device_box import Box, Party, Slot, SlotKey
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey
from teamchat.identity.recovery import HISTORY_KEY_BYTES
from teamchat.wire.history import AskHistory, HistoryArchive

_ASKED: Final = "asked"
_TAKING: Final = "taking"


class Taking:
    """The side that wants it.

    Args:
        transfers: What server and key directory say.
        runner: Asks the engine.
    """

    def __init__(self, transfers: Transfers, runner: Runner) -> None:
        self._transfers = transfers
        self._parts = transfers.parts
        self._runner = runner
        self._came = False

    @property
    def has_come(self) -> bool:
        """Whether everything came of what was last asked for, since the account was opened."""
        return self._came and self.asked is None

    @property
    def asked(self) -> AskedRecord | None:
        """What this device has asked for, if not everything of it has come."""
        return self._transfers.held(_ASKED, AskedRecord)

    @property
    def taking(self) -> TakingRecord | None:
        """How far this device has come."""
        return self._transfers.held(_TAKING, TakingRecord)

    async def ask(self) -> None:
        """Ask the person's other devices for their history; what is under way goes on.

        Raises:
            AccountError: The organisation gives new devices nothing, or the server was not
                reached.
        """
        await self._transfers.since()
        asked = self.asked
        if asked is not None and asked.transfer in await self._transfers.shown():
            return
        world = self._transfers.surroundings
        key = SlotKey.make(
            world.crypto, DeviceKey(self._transfers.account.device_seed), purpose=PURPOSE,
            receiver=self._transfers.party, now=world.clock.now(),
        )  # fmt: skip
        slot = key.slot.encode()
        answer = await self._parts.ask("POST", "/transfers", AskHistory(slot))
        with errors_for_people():
            made = decoded(answer, HistoryArchive)
        self._parts.forget(_TAKING)
        self._transfers.put(_ASKED, AskedRecord(made.id, slot, key.secret))

    async def take(self, tell: Tell) -> bool:
        """Take in what is there of the history that was asked for; return whether it is all.

        Raises:
            AccountError: Nothing was asked for, or it is there no longer; the server was not
                reached; or it is not from a device of the person, or not as that has written it.
        """
        asked = self.asked
        if asked is None:
            raise AccountError("error-history-not-asked")
        at = (await self._transfers.shown()).get(asked.transfer)
        taking = self.taking
        if taking is not None and taking.place.ended:
            await self._thank(asked.transfer, gone=at is None)
            return True
        if at is None:
            self.forget()
            raise AccountError("error-history-gone")
        if not at.box:
            return False
        if taking is None:
            taking = await self._opened(asked, at)
            self._transfers.put(_TAKING, taking)
        since = await self._transfers.since()
        taking = await self._parts.read(_TAKING, taking, at, since, tell)
        if taking.place.ended:
            await self._thank(asked.transfer, gone=False)
        return taking.place.ended

    def forget(self) -> None:
        """Want nothing any more; what was taken in stays."""
        self._came = False
        self._parts.forget(_ASKED, _TAKING)

    async def _opened(self, asked: AskedRecord, at: HistoryArchive) -> TakingRecord:
        """Open what another device of the person has sealed for this one.

        Raises:
            AccountError: It is not by a device of the person, or not for this one.
        """
        crypto = self._transfers.surroundings.crypto
        try:
            box, slot = Box.read(at.box), Slot.read(asked.slot)
            sender_key = self._transfers.sender_key(box.sender)
            opened = SlotKey(asked.secret, slot).open(crypto, box, sender_key, CONTEXT)
            head, secret, history_key = _inside(opened, box.sender)
        except (IdentityError, ArchiveError) as error:
            raise AccountError("error-history-not-yours") from error
        if history_key:
            await self._runner.call(lambda call: HistoryKeyGiven(call, history_key))
        return TakingRecord(at.id, head.encode(), secret.secret, stored(Place.first(head)))

    async def _thank(self, transfer: str, *, gone: bool) -> None:
        """Everything is here: the server need not keep it."""
        if not gone:
            await self._transfers.drop(transfer)
        self.forget()
        self._came = True


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
            version == KEY_VERSION and len(history_key) in {0, HISTORY_KEY_BYTES}
        ):
            head = Head.read(written)
        case _:
            raise IdentityError("not the key of a history")
    if (head.user, head.device, head.origin) != (sender.user, sender.device, Origin.DEVICE):
        raise IdentityError("another device's archive")
    return head, ArchiveKey(key), history_key
