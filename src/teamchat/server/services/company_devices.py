"""The devices of a person as the company manages them: which there are, and that one is to go.

Only who manages the account sees them (`auth.permissions`), by name and day of last use. What the
company removes is said in the key directory without a signature, so that its owner is told who
it was.
"""

from sqlalchemy import Connection

from teamchat.ids import DeviceId, UserId
from teamchat.server.auth.actor import Actor
from teamchat.server.services.people import People
from teamchat.server.services.removals import Removals
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import registration
from teamchat.wire.devices import ManagedDevice, ManagedDevices
from teamchat.wire.problems import Code, ProblemError, Reason


class CompanyDevices:
    """Lists and removes other people's devices."""

    def __init__(
        self, database: Database, *, people: People, removals: Removals, most: int
    ) -> None:
        self._database = database
        self._people = people
        self._removals = removals
        self._most = most

    async def list(self, actor: Actor, user: UserId) -> ManagedDevices:
        """Return the devices that a person has now.

        Raises:
            ProblemError: NOT_FOUND (no such person) or FORBIDDEN.
        """

        def work(connection: Connection) -> ManagedDevices:
            person = self._people.managed(connection, user, by=actor)
            found = registration.devices_of(connection, person.id)
            shown = [
                ManagedDevice(each.id, each.name, each.created, each.last_active_day)
                for each in found
            ]
            return ManagedDevices(shown, self._most)

        return await self._database.read(work)

    async def remove(self, actor: Actor, user: UserId, device: DeviceId) -> None:
        """Remove a device of somebody else: it is out at once, and its owner is told.

        Raises:
            ProblemError: NOT_FOUND (no such person, or no such device of theirs), FORBIDDEN, or
                CONFLICT (one's own device).
        """

        def work(connection: Connection) -> None:
            person = self._people.managed(connection, user, by=actor)
            if person.id == actor.user:
                raise ProblemError(
                    Code.CONFLICT,
                    "remove your own devices as yourself",
                    reason=Reason.OWN_DEVICE,
                )
            said = self._removals.unsigned(person.id, device)
            if not self._removals.end(connection, said, actor=actor.user, cause="admin"):
                raise ProblemError(Code.NOT_FOUND, "this person has no such device")

        await self._database.write(work)
