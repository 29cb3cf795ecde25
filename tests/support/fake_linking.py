"""Linking without a server: a device waits behind one code, and both show what a test says."""

from dataclasses import dataclass, field

from teamchat.client.errors import AccountError
from teamchat.identity.linking.code import LinkingCode
from teamchat.identity.sas import ShortAuthenticationString

CODE = "00000-000HB"
"""A code of eight zeros, with its check."""
PICTURES = ShortAuthenticationString(bytes(range(0, 60, 10)))


@dataclass
class FakeComparison:
    """Somebody compares; `ended` says how it ended."""

    STEERING = ("ended", "needs_admin")

    name: str
    sas: ShortAuthenticationString
    needs_admin: bool
    ended: list[str]

    async def refuse(self) -> None:
        self.ended.append("refused")

    async def cancel(self) -> None:
        self.ended.append("cancelled")

    async def confirm(self) -> bool:
        self.ended.append("confirmed")
        return not self.needs_admin


@dataclass
class FakeLinking:
    """A new device waits.

    Attributes:
        name: What it calls itself.
        needs_admin: Whether an administrator has to approve.
        ended: How the linkings have ended.
    """

    STEERING = ("ended", "name", "needs_admin")

    name: str = "Neues Telefon"
    needs_admin: bool = False
    ended: list[str] = field(default_factory=list)

    async def begin(self, written: str) -> FakeComparison:
        if LinkingCode.read(written) != LinkingCode.read(CODE):
            raise AccountError("error-linking-unknown")
        return FakeComparison(self.name, PICTURES, self.needs_admin, self.ended)
