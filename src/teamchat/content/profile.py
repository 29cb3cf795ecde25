"""Our profile of MIMI content: what teamchat writes, and what it takes arriving content for.

The rules are in docs/spec/content.md. `Author` writes; `check_origin` and `check_replaces`
refuse what somebody says in another's name; `meaning` says what a message is.
"""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from teamchat import cbor
from teamchat.content.errors import ContentError
from teamchat.content.fallback import MARKDOWN, PLAIN, media_type, part_text, plain_text
from teamchat.content.model import (
    ROOM_URI,
    SENDER_URI,
    Disposition,
    ExternalPart,
    Message,
    MessageId,
    MultiPart,
    NullPart,
    Part,
    PartSemantics,
    SinglePart,
    parts,
)
from teamchat.ids import BlobId, ConversationId, UserId, identifier_bytes

AUTHORITY: Final = "teamchat"
ROOM: Final = "application/vnd.teamchat.room+cbor"
MAX_TEXT_BYTES: Final = 64 * 1024
MAX_TITLE_CHARACTERS: Final = 200
MAX_REACTION_BYTES: Final = 64
MAX_PARTS: Final = 64
SEEN: Final = -1
"""The private extension that says what its sender has seen of the key directory."""
_ROOT_BYTES: Final = 32
_NUMBER: Final = 2**53
_TITLE: Final = "title"
_SINCE: Final = "since"
_ROOM_LIMITS: Final = cbor.Limits(size=4096, depth=4, items=64)
_NOT_SHOWN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"})
_HTML_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")


# --- names ----------------------------------------------------------------------------


def user_uri(user: UserId) -> str:
    """Return the URI of a person."""
    return f"mimi://{AUTHORITY}/u/{user}"


def room_uri(conversation: ConversationId) -> str:
    """Return the URI of a conversation."""
    return f"mimi://{AUTHORITY}/r/{conversation}"


def blob_uri(blob: BlobId) -> str:
    """Return the URI of an encrypted file on the server of the conversation."""
    return f"mimi://{AUTHORITY}/b/{blob}"


def blob_of(uri: str) -> BlobId:
    """Return which blob a URI names.

    Raises:
        ContentError: It is no blob of ours; a client never fetches from anywhere else.
    """
    prefix = blob_uri(BlobId(""))
    written = uri.removeprefix(prefix)
    try:
        identifier_bytes(written)
    except ValueError as error:
        raise ContentError("a file that is not kept on this server") from error
    if not uri.startswith(prefix):
        raise ContentError("a file that is not kept on this server")
    return BlobId(written)


# --- writing --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """A tree of the key directory's log: when the log was begun, its size, its root.

    Raises:
        ContentError: There is no such tree.
    """

    begun: int
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what no log has."""
        if not 0 <= self.begun < _NUMBER or not 0 < self.size < _NUMBER:
            raise ContentError("no log has this size, or was begun then")
        if len(self.root) != _ROOT_BYTES:
            raise ContentError("a root has 32 bytes")


