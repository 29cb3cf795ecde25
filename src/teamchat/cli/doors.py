"""What the commands need of the client, and the one place where they get it.

`Doors` is what a command sees; `ClientDoors` is the real one and the only code of this room
that imports `teamchat.client`. Tests hand in doors of their own.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from teamchat.cli.custody_doors import CustodyDesk
    from teamchat.client.arriving import Arrival
    from teamchat.client.custody_opening import Asked as AskedCustodians
    from teamchat.client.errors import AccountError
    from teamchat.client.history import HistoryStatus, Wish
    from teamchat.client.history_parts import Tell
    from teamchat.client.linking_new import Codes
    from teamchat.engine.model import (
        Alarm,
        Change,
        Conversation,
        Link,
        LogEvidence,
        LogStatus,
        Member,
        Message,
        OwnDevice,
        Person,
        Profile,
    )
    from teamchat.identity.sas import ShortAuthenticationString
    from teamchat.ids import ConversationId, DeviceId, UserId
    from teamchat.wire.bodies import CreatedUser, CreateUser, Invitation, ManagedUser, Site
    from teamchat.wire.custody import Custodians
    from teamchat.wire.devices import ManagedDevices
    from teamchat.wire.linking import WaitingLinking

Ask = Callable[[], str]
"""Asks the person for a secret, when it is needed and not before."""


class History(Protocol):
    """What was said before a device came: what `client.history.OwnHistory` does for a command."""

    async def status(self) -> "HistoryStatus":
        """Return how things stand."""
        ...

    async def wishes(self) -> "Sequence[Wish]":
        """Return which other devices of the person have asked for history."""
        ...

    async def wish_soon(self, within: float) -> "Wish | None":
        """Return what another device asks for that nobody gives yet."""
        ...

    async def ask(self) -> None:
        """Ask the person's other devices for their history."""
        ...

    async def ask_if_allowed(self) -> bool:
        """Ask, unless the organisation gives new devices nothing; return whether it was asked."""
        ...

    async def follow(self, tell: "Tell") -> None:
        """Take in what was asked for, waiting for what is still to come."""
        ...

    async def cancel(self) -> None:
        """Want no history any more, and give none."""
        ...

    async def give(self, wish: str, tell: "Tell") -> None:
        """Give this device's history to the one that has asked."""
        ...

    async def back_up(self, tell: "Tell") -> None:
        """Add to the person's backup what it lacks."""
        ...

    async def restore(self, tell: "Tell") -> int:
        """Take in the person's backup; return how many lines it holds."""
        ...

    async def forget_backup(self) -> None:
        """Remove the person's backup from the server."""
        ...


class RoomPolicies(Protocol):
    """What conversations allow, for those who manage them."""

    async def set_history(self, conversation: "ConversationId", history: int) -> None:
        """Let people who come from now on see so much of what was said before."""
        ...

    async def give(self, conversation: "ConversationId", user: "UserId") -> None:
        """Give somebody who came lately what was said before."""
        ...

    async def settle(self, within: float) -> bool:
        """Wait until all is given that is on its way; say whether it is."""
        ...


class Comparison(Protocol):
    """Two devices show something, which is to be the same."""

    @property
    def name(self) -> str:
        """What the new device calls itself."""
        ...

    @property
    def sas(self) -> "ShortAuthenticationString":
        """What this one shows."""
        ...

    async def refuse(self) -> None:
        """It is not the same."""
        ...

    async def cancel(self) -> None:
        """Break it off."""
        ...

    async def confirm(self) -> bool:
        """It is the same; return whether the new device is there, or else has to wait."""
        ...


class DeviceLinking(Protocol):
    """Links further devices."""

    async def begin(self, written: str) -> Comparison:
        """Meet the device that shows a code."""
        ...


