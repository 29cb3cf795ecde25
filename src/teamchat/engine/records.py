"""What is stored, as values: MessagePack arrays that grow at their end only (`record`)."""

from enum import StrEnum

from teamchat.content.given import LATEST_MS
from teamchat.engine.amendments import Amendment, Edited, Reacted, Withdrawn
from teamchat.engine.model import MessageKind
from teamchat.engine.record import Record
from teamchat.ids import BlobId, ConversationId, DeviceId, UserId


class AccountRecord(Record, frozen=True):
    """Whose device this is. Holds secrets: the device's seed, the session token, a history key."""

    server: str
    user: UserId
    device: DeviceId
    user_name: str
    name: str
    organisation: str
    site: str
    language: str
    identity_key: bytes
    certificate: bytes
    device_seed: bytes
    token: str
    time_zone: str = ""
    ca_file: str = ""
    history_key: bytes = b""
    """What the backup of the history is sealed under; empty on a device that has not got it."""

    def __repr__(self) -> str:
        return f"AccountRecord(user={self.user!r}, device={self.device!r})"


class Phase(StrEnum):
    """How this device stands to a conversation."""

    FOUNDING = "founding"
    """Ours; the server may not know of it yet."""
    JOINED = "joined"
    OUTSIDE = "outside"
    """A member, but this device is not in the group and must join by itself."""
    LEFT = "left"
    """No longer a member; the history stays."""
    BROKEN = "broken"
    """The group cannot be followed, and joining again was tried."""


# --- what is to be done to a group ------------------------------------------------------
#
# `call` is the number of the call that waits for it; `after` is how many messages had been
# written when it was asked for: they are sent first, later ones afterwards.


class Include(Record, frozen=True, tag=1):
    """Add every device of these people."""

    users: tuple[UserId, ...]
    call: int = 0
    after: int = 0


class Exclude(Record, frozen=True, tag=2):
    """Remove every device of this person."""

    user: UserId
    call: int = 0
    after: int = 0


class ExcludeDevice(Record, frozen=True, tag=3):
    """Remove one of the person's own devices."""

    device: DeviceId
    call: int = 0
    after: int = 0


class Depart(Record, frozen=True, tag=4):
    """Propose the removal of all own devices; somebody else commits it."""

    call: int = 0
    after: int = 0


class Settle(Record, frozen=True, tag=5):
    """Commit what others have proposed."""

    call: int = 0
    after: int = 0


class Refresh(Record, frozen=True, tag=6):
    """Put new keys into the own leaf."""

    call: int = 0
    after: int = 0


class Rejoin(Record, frozen=True, tag=7):
    """Join by an external commit; `lost` says that the old state was of no use."""

    lost: bool
    call: int = 0
    after: int = 0


class Found(Record, frozen=True, tag=8):
    """Tell the server about a conversation of ours and add its people."""

    users: tuple[UserId, ...]
    peer: UserId | None
    group_info: bytes
    ratchet_tree: bytes
    call: int = 0
    after: int = 0


class Govern(Record, frozen=True, tag=9):
    """Let new members see so much of what was said before (`wire.room_policy.History`)."""

    history: int
    call: int = 0
    after: int = 0


Intent = Include | Exclude | ExcludeDevice | Depart | Settle | Refresh | Rejoin | Found | Govern


# --- what was said before somebody came -------------------------------------------------


class Arrived(Record, frozen=True):
    """Who came with one commit, while what was said before was to be given to them."""

    epoch: int
    """The one that the commit began."""
    users: tuple[UserId, ...]
    below: int
    """The position of the commit: what stands below it, they have not read."""
    mine: bool = False
    """It is this device's turn to give it to them, and it has not yet."""
    by: UserId = UserId("")
    """Who made the commit."""
    time_ms: int = 0
    """When the server took the commit, in milliseconds since 1970."""
    due_ms: int = 0
    """When it is this device's turn, in milliseconds since 1970 by its own clock; 0 if it is its
    turn, or will not be."""
    before_ms: int = LATEST_MS
    """What is as late or later was given by others; this device gives what is older."""
    devices: tuple[DeviceId, ...] = ()
    """With which devices they came."""
    begins_ms: int = 0
    """Not before this time of the log is it to be given to them; 0 if at once."""
    given_ms: int = 0
    """When some of them were last given a history, by the log's times; 0 if it was long ago."""
    tries: int = 0
    """How often this device could not give it."""


