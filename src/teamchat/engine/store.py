"""What the engine keeps: the writes of one step, committed together (docs/spec/store.md).

A store is a few tables of sealed values and one ordered list of lines for each
conversation. The engine reads it once, at the start; interfaces read lines at any time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias

from teamchat.engine.amendments import Amendment
from teamchat.engine.records import Line
from teamchat.ids import ConversationId


class Table(Enum):
    """The tables of sealed values, each by a key of its own."""

    ACCOUNT = "account"
    """By name: `profile`, `inbox`."""
    CONVERSATION = "conversation"
    """By conversation: `records.ConversationRecord`."""
    GROUP = "group"
    """By conversation and part: the MLS state, in the parts of its snapshot."""
    PENDING = "pending"
    """By conversation: the commit that was made and not yet seen in the log."""
    OUTGOING = "outgoing"
    """By conversation and client id: what is written and not yet seen in the log."""
    PERSON = "person"
    """By user: `records.PersonRecord`, with the pinned identity key."""
    KEY_PACKAGE = "key_package"
    """By reference: the private keys of a published key package."""
    ALARM = "alarm"
    """By number: what the person must know."""
    DRAFT = "draft"
    """By conversation: what was begun and not sent; for interfaces, the engine does not read it."""
    KEY_LOG = "key_log"
    """By name: `pin`, `key_records.KeyLogRecord`."""
    KEYS = "keys"
    """By user: `key_records.PersonKeysRecord`, as of the pinned checkpoint."""
    FINDING = "finding"
    """By number: `key_records.FindingRecord`."""
    HISTORY = "history"
    """By name: how far a history was given, taken in or backed up (`history.records`); the engine
    writes it with what was taken in, and does not read it."""


@dataclass(frozen=True, slots=True)
class Put:
    """Keep a value; the older one under this key is gone."""

    table: Table
    key: str
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Drop:
    """Forget a value; it need not be there."""

    table: Table
    key: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Forget every value of a table whose key begins like this."""

    table: Table
    prefix: str


@dataclass(frozen=True, slots=True)
class PutLine:
    """Keep a line of a timeline; of the older one with this id stays what was done to it."""

    line: Line


@dataclass(frozen=True, slots=True)
class AddLine:
    """Keep a line of a timeline, unless there is one with this id that does not give way to it."""

    line: Line


@dataclass(frozen=True, slots=True)
class DropLine:
    """Forget a line."""

    conversation: ConversationId
    id: str


@dataclass(frozen=True, slots=True)
class AmendLine:
    """Do something to the message with this MessageId, if there is one in this conversation."""

    conversation: ConversationId
    message: bytes
    amendment: Amendment


Cut: TypeAlias = tuple[int, str]
"""A place between two lines: before the line at this position with this id; if the id is empty,
before all lines at this position."""

Write = Put | Drop | Clear | PutLine | AddLine | DropLine | AmendLine


class Store(Protocol):
    """Keeps what the engine knows; durable when `commit` returns."""

    def commit(self, writes: Sequence[Write]) -> None:
        """Store all of it or, if this raises, nothing."""
        ...

    def table(self, table: Table) -> Mapping[str, bytes]:
        """Return every value of a table by its key."""
        ...

    def last_lines(self) -> Mapping[ConversationId, Line]:
        """Return the line that stands for every conversation in a list (`fold.leading`)."""
        ...

    def lines(self, conversation: ConversationId, before: Cut | None, limit: int) -> Sequence[Line]:
        """Return the last lines, those before the cut, the oldest first; none that is hidden.

        The order is fixed: of several at one position, whoever put them there, none is left out.
        """
        ...

    def line(self, conversation: ConversationId, line: str) -> Line | None:
        """Return a line of a conversation by its id."""
        ...

    def message(self, conversation: ConversationId, message: bytes) -> Line | None:
        """Return the line of a conversation that is the message with this MessageId."""
        ...

    def count(self) -> int:
        """Return how many lines there are in all."""
        ...
