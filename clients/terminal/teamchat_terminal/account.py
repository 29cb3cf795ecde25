"""What the screens use of an account; `teamchat.client.Account` is one.

Reads answer at once from what this device holds. Writes are durable when they return, and
may be slow or fail; only the bridge awaits them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from teamchat.client.errors import AccountError
from teamchat.client.history import HistoryStatus, Wish
from teamchat.client.history_parts import Tell
from teamchat.engine.model import (
    Alarm,
    Change,
    Conversation,
    Link,
    LogStatus,
    Member,
    Message,
    OwnDevice,
    Person,
    Profile,
)
from teamchat.identity.sas import ShortAuthenticationString
from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.wire.custody import Custody


class Comparison(Protocol):
    """Two devices show something to be compared; ended by one of the three."""

    @property
    def name(self) -> str: ...

    @property
    def sas(self) -> ShortAuthenticationString: ...

    async def refuse(self) -> None: ...

    async def cancel(self) -> None: ...

    async def confirm(self) -> bool: ...


class Linking(Protocol):
    """Takes further devices in."""

    async def begin(self, written: str, /) -> Comparison: ...


class History(Protocol):
    """What was said before a device came."""

    async def status(self) -> HistoryStatus: ...

    async def wishes(self) -> Sequence[Wish]: ...

    async def ask(self) -> None: ...

    async def follow(self, tell: Tell, /) -> None: ...

    async def cancel(self) -> None: ...

    async def give(self, wish: str, tell: Tell, /) -> None: ...

    async def back_up(self, tell: Tell, /) -> None: ...

    async def restore(self, tell: Tell, /) -> int: ...

    async def forget_backup(self) -> None: ...


class Recovery(Protocol):
    """The person's recovery words, and who asks for another identity in their name."""

    async def asked_for(self) -> int: ...

    async def cancel(self) -> bool: ...

    async def renew(self, words: str, show: Callable[[str], Awaitable[None]], /) -> None: ...


class Custodians(Protocol):
    """What of one's own is entrusted to custodians of the company."""

    async def own(self) -> Custody: ...

    async def refuse(self) -> None: ...


class Account(Protocol):
    """One person's account on this device."""

    @property
    def custody(self) -> Custodians: ...

    @property
    def recovery(self) -> Recovery: ...

    @property
    def history(self) -> History: ...

    @property
    def linking(self) -> Linking: ...

    @property
    def profile(self) -> Profile: ...

    @property
    def link(self) -> Link: ...

    @property
    def trouble(self) -> AccountError | None: ...

    @property
    def queued(self) -> int: ...

    def conversations(self) -> Sequence[Conversation]: ...

    def timeline(
        self, conversation: ConversationId, before: int | None = None, limit: int = 50, /
    ) -> Sequence[Message]: ...

    def members(self, conversation: ConversationId, /) -> Sequence[Member]: ...

    async def members_now(self, conversation: ConversationId, /) -> Sequence[Member]: ...

    def person(self, user: UserId, /) -> Person | None: ...

    def alarms(self) -> Sequence[Alarm]: ...

    def draft(self, conversation: ConversationId, /) -> str: ...

    async def set_draft(self, conversation: ConversationId, text: str, /) -> None: ...

    async def send_text(self, conversation: ConversationId, text: str, /) -> Message: ...

    async def retry(self, message_id: str, /) -> None: ...

    async def discard(self, message_id: str, /) -> None: ...

    async def mark_read(self, conversation: ConversationId, position: int, /) -> None: ...

    async def create_direct(self, user: UserId, /) -> ConversationId: ...

    async def create_group(self, title: str, users: Iterable[UserId], /) -> ConversationId: ...

    async def add(self, conversation: ConversationId, users: Iterable[UserId], /) -> None: ...

    async def remove(self, conversation: ConversationId, user: UserId, /) -> None: ...

    async def leave(self, conversation: ConversationId, /) -> None: ...

    async def rename(self, conversation: ConversationId, title: str, /) -> None: ...

    async def set_admin(
        self,
        conversation: ConversationId,
        user: UserId,
        admin: bool,  # noqa: FBT001 - the client's signature
        /,
    ) -> None: ...

    async def find_people(self, query: str, /) -> Sequence[Person]: ...

    async def devices(self) -> Sequence[OwnDevice]: ...

    async def devices_at_most(self) -> int: ...

    async def remove_device(self, device: DeviceId, /) -> None: ...

    def log_status(self) -> LogStatus: ...

    async def log_proof(self, device: DeviceId | None = None, /) -> str: ...

    async def safety_number(self, user: UserId, /) -> str: ...

    async def mark_verified(self, user: UserId, number: str, /) -> None: ...

    async def keep_key(self, user: UserId, /) -> None: ...

    async def accept_members(
        self, conversation: ConversationId, shown: Iterable[UserId], /
    ) -> None: ...

    async def rejoin(self, conversation: ConversationId, /) -> None: ...

    async def sign_out(self) -> bool: ...

    def changes(self) -> AsyncIterator[Change]: ...


class Opener(Protocol):
    """Opens the account of one profile."""

    @property
    def needs_passphrase(self) -> bool:
        """Whether a person has to type the passphrase of this profile."""
        ...

    async def open(self, passphrase: str, /) -> Account:
        """Open the account; the passphrase is empty where none is needed.

        Raises:
            TeamchatError: The passphrase is wrong, or the profile cannot be opened.
        """
        ...

    async def close(self) -> None:
        """Close what `open` opened."""
        ...
