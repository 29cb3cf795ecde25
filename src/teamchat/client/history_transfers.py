"""Histories on their way between a person's own devices: what server and key directory say.

The two sides are in `history_giving` and `history_taking` (docs/spec/history-transfer.md).
"""

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

from teamchat.client.errors import AccountError
from teamchat.client.history_parts import Parts
from teamchat.client.http import Http, decoded
from teamchat.client.refusals import errors_for_people
from teamchat.client.sqlite_store import SqliteStore
from teamchat.engine.engine import Engine
from teamchat.engine.history import giving
from teamchat.engine.record import Record
from teamchat.engine.records import AccountRecord
from teamchat.engine.store import Put, Table
from teamchat.identity.device_box import Party
from teamchat.identity.errors import IdentityError
from teamchat.ids import DeviceId
from teamchat.wire.history import HistoryArchive, HistoryTransfers
from teamchat.wire.policy import Policy

R = TypeVar("R", bound=Record)
PURPOSE: Final = "history"
CONTEXT: Final = b"teamchat history transfer\x00"
KEY_VERSION: Final = 1


class Transfers:
    """What both sides of a transfer ask, and keep.

    Args:
        engine: Whose account it is, and what it holds.
        store: Where it is kept how far a transfer has come.
        http: Where the server is.
        parts: Reads and writes archives.
    """

    def __init__(self, engine: Engine, store: SqliteStore, http: Http, parts: Parts) -> None:
        self._engine = engine
        self._store = store
        self._http = http
        self.parts = parts
        self.surroundings = engine.surroundings

    @property
    def account(self) -> AccountRecord:
        """Whose device this is."""
        return self._engine.desk.account

    @property
    def party(self) -> Party:
        """This device, as a side of a sealed box."""
        return Party(user=self.account.user, device=self.account.device)

    def held(self, name: str, kind: type[R]) -> R | None:
        """Return what is kept under a name."""
        found = self._store.table(Table.HISTORY).get(name)
        return None if found is None else msgspec.msgpack.decode(found, type=kind)

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin like this, of what is kept."""
        return [name for name in self._store.table(Table.HISTORY) if name.startswith(prefix)]

    def put(self, name: str, record: Record) -> None:
        """Keep something under a name."""
        self._store.commit([Put(Table.HISTORY, name, record.encode())])

    def lines(self) -> int:
        """Return how many lines this device has."""
        return self._store.count()

    async def policy(self) -> Policy:
        """Return what the organisation allows.

        Raises:
            AccountError: The server was not reached.
        """
        with errors_for_people():
            return await self._http.ask("GET", "/me/policy", Policy)

    async def since(self) -> int:
        """Return how old a line may be that goes to a new device, in milliseconds since 1970.

        Raises:
            AccountError: The organisation gives new devices nothing, or the server was not reached.
        """
        return self.since_by((await self.policy()).history_for_new_devices)

    def since_by(self, policy: str) -> int:
        """Return the same by a policy that is known.

        Raises:
            AccountError: It gives new devices nothing.
        """
        since = giving.bound(policy, self.surroundings.clock.now_ms())
        if since is None:
            raise AccountError("error-history-policy")
        return since

    async def shown(self) -> Mapping[str, HistoryArchive]:
        """Return the transfers between the person's devices, as the server shows them, by id.

        Raises:
            AccountError: The server was not reached.
        """
        answer = await self.parts.ask("GET", "/transfers")
        with errors_for_people():
            found = decoded(answer, HistoryTransfers)
        return {each.id: each for each in found.transfers}

    async def drop(self, which: str) -> None:
        """Let the server forget a transfer; it may have done so.

        Raises:
            AccountError: The server was not reached.
        """
        try:
            await self.parts.ask("DELETE", f"/archives/{which}")
        except AccountError as error:
            if error.key != "error-not-found":
                raise

    def device_key(self, device: DeviceId) -> bytes:
        """Return the key of a device of the person, as the key directory says it.

        Raises:
            IdentityError: It says of no such device, or that it is none any more.
        """
        keys = self._engine.desk.keys.directory.people.get(self.account.user)
        listed = None if keys is None else keys.devices.get(device)
        if listed is None or listed.ended:
            raise IdentityError("not a device of the person")
        return listed.device_key

    def sender_key(self, sender: Party) -> bytes:
        """Return the key of another device of the person.

        Raises:
            IdentityError: It is none.
        """
        if sender.user != self.account.user or sender.device == self.account.device:
            raise IdentityError("not from another device of the person")
        return self.device_key(sender.device)
