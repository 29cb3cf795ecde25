"""Everything the engine can ask for: one closed union, performed strictly in order.

`Persist` is committed before the command behind it is begun: what leaves this device, and
what a person is shown, has been stored.
"""

from dataclasses import dataclass, field

import msgspec

from teamchat.engine.events import Timer
from teamchat.engine.model import Change
from teamchat.engine.records import Arrived, ConversationRecord, Offer
from teamchat.engine.store import Write
from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.wire.frames import ClientFrame


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """Open the realtime socket; answered by SocketOpened or SocketClosed."""


@dataclass(frozen=True, slots=True)
class CloseSocket:
    """Close the realtime socket; answered by SocketClosed."""


@dataclass(frozen=True, slots=True)
class SendFrame:
    """Send a frame; what is sent on a closed socket is lost, which every machine expects."""

    frame: ClientFrame


@dataclass(frozen=True, slots=True)
class Query:
    """An HTTP request below `/v1`; `answer` is the type of its body, None for raw bytes.

    Of raw bytes the first `start` are left out: they are here already.
    """

    method: str
    path: str
    answer: type[msgspec.Struct] | None
    body: msgspec.Struct | None = None
    start: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """Make an HTTP request; answered by Answered or Refused with the same number."""

    request: int
    query: Query


@dataclass(frozen=True, slots=True)
class Persist:
    """Store all of this or nothing."""

    writes: tuple[Write, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recall:
    """Read the last lines of a conversation, at most `limit`; answered by Recalled."""

    conversation: ConversationId
    limit: int


@dataclass(frozen=True, slots=True)
class GatherHistory:
    """Put the lines of a conversation into an archive on the server.

    Answered by HistoryGathered or HistoryFailed.

    Args:
        conversation: Whose lines.
        record: What an archive says of it.
        arrived: For whom.
        since_ms: None that are older, in milliseconds since 1970.
        before_ms: None that are as late or later.
        takers: The devices that are to fetch it.
        by: Who gives it.
        device: The device that does.
        now: Seconds since 1970.
    """

    conversation: ConversationId
    record: ConversationRecord
    arrived: Arrived
    since_ms: int
    before_ms: int
    takers: tuple[DeviceId, ...]
    by: UserId
    device: DeviceId
    now: int


@dataclass(frozen=True, slots=True)
class FetchHistory:
    """Fetch an archive, check all of it, then hand in its parts from `offer.taken` on.

    Answered by HistoryOpened for each of them, or by HistoryFailed.
    """

    conversation: ConversationId
    offer: Offer


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Fire once after so many seconds; a timer that is set again starts anew."""

    timer: Timer
    seconds: float


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Do not fire."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Show:
    """Tell every interface what changed."""

    change: Change


@dataclass(frozen=True, slots=True)
class Reply:
    """A call has succeeded; `result` is an identifier or empty."""

    call: int
    result: str = ""


@dataclass(frozen=True, slots=True)
class Decline:
    """A call has failed; `key` is a key of the catalogue."""

    call: int
    key: str
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Wipe:
    """Erase everything that is stored: it was proved that this device is none any more.

    Attributes:
        key: Of the catalogue: what to tell the person.
        day: When it was removed, as YYYY-MM-DD in UTC.
    """

    key: str
    day: str


Command = (
    OpenSocket
    | CloseSocket
    | SendFrame
    | Ask
    | Persist
    | Recall
    | GatherHistory
    | FetchHistory
    | SetTimer
    | CancelTimer
    | Show
    | Reply
    | Decline
    | Wipe
)