@dataclass(frozen=True, slots=True)
class Author:
    """Writes messages of one person in one conversation; every `salt` is 16 fresh random bytes."""

    user: UserId
    conversation: ConversationId
    seen: Seen | None = None

    def text(self, text: str, *, salt: bytes, in_reply_to: MessageId | None = None) -> Message:
        """Say something, or answer a message, in plain text.

        Raises:
            ContentError: The text is empty, too long or not Unicode.
        """
        return self._message(_text_part(text, PLAIN), salt, in_reply_to=in_reply_to)

    def markdown(self, text: str, *, salt: bytes, in_reply_to: MessageId | None = None) -> Message:
        """Say something, or answer a message, in Markdown; HTML tags become text.

        Raises:
            ContentError: The text is empty, too long or not Unicode.
        """
        escaped = _HTML_TAG.sub("&lt;", text)
        return self._message(_text_part(escaped, MARKDOWN), salt, in_reply_to=in_reply_to)

    def edit(
        self, first: MessageId, text: str, *, salt: bytes, in_reply_to: MessageId | None = None
    ) -> Message:
        """Put another text in the place of a message of one's own.

        Args:
            first: The id of the message's first version.
            text: What it says now.
            salt: 16 random bytes.
            in_reply_to: What the edited message answers, as before.

        Raises:
            ContentError: The text is empty, too long or not Unicode.
        """
        part = _text_part(text, PLAIN)
        return self._message(part, salt, replaces=first, in_reply_to=in_reply_to)

    def reaction(self, to: MessageId, reaction: str, *, salt: bytes) -> Message:
        """React to a message with one emoji.

        Raises:
            ContentError: It is empty or too long.
        """
        content = _utf8(reaction)
        if not 1 <= len(content) <= MAX_REACTION_BYTES:
            raise ContentError("a reaction is one emoji")
        part = SinglePart(PLAIN, content, Disposition.REACTION)
        return self._message(part, salt, in_reply_to=to)

    def deletion(
        self, first: MessageId, *, salt: bytes, reaction_to: MessageId | None = None
    ) -> Message:
        """Withdraw a message or a reaction of one's own.

        Args:
            first: The id of its first version.
            salt: 16 random bytes.
            reaction_to: What it was a reaction to, if it was one.
        """
        return self._message(NullPart(), salt, replaces=first, in_reply_to=reaction_to)

    def room_title(self, title: str, *, since: int | None = None, salt: bytes) -> Message:
        """Say what the conversation is called; the server never sees it.

        Args:
            title: One line.
            since: For who repeats a title to those who are new: the place of the log where it
                was given; 0 if it is as old as the conversation.
            salt: 16 random bytes.

        Raises:
            ContentError: The title is empty, too long or not one line.
        """
        told = _checked_title(title)
        content = cbor.encode({_TITLE: told} if since is None else {_TITLE: told, _SINCE: since})
        return self._message(SinglePart(ROOM, content, Disposition.UNSPECIFIED), salt)

    def files(self, *files: ExternalPart, text: str = "", salt: bytes) -> Message:
        """Send encrypted files (`blobs.external_part`), with a text if there is one.

        Raises:
            ContentError: There is no file, or one is not kept on our server.
        """
        for file in files:
            blob_of(file.url)
        found: tuple[Part, ...] = (*((_text_part(text, PLAIN),) if text else ()), *files)
        if not files:
            raise ContentError("no file to send")
        part = found[0] if len(found) == 1 else MultiPart(PartSemantics.PROCESS_ALL, found)
        return self._message(part, salt)

    def private(self, part: Part, key: int, value: cbor.Value, *, salt: bytes) -> Message:
        """Say something of our own, in a private extension."""
        message = self._message(part, salt)
        return replace(message, extensions={**message.extensions, key: value})

    def _message(
        self,
        part: Part,
        salt: bytes,
        *,
        replaces: MessageId | None = None,
        in_reply_to: MessageId | None = None,
    ) -> Message:
        names: dict[int | str, cbor.Value] = {
            SENDER_URI: user_uri(self.user), ROOM_URI: room_uri(self.conversation),
        }  # fmt: skip
        if self.seen is not None:
            names[SEEN] = (self.seen.begun, self.seen.size, self.seen.root)
        return Message(salt, part, replaces, b"", None, in_reply_to, names)


# --- reading --------------------------------------------------------------------------


def check_origin(message: Message, sender: UserId, conversation: ConversationId) -> None:
    """Check that a message is said by whom MLS says it came from, and for this conversation.

    Args:
        message: What arrived.
        sender: The person in the credential of the MLS leaf that sent it.
        conversation: Whose MLS group it arrived in.

    Raises:
        ContentError: It names somebody else, another conversation, too many parts or a file
            that is not on our server.
    """
    if message.sender_uri != user_uri(sender):
        raise ContentError("the message names another sender than the one who sent it")
    if message.room_uri != room_uri(conversation):
        raise ContentError("the message was written for another conversation")
    found = list(parts(message.part))
    if len(found) > MAX_PARTS:
        raise ContentError("the message has too many parts")
    for part in found:
        if isinstance(part, ExternalPart):
            blob_of(part.url)


