"""What can happen to a socket's session, and what a session can ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.server.services.announcements import Joined, Left
from teamchat.server.storage.queries.conversations import Span
from teamchat.server.storage.queries.logs import Piece
from teamchat.wire.frames import (
    ClientFrame,
    Ephemeral,
    EphemeralEvent,
    InboxItem,
    Nack,
    OwnKind,
    Send,
    Sent,
)

# --- what happens -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrived:
    """The client sent a frame."""

    frame: ClientFrame


@dataclass(frozen=True, slots=True)
class Greeted:
    """The token of HELLO is a device's."""

    user: UserId
    device: DeviceId


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The token of HELLO is nobody's, or no device's; `code` is a problem code."""

    code: str


@dataclass(frozen=True, slots=True)
class Positioned:
    """What the device may read, read after it was subscribed."""

    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class LogRead:
    """A piece of a log that was asked for; None if it could not be read."""

    conversation: ConversationId
    after: int
    piece: Piece | None


@dataclass(frozen=True, slots=True)
class InboxRead:
    """A piece of the inbox that was asked for; empty at its end."""

    first: int
    items: Sequence[InboxItem]


@dataclass(frozen=True, slots=True)
class Live:
    """A message is in a log; `frame` is the BATCH that carries it, encoded once for everybody."""

    conversation: ConversationId
    log_epoch: int
    seq: int
    frame: bytes


@dataclass(frozen=True, slots=True)
class HeadMoved:
    """A log has come this far; what was added is to be read."""

    conversation: ConversationId
    head: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Another member said something that is not kept."""

    event: EphemeralEvent


@dataclass(frozen=True, slots=True)
class InboxHint:
    """There is something in the inbox."""


@dataclass(frozen=True, slots=True)
class KeysGrew:
    """A checkpoint of the key directory of this size was signed or cosigned."""

    size: int


@dataclass(frozen=True, slots=True)
class OwnHint:
    """Something about the person's own account changed."""

    kind: OwnKind


@dataclass(frozen=True, slots=True)
class DeliveredTo:
    """Every other member holds a log up to here, but for what is missing."""

    conversation: ConversationId
    seq: int
    missing: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a SEND."""

    frame: Sent | Nack


@dataclass(frozen=True, slots=True)
class Written:
    """So many bytes have left for the client."""

    size: int


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed; happens at least every few seconds."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """The session, the device or the person was ended."""


@dataclass(frozen=True, slots=True)
class Draining:
    """The server is going away."""

    retry_ms: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The socket cannot go on; `code` is a problem code, `close` a close code."""

    close: int
    code: str
    detail: str = ""


SessionEvent = (
    Arrived
    | Greeted
    | TurnedAway
    | Positioned
    | LogRead
    | InboxRead
    | Live
    | HeadMoved
    | Heard
    | InboxHint
    | Joined
    | Left
    | KeysGrew
    | OwnHint
    | DeliveredTo
    | Answered
    | Written
    | Ticked
    | Revoked
    | Draining
    | Failed
)

# --- what is to be done ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a frame, encoded."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Find out whose token this is: Greeted or TurnedAway."""

    token: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Be told from now on what happens to this device."""

    device: DeviceId


@dataclass(frozen=True, slots=True)
class ReadPositions:
    """Be told what happens in this device's conversations; then read where they are: Positioned."""

    device: DeviceId


@dataclass(frozen=True, slots=True)
class Follow:
    """Be told from now on what happens in a conversation."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class Unfollow:
    """Hear no more of a conversation."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class ReadLog:
    """Read a piece of a log: LogRead."""

    conversation: ConversationId
    after: int
    last: int


@dataclass(frozen=True, slots=True)
class ReadInbox:
    """Read a piece of the inbox: InboxRead."""

    after: int


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand a message to delivery: Answered."""

    send: Send


@dataclass(frozen=True, slots=True)
class Note:
    """Store what the client holds."""

    cursors: Mapping[ConversationId, int]
    inbox: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Tell the other members something that is not kept."""

    frame: Ephemeral


@dataclass(frozen=True, slots=True)
class AskDelivered:
    """Say how far everybody else is in these conversations: DeliveredTo."""

    conversations: Sequence[ConversationId]


@dataclass(frozen=True, slots=True)
class Close:
    """Send what waits and close; nothing happens to the session after this."""

    code: int


Effect = (
    Tell
    | Authenticate
    | Subscribe
    | ReadPositions
    | Follow
    | Unfollow
    | ReadLog
    | ReadInbox
    | Deliver
    | Note
    | Spread
    | AskDelivered
    | Close
)
