"""What the engine holds between two events: values, replaced and never changed.

What is in a record was stored; everything else is forgotten with the process, or with the
connection, and is found out again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from teamchat.engine.key_log import KeyLogState
from teamchat.engine.model import Link
from teamchat.engine.records import (
    AccountRecord,
    ConversationRecord,
    Depart,
    Line,
    Outgoing,
    PendingRecord,
    Phase,
)
from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.mls.evolution.resolve import SentProposal
from teamchat.mls.group import GroupState
from teamchat.transparency import Tile
from teamchat.wire.bodies import ClaimedKeyPackage
from teamchat.wire.frames import InboxItem, Reset

LOCAL_POSITION = 2**52
"""Positions of lines that are not sent yet begin here, behind every `seq`."""
MAX_SHIFT = LOCAL_POSITION // 2
"""How far logs that were shortened may push a timeline; a server that does more is not honest."""


UNANSWERED: Final = -1


class Listing(Enum):
    """Whether a conversation waits for the key directory, to know whether a device is listed."""

    SETTLED = "settled"
    WAITING = "waiting"
    """Nothing more of its log is read, and nothing is done to its group."""
    LOOKED = "looked"
    """A look that began afterwards is over: what is not listed now is refused."""


class SessionState(Enum):
    """Where the connection stands (`session.TRANSITIONS`)."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    GREETING = "greeting"
    CATCHING_UP = "catching_up"
    ONLINE = "online"
    WAITING = "waiting"
    CLOSING = "closing"
    REFUSED = "refused"
    """The server does not take the session; it is asked whether the device was removed."""
    ENDED = "ended"


LINKS: Mapping[SessionState, Link] = {
    SessionState.STOPPED: Link.OFFLINE,
    SessionState.CONNECTING: Link.CONNECTING,
    SessionState.GREETING: Link.CONNECTING,
    SessionState.CATCHING_UP: Link.CATCHING_UP,
    SessionState.ONLINE: Link.ONLINE,
    SessionState.WAITING: Link.OFFLINE,
    SessionState.CLOSING: Link.OFFLINE,
    SessionState.REFUSED: Link.CONNECTING,
    SessionState.ENDED: Link.SIGNED_OUT,
}


