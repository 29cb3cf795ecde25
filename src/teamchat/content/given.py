"""A message that gives new members what was said before they came (docs/spec/content.md).

It carries no words: it names an encrypted file on the server (`archive_file`), what opens it, for
whom it is, and what is in it. Whoever sent it is named by MLS; that what is in the file was ever
said is their word alone.
"""

from dataclasses import dataclass, field
from typing import Final

from teamchat import cbor
from teamchat.content.archive import KEY_BYTES
from teamchat.content.errors import ContentError
from teamchat.content.message_id import SHA_256
from teamchat.content.model import Disposition, ExternalPart, Message
from teamchat.content.profile import Author, blob_of, blob_uri
from teamchat.ids import BYTES, BlobId, UserId, identifier, identifier_bytes

GIVEN: Final = -2
"""The private extension that says for whom the file is, and what is in it."""
MEDIA_TYPE: Final = "application/vnd.teamchat.history"
HISTORY_ARCHIVE: Final = 0xF102
"""Our number for the archive's encryption, in the private range of the IANA AEAD registry."""
MAX_USERS: Final = 200
MAX_LINES: Final = 1_000_000
MAX_FILE: Final = 2**30
_DIGEST_BYTES: Final = 32
LATEST_MS: Final = 253_402_214_400_000
"""The last day of the year 9999 UTC, in milliseconds since 1970: no line is later than that."""
_NUMBER: Final = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a member gives to those who came with one commit.

    Attributes:
        blob: The file on the server.
        key: What opens it.
        size: Of the file, in bytes.
        digest: The SHA-256 of the file.
        epoch: The epoch that their commit began.
        users: Who they are.
        since_ms: When the oldest line was said, in milliseconds since 1970.
        until_ms: When the newest was.
        count: How many lines there are.

    Raises:
        ContentError: A field is out of range.
    """

    blob: BlobId
    key: bytes = field(repr=False)
    size: int
    digest: bytes
    epoch: int
    users: tuple[UserId, ...]
    since_ms: int
    until_ms: int
    count: int

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if len(self.key) != KEY_BYTES or len(self.digest) != _DIGEST_BYTES:
            raise ContentError("a history whose key or hash is malformed")
        if not 0 < self.size <= MAX_FILE or not 0 < self.count <= MAX_LINES:
            raise ContentError("no history is that large, or that small")
        in_time = 0 <= self.since_ms <= self.until_ms < LATEST_MS
        if not in_time or not 0 <= self.epoch < _NUMBER:
            raise ContentError("no history is of that time")
        if not 0 < len(self.users) <= MAX_USERS:
            raise ContentError("a history is for somebody, and not for too many")


def message(author: Author, given: Given, *, salt: bytes) -> Message:
    """Return the message that gives a history; `salt` is 16 random bytes."""
    part = ExternalPart(
        content_type=MEDIA_TYPE,
        url=blob_uri(given.blob),
        size=given.size,
        enc_alg=HISTORY_ARCHIVE,
        key=given.key,
        hash_alg=SHA_256,
        content_hash=given.digest,
        disposition=Disposition.UNSPECIFIED,
    )
    users = b"".join(map(identifier_bytes, given.users))
    told = (given.epoch, given.since_ms, given.until_ms, given.count, users)
    return author.private(part, GIVEN, told, salt=salt)


def given_in(found: Message) -> Given | None:
    """Return what a message gives; None if it gives no history, or not as it should."""
    part, told = found.part, found.extensions.get(GIVEN)
    if not isinstance(part, ExternalPart) or part.content_type != MEDIA_TYPE:
        return None
    known = (part.enc_alg, part.hash_alg) == (HISTORY_ARCHIVE, SHA_256)
    if not known or part.nonce or part.aad or found.replaces is not None:
        return None
    try:
        return _read(part, told)
    except (ContentError, ValueError):
        return None


def _read(part: ExternalPart, told: cbor.Value) -> Given:
    match told:
        case (int(epoch), int(since_ms), int(until_ms), int(count), bytes(users)):
            if bool in {type(epoch), type(since_ms), type(until_ms), type(count)}:
                raise ContentError("not numbers")
            if len(users) % BYTES:
                raise ContentError("not identifiers")
            return Given(
                blob=blob_of(part.url),
                key=part.key,
                size=part.size,
                digest=part.content_hash,
                epoch=epoch,
                users=tuple(
                    UserId(identifier(users[at : at + BYTES])) for at in range(0, len(users), BYTES)
                ),
                since_ms=since_ms,
                until_ms=until_ms,
                count=count,
            )
        case _:
            raise ContentError("it is not said what is given")
