"""What is done to a message after it was said, as values (docs/spec/content.md).

Each is stored in the line that it is done to; `fold.amended` says what becomes of that line. `id`
is the sender's device, a dot and the client id of the message that did it, as of a line. What is
`waiting` is this device's own and not in the log yet; `failed`, it will not be by itself.
"""

from typing import TypeAlias

from teamchat.engine.record import Record
from teamchat.ids import UserId


class Edited(Record, frozen=True, tag=1):
    """Another text for it."""

    id: str
    by: UserId
    position: int
    time_ms: int
    text: str
    waiting: bool = False
    failed: bool = False


class Reacted(Record, frozen=True, tag=2):
    """An emoji at it."""

    id: str
    by: UserId
    position: int
    time_ms: int
    reaction: str
    message: bytes = b""
    """The MessageId of the reaction itself: with it, it is taken back."""
    waiting: bool = False


class ReactionWithdrawn(Record, frozen=True, tag=3):
    """An emoji at it is taken back; `reaction` is what is taken, as it was."""

    id: str
    by: UserId
    reaction: Reacted


class Withdrawn(Record, frozen=True, tag=4):
    """It is deleted, for everybody."""

    id: str
    by: UserId
    position: int
    time_ms: int
    waiting: bool = False
    failed: bool = False


class EditDiscarded(Record, frozen=True, tag=5):
    """A text that was not sent is given up."""

    id: str


Amendment: TypeAlias = Edited | Reacted | ReactionWithdrawn | Withdrawn | EditDiscarded