class Offer(Record, frozen=True):
    """A history that somebody gives to this person; taken in part by part. Holds its key."""

    blob: BlobId
    key: bytes
    size: int
    digest: bytes
    by: UserId
    device: DeviceId
    since_ms: int
    until_ms: int
    count: int
    below: int
    """The position at which this device came in; everything given stands below it."""
    seq: int
    """The place at which it was given."""
    taken: int = 0
    """How many parts of it are stored."""
    expected: bool = False
    """From who made the commit, or manages the conversation."""

    def __repr__(self) -> str:
        return f"Offer({self.blob}, part {self.taken})"


class Took(Record, frozen=True):
    """A history that this device began to fetch; it counts for how much more it fetches."""

    epoch: int
    """Of the Welcome by which this device had come in."""
    blob: BlobId
    size: int
    count: int
    expected: bool
    """From who made the commit, or manages the conversation."""
    by: UserId = UserId("")
    """Who gave it."""


# --- conversations ----------------------------------------------------------------------


class ConversationRecord(Record, frozen=True):
    """A conversation without its group, its lines and its outbox."""

    id: ConversationId
    direct: bool
    phase: Phase
    title: str = ""
    log_epoch: int = 0
    seq: int = 0
    """Everything up to and including this is processed."""
    read: int = 0
    """The position up to which the person has seen everything."""
    unread: int = 0
    delivered: int = 0
    """The position up to which every other member holds everything but what is `undelivered`."""
    written: int = 0
    """How many own messages were ever queued; orders them."""
    peer: UserId = UserId("")
    admins: tuple[UserId, ...] = ()
    intents: tuple[Intent, ...] = ()
    refresh_due: int = 0
    """When the own leaf is to get new keys, in seconds since 1970."""
    shift: int = 0
    """What is added to a `seq` to give a line's position; grows when the log was shortened."""
    since: int = 0
    """The epoch this device came in with; what was encrypted before is not for it."""
    leaving: bool = False
    """The person wants to leave; said again in each epoch until somebody commits it."""
    first: int = 0
    """What this device may read begins behind this `seq`."""
    reread: int = 0
    """A log in place of another is read again; what of it, up to this `seq`, cannot be read was
    read before. 0 once it is caught up."""
    company: tuple[UserId, ...] = ()
    """Who was in the group when it was last left behind; their keys are pinned."""
    newcomers: tuple[UserId, ...] = ()
    """Who was in the group when this device came back, and whom no member was seen to add."""
    rejoined_at: int = 0
    """When this device last joined again by itself, in seconds since 1970."""
    titled: int = 0
    """The position at which the title was given; 0 if it is as old as the conversation."""
    title_owed: int = 0
    """Somebody came in this epoch who does not know the title; 0 once it was repeated."""
    title_turn: int = 0
    """How many devices are to repeat it before this one does."""
    title_told: bool = False
    """Others have told the title, or may have given one that this device could not read."""
    kind_known: bool = False
    """Whether it is between two people is settled; what the server says of it counts no more."""
    policy: bytes = b""
    """The room policy that this device follows: the last that somebody with the right has set."""
    policy_by: UserId = UserId("")
    """Who has set the one of the group, if it is still to be found out whether they may."""
    policy_seq: int = 0
    """Where in the log they have set it."""
    policy_ms: int = 0
    """When the server took that, in milliseconds since 1970."""
    arrived: tuple[Arrived, ...] = ()
    """Who came while new members were to see what was said before; the last of them."""
    offers: tuple[Offer, ...] = ()
    """Histories that are given to this person and not wholly taken in."""
    absent: tuple[UserId, ...] = ()
    """Members without a device here: their last one was none any more, and was taken out."""
    welcomed: int = 0
    """The epoch of the last Welcome by which this device came in; 0 if it never came by one."""
    welcomed_by: UserId = UserId("")
    """Who made that Welcome."""
    welcomed_ms: int = 0
    """When this device opened it, in milliseconds since 1970."""
    took: tuple[Took, ...] = ()
    """The histories that this device began to fetch; the last of them."""
    compare: bool = False
    """The log was replaced, and whether it leads to our group is still to be asked."""
    unknown: bool = False
    """The server does not know it, or not this person in it: its backup is older."""
    undelivered: tuple[tuple[int, int], ...] = ()
    """The parts before `delivered` that did not reach everybody, by their ends."""


def shifted(record: ConversationRecord, log_epoch: int, seq: int) -> int:
    """Return the shift with which a log that is read from `seq` on stands behind what was read."""
    if log_epoch == record.log_epoch:
        return record.shift
    return record.shift + max(0, record.seq - seq) + 1


