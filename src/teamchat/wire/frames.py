"""The realtime socket: one union for each direction (docs/spec/realtime.md).

Frames are MessagePack arrays whose first element is the tag. A reader skips a frame whose
tag it does not know, so that an old client survives a newer server; a known frame that is
malformed ends the connection.

A cursor is `(log_epoch, seq)`: everything up to and including `seq` of that log is held.
`log_epoch` changes when the log itself was replaced (a restored backup, a moved home).
"""

from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from teamchat.ids import PATTERN, ConversationId, DeviceId
from teamchat.wire import limits

Sequence = Annotated[int, Meta(ge=0, le=2**48 - 1)]
"""Counts from 0; no log is that long, and every language of a client holds it exactly."""
Epoch = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Milliseconds = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Which = Annotated[ConversationId, Meta(pattern=PATTERN)]
WhichIfAny = Annotated[ConversationId, Meta(pattern=rf"^$(?!\n)|{PATTERN}")]
ClientId = Annotated[
    bytes, Meta(min_length=limits.CLIENT_ID_BYTES, max_length=limits.CLIENT_ID_BYTES)
]


class Kind(IntEnum):
    """What an item of the log is; the server reads it from the MLS framing, not from the sender."""

    APPLICATION = 0
    PROPOSAL = 1
    COMMIT = 2


class EphemeralKind(IntEnum):
    """What an event outside the log is about."""

    TYPING = 0
    PRESENCE = 1


class InboxKind(IntEnum):
    """What an item of a device's inbox is."""

    WELCOME = 0
    """`body` is an MLS Welcome for `conversation`, whose log is to be read from `seq` on."""
    KEY_PACKAGES_LOW = 1
    CONVERSATION_LEFT = 2
    """The device's person is no longer a member of `conversation`."""


class OwnKind(StrEnum):
    """What about one's own account has changed; a client skips a kind that it does not know."""

    LINKING = "linking"
    DEVICE_REMOVED = "device-removed"
    RESET = "reset"
    HISTORY = "history"
    CUSTODY = "custody"


class NackCode(IntEnum):
    """Why a SEND was refused."""

    STALE_EPOCH = 0
    """The group has moved on; process the log up to `head` and try again."""
    OVERLOADED = 1
    """Try the same bytes again after `retry_ms`."""
    FORBIDDEN = 2
    """Not a member, or not allowed to change the group in this way."""
    INVALID = 3
    """The bytes break a rule; the same bytes will never be accepted."""
    TOO_LARGE = 4
    UNKNOWN_CONVERSATION = 5
    DEVICE_ENDED = 6
    """A device that has ended is in the group: take it out, then say it in the next epoch."""


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """A frame of either direction."""


# --- from the client ------------------------------------------------------------------


class Hello(Frame, frozen=True, tag=0):
    """The first frame: who is calling. `token` is the device's session token."""

    protocol: Sequence
    token: Annotated[str, Meta(max_length=200)]


class Sync(Frame, frozen=True, tag=1):
    """Where the client stands: send what comes after, then whatever happens.

    Conversations of the device that are not named are sent from the point where the device
    may read. A later SYNC adds conversations or rewinds those it names.
    """

    cursors: Annotated[
        dict[Which, tuple[Sequence, Sequence]],
        Meta(max_length=limits.SYNC_CONVERSATIONS),
    ]
    inbox: Sequence


class Send(Frame, frozen=True, tag=2):
    """Put one MLS message into a log.

    `request` is echoed in the answer. `client_id` makes the send idempotent: the same id by
    the same device in the same conversation is accepted once. A commit brings the GroupInfo
    of the epoch it makes, and its Welcome when it adds anyone.
    """

    request: Sequence
    conversation: Which
    client_id: ClientId
    body: Annotated[bytes, Meta(max_length=limits.COMMIT_BYTES)]
    group_info: Annotated[bytes, Meta(max_length=limits.MIB)] = b""
    welcome: Annotated[bytes, Meta(max_length=limits.COMMIT_BYTES)] = b""


class Ack(Frame, frozen=True, tag=3):
    """What the client has stored durably; cumulative, at most once a second."""

    cursors: Annotated[dict[Which, Sequence], Meta(max_length=limits.SYNC_CONVERSATIONS)]
    inbox: Sequence


class Credit(Frame, frozen=True, tag=4):
    """The client has digested this many bytes of BATCH frames and will take as many more."""

    bytes: Annotated[int, Meta(ge=1, le=16 * limits.MIB)]


class Ephemeral(Frame, frozen=True, tag=5):
    """Tell the others something that is not kept (typing, presence)."""

    conversation: Which
    kind: EphemeralKind
    ttl_ms: Annotated[int, Meta(ge=0, le=limits.EPHEMERAL_TTL_MS)]
    body: Annotated[bytes, Meta(max_length=limits.EPHEMERAL_BYTES)] = b""


class Ping(Frame, frozen=True, tag=6):
    """Are you there?"""

    number: Sequence


ClientFrame = Hello | Sync | Send | Ack | Credit | Ephemeral | Ping


# --- from the server ------------------------------------------------------------------


class Ready(Frame, frozen=True, tag=64):
    """The answer to HELLO; SYNC may follow."""

    protocol: Sequence
    server_time_ms: Milliseconds
    device: DeviceId
    ping_seconds: Sequence
    credit_bytes: Sequence


class Item(Frame, frozen=True):
    """One message of a log; its `seq` follows from its place in the batch."""

    kind: Kind
    epoch: Epoch
    sender: DeviceId
    client_id: ClientId
    time_ms: Milliseconds
    body: bytes


