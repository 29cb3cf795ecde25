"""The organisation's people, their devices, and sites, for those whose role allows it.

The server decides.
"""

from typing import Final, TypeVar
from urllib.parse import urlencode

import msgspec

from teamchat.client.http import Http
from teamchat.client.refusals import errors_for_people
from teamchat.ids import DeviceId, UserId
from teamchat.wire.bodies import (
    CreatedUser,
    CreateSite,
    CreateUser,
    Invitation,
    ManagedUser,
    ManagedUsers,
    Site,
    Sites,
)
from teamchat.wire.custody import AppointCustodians, Custodians
from teamchat.wire.devices import ManagedDevices
from teamchat.wire.linking import WaitingLinking, WaitingLinkings

PAGES: Final = 1_000
"""A list that is longer is not read further."""
_Answer = TypeVar("_Answer", bound=msgspec.Struct)


class Administration:
    """Asks the server; every method raises `AccountError` if it does not do what was asked.

    Args:
        http: Requests with the session of the person who administers.
    """

    def __init__(self, http: Http) -> None:
        self._http: Final = http

    async def users(self) -> list[ManagedUser]:
        """Return everybody."""
        found: list[ManagedUser] = []
        after = ""
        for _ in range(PAGES):
            asked = f"?{urlencode({'after': after})}" if after else ""
            page = await self._ask("GET", f"/admin/users{asked}", ManagedUsers)
            found += page.users
            after = page.next
            if not after:
                break
        return found

    async def create_user(self, wish: CreateUser) -> CreatedUser:
        """Provision a person; the answer carries the link they enter with."""
        return await self._ask("POST", "/admin/users", CreatedUser, wish)

    async def invite(self, user: UserId) -> Invitation:
        """Make another invitation."""
        return await self._ask("POST", f"/admin/users/{user}/invitations", Invitation)

    async def deactivate(self, user: UserId) -> None:
        """End a person's access."""
        with errors_for_people():
            await self._http.fetch("DELETE", f"/admin/users/{user}")

    async def devices(self, user: UserId) -> ManagedDevices:
        """Return a person's devices, and how many one person may have."""
        return await self._ask("GET", f"/admin/users/{user}/devices", ManagedDevices)

    async def remove_device(self, user: UserId, device: DeviceId) -> None:
        """Remove a device of somebody, for the company: it is out at once, and they are told."""
        with errors_for_people():
            await self._http.fetch("DELETE", f"/admin/users/{user}/devices/{device}")

    async def linkings(self) -> list[WaitingLinking]:
        """Return the devices that wait for an administrator, the oldest first."""
        return (await self._ask("GET", "/admin/linkings", WaitingLinkings)).linkings

    async def approve_linking(self, which: str) -> None:
        """Let a device in that waits."""
        with errors_for_people():
            await self._http.fetch("POST", f"/admin/linkings/{which}/approval")

    async def decline_linking(self, which: str) -> None:
        """Let a device not in that waits."""
        with errors_for_people():
            await self._http.fetch("DELETE", f"/admin/linkings/{which}")

    async def sites(self) -> list[Site]:
        """Return the sites."""
        return (await self._ask("GET", "/admin/sites", Sites)).sites

    async def create_site(self, name: str, time_zone: str) -> Site:
        """Add a site."""
        return await self._ask("POST", "/admin/sites", Site, CreateSite(name, time_zone))

    async def appoint_custodians(self, threshold: int, users: list[UserId]) -> Custodians:
        """Appoint custodians; what was entrusted to others is void."""
        wish = AppointCustodians(threshold, users)
        return await self._ask("PUT", "/admin/custodians", Custodians, wish)

    async def end_custodians(self) -> None:
        """Have no custodians any more."""
        with errors_for_people():
            await self._http.fetch("DELETE", "/admin/custodians")

    async def _ask(
        self, method: str, path: str, answer: type[_Answer], body: msgspec.Struct | None = None
    ) -> _Answer:
        with errors_for_people():
            return await self._http.ask(method, path, answer, body)
