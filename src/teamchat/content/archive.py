"""The history archive: sealed parts in a fixed order, one at a time (docs/spec/history-archive.md).

Each part is bound to its archive, its place, whether it is the last, and to every part before
it: nothing can be changed, moved, left out, cut off, or taken from another making of the same
archive. Writer and reader hold one part and a `Place`; with a place either goes on where it was.
What the parts say is not this file's affair.
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, NoReturn, Self

from nacl import bindings
from nacl.exceptions import CryptoError

from teamchat import cbor
from teamchat.content.errors import ContentError
from teamchat.ids import BYTES, DeviceId, UserId, identifier, identifier_bytes

VERSION: Final = 1
ID_BYTES: Final = 16
KEY_BYTES: Final = 32
NONCE_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
CHAIN_BYTES: Final = 32
PART_BYTES: Final = 256 * 1024
"""A writer begins another part before one's content is larger."""
LEAST_BYTES: Final = 4 * 1024
"""What every part but the last holds at least."""
MAX_BODY: Final = 512 * 1024
"""A part's content: one line that is larger than PART_BYTES has a part of its own."""
HEADER_BYTES: Final = 1 + ID_BYTES + 4 + 1
OVERHEAD: Final = HEADER_BYTES + NONCE_BYTES + bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
MAX_PART: Final = MAX_BODY + OVERHEAD
MAX_PARTS: Final = 2**20
MAX_HEAD: Final = 256
_PART: Final = b"teamchat history part\x00"
_HEAD: Final = b"teamchat history head\x00"
_MAX_NUMBER: Final = 2**53


class Origin(StrEnum):
    """What an archive was made for."""

    DEVICE = "device"
    """For another device of the same person."""
    BACKUP = "backup"
    ROOM = "room"
    """For somebody who is new in a conversation."""


class Fault(Enum):
    """Why an archive is not taken."""

    MALFORMED = "malformed"
    """These are no bytes of an archive of this version."""
    OTHER = "other"
    """The part is of another archive."""
    ORDER = "order"
    """The part belongs to another place."""
    CHANGED = "changed"
    """The part, or one before it, is not as it was written."""
    CUT_OFF = "cut-off"
    """The last part is missing."""


class ArchiveError(ContentError):
    """An archive is not as its writer has made it; nothing of this part is to be used.

    Attributes:
        fault: Why.
    """

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What an archive is. It is no secret from the server, and is bound to every part.

    Attributes:
        archive: 16 random bytes that name it.
        origin: What it was made for.
        user: Who has made it.
        device: With which device.
        created: When, in seconds since 1970.
        since_ms: Nothing older is in it, in milliseconds since 1970; 0 if there is no bound.
        lines: How many lines there were to be, for a progress bar; nothing relies on it.
    """

    archive: bytes
    origin: Origin
    user: UserId
    device: DeviceId
    created: int
    since_ms: int
    lines: int

    def encode(self) -> bytes:
        """Return its one encoding.

        Raises:
            ArchiveError: MALFORMED, a field is not what it must be.
        """
        numbers = (self.created, self.since_ms, self.lines)
        if len(self.archive) != ID_BYTES or not all(0 <= each < _MAX_NUMBER for each in numbers):
            raise ArchiveError(Fault.MALFORMED, "a field of the head is out of range")
        try:
            made_by = identifier_bytes(self.user), identifier_bytes(self.device)
        except ValueError as error:
            raise ArchiveError(Fault.MALFORMED, "not an identifier") from error
        return cbor.encode((VERSION, self.archive, self.origin.value, *made_by, *numbers))

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a head.

        Raises:
            ArchiveError: MALFORMED, it is none of this version.
        """
        try:
            fields = cbor.decode(data, cbor.Limits(size=MAX_HEAD, depth=1, items=16))
        except cbor.CborError as error:
            raise ArchiveError(Fault.MALFORMED, "not the head of an archive") from error
        match fields:
            case (
                int(version), bytes(archive), str(origin), bytes(user), bytes(device),
                int(created), int(since_ms), int(lines),
            ) if (version, len(user), len(device)) == (VERSION, BYTES, BYTES):  # fmt: skip
                if origin not in set(Origin):
                    raise ArchiveError(Fault.MALFORMED, "an archive of an unknown origin")
                head = cls(
                    archive=archive,
                    origin=Origin(origin),
                    user=UserId(identifier(user)),
                    device=DeviceId(identifier(device)),
                    created=created,
                    since_ms=since_ms,
                    lines=lines,
                )
                if head.encode() != data:
                    raise ArchiveError(Fault.MALFORMED, "not the one encoding of a head")
                return head
            case _:
                raise ArchiveError(Fault.MALFORMED, "not the head of an archive")