class Batch(Frame, frozen=True, tag=65):
    """Consecutive items of one log, the first at `first_seq`."""

    conversation: Which
    log_epoch: Sequence
    first_seq: Sequence
    items: list[Item]


class CaughtUp(Frame, frozen=True, tag=66):
    """Everything up to `head` has been sent; what follows is live."""

    conversation: Which
    head: Sequence


class InboxItem(Frame, frozen=True):
    """Something for this device alone; its number follows from its place in the batch."""

    kind: InboxKind
    conversation: WhichIfAny
    log_epoch: Sequence
    seq: Sequence
    epoch: Epoch
    body: bytes


class InboxBatch(Frame, frozen=True, tag=67):
    """Consecutive items of this device's inbox."""

    first: Sequence
    items: list[InboxItem]


class Sent(Frame, frozen=True, tag=68):
    """The message is durable at `seq`; `duplicate` says that it already was."""

    request: Sequence
    seq: Sequence
    time_ms: Milliseconds
    duplicate: bool


class Nack(Frame, frozen=True, tag=69):
    """The message was not taken and nothing has changed."""

    request: Sequence
    code: NackCode
    epoch: Epoch = 0
    head: Sequence = 0
    retry_ms: Milliseconds = 0
    detail: str = ""


class Lag(Frame, frozen=True, tag=70):
    """The client reads too slowly: its queue was dropped, the log comes when credit does."""

    conversation: Which
    head: Sequence


class Reset(Frame, frozen=True, tag=71):
    """The client's cursor is of no use: the log is another one, or was shortened."""

    conversation: Which
    log_epoch: Sequence
    min_seq: Sequence
    head: Sequence


class EphemeralEvent(Frame, frozen=True, tag=72):
    """What another member said in an EPHEMERAL."""

    conversation: Which
    sender: DeviceId
    kind: EphemeralKind
    ttl_ms: Milliseconds
    body: bytes


class Stretch(Frame, frozen=True):
    """A part of a log, its ends included."""

    first: Sequence
    last: Sequence


class Delivered(Frame, frozen=True, tag=73):
    """Every other member holds the log up to `seq` on some device, but for what is `missing`."""

    conversation: Which
    seq: Sequence
    missing: list[Stretch] = []


class Drain(Frame, frozen=True, tag=74):
    """The server is going away; come back after `retry_ms`."""

    retry_ms: Milliseconds


class Pong(Frame, frozen=True, tag=75):
    """Yes."""

    number: Sequence


class Bye(Frame, frozen=True, tag=76):
    """The last frame: why the server closes. `code` is a problem code (`wire.problems`)."""

    code: str
    detail: str


class Keys(Frame, frozen=True, tag=77):
    """A checkpoint of the key directory of this size was signed (docs/spec/key-directory.md)."""

    size: Sequence


class Own(Frame, frozen=True, tag=78):
    """Something about one's own account changed; what it is, the client asks for.

    `kind` is one of `OwnKind`, or one that a newer server knows.
    """

    kind: Annotated[str, Meta(max_length=40)]


ServerFrame = (
    Ready
    | Batch
    | CaughtUp
    | InboxBatch
    | Sent
    | Nack
    | Lag
    | Reset
    | EphemeralEvent
    | Delivered
    | Drain
    | Pong
    | Bye
    | Keys
    | Own
)

SUBPROTOCOL = "teamchat"
SUBPROTOCOL_BEARER = "teamchat.bearer."
"""What a page names when it opens the socket, as a browser lets it name no header: this protocol,
and behind these letters its token."""

CLOSE_MALFORMED = 4000
CLOSE_REVOKED = 4001
CLOSE_PROTOCOL = 4002
CLOSE_SLOW = 4008
CLOSE_TOO_MANY = 4009
CLOSE_DRAIN = 1012


class _Tagged(msgspec.Struct, array_like=True):
    """Any frame: what follows the tag is skipped, not built."""

    tag: int


_encoder = msgspec.msgpack.Encoder()
_client_decoder: msgspec.msgpack.Decoder[ClientFrame] = msgspec.msgpack.Decoder(ClientFrame)
_server_decoder: msgspec.msgpack.Decoder[ServerFrame] = msgspec.msgpack.Decoder(ServerFrame)
_tag_decoder = msgspec.msgpack.Decoder(_Tagged)
_SERVER_TAGS = range(64, 79)


_MALFORMED = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


class FrameError(ValueError):
    """The bytes are no frame of this protocol."""


def encode(frame: ClientFrame | ServerFrame) -> bytes:
    """Return a frame as it travels."""
    return _encoder.encode(frame)


def decode_client(data: bytes) -> ClientFrame:
    """Read a frame that a client sent.

    Raises:
        FrameError: It is malformed, oversized or unknown.
    """
    if len(data) > limits.FRAME_BYTES:
        raise FrameError("the frame is too large")
    try:
        return _client_decoder.decode(data)
    except _MALFORMED as error:
        raise FrameError(str(error)) from error


def decode_server(data: bytes) -> ServerFrame | None:
    """Read a frame that the server sent; None if a newer server says something unknown.

    Raises:
        FrameError: It is malformed or oversized.
    """
    if len(data) > limits.FRAME_BYTES + limits.MIB:
        raise FrameError("the frame is too large")
    try:
        return _server_decoder.decode(data)
    except _MALFORMED as error:
        if _is_unknown(data):
            return None
        raise FrameError(str(error)) from error


def _is_unknown(data: bytes) -> bool:
    try:
        return _tag_decoder.decode(data).tag not in _SERVER_TAGS
    except _MALFORMED:
        return False