def seen(message: Message) -> Seen | None:
    """Return what the sender has seen of the key directory; None if it is not said, or not well.

    A malformed one is no reason to keep the message from anybody.
    """
    match message.extensions.get(SEEN):
        case (int(begun), int(size), bytes(root)) if bool not in {type(begun), type(size)}:
            with suppress(ContentError):
                return Seen(begun, size, root)
    return None


def check_replaces(sender: UserId, original_sender: UserId) -> None:
    """Check that only who wrote a message edits or deletes it.

    Raises:
        ContentError: It is somebody else's.
    """
    if sender != original_sender:
        raise ContentError("only who wrote a message may change it")


@dataclass(frozen=True, slots=True)
class Text:
    """Something said, or answered."""

    text: str
    in_reply_to: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Another text for a message; `first` is its first version."""

    first: MessageId
    text: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji at a message."""

    to: MessageId
    reaction: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """A message or a reaction is withdrawn; `first` is its first version."""

    first: MessageId
    reaction_to: MessageId | None = None
    """What it was a reaction to, if it was one."""


@dataclass(frozen=True, slots=True)
class RoomTitle:
    """What the conversation is called; `since` which place of the log, if it is a repetition."""

    title: str
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that this version does not know; `text` is what can be shown instead."""

    text: str


Meaning: TypeAlias = Text | Edit | Reaction | Deletion | RoomTitle | Unsupported


def meaning(message: Message) -> Meaning:
    """Say what a message is. Never fails: what is not understood is `Unsupported`."""
    part = message.part
    if isinstance(part, NullPart):
        if message.replaces is None:
            return Unsupported("")
        return Deletion(message.replaces, message.in_reply_to)
    if part.disposition == Disposition.REACTION:
        return _reaction(message)
    if isinstance(part, SinglePart) and media_type(part.content_type) == ROOM:
        return _room_title(part)
    text = part_text(part)
    if text is None or not _is_text(part):
        return Unsupported(plain_text(message))
    if message.replaces is not None:
        return Edit(message.replaces, text)
    return Text(text, message.in_reply_to)


def _is_text(part: Part) -> bool:
    """Say whether a text or a choice among texts is all that there is."""
    shown = part.disposition in {Disposition.UNSPECIFIED, Disposition.RENDER, Disposition.INLINE}
    if isinstance(part, MultiPart):
        return (
            shown and part.semantics is PartSemantics.CHOOSE_ONE and any(map(_is_text, part.parts))
        )
    return shown and isinstance(part, SinglePart)


def _reaction(message: Message) -> Meaning:
    text = part_text(message.part)
    plain = isinstance(message.part, SinglePart) and message.replaces is None
    if text and plain and message.in_reply_to and len(text.encode()) <= MAX_REACTION_BYTES:
        return Reaction(message.in_reply_to, text)
    return Unsupported(plain_text(message))


def _room_title(part: SinglePart) -> Meaning:
    try:
        match cbor.decode(part.content, _ROOM_LIMITS):
            case {"title": str(title), "since": int(since)} if _is_place(since):
                return RoomTitle(_checked_title(title), since)
            case {"title": str(title)}:
                return RoomTitle(_checked_title(title))
            case _:
                return Unsupported("")
    except (cbor.CborError, ContentError):
        return Unsupported("")


def _is_place(since: int) -> bool:
    return not isinstance(since, bool) and 0 <= since < _NUMBER


def _checked_title(title: str) -> str:
    if not title.strip() or len(title) > MAX_TITLE_CHARACTERS or not all(map(_is_shown, title)):
        raise ContentError("a title is one line that is neither empty nor too long")
    _utf8(title)
    return title


def _is_shown(character: str) -> bool:
    """Say whether a character stands in a line; one that is newer than our Unicode does."""
    return character == " " or unicodedata.category(character) not in _NOT_SHOWN


def _text_part(text: str, content_type: str) -> SinglePart:
    content = _utf8(text)
    if not text.strip():
        raise ContentError("an empty message")
    if len(content) > MAX_TEXT_BYTES:
        raise ContentError(f"a text is larger than {MAX_TEXT_BYTES} bytes")
    return SinglePart(content_type, content)


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ContentError("the text is not Unicode") from error