class Account(Protocol):
    """One person's account on this device: what `teamchat.client.Account` does for a command."""

    @property
    def profile(self) -> "Profile":
        """Whose account this is."""
        ...

    @property
    def linking(self) -> DeviceLinking:
        """Links further devices."""
        ...

    @property
    def room_policies(self) -> "RoomPolicies":
        """What conversations allow."""
        ...

    @property
    def history(self) -> "History":
        """What was said before a device came, and its backup."""
        ...

    @property
    def custody(self) -> "CustodyDesk":
        """What is entrusted to custodians, and what this person does as one."""
        ...

    @property
    def recovery(self) -> "Recovery":
        """The person's recovery key."""
        ...

    @property
    def password(self) -> "Password":
        """The password of the account."""
        ...

    @property
    def link(self) -> "Link":
        """How it stands to the server."""
        ...

    @property
    def trouble(self) -> "AccountError | None":
        """Why there is no connection, if it is not that the server is not reached."""
        ...

    @property
    def queued(self) -> int:
        """How many messages wait to be sent."""
        ...

    def conversations(self) -> "Sequence[Conversation]":
        """Return the conversations, the latest first."""
        ...

    def timeline(
        self, conversation: "ConversationId", before: int | None = None, limit: int = 50
    ) -> "Sequence[Message]":
        """Return messages, the oldest first."""
        ...

    def members(self, conversation: "ConversationId") -> "Sequence[Member]":
        """Return who is in a conversation."""
        ...

    async def members_now(self, conversation: "ConversationId") -> "Sequence[Member]":
        """Return who is in a conversation, and who of them is deactivated by now."""
        ...

    def alarms(self) -> "Sequence[Alarm]":
        """Return what the person must know."""
        ...

    async def send_text(self, conversation: "ConversationId", text: str) -> "Message":
        """Say something; it is kept when this returns."""
        ...

    async def discard(self, message: str) -> None:
        """Forget a message that was never sent."""
        ...

    async def mark_read(self, conversation: "ConversationId", position: int) -> None:
        """Remember that everything up to here was read."""
        ...

    async def create_direct(self, user: "UserId") -> "ConversationId":
        """Begin a conversation between two."""
        ...

    async def create_group(
        self, title: str, users: "Sequence[UserId]", history: int = 0
    ) -> "ConversationId":
        """Begin a group; those who come later see so much of what was said before."""
        ...

    async def add(self, conversation: "ConversationId", users: "Sequence[UserId]") -> None:
        """Add people."""
        ...

    async def remove(self, conversation: "ConversationId", user: "UserId") -> None:
        """Remove a person."""
        ...

    async def leave(self, conversation: "ConversationId") -> None:
        """Leave."""
        ...

    async def accept_members(
        self, conversation: "ConversationId", shown: "Sequence[UserId] | None" = None
    ) -> None:
        """Those who were new and were shown belong there."""
        ...

    async def rejoin(self, conversation: "ConversationId") -> None:
        """Join a conversation again that is broken on this device."""
        ...

    async def keep_key(self, user: "UserId") -> None:
        """The new key is not this person's: the one known before stays."""
        ...

    async def rename(self, conversation: "ConversationId", title: str) -> None:
        """Give another title."""
        ...

    async def set_admin(
        self,
        conversation: "ConversationId",
        user: "UserId",
        admin: bool,
    ) -> None:
        """Let a member administer the conversation, or not."""
        ...

    async def find_people(self, query: str) -> "Sequence[Person]":
        """Look for colleagues."""
        ...

    async def devices(self) -> "Sequence[OwnDevice]":
        """Return one's own devices."""
        ...

    async def devices_at_most(self) -> int:
        """Return how many devices one person may have; 0 if that is not known."""
        ...

    async def remove_device(self, device: "DeviceId") -> None:
        """Remove a device of one's own."""
        ...

    def log_status(self) -> "LogStatus":
        """Return how far the key directory was followed."""
        ...

    async def log_proof(self, device: "DeviceId | None" = None) -> str:
        """Return a proof file that a device of one's own is in the key directory."""
        ...

    async def log_evidence(self) -> "Sequence[LogEvidence]":
        """Return everything that the key directory should not have shown."""
        ...

    async def require_witnesses(
        self, witnesses: "Sequence[str]", quorum: int, maximum_age: int
    ) -> None:
        """Require that so many witnesses have signed the key directory, lately enough."""
        ...

    async def safety_number(self, user: "UserId") -> str:
        """Return 12 groups of 5 digits."""
        ...

    async def mark_verified(self, user: "UserId", number: str) -> None:
        """Remember that this safety number was compared."""
        ...

    async def sign_out(self, *, offline: bool = False) -> bool:
        """Erase this device; return whether the server has removed it."""
        ...

    async def catch_up(self, timeout: float) -> None:  # noqa: ASYNC109 - the account's own
        """Return when everything that happened is here."""
        ...

    async def arrive(self, within: float, tell: "Callable[[Arrival], None]") -> "Arrival":
        """Return when this device is in every conversation of its person, or time is over."""
        ...

    async def learn_names(self) -> None:
        """Return when everybody in a conversation has a name, or a little later."""
        ...

    def changes(self) -> "AsyncIterator[Change]":
        """Tell what changes from now on."""
        ...


