"""One's own devices: each of them can read what is written from the time it came.

What they are called is the server's word. It is remembered, so that the person can be told which
one was removed: the server names those alone that there are.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from teamchat.client.errors import AccountError
from teamchat.client.http import Http
from teamchat.client.refusals import errors_for_people
from teamchat.client.runner import Runner
from teamchat.engine.events import DeviceRevoked
from teamchat.engine.model import OwnDevice
from teamchat.engine.records import AccountRecord
from teamchat.engine.store import Put, Store, Table
from teamchat.identity.keys import DeviceKey
from teamchat.identity.statements import sign_removal
from teamchat.ids import DeviceId
from teamchat.wire.bodies import Devices, RemoveDevice
from teamchat.wire.policy import Policy

REMEMBERED: Final = 64
"""Of how many devices it is remembered what they were called."""
NAME_CHARACTERS: Final = 100
_PLACE: Final = "device-names"
_OUT_ALREADY: Final = frozenset(
    {"error-signed-out", "error-reason-own-account-deactivated", "error-not-found"}
)
"""What is answered to a device whose session the server has ended, or which is not there."""


class OwnDevices:
    """The devices of the person whose account this is.

    Args:
        account: Whose devices they are, and which one this is.
        runner: Asks the engine.
        http: Asks the server.
        store: Keeps what they are called.
    """

    def __init__(self, account: AccountRecord, runner: Runner, http: Http, store: Store) -> None:
        self._store = store
        self._own = account.device
        self._account = account
        self._runner = runner
        self._http = http

    async def list(self) -> list[OwnDevice]:
        """Return all of them.

        Raises:
            AccountError: The server did not answer.
        """
        with errors_for_people():
            found = await self._http.ask("GET", "/me/devices", Devices)
        self._remember({each.id: each.name[:NAME_CHARACTERS] for each in found.devices})
        return [
            OwnDevice(each.id, each.name, each.created, each.last_active_day, each.id == self._own)
            for each in found.devices
        ]

    def names(self) -> dict[DeviceId, str]:
        """Return what devices were called, also those that are none any more."""
        kept = self._store.table(Table.ACCOUNT).get(_PLACE)
        return {} if kept is None else msgspec.json.decode(kept, type=dict[DeviceId, str])

    def _remember(self, names: Mapping[DeviceId, str]) -> None:
        before = self.names()
        kept = {**{which: name for which, name in before.items() if which not in names}, **names}
        if kept != before:
            newest = dict([*kept.items()][-REMEMBERED:])
            self._store.commit([Put(Table.ACCOUNT, _PLACE, msgspec.json.encode(newest))])

    async def most(self) -> int:
        """Return how many one person may have; 0 if the server does not say.

        Raises:
            AccountError: The server did not answer.
        """
        try:
            with errors_for_people():
                return (await self._http.ask("GET", "/me/policy", Policy)).devices_at_most
        except AccountError as error:
            if error.key != "error-not-found":
                raise
            return 0

    async def remove(self, device: DeviceId, within: float) -> None:
        """End another one, and take it out of every conversation.

        Raises:
            AccountError: It is this one, or the server did not do it.
        """
        if device == self._own:
            raise AccountError("error-own-device")
        await self._end(device)
        await self._runner.call(lambda call: DeviceRevoked(call, device), within)

    async def remove_this(self) -> bool:
        """End this one at the server; return whether it is out there.

        Raises:
            AccountError: The server was not reached.
        """
        try:
            await self._end(self._own)
        except AccountError as error:
            if error.key not in _OUT_ALREADY:
                raise
            return error.key == "error-not-found"
        return True

    async def _end(self, device: DeviceId) -> None:
        """Sign that the person wants it, so that nobody takes it for the company's doing."""
        key, user = DeviceKey(self._account.device_seed), self._account.user
        signature = sign_removal(key, user=user, device=device, by=self._own)
        body = RemoveDevice(self._own, signature)
        with errors_for_people():
            await self._http.fetch("POST", f"/me/devices/{device}/removal", body)
