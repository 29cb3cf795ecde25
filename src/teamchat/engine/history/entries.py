"""What the parts of a history archive say (docs/spec/history-archive.md).

MessagePack arrays, like the store's own records. Each part stands alone: it names the
conversation whose lines it begins with, and the people whose lines it holds, so that a reader
needs nothing of the parts before it.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from teamchat.content.archive import LEAST_BYTES, MAX_BODY, PART_BYTES, ArchiveError, Fault
from teamchat.content.model import MESSAGE_ID_BYTES
from teamchat.content.profile import MAX_REACTION_BYTES
from teamchat.engine import fold
from teamchat.engine.amendments import Edited, Reacted, Withdrawn
from teamchat.engine.model import MessageKind
from teamchat.engine.records import ConversationRecord, Line, LineState, PersonRecord, Phase
from teamchat.engine.state import LOCAL_POSITION
from teamchat.ids import PATTERN, ConversationId, UserId

_Name = Annotated[str, Meta(max_length=1000)]
_LineId = Annotated[str, Meta(min_length=1, max_length=2000)]
_Position = Annotated[int, Meta(ge=-LOCAL_POSITION, lt=LOCAL_POSITION)]
_Time = Annotated[int, Meta(ge=0, lt=2**53)]
_User = Annotated[UserId, Meta(pattern=PATTERN)]
_UserIfAny = Annotated[UserId, Meta(pattern=rf"^$(?!\n)|{PATTERN}")]
_Room = Annotated[ConversationId, Meta(pattern=PATTERN)]


_MessageId = Annotated[bytes, Meta(max_length=MESSAGE_ID_BYTES)]


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    """Something that a part says."""


class PersonEntry(_Entry, frozen=True, tag=1):
    """Somebody whose lines follow; never a key of theirs, which only the key directory gives."""

    id: _User
    user_name: _Name
    name: _Name
    site: _Name
    time_zone: _Name


class RoomEntry(_Entry, frozen=True, tag=2):
    """The conversation whose lines follow.

    `shift` is what the giver adds to a `seq` of the log `log_epoch` to give a position.
    """

    id: _Room
    direct: bool
    title: _Name
    peer: _UserIfAny
    left: bool
    log_epoch: _Time
    shift: _Time


class EditEntry(_Entry, frozen=True):
    """A text that took the place of a line's."""

    id: _LineId
    time_ms: _Time
    text: str


class ReactionEntry(_Entry, frozen=True):
    """An emoji at a line."""

    id: Annotated[str, Meta(max_length=2000)]
    by: _User
    time_ms: _Time
    reaction: Annotated[str, Meta(min_length=1, max_length=MAX_REACTION_BYTES)]
    message: _MessageId


class LineEntry(_Entry, frozen=True, tag=3):
    """A line of that conversation, at the giver's position."""

    id: _LineId
    position: _Position
    kind: MessageKind
    sender: _UserIfAny
    time_ms: _Time
    text: str
    arguments: tuple[tuple[str, str], ...] = ()
    given_by: _UserIfAny = UserId("")
    """Who gave it to the giver in an archive; empty if the giver has read it in the log."""
    message: _MessageId = b""
    """Its MessageId; empty if the giver does not know it, or it is no message."""
    answers: _MessageId = b""
    """The MessageId of what it answers."""
    edits: Annotated[tuple[EditEntry, ...], Meta(max_length=fold.EDITS)] = ()
    reactions: Annotated[tuple[ReactionEntry, ...], Meta(max_length=fold.REACTIONS)] = ()
    withdrawn_ms: _Time = 0
    """When it was deleted, in milliseconds since 1970; 0 if it was not."""


Entry: TypeAlias = PersonEntry | RoomEntry | LineEntry

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final[msgspec.msgpack.Decoder[list[Entry]]] = msgspec.msgpack.Decoder(list[Entry])
_ARRAY_HEAD: Final = 5


def read(body: bytes) -> list[Entry]:
    """Read what a part says.

    Raises:
        ArchiveError: MALFORMED, it is not of this version, or a line stands before its
            conversation.
    """
    try:
        entries = _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ArchiveError(Fault.MALFORMED, "a part does not say what it should") from error
    room = False
    for entry in entries:
        room = room or isinstance(entry, RoomEntry)
        if isinstance(entry, LineEntry) and not room:
            raise ArchiveError(Fault.MALFORMED, "a line without its conversation")
    return entries


def write(entries: Iterable[Entry]) -> bytes:
    """Return entries as the content of one part."""
    return _encoder.encode(list(entries))


