"""What the commands about custodians need of the client."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from teamchat.client.custody_asking import Asking
    from teamchat.wire.custody import Custodians, Custody


class CustodyDesk(Protocol):
    """What a person does with custodians, and as one."""

    async def custodians(self) -> "Custodians":
        """Return who they are."""
        ...

    async def own(self) -> "Custody":
        """Return what the person has entrusted."""
        ...

    async def entrust(self, typed: str) -> "Custodians":
        """Entrust the recovery key."""
        ...

    async def withdraw(self) -> None:
        """Take it back."""
        ...

    async def refuse(self) -> None:
        """End the request for one's own recovery key."""
        ...

    async def accept(self) -> "Custodians":
        """Accept to be a custodian."""
        ...

    async def requests(self) -> "list[Asking]":
        """Return the requests that one can answer, and who asks."""
        ...

    async def approve(self, who: "Asking", typed: str) -> None:
        """Hand one's share over."""
        ...

    async def decline(self, who: "Asking") -> None:
        """Do not hand it over."""
        ...