@dataclass(frozen=True, slots=True)
class Session:
    """The connection to the server."""

    state: SessionState = SessionState.STOPPED
    attempt: int = 0
    pause_ms: int = 0
    """The pause a draining server asked for."""
    missed: int = 0
    """How many pings in a row went unanswered."""
    ping: int = 0
    ping_seconds: int = 25
    awaiting: frozenset[ConversationId] = frozenset()
    """Conversations whose CAUGHT_UP is outstanding."""
    inbox_read: bool = False
    """The server has said that there is nothing more in the inbox."""
    undigested: int = 0
    """Bytes of BATCH frames for which no CREDIT was given yet."""
    unacknowledged: frozenset[ConversationId] = frozenset()
    ack_due: bool = False
    """A timer runs until the next ACK."""

    @property
    def link(self) -> Link:
        """What an interface shows."""
        return LINKS[self.state]

    @property
    def greeted(self) -> bool:
        """Whether frames other than HELLO may be sent."""
        return self.state in {SessionState.CATCHING_UP, SessionState.ONLINE}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One device in a group, as its certificate says."""

    index: int
    user: UserId
    device: DeviceId
    identity_key: bytes


@dataclass(frozen=True, slots=True)
class ConversationState:
    """A conversation with everything that is known of it."""

    record: ConversationRecord
    group: GroupState | None = None
    roster: tuple[Leaf, ...] = ()
    pending: PendingRecord | None = None
    outgoing: tuple[Outgoing, ...] = ()
    last: Line | None = None
    caught_up: bool = False
    flight: int = 0
    """The number of the SEND that is not answered yet; 0 for none."""
    accepted: bool = False
    """The pending commit was accepted; its echo in the log is awaited."""
    asking: int = 0
    """The number of the HTTP request that the first intent waits for; 0 for none."""
    held: bool = False
    """A timer must fire before anything is sent."""
    wait_for: int = 0
    """Nothing is sent before this `seq` is processed."""
    settling: bool = False
    """A timer runs until it is our turn to commit what was proposed."""
    titling: bool = False
    """A timer runs until it is our turn to repeat the title."""
    claimed: tuple[ClaimedKeyPackage, ...] = ()
    setbacks: int = 0
    """How many commits of ours have failed in a row."""
    gaps: int = 0
    """How often in a row a gap in the log was asked for."""
    reset: Reset | None = None
    """The log is another one; what was written last is being recalled."""
    judging: int = 0
    """The number of the question who may set the policy, for which its log waits; 0 if it was not
    asked, `UNANSWERED` if that is not to be learnt on this connection."""
    refused: Mapping[bytes, SentProposal] = field(default_factory=dict)
    """What was proposed in this epoch against the rules: never taken up here, by ProposalRef."""
    warned: bool = False
    """The person was told of such a proposal."""
    listing: Listing = Listing.SETTLED
    behind: bool = False
    """The person was told that the server has less of the log than this device."""
    tried: frozenset[DeviceId] = frozenset()
    """Devices that are none any more, and that this device has tried to take out."""
    barred: int = 0
    """How often in this epoch the server took no message because a device in it has ended."""
    stays: bool = False
    """The person was told that such a device could not be taken out."""
    barred_since: int = 0
    """When the server first took no message for that reason, in seconds since 1970, or 0."""
    bar_told: bool = False
    """The person was told that it does so for no reason that is known."""
    giving: bool = False
    """A history is being put on the server."""
    awaiting_turn: bool = False
    """A timer runs until it may be our turn to give a history in another's place."""
    fetching: bool = False
    """A history is being fetched, or a timer runs until that is tried again."""
    recalled: frozenset[str] = frozenset()
    """Lines that were there when the log became another one; repeated, they are no news."""

    @property
    def id(self) -> ConversationId:
        """Which conversation it is."""
        return self.record.id

    @property
    def waiting(self) -> bool:
        """Whether this device is to be taken in by a colleague's, and does nothing itself."""
        outside = self.record.phase is Phase.OUTSIDE and self.pending is None
        return outside and not self.record.intents

    @property
    def joined(self) -> bool:
        """Whether this device can read and write."""
        known = self.group is not None and not self.record.unknown
        return self.record.phase is Phase.JOINED and known

    @property
    def leaving(self) -> bool:
        """Whether the person has said that they leave, and nobody has committed it yet."""
        asked = any(isinstance(each, Depart) for each in self.record.intents)
        return self.joined and (self.record.leaving or asked)

    @property
    def queued(self) -> int:
        """How many messages wait to be sent."""
        return sum(not item.seq and not item.failed for item in self.outgoing)

    def held_group(self) -> GroupState:
        """Return the group of a conversation that has one.

        Raises:
            LookupError: It has none.
        """
        if self.group is None:
            raise LookupError(f"no group for {self.id}")
        return self.group

    def users(self) -> frozenset[UserId]:
        """Return the people who have a device in the group."""
        return frozenset(leaf.user for leaf in self.roster)

    def of_person(self, user: UserId) -> tuple[Leaf, ...]:
        """Return the devices of one person."""
        return tuple(leaf for leaf in self.roster if leaf.user == user)

    def disconnected(self) -> "ConversationState":
        """Return what is left when the connection is gone."""
        return replace(
            self,
            caught_up=False,
            flight=0,
            accepted=False,
            asking=0,
            held=False,
            gaps=0,
            settling=False,
            titling=False,
            awaiting_turn=False,
            reset=None,
            listing=Listing.SETTLED,
            judging=0,
            tried=frozenset(),
            barred=0,
            stays=False,
        )


