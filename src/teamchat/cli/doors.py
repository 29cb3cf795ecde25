"""How a command gets at an account: the one place that tests replace.

Commands hold `teamchat.client.Account` itself, and know it only as a type until they run.
`Doors` opens one and makes devices; `ClientDoors` is the real one.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from teamchat.client.account import Account
    from teamchat.client.administration import Administration
    from teamchat.client.custody_opening import Asked as AskedCustodians
    from teamchat.client.errors import AccountError
    from teamchat.client.linking_new import Codes
    from teamchat.client.web_check import WebCheck
    from teamchat.engine.model import LogStatus, Profile
    from teamchat.identity.sas import ShortAuthenticationString

Ask = Callable[[], str]
"""Asks the person for a secret, when it is needed and not before."""


@dataclass(frozen=True)
class Entry:
    """How a device enters: with a password, and what is asked for on the way.

    `recovery_key` is asked if the person has an identity already; `keep_key` shows a new one, and
    returns when the person has it. `passphrase` is asked if this machine has no keyring; `unlock`
    if a passphrase protects what the profile holds already. `tell_minimum` is told how long a new
    password is at least, before it is asked for; `refused` is told why a link or password was not
    taken before it is asked for again, and raises that if it was not typed.
    """

    profile: str
    device_name: str
    password: Ask = field(repr=False)
    recovery_key: Ask = field(repr=False)
    keep_key: "Callable[[Profile, str], None]" = field(repr=False)
    passphrase: Ask = field(repr=False)
    unlock: Ask = field(repr=False)
    tell_minimum: Callable[[int], None]
    refused: "Callable[[str, AccountError], None]"
    ca_file: Path | None = None


@dataclass(frozen=True)
class LinkEntry:
    """How a device enters that another one lets in, and what its screen does on the way."""

    profile: str
    device_name: str
    passphrase: Ask = field(repr=False)
    unlock: Ask = field(repr=False)
    codes: "Callable[[Codes], None]"
    same: "Callable[[ShortAuthenticationString], Awaitable[bool]]"
    waits: Callable[[], None]
    ca_file: Path | None = None


@dataclass(frozen=True)
class Entered:
    """A device has entered; `recovery_key` is there for a person's first device, and only now.

    `returned` says that it was a device before and kept everything.
    """

    profile: "Profile"
    recovery_key: str | None = field(repr=False)
    returned: bool = False


@dataclass(frozen=True)
class Fresh:
    """A fresh start was asked for: `entered` is there if it needs no waiting.

    `due` says from when on it can be gone on with, in seconds since 1970.
    """

    due: int
    entered: Entered | None = None


@dataclass(frozen=True)
class WebQuestion:
    """Which web client is looked at, and what it is compared with.

    `link` is an invitation, `log_key` a vkey line, `followed` what an account has seen: one of them
    says what the log must be. `own` is the manifest of a build of one's own.
    """

    server: str
    link: str | None = field(default=None, repr=False)
    log_key: str | None = None
    followed: "LogStatus | None" = None
    own: bytes | None = field(default=None, repr=False)
    ca_file: Path | None = None


class Doors(Protocol):
    """Where a command gets what it works on."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of the process."""
        ...

    def language(self, profile: str) -> str:
        """Return the language that the person of a profile wants; empty if it is not known."""
        ...

    def account(
        self, profile: str, passphrase: Ask, *, network: bool
    ) -> "AbstractAsyncContextManager[Account]":
        """Open the account of a profile."""
        ...

    def administration(
        self, profile: str, passphrase: Ask
    ) -> "AbstractAsyncContextManager[Administration]":
        """Open the administration, as the person of a profile."""
        ...

    async def login(self, server: str, user_name: str, entry: Entry) -> Entered:
        """Make this machine a device of a person."""
        ...

    async def ask_custodians(
        self, server: str, user_name: str, entry: Entry, tell: "Callable[[AskedCustodians], None]"
    ) -> str:
        """Ask the custodians, and return the recovery key; `tell` shows how it stands."""
        ...

    def forget_custodians(self, profile: str) -> None:
        """Forget what was asked: the recovery key has done its work."""
        ...

    async def take_back(self, server: str, user_name: str, entry: Entry) -> None:
        """Take back what the custodians were asked."""
        ...

    async def link(self, server: str, entry: LinkEntry) -> Entered:
        """Make this machine a device of a person whose other device lets it in."""
        ...

    async def start_over(self, server: str, user_name: str, entry: Entry) -> Fresh:
        """Ask for another identity, because the recovery key is lost."""
        ...

    async def join(self, link: Ask, entry: Entry) -> Entered:
        """Use an invitation, then make this machine the person's first device."""
        ...

    def erase(self, profile: str) -> None:
        """Remove what is stored of a profile, without opening it."""
        ...

    async def check_web(self, question: WebQuestion) -> "WebCheck":
        """Compare the web client that a server hands out with what its log names.

        Raises:
            AccountError: The server was not reached, or does not prove what it says.
        """
        ...

    def terminal(self, profile: str, passphrase: Ask | None) -> int:
        """Run the full-screen client; return the exit code.

        Args:
            profile: Whose account is opened.
            passphrase: Knows the passphrase; None if the person is to type it there.
        """
        ...