def line_entry(line: Line) -> LineEntry:
    """Return what an archive says of a line."""
    return LineEntry(
        line.id, line.position, line.kind, line.sender, line.time_ms, line.text, line.arguments,
        line.given_by, line.message, line.answers,
        tuple(_edit_entry(each) for each in line.edits if not each.waiting),
        tuple(_reaction_entry(each) for each in line.reactions if not each.waiting),
        line.withdrawn.time_ms if line.withdrawn and not line.withdrawn.waiting else 0,
    )  # fmt: skip


def _edit_entry(edit: Edited) -> EditEntry:
    return EditEntry(edit.id, edit.time_ms, edit.text)


def _reaction_entry(reaction: Reacted) -> ReactionEntry:
    return ReactionEntry(
        reaction.id, reaction.by, reaction.time_ms, reaction.reaction, reaction.message
    )


def with_what_was_done(line: Line, entry: LineEntry) -> Line:
    """Return a line with what an archive says was done to it since; it stands where the line does.

    What is said of a message and is none of its authors' is no more believed than elsewhere.
    """
    at = line.position
    line = msgspec.structs.replace(line, message=entry.message, answers=entry.answers)
    for edit in entry.edits:
        line = fold.amended(line, Edited(edit.id, line.sender, at, edit.time_ms, edit.text))
    for each in entry.reactions:
        reacted = Reacted(each.id, each.by, at, each.time_ms, each.reaction, each.message)
        line = fold.amended(line, reacted)
    if entry.withdrawn_ms:
        line = fold.amended(line, Withdrawn("", line.sender, at, entry.withdrawn_ms))
    return line


def room_entry(record: ConversationRecord) -> RoomEntry:
    """Return what an archive says of a conversation."""
    left = record.phase is Phase.LEFT
    return RoomEntry(
        record.id, record.direct, record.title, record.peer, left, record.log_epoch, record.shift
    )


def person_entry(record: PersonRecord) -> PersonEntry:
    """Return what an archive says of a person."""
    return PersonEntry(record.id, record.user_name, record.name, record.site, record.time_zone)


def is_given(line: Line) -> bool:
    """Whether a line is in the log, and still here: the rest is its own device's affair."""
    waiting = line.state in {LineState.QUEUED, LineState.FAILED}
    return line.position < LOCAL_POSITION and not waiting and not line.hidden


def position_here(
    record: ConversationRecord | None, room: RoomEntry, line: LineEntry, below: int = LOCAL_POSITION
) -> int:
    """Return where a line of the giver stands here, if both have read the same log; below `below`.

    A giver may name any shift. The line stays where an archive can name it: whoever took it in can
    give it on.
    """
    shift = record.shift if record is not None and record.log_epoch == room.log_epoch else 0
    return max(-LOCAL_POSITION, min(line.position + (shift - room.shift), below - 1))


class Packer:
    """Gathers entries into parts; holds one part, however long the history is."""

    def __init__(self) -> None:
        self._room: RoomEntry | None = None
        self._named: set[UserId] = set()
        self._held: list[msgspec.Raw] = []
        self._size = _ARRAY_HEAD

    @property
    def size(self) -> int:
        """How many bytes the part that is being gathered has by now."""
        return self._size

    def enter(self, room: RoomEntry) -> None:
        """What follows is of this conversation."""
        self._room = room
        self._put(room)

    def add(self, line: LineEntry, people: Sequence[PersonEntry] = ()) -> bytes | None:
        """Add a line, and those it names if this part does not name them yet.

        Returns:
            The content of a part that was full before this line; None if there was room.

        Raises:
            ArchiveError: MALFORMED, no conversation was entered, or the line is larger than a
                part may be.
        """
        if self._room is None:
            raise ArchiveError(Fault.MALFORMED, "a line without its conversation")
        full = None
        named = [person for person in people if person.id not in self._named]
        room_left = self._size + _size(line) + sum(map(_size, named)) <= PART_BYTES
        if not room_left and len(self._held) > 1 and self._size >= LEAST_BYTES:
            full = self.take()
            self._put(self._room)
            named = list(people)
        for person in named:
            self._named.add(person.id)
            self._put(person)
        self._put(line)
        if self._size > MAX_BODY:
            raise ArchiveError(Fault.MALFORMED, "a line is larger than a part may be")
        return full

    def take(self) -> bytes:
        """Return what is gathered as the content of a part, and begin another."""
        body = _encoder.encode(self._held)
        self._held, self._size, self._named = [], _ARRAY_HEAD, set()
        return body

    def _put(self, entry: Entry) -> None:
        encoded = _encoder.encode(entry)
        self._held.append(msgspec.Raw(encoded))
        self._size += len(encoded)


def _size(entry: _Entry) -> int:
    return len(_encoder.encode(entry))