class Administration(Protocol):
    """What people with a role in the organisation may do."""

    async def users(self) -> "Sequence[ManagedUser]":
        """Return everybody."""
        ...

    async def create_user(self, wish: "CreateUser") -> "CreatedUser":
        """Provision a person."""
        ...

    async def invite(self, user: "UserId") -> "Invitation":
        """Make another invitation."""
        ...

    async def deactivate(self, user: "UserId") -> None:
        """End a person's access."""
        ...

    async def devices(self, user: "UserId") -> "ManagedDevices":
        """Return a person's devices, and how many one person may have."""
        ...

    async def remove_device(self, user: "UserId", device: "DeviceId") -> None:
        """Remove a device of somebody, for the company."""
        ...

    async def linkings(self) -> "Sequence[WaitingLinking]":
        """Return the devices that wait for an administrator."""
        ...

    async def approve_linking(self, which: str) -> None:
        """Let a device in that waits."""
        ...

    async def decline_linking(self, which: str) -> None:
        """Let a device not in that waits."""
        ...

    async def sites(self) -> "Sequence[Site]":
        """Return the sites."""
        ...

    async def appoint_custodians(self, threshold: int, users: "list[UserId]") -> "Custodians":
        """Appoint custodians."""
        ...

    async def end_custodians(self) -> None:
        """Have none any more."""
        ...

    async def create_site(self, name: str, time_zone: str) -> "Site":
        """Add a site."""
        ...


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


class Password(Protocol):
    """What `teamchat.client.own_password` does for a command."""

    async def characters(self) -> int:
        """Return how many a new password has at least; 0 if the server does not say."""
        ...

    async def change(self, old: str, new: str) -> None:
        """Set another password; every session of the person ends but this one."""
        ...


class Recovery(Protocol):
    """What `teamchat.client.own_recovery` does for a command."""

    async def asked_for(self) -> int:
        """Return when the fresh start that was asked for is due; 0 if there is none."""
        ...

    async def cancel(self) -> bool:
        """Stop the fresh start that was asked for; return whether there was one."""
        ...

    async def renew(self, words: str, show: "Callable[[str], Awaitable[None]]") -> None:
        """Take another recovery key, with the words of now."""
        ...


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
    ) -> AbstractAsyncContextManager[Account]:
        """Open the account of a profile."""
        ...

    def administration(
        self, profile: str, passphrase: Ask
    ) -> AbstractAsyncContextManager[Administration]:
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

    def terminal(self, profile: str, passphrase: Ask | None) -> int:
        """Run the full-screen client; return the exit code.

        Args:
            profile: Whose account is opened.
            passphrase: Knows the passphrase; None if the person is to type it there.
        """
        ...
