"""Everything that can happen to a client: one closed union.

What a person asks for carries the number of its `call`; the engine answers each call once,
with `commands.Reply` or `commands.Decline`. A call of 0 is answered to nobody.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from teamchat.content.given import Given
from teamchat.engine.history.entries import Entry
from teamchat.engine.records import Line
from teamchat.engine.store import Drop, Put
from teamchat.ids import BlobId, ConversationId, DeviceId, UserId
from teamchat.wire.frames import ServerFrame
from teamchat.wire.problems import Code


class TimerKind(Enum):
    """What the engine waits for."""

    RECONNECT = "reconnect"
    PING = "ping"
    ACK = "ack"
    RETRY = "retry"
    """The server asked for a pause in one conversation, or an HTTP request failed."""
    SETTLE = "settle"
    """Somebody must commit the proposals of a conversation; this is our turn."""
    STOCK_TAKE = "stock_take"
    """Look after key packages and the age of own keys."""
    INBOX = "inbox"
    """The server has not said that the inbox is empty; older ones never do."""
    TITLE = "title"
    """Somebody new does not know the title of a conversation; this is our turn to repeat it."""
    HISTORY = "history"
    """A history was not given or not fetched: try again."""
    GIVING = "giving"
    """Those who are new were not given what was said before they came: this is our turn."""
    LOOK_AROUND = "look_around"
    """Ask the server which conversations there are."""
    REMOVAL = "removal"
    """Ask again whether this device was removed."""
    KEY_LOG = "key_log"
    """Look at the key directory again: the last look came to nothing."""


class Timer(NamedTuple):
    """A timer: what it is for, and in which conversation (empty: in none)."""

    kind: TimerKind
    conversation: ConversationId = ConversationId("")


# --- from the runner --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The account is open; it wants to be connected."""


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The account closes."""


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """The realtime socket is open."""


@dataclass(frozen=True, slots=True)
class SocketClosed:
    """The realtime socket is closed, or never opened (`code` 0)."""

    code: int = 0
    revoked: bool = False
    """The server refused the session itself."""


@dataclass(frozen=True, slots=True)
class Received:
    """A frame arrived; `size` is what it took on the socket, in bytes."""

    frame: ServerFrame
    size: int = 0


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer ran out."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP request was answered; `body` is of the type the request named."""

    request: int
    body: object


@dataclass(frozen=True, slots=True)
class Refused:
    """An HTTP request failed: with a problem, or (`code` None) without any answer."""

    request: int
    code: Code | None
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Recalled:
    """The last lines of a conversation, the oldest first."""

    conversation: ConversationId
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class HistoryGathered:
    """What was to be given lies on the server; None if there was nothing to give."""

    conversation: ConversationId
    epoch: int
    given: Given | None


@dataclass(frozen=True, slots=True)
class HistoryOpened:
    """A part of a history that was given: all of it was fetched and checked."""

    conversation: ConversationId
    blob: BlobId
    index: int
    entries: tuple[Entry, ...] = field(repr=False)
    last: bool


@dataclass(frozen=True, slots=True)
class HistoryFailed:
    """A history was not given (`blob` empty) or not fetched; `final` if it never will be."""

    conversation: ConversationId
    blob: BlobId
    final: bool


# --- from the person --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextWritten:
    """Send a text; replies with the id of its line."""

    call: int
    conversation: ConversationId
    text: str
    answers: bytes = b""
    """The MessageId of the message that it answers; empty for none."""


@dataclass(frozen=True, slots=True)
class EditAsked:
    """Put another text in the place of one's own message; `line` is it as it is stored."""

    call: int
    line: Line
    text: str


@dataclass(frozen=True, slots=True)
class ReactionAsked:
    """Put an emoji at a message, or take it back."""

    call: int
    line: Line
    reaction: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawAsked:
    """Delete one's own message for everybody."""

    call: int
    line: Line


@dataclass(frozen=True, slots=True)
class HideAsked:
    """Delete a message on this device only."""

    call: int
    line: Line


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """Send a failed message again."""

    call: int
    message: str


@dataclass(frozen=True, slots=True)
class DiscardAsked:
    """Forget a message that was not sent."""

    call: int
    message: str


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """The person has seen everything up to and including `position`."""

    call: int
    conversation: ConversationId
    position: int


