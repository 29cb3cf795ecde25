"""What a user interface may see: values, already decided, never to be changed in place.

Nothing here is a key, a frame or a row. Texts are data: an interface shows them as they
are, without interpreting markup or control characters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.wire.room_policy import ALL, NONE


class Link(Enum):
    """How the account stands to its server."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    CATCHING_UP = "catching_up"
    ONLINE = "online"
    SIGNED_OUT = "signed_out"
    """The server ended this session or device; nothing is sent until a new login."""


class Delivery(Enum):
    """How far a message of one's own has come."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    """Every other member holds it on a device."""
    FAILED = "failed"
    """It will not be sent by itself; `retry` tries again."""
    RECEIVED = "received"
    """It is somebody else's."""


class Trust(Enum):
    """How well a person's key is known."""

    VOUCHED = "vouched"
    """The organisation's server names this key, and it has not changed since."""
    VERIFIED = "verified"
    """The owner of this account compared the safety number."""
    CHANGED = "changed"
    """The key is another one than before; nobody has looked at it yet."""


class Standing(Enum):
    """How this device stands to a conversation."""

    MEMBER = "member"
    """It reads and writes."""
    ENTERING = "entering"
    """It is about to come in; what is written waits."""
    WAITING = "waiting"
    """The person is a member, and all their devices had ended: a colleague's device has to take
    this one in, which it does by itself. What is written waits."""
    LEAVING = "leaving"
    """The person has said that they leave, and no other member's client has done it yet: they
    read along, and nothing is taken from them."""
    LEFT = "left"
    """The person is no longer a member; the history stays."""
    BROKEN = "broken"
    """The conversation cannot be followed on this device; `rejoin` tries again."""


class MessageKind(Enum):
    """What a line of a timeline is."""

    TEXT = "text"
    UNSUPPORTED = "unsupported"
    """A newer client wrote it; `text` is its plain fallback or empty."""
    SYSTEM = "system"
    """Something that happened to the conversation; `text` is a key of the catalogue and
    `arguments` fill it (`system-added`, `system-removed`, `system-leaving`, `system-left`,
    `system-created`, `system-renamed`, `system-title-told`, `system-rejoined`,
    `system-undecryptable`, `system-reset`, `system-device-added`, `system-key-changed`,
    `system-history-none`, `system-history-days`, `system-history-all`). If
    oneself is among `by` or `who`, `by-own` or `who-own` is there too (`view.NAMING`)."""


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague, as this account knows them."""

    id: UserId
    user_name: str
    name: str
    """With the user name behind it, if they could be taken for somebody else."""
    site: str
    time_zone: str
    trust: Trust = Trust.VOUCHED
    active: bool = True


@dataclass(frozen=True, slots=True)
class Version:
    """A text that a message had, or is to have."""

    id: str
    """With it, one that was not sent is sent again or discarded; empty for the first text."""
    time_ms: int
    text: str
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Reactions:
    """One emoji at a message, and who has put it there."""

    reaction: str
    names: tuple[str, ...]
    """Of the others, in their order."""
    own: bool
    """Oneself has put it there, too."""
    waiting: bool = False
    """Only this device knows of it yet."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another one answers, as it says now."""

    id: str
    """Of its line; empty if it is not on this device."""
    sender_name: str = ""
    own: bool = False
    text: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a timeline.

    `position` orders a conversation: the server's `seq`, or, for what is not sent yet, a
    number behind every `seq`. `id` never changes, also not when a queued message is sent.
    """

    id: str
    conversation: ConversationId
    position: int
    kind: MessageKind
    sender: UserId
    sender_name: str
    own: bool
    time_ms: int
    text: str
    delivery: Delivery
    arguments: tuple[tuple[str, str], ...] = ()
    given_by: UserId | None = None
    """Who has given it in an archive: that the sender wrote it is their word alone. None for what
    this device has read itself."""
    given_by_name: str = ""
    given_by_own: bool = False
    """It came from another device of one's own."""
    given_device: DeviceId | None = None
    """With which device it was given."""
    quote: Quote | None = None
    """What it answers."""
    versions: tuple[Version, ...] = ()
    """What it said, the first text first, and says: none if it was never edited. One that was not
    sent is there, too, and `text` is not it."""
    reactions: tuple[Reactions, ...] = ()
    withdrawn: bool = False
    """It was deleted for everybody; `text` is empty. Until that is sent, `delivery` is QUEUED."""
    addressable: bool = False
    """One can answer it and react to it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a conversation."""

    person: Person
    admin: bool
    own: bool
    devices: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of the conversation list."""

    id: ConversationId
    title: str
    direct: bool
    member_count: int
    unread: int
    last: Message | None
    joined: bool
    """Whether this device can read and write here now."""
    own_admin: bool
    standing: Standing = Standing.MEMBER
    newcomers: tuple[Person, ...] = ()
    """Who came in unseen; nothing is sent before `accept_members`."""
    changed: tuple[Person, ...] = ()
    """Who is in here with a new key; nothing is sent before `mark_verified`."""
    suite: int | None = None
    """The cipher suite of its group (RFC 9420 §17.1), as far as this device holds the group."""
    history: int = 0
    """What new members see of what was said before (`wire.room_policy.History`)."""
    names: tuple[str, ...] = ()
    """Where a group has no title here: some who are in it besides the reader, for one."""

    @property
    def newcomers_see(self) -> str:
        """What new members see, in one word: `none`, `days` or `all`."""
        return {NONE: "none", ALL: "all"}.get(self.history, "days")


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something the person must know; `key` is a key of the catalogue."""

    key: str
    arguments: tuple[tuple[str, str], ...]
    conversation: ConversationId | None
    time_ms: int


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """One of the account's own devices."""

    id: DeviceId
    name: str
    created: int
    last_active_day: int
    this: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """Whose account this is."""

    user: UserId
    device: DeviceId
    user_name: str
    name: str
    organisation: str
    site: str
    server: str
    language: str


