"""The inbox of a device: what is for it alone and must not be lost."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from sqlalchemy import Connection

from teamchat.ids import ConversationId, DeviceId
from teamchat.server.services.announcements import Announce, InboxGrew
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import conversations, inboxes
from teamchat.wire.frames import InboxItem, InboxKind
from teamchat.wire.limits import BATCH_BYTES, BATCH_ITEMS

_NO_CONVERSATION: Final = ConversationId("")


class Inboxes:
    """Puts things into inboxes and takes out what was acknowledged."""

    def __init__(self, database: Database, announce: Announce) -> None:
        self._database = database
        self._announce = announce

    async def read(self, device: DeviceId, after: int) -> tuple[int, list[InboxItem]]:
        """Return some items behind `after`, and the number of the first."""
        return await self._database.read(
            lambda c: inboxes.read(c, device, after=after, count=BATCH_ITEMS, size=BATCH_BYTES)
        )

    def welcome(
        self, connection: Connection, welcomes: Mapping[DeviceId, bytes], place: InboxItem
    ) -> None:
        """Give each device its own Welcome; `place` is the item without its body."""
        items = [
            (
                device,
                InboxItem(
                    InboxKind.WELCOME,
                    place.conversation,
                    place.log_epoch,
                    place.seq,
                    place.epoch,
                    body,
                ),
            )
            for device, body in welcomes.items()
        ]
        self.put(connection, items)

    def tell_low(self, connection: Connection, device: DeviceId) -> bool:
        """Ask a device for more key packages; once, until it has heard."""
        if inboxes.holds(connection, device, InboxKind.KEY_PACKAGES_LOW):
            return False
        item = InboxItem(InboxKind.KEY_PACKAGES_LOW, _NO_CONVERSATION, 0, 0, 0, b"")
        self.put(connection, [(device, item)])
        return True

    def put(self, connection: Connection, items: Sequence[tuple[DeviceId, InboxItem]]) -> None:
        """Put items into the inboxes of devices."""
        inboxes.put(connection, items)
        for device in dict.fromkeys(device for device, _ in items):
            after_commit(connection, partial(self._announce, InboxGrew(device)))

    def acknowledge(self, connection: Connection, device: DeviceId, up_to: int) -> None:
        """Forget what a device holds, and the ratchet trees that nobody needs any more."""
        if inboxes.put_right(connection, device, up_to):
            after_commit(connection, partial(self._announce, InboxGrew(device)))
            return
        done = inboxes.drop(connection, device, up_to)
        conversations.drop_unused_trees(connection, done)
