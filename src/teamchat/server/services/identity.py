"""The identity key of a person: published by their first device.

The server keeps the key that colleagues check certificates with, and a sealed box that it
cannot open. Until the first device is registered, both can be published anew: a login that
broke off in between has shown its recovery key to nobody. After that neither is ever
replaced: another key would be another person to everybody.
"""

from sqlalchemy import Connection

from teamchat.server.auth.actor import Actor
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import people
from teamchat.wire.bodies import Identity, SetIdentity
from teamchat.wire.problems import Code, ProblemError


class Identities:
    """Keeps identity keys and recovery boxes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own(self, actor: Actor) -> Identity:
        """Return what is kept of the person who asks; empty before their first device."""
        return await self._database.read(lambda connection: _identity(connection, actor))

    async def publish(self, actor: Actor, wanted: SetIdentity) -> Identity:
        """Publish a person's identity; the same once more changes nothing.

        Raises:
            ProblemError: CONFLICT, a device of the person was certified with another one.
        """

        def work(connection: Connection) -> Identity:
            key, box = wanted.identity_key, wanted.recovery_box
            if people.set_identity(connection, actor.user, key=key, box=box):
                return Identity(key, box)
            kept = _identity(connection, actor)
            if kept != Identity(key, box):
                raise ProblemError(Code.CONFLICT, "this person has an identity key already")
            return kept

        return await self._database.write(work)


def _identity(connection: Connection, actor: Actor) -> Identity:
    person = people.person_by_id(connection, actor.user)
    if person is None:
        raise ProblemError(Code.NOT_LOGGED_IN)
    if not people.had_device(connection, actor.user):
        return Identity(b"", b"")
    return Identity(person.identity_key or b"", person.recovery_box or b"")