@dataclass(frozen=True, slots=True)
class LogFinding:
    """Something that the key directory or the server should not have shown.

    The notes are signed checkpoints, byte for byte as they came: any C2SP program reads them.
    """

    key: str
    """Of the catalogue: what the person was told."""
    time_ms: int
    ours: bytes
    """The checkpoint that was pinned; empty if none was."""
    theirs: bytes
    """The one that contradicts it; empty if a member only said what it has seen."""
    claim: str
    """What a member said to have seen: size and root in hexadecimal."""
    who: str
    conversation: ConversationId | None
    certificate: bytes
    """Of the device that is not listed."""
    entry: bytes = b""
    """The entry that the log should not hold; `theirs` is signed over it."""
    index: int = 0
    """Where that entry stands."""
    day: str = ""
    """On which day it says that it happened, as YYYY-MM-DD; empty without an entry."""
    log_key: str = ""
    """The key of the log that was pinned, as a vkey line."""


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """A finding as files that others can check, byte for byte as things came.

    Attributes:
        finding: What was found.
        files: By name.
        digest: In hexadecimal; stands for all of them, and is what the server is told.
        proof: That its entry is in the log (c2sp.org/tlog-proof); empty if it has none, or if the
            server does not give out what proves it.
    """

    finding: LogFinding
    files: Mapping[str, bytes]
    digest: str
    proof: str


@dataclass(frozen=True, slots=True)
class LogRefusal:
    """An entry of the key directory that breaks a rule, and so counts for nothing."""

    index: int
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class LogWitnesses:
    """Which witnesses of the key directory the person requires."""

    names: tuple[str, ...]
    quorum: int
    """How many of them must have cosigned."""
    maximum_age: int
    """How long ago at most, in seconds."""
    late: bool
    """Whether too few have; messages are still sent for a day."""
    missing: bool
    """Whether that is longer ago than a day: nothing is sent."""
    met: int = 0
    """When enough of them had cosigned last, in seconds since 1970; 0 if they never had."""
    until: int = 0
    """Until when that is in order, in seconds since 1970."""
    stops: int = 0
    """When nothing is sent any more if they have not cosigned again, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class LogDevice:
    """One of the person's own devices, as the key directory lists it."""

    device: DeviceId
    index: int
    """Which entry brought it, from 0."""
    by: DeviceId | None
    """The device that vouched for it; None if the identity key did."""
    ended: bool


def came_through(device: DeviceId, own: Sequence[LogDevice]) -> tuple[DeviceId, ...]:
    """Return the devices of now that a device vouched for, or that one of those did, and so on.

    Whoever holds a lost device may have made them.

    Args:
        device: The one that is lost.
        own: What the key directory lists of the person, the oldest first.
    """
    found = [device]
    for each in own:  # whoever vouches came before
        if each.by in found:
            found.append(each.device)
    ended = {each.device for each in own if each.ended}
    return tuple(each for each in found[1:] if each not in ended)


@dataclass(frozen=True, slots=True)
class LogStatus:
    """How far the key directory was followed; an empty `origin` before its first sight."""

    origin: str
    key: str
    """The log's key as a vkey line."""
    size: int
    root: bytes
    checked: int
    """When the server last showed a checkpoint that fits, in seconds since 1970."""
    cosigners: tuple[str, ...]
    """Who else has signed the pinned checkpoint, as the note says; whether to trust them is for
    a policy of witnesses."""
    checkpoint: bytes
    """The pinned checkpoint, byte for byte as it was signed."""
    findings: tuple[LogFinding, ...]
    refused: tuple[LogRefusal, ...]
    required: LogWitnesses | None = None
    own: tuple[LogDevice, ...] = ()
    """The person's own devices, in the order of their entries."""


# --- what changed: an interface reads again what it shows ---------------------------------


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The connection is another one; `detail` says why, in a key of the catalogue."""

    link: Link
    queued: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ConversationsChanged:
    """The list, an unread count or a title is another one."""


@dataclass(frozen=True, slots=True)
class TimelineChanged:
    """Messages of one conversation came or changed their state."""

    conversation: ConversationId
    arrived: tuple[Message, ...] = ()
    """Those that are new and not one's own, for notifications and `tail`."""


@dataclass(frozen=True, slots=True)
class MembersChanged:
    """People came or went."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """Something the person must know happened."""

    alarm: Alarm


@dataclass(frozen=True, slots=True)
class OwnChanged:
    """Something about the own account may be another one: ask the server.

    Comes with each connection (`kind` is empty: look at everything), and when the server says
    so (`kind` is one of `wire.frames.OwnKind`, or one that a newer server knows).
    """

    kind: str = ""


@dataclass(frozen=True, slots=True)
class HistoryMoved:
    """A history is on its way to those who are new, or to this device: bytes, of how many."""

    conversation: ConversationId
    done: int
    total: int


Change = (
    LinkChanged
    | ConversationsChanged
    | TimelineChanged
    | MembersChanged
    | AlarmRaised
    | OwnChanged
    | HistoryMoved
)