# --- what an HTTP request was made for ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class ForIntent:
    """The first intent of a conversation waits for it."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class ForWelcome:
    """The first item of the inbox waits for its ratchet tree."""


@dataclass(frozen=True, slots=True)
class ForLook:
    """Which conversations there are; `call` waits for it unless 0."""

    call: int = 0
    direct_with: UserId | None = None
    """Answer the call with the direct conversation with this person."""


@dataclass(frozen=True, slots=True)
class ForOne:
    """Who is in a conversation and may do what."""

    conversation: ConversationId


@dataclass(frozen=True, slots=True)
class ForComparison:
    """Whether a log that was replaced still leads to the group that we hold."""

    conversation: ConversationId
    epoch: int
    """The one of our group when it was asked."""
    call: int = 0
    """The person asks, and is answered."""


@dataclass(frozen=True, slots=True)
class ForGroupOfPeople:
    """A conversation is to be made of these people, once all of them can be reached."""

    call: int
    title: str
    peer: UserId | None
    users: tuple[UserId, ...]
    looked: bool = False
    """The key directory was looked at afresh for them."""
    history: int = 0
    """What those who come later see of what was said before."""


@dataclass(frozen=True, slots=True)
class ForPerson:
    """Who somebody is."""

    user: UserId


@dataclass(frozen=True, slots=True)
class ForOwnReset:
    """Whether somebody has asked for another identity in the person's name."""


@dataclass(frozen=True, slots=True)
class ForStock:
    """How many key packages are left."""


@dataclass(frozen=True, slots=True)
class ForRefill:
    """The stock was refilled."""


@dataclass(frozen=True, slots=True)
class ForKeyLog:
    """How far the key directory is."""


@dataclass(frozen=True, slots=True)
class ForEntries:
    """A bundle of entries of the key directory."""


@dataclass(frozen=True, slots=True)
class ForTile:
    """A tile of the key directory, for a proof."""

    tile: Tile


@dataclass(frozen=True, slots=True)
class ForRecall:
    """Whether those who are to be taken in again are members still."""

    conversation: ConversationId
    users: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class ForRemoval:
    """Whether this device was removed."""


@dataclass(frozen=True, slots=True)
class ForReport:
    """The server is told of an alarm about its key directory."""


@dataclass(frozen=True, slots=True)
class ForCustody:
    """Whether somebody asks custodians for something."""


Purpose = (
    ForIntent
    | ForWelcome
    | ForLook
    | ForOne
    | ForComparison
    | ForGroupOfPeople
    | ForPerson
    | ForStock
    | ForOwnReset
    | ForRefill
    | ForKeyLog
    | ForEntries
    | ForTile
    | ForRemoval
    | ForReport
    | ForCustody
    | ForRecall
)


@dataclass(frozen=True, slots=True)
class Letter:
    """An item of the inbox and its number."""

    number: int
    item: InboxItem


@dataclass(frozen=True, slots=True)
class Flight:
    """A SEND that is not answered yet; its echo in the log may come before its answer."""

    conversation: ConversationId
    client_id: bytes


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything of the engine that is neither a conversation nor a person."""

    account: AccountRecord
    session: Session = Session()
    inbox: int = 0
    """Items up to and including this are processed."""
    letters: tuple[Letter, ...] = ()
    opening: int = 0
    """The HTTP request that the first letter waits for; 0 for none."""
    purposes: Mapping[int, Purpose] = field(default_factory=dict)
    flights: Mapping[int, Flight] = field(default_factory=dict)
    """What the unanswered SENDs carry."""
    next_request: int = 1
    suspects: frozenset[ConversationId] = frozenset()
    """Conversations the server says we are in, but whose Welcome has not been seen."""
    alarms: int = 0
    keys: KeyLogState = field(default_factory=KeyLogState)
    letter_listing: Listing = Listing.SETTLED
    """Whether the first letter waits for the key directory."""
    groups_waiting: tuple[ForGroupOfPeople, ...] = ()
    """Conversations to be made that wait for the key directory."""
    claims: Mapping[UserId, bytes] = field(default_factory=dict)
    """Identity keys that the server has named and the directory has not; until it is looked at."""
    asked_in_vain: Mapping[UserId, bool] = field(default_factory=dict)
    """Of whom the server has said nothing, the longest ago first, and whether on this connection.
    All of them are people of whom there is a record."""
