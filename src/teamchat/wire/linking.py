"""Linking a device over HTTP: the mailbox where two devices meet, the grant (docs/spec/linking.md).

What stands in the messages is for the devices alone; the server counts and keeps them for a while.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from teamchat.wire import limits
from teamchat.wire.bodies import (
    Answer,
    Count,
    Identifier,
    KeyPackageBytes,
    Name,
    Request,
    Secret,
    User,
)

MESSAGES: Final = 6
"""How many messages a mailbox takes."""
MESSAGE_BYTES: Final = 10_297
FIRST_MESSAGE_BYTES: Final = 256
"""The first one comes from nobody who is known, and is short."""

Message = Annotated[bytes, Meta(min_length=1, max_length=MESSAGE_BYTES)]
FirstMessage = Annotated[bytes, Meta(min_length=1, max_length=FIRST_MESSAGE_BYTES)]
Place = Annotated[int, Meta(ge=2, le=MESSAGES)]
"""Which message of a mailbox it is; the first one opens it."""
VouchedBytes = Annotated[bytes, Meta(min_length=1, max_length=512)]


class OpenMailbox(Request, frozen=True):
    """Open a mailbox with the first message in it; for a device that is nobody's yet."""

    mailbox: Identifier
    message: FirstMessage


class OpenedMailbox(Answer, frozen=True):
    """What the device that opened a mailbox reads and writes it with; shown once."""

    secret: str


class ReadMailbox(Request, frozen=True):
    """Read what the other device has written behind a place."""

    secret: Secret
    after: Annotated[int, Meta(ge=0, le=MESSAGES)]


class WriteMailbox(Request, frozen=True):
    """Write the next message, as the device that opened the mailbox; the same once more is one."""

    secret: Secret
    place: Place
    message: Message


class CloseMailbox(Request, frozen=True):
    """Write the last message, as the device that opened the mailbox."""

    secret: Secret
    message: FirstMessage


class WriteOwnMailbox(Request, frozen=True):
    """Write the next message, as the device that is there already; the same once more is one."""

    place: Place
    message: Message


class CloseOwnMailbox(Request, frozen=True):
    """Write the last message, as the device that is there already."""

    message: FirstMessage


class MailboxMessages(Answer, frozen=True):
    """Messages of a mailbox, the first of them at place `after` + 1."""

    messages: list[bytes]


class AskGrant(Request, frozen=True):
    """Ask that a device of one's own may be registered, as the device that vouches for it."""

    certificate: VouchedBytes
    name: Name


class Grant(Answer, frozen=True):
    """What the new device gets a session for, once; `needs_admin` says that it has to wait."""

    grant: str
    needs_admin: bool


class RedeemGrant(Request, frozen=True):
    """Register a device that another one has vouched for, and begin its session."""

    grant: Secret
    name: Name
    """What it calls itself. The name that the grant was asked for with counts."""
    certificate: VouchedBytes
    key_packages: Annotated[list[KeyPackageBytes], Meta(max_length=limits.KEY_PACKAGES)]
    last_resort: KeyPackageBytes


class WaitingLinking(Answer, frozen=True):
    """A device that waits for an administrator; times are in seconds since 1970."""

    id: Identifier
    user: User
    device_name: str
    asked: Count
    expires: Count


class WaitingLinkings(Answer, frozen=True):
    """Every device that waits, the oldest first."""

    linkings: list[WaitingLinking] = msgspec.field(default_factory=list)
