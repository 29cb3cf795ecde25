"""Which build of the web client this server hands out: said in the key directory, and proved.

It is said when the server starts, once for each build, so that nobody can be given another client
than the one that all who look are told of (docs/spec/web-build.md).
"""

import hashlib

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.identity import statements
from teamchat.identity.statements import WebBuilt
from teamchat.server.services.key_log import KeyLog
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import key_log as queries
from teamchat.server.web.files import WebClient
from teamchat.wire.problems import Code, ProblemError
from teamchat.wire.web_build import WebBuild


class WebBuilds:
    """The build of now.

    Args:
        database: Holds the key directory.
        clock: Says on which day it is said.
        key_log: Where it is said.
        client: What is handed out.
    """

    def __init__(
        self, database: Database, clock: Clock, *, key_log: KeyLog, client: WebClient
    ) -> None:
        self._database = database
        self._clock = clock
        self._key_log = key_log
        self._client = client
        self._place: queries.Place | None = None

    async def announce(self) -> None:
        """Say in the key directory what is handed out, unless that was said there last.

        Raises:
            ProblemError: STORAGE_FULL or OVERLOADED, it cannot be said now.
        """
        if self._client.index is not None:
            self._place = await self._database.write(self._announce)

    async def shown(self, known: int) -> WebBuild:
        """Return what is handed out, with the proof that it was said.

        Args:
            known: The size of the tree that whoever asks knows already.

        Raises:
            ProblemError: NOT_FOUND, there is no web client; OVERLOADED, it is not signed yet.
        """
        if self._place is None:
            raise ProblemError(Code.NOT_FOUND)
        return await self._key_log.proved_build(self._client.manifest, self._place, known)

    def _announce(self, connection: Connection) -> queries.Place | None:
        digest = hashlib.sha256(self._client.manifest).digest()
        place = queries.last_web_build(connection)
        if place is not None:
            (entry,) = queries.log_entries(connection, place.begun, first=place.index, count=1)
            said = statements.decode(entry)
            if isinstance(said, WebBuilt) and said.manifest == digest:
                return place
        today = statements.day_of(self._clock.now())
        self._key_log.append(connection, WebBuilt(self._client.version, digest, today))
        return queries.last_web_build(connection)