class ArchiveKey:
    """What opens an archive; it prints nothing.

    Args:
        secret: 32 random bytes, for this archive only.

    Raises:
        ArchiveError: MALFORMED, there are not 32 bytes.
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ArchiveError(Fault.MALFORMED, f"the key of an archive has {KEY_BYTES} bytes")
        self._secret: Final = secret

    @property
    def secret(self) -> bytes:
        """The key itself, to be sealed; never to be shown."""
        return self._secret

    def __repr__(self) -> str:
        return "ArchiveKey(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArchiveKey) and hmac.compare_digest(self._secret, other._secret)

    def __hash__(self) -> int:
        return hash((ArchiveKey, hashlib.sha256(self._secret).digest()))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a writer or reader stands; all it needs to go on later.

    Attributes:
        index: How many parts are behind it.
        chain: The hash of the head and of all of them.
        ended: The last one is behind it.
    """

    index: int
    chain: bytes
    ended: bool = False

    @classmethod
    def first(cls, head: Head) -> Self:
        """Return the place before the first part."""
        return cls(0, hashlib.sha256(_HEAD + head.encode()).digest())

    def after(self, part: bytes, *, last: bool) -> "Place":
        """Return the place behind a part."""
        return Place(self.index + 1, hashlib.sha256(self.chain + part).digest(), last)


def seal(
    key: ArchiveKey, head: Head, place: Place, body: bytes, *, last: bool, nonce: bytes
) -> bytes:
    """Seal the part at a place; `place.after(part, last=last)` is the next one.

    Args:
        key: Of this archive.
        head: What the archive is.
        place: Where the part belongs.
        body: What it says, at most MAX_BODY bytes.
        last: Whether none follows.
        nonce: 24 random bytes.

    Raises:
        ArchiveError: MALFORMED, it is too much or the archive has ended.
    """
    if place.ended or place.index >= MAX_PARTS or len(body) > MAX_BODY or len(nonce) != NONCE_BYTES:
        raise ArchiveError(Fault.MALFORMED, "no part can be made of this")
    header = _header(head, place.index, last=last)
    sealed: bytes = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        body, _bound_to(header, place), nonce, key.secret
    )
    return header + nonce + sealed


def open_part(key: ArchiveKey, head: Head, place: Place, part: bytes) -> tuple[bytes, Place]:
    """Return what the part at a place says, and the next place.

    Raises:
        ArchiveError: It is not the part that was written for this place.
    """
    if not OVERHEAD <= len(part) <= MAX_PART or part[0] != VERSION:
        raise ArchiveError(Fault.MALFORMED, "not a part of an archive")
    header, nonce = part[:HEADER_BYTES], part[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
    if header[1 : 1 + ID_BYTES] != head.archive:
        raise ArchiveError(Fault.OTHER, "a part of another archive")
    if place.ended or header[1 + ID_BYTES : -1] != place.index.to_bytes(4, "big"):
        raise ArchiveError(Fault.ORDER, f"not the part at place {place.index}")
    if header[-1] > 1:
        raise ArchiveError(Fault.MALFORMED, "not a part of an archive")
    try:
        body: bytes = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            part[HEADER_BYTES + NONCE_BYTES :], _bound_to(header, place), nonce, key.secret
        )
    except CryptoError as error:
        raise ArchiveError(Fault.CHANGED, f"part {place.index} was changed") from error
    return body, place.after(part, last=header[-1] == 1)


def require_end(place: Place) -> None:
    """Check that nothing is missing.

    Raises:
        ArchiveError: CUT_OFF, the last part is not behind this place.
    """
    if not place.ended:
        raise ArchiveError(Fault.CUT_OFF, f"the archive ends after {place.index} parts")


def _header(head: Head, index: int, *, last: bool) -> bytes:
    return bytes([VERSION]) + head.archive + index.to_bytes(4, "big") + bytes([last])


def _bound_to(header: bytes, place: Place) -> bytes:
    return _PART + header + place.chain
