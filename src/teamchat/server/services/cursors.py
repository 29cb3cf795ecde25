"""How far devices have come: what they hold, and what that tells those who wrote it."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.services.held import Held, held_by
from teamchat.server.services.inbox import Inboxes
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import conversations, cursors
from teamchat.server.storage.queries.conversations import Span


class Cursors:
    """Keeps the durable cursors; they only rise, and never beyond what may be read."""

    def __init__(self, database: Database, inboxes: Inboxes) -> None:
        self._database = database
        self._inboxes = inboxes

    async def spans(self, device: DeviceId) -> list[Span]:
        """Return what a device may read, and where those logs end now."""
        return await self._database.read(lambda c: conversations.spans(c, device))

    async def acknowledge(
        self, device: DeviceId, held: Mapping[ConversationId, int], inbox: int
    ) -> Collection[ConversationId]:
        """Note what a device has stored; what cannot be true is left out of what is returned.

        Raises:
            ProblemError: OVERLOADED or STORAGE_FULL; nothing was noted.
        """

        def work(connection: Connection) -> Collection[ConversationId]:
            ends = cursors.ends(connection, device)
            known = {which: seq for which, seq in held.items() if 0 < seq <= ends.get(which, 0)}
            cursors.put(connection, device, known)
            self._inboxes.acknowledge(connection, device, inbox)
            return known.keys()

        return await self._database.write(work)

    async def delivered(
        self, conversations: list[ConversationId]
    ) -> dict[ConversationId, dict[UserId, Held]]:
        """Return what each person of a conversation holds of it on some device."""
        found = await self._database.read(lambda c: cursors.readings(c, conversations))
        return {
            which: {who: held for who, each in people.items() if (held := held_by(each))}
            for which, people in found.items()
        }