@dataclass(frozen=True, slots=True)
class DirectAsked:
    """Find or make the conversation with one person; replies with its id."""

    call: int
    user: UserId


@dataclass(frozen=True, slots=True)
class GroupAsked:
    """Make a conversation; replies with its id."""

    call: int
    title: str
    users: tuple[UserId, ...]
    history: int = 0
    """What people who come later see of what was said before (`wire.room_policy.History`)."""


@dataclass(frozen=True, slots=True)
class AddAsked:
    """Add people."""

    call: int
    conversation: ConversationId
    users: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class RemoveAsked:
    """Remove a person, with all their devices."""

    call: int
    conversation: ConversationId
    user: UserId


@dataclass(frozen=True, slots=True)
class LeaveAsked:
    """Leave a conversation, with all own devices."""

    call: int
    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class RenameAsked:
    """Give a conversation another title."""

    call: int
    conversation: ConversationId
    title: str


@dataclass(frozen=True, slots=True)
class HistoryGoverned:
    """Let new members see so much of what was said before (`wire.room_policy.History`)."""

    call: int
    conversation: ConversationId
    history: int


@dataclass(frozen=True, slots=True)
class HistoryGiveAsked:
    """Give somebody who came lately what was said before, again or in another's place."""

    call: int
    conversation: ConversationId
    user: UserId


@dataclass(frozen=True, slots=True)
class PersonVerified:
    """The safety number was compared: the key it was made of is the right one."""

    call: int
    user: UserId
    key: bytes = b""
    """The key that was compared; empty for the one seen last."""


@dataclass(frozen=True, slots=True)
class KeyKept:
    """The new key is not the person's: the one known before is the right one."""

    call: int
    user: UserId


@dataclass(frozen=True, slots=True)
class NameClaimed:
    """The server gives the user name of somebody known to somebody else; always declined."""

    call: int
    owner: UserId


@dataclass(frozen=True, slots=True)
class MembersAccepted:
    """The person knows about those who were new when this device came back."""

    call: int
    conversation: ConversationId
    shown: tuple[UserId, ...] | None = None
    """Who was shown to the person; None for whoever is there."""


@dataclass(frozen=True, slots=True)
class RejoinAsked:
    """Join a conversation again that is broken on this device."""

    call: int
    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class DeviceRevoked:
    """One of the person's own devices was ended; take it out of every conversation."""

    call: int
    device: DeviceId


@dataclass(frozen=True, slots=True)
class WitnessesRequired:
    """Require k of n witnesses of the key directory; none if the quorum is 0."""

    call: int
    witnesses: tuple[str, ...]
    """Their keys as vkey lines."""
    quorum: int
    maximum_age: int
    """How long ago enough of them may have cosigned, in seconds."""


@dataclass(frozen=True, slots=True)
class HistoryRead:
    """A part of a history archive was opened; replies with how many lines it holds."""

    call: int
    giver: tuple[UserId, DeviceId]
    entries: tuple[Entry, ...]
    since_ms: int
    """What is older is left out: the organisation's policy."""
    writes: tuple[Put | Drop, ...]
    """How far the archive is read now; stored with what was read."""


@dataclass(frozen=True, slots=True)
class HistoryKeyGiven:
    """Another device has told this one the key of the backup; a known one stays."""

    call: int
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HistoryStopped:
    """What was on its way to another device of the person does not go there any more."""

    call: int


@dataclass(frozen=True, slots=True)
class LookAsked:
    """Ask the server how things stand (after a change made over HTTP)."""

    call: int


Event = (
    Started
    | StopAsked
    | SocketOpened
    | SocketClosed
    | Received
    | TimerFired
    | Answered
    | Refused
    | Recalled
    | HistoryGathered
    | HistoryOpened
    | HistoryFailed
    | TextWritten
    | EditAsked
    | ReactionAsked
    | WithdrawAsked
    | HideAsked
    | RetryAsked
    | DiscardAsked
    | ReadUpTo
    | DirectAsked
    | GroupAsked
    | AddAsked
    | RemoveAsked
    | LeaveAsked
    | RenameAsked
    | HistoryGoverned
    | HistoryGiveAsked
    | PersonVerified
    | KeyKept
    | NameClaimed
    | MembersAccepted
    | RejoinAsked
    | DeviceRevoked
    | WitnessesRequired
    | HistoryRead
    | HistoryKeyGiven
    | HistoryStopped
    | LookAsked
)
