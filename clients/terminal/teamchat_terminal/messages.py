"""Every Textual message that the client defines."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.message import Message

from teamchat.client.account import Account
from teamchat.client.custody_asking import Asking
from teamchat.client.history import HistoryStatus
from teamchat.engine.model import Change, Member, OwnDevice, Person
from teamchat.ids import ConversationId, UserId
from teamchat.wire.custody import Custodians, Custody
from teamchat_terminal.aim import Composed


@dataclass
class AccountOpened(Message, bubble=False):
    """The profile is open."""

    account: Account


@dataclass
class AccountChanged(Message, bubble=False):
    """Something is another one; who shows it reads it again."""

    change: Change


@dataclass
class Failed(Message, bubble=False):
    """What a person asked for did not happen; the words say what to do."""

    explanation: str
    what: str = ""


@dataclass
class Done(Message, bubble=False):
    """What a person asked for happened; `what` names the intent."""

    what: str


@dataclass
class Begun(Message, bubble=False):
    """A new conversation exists."""

    conversation: ConversationId


@dataclass
class MessageKept(Message, bubble=False):
    """A text is a message now, kept by the account."""

    composed: Composed


@dataclass
class MessageRefused(Message, bubble=False):
    """A text did not become a message; it goes back to who wrote it."""

    composed: Composed
    explanation: str


@dataclass
class PeopleFound(Message, bubble=False):
    """The answer to a search for people."""

    query: str
    people: Sequence[Person]


@dataclass
class MembersRead(Message, bubble=False):
    """The members of a conversation, and who of them is deactivated by now."""

    members: Sequence[Member]


@dataclass
class DevicesRead(Message, bubble=False):
    """The account's own devices."""

    devices: Sequence[OwnDevice]
    most: int = 0
    """How many one person may have; 0 if that is not known."""


@dataclass
class SafetyNumberRead(Message, bubble=False):
    """The number to compare with a person."""

    user: UserId
    number: str


@dataclass
class Carried(Message, bubble=False):
    """What a step waited for has happened."""


@dataclass
class HistoryRead(Message, bubble=False):
    """How things stand with earlier messages, and which devices there are."""

    status: HistoryStatus
    devices: Sequence[OwnDevice]


@dataclass
class WishesRead(Message, bubble=False):
    """Devices of one's own that have asked for earlier messages, by name."""

    names: Sequence[str]


@dataclass
class ResetRead(Message, bubble=False):
    """When a fresh start in one's own name is due, in seconds since 1970; 0 if there is none."""

    due: int


@dataclass
class CustodyRead(Message, bubble=False):
    """Whether somebody asks the custodians for this person's recovery words."""

    asked: bool


@dataclass
class CustodiansRead(Message, bubble=False):
    """Who the custodians are, what one has entrusted, and who asks one as a custodian."""

    found: Custodians
    own: Custody
    requests: Sequence[Asking] = ()