def position(record: ConversationRecord, seq: int) -> int:
    """Return where in the timeline stands what is at `seq` of the log."""
    return seq + record.shift


class LineState(StrEnum):
    """How far a line has come."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    RECEIVED = "received"


class Line(Record, frozen=True):
    """A line of a timeline. `arguments` name people by their ids."""

    id: str
    conversation: ConversationId
    position: int
    kind: MessageKind
    sender: UserId
    time_ms: int
    text: str
    state: LineState
    arguments: tuple[tuple[str, str], ...] = ()
    salt: bytes = b""
    """Of one's own text: with it the same content is made again."""
    seen: tuple[int, int, bytes] | None = None
    """Of one's own text: what it says of the key directory (`content.profile.Seen`)."""
    given_by: UserId = UserId("")
    """Who has given this line in an archive; empty if this device read it in the log itself."""
    given_device: DeviceId = DeviceId("")
    """With which device."""
    unexpected: bool = False
    """Given by somebody who was not to give it, as far as is known."""
    message: bytes = b""
    """Its MessageId, by which others speak of it; empty for what is no message."""
    answers: bytes = b""
    """The MessageId of what it answers; empty for most."""
    edits: tuple[Edited, ...] = ()
    """The texts that took the place of `text`, in their order."""
    reactions: tuple[Reacted, ...] = ()
    withdrawn: Withdrawn | None = None
    """It was deleted for everybody: nothing of it is here any more, unless that waits."""
    hidden: bool = False
    """The owner of this account has deleted it for themselves: nothing of it is here any more."""

    def gives_way_to(self, other: "Line") -> bool:
        """Whether another line with the same id takes its place, if that one comes later."""
        return self.unexpected and not other.unexpected


class Errand(StrEnum):
    """What an outgoing item is."""

    TEXT = "text"
    TITLE = "title"
    TITLE_AGAIN = "title-again"
    """For those who are new; nobody else learns anything from it."""
    PROPOSAL = "proposal"
    HISTORY = "history"
    """What was said before, for those who are new."""
    AMENDMENT = "amendment"
    """Something that is done to a message."""


class Outgoing(Record, frozen=True):
    """Something written that is not yet seen in the log.

    `body` is empty until it is encrypted; from then on every retry sends these bytes, until
    the server says that their epoch is over.
    """

    client_id: bytes
    order: int
    errand: Errand
    content: bytes
    text: str
    time_ms: int
    body: bytes = b""
    seq: int = 0
    failed: bool = False
    line: str = ""
    """The line that shows it; of another text for a message, the id of the edit."""
    salt: bytes = b""
    seen: tuple[int, int, bytes] | None = None
    target: bytes = b""
    """The MessageId of the message that something is done to."""
    amendment: Amendment | None = None
    """What is done to it."""

    def __repr__(self) -> str:
        return f"Outgoing({self.client_id.hex()}, {self.errand}, seq={self.seq})"


class PendingRecord(Record, frozen=True):
    """A commit that was made and may or may not have reached the server.

    `parts` is the snapshot of the group as it is if this commit wins.
    """

    client_id: bytes
    intent: Intent
    external: bool
    body: bytes
    group_info: bytes
    welcome: bytes
    parts: dict[str, bytes]
    title: str = ""
    """The title to announce once the commit is in, so that new members know it."""

    def __repr__(self) -> str:
        return f"PendingRecord({self.client_id.hex()}, {type(self.intent).__name__})"


# --- people and keys --------------------------------------------------------------------


class PersonRecord(Record, frozen=True):
    """A person, the identity key first seen for them, and a different one seen since."""

    id: UserId
    user_name: str = ""
    name: str = ""
    site: str = ""
    time_zone: str = ""
    active: bool = True
    identity_key: bytes = b""
    changed_key: bytes = b""
    verified: bool = False
    former_keys: tuple[bytes, ...] = ()
    """Keys that were the person's before the owner of this account accepted another."""
    alarmed: tuple[bytes, ...] = ()
    """Other keys that the owner of this account was told of, since they last accepted one."""


class KeyPackageRecord(Record, frozen=True):
    """A published key package with its private keys; kept until it expires or is used."""

    key_package: bytes
    init_private_key: bytes
    leaf_private_key: bytes
    not_after: int
    last_resort: bool

    def __repr__(self) -> str:
        return f"KeyPackageRecord(not_after={self.not_after}, last_resort={self.last_resort})"


class AlarmRecord(Record, frozen=True):
    """Something the person must know."""

    key: str
    arguments: tuple[tuple[str, str], ...]
    conversation: ConversationId
    time_ms: int
