"""The manifest of a backup: which segments there are, sealed under the history key.

It is bound to its person and its version. A server that shows another person's, or an older one
as a newer one, shows something that does not open (docs/spec/history-backup.md).
"""

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Final, Self

import msgspec
from msgspec import Meta

from teamchat.engine.history.coverage import Coverage
from teamchat.errors import TeamchatError
from teamchat.identity import sealing
from teamchat.identity.errors import IdentityError
from teamchat.ids import PATTERN, ConversationId, UserId, identifier_bytes

VERSION: Final = 1
MOST_BYTES: Final = 64 * 1024
_PERSON: Final = b"tc-hist-manifest"
_LABEL: Final = b"teamchat history backup\x00"
_Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
_Number = Annotated[int, Meta(ge=0, lt=2**53)]


class ManifestError(TeamchatError):
    """These bytes are not the manifest of this person's backup at this version."""


class NewerManifestError(ManifestError):
    """It is this backup, and a newer version of teamchat has made it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """An archive of the backup: what the server calls it, its head and key, and how it ends."""

    id: str
    head: bytes
    key: bytes = field(repr=False)
    parts: int
    chain: bytes


class _Segment(msgspec.Struct, frozen=True, array_like=True):
    id: Annotated[str, Meta(pattern=PATTERN)]
    head: Annotated[bytes, Meta(max_length=256)]
    key: _Hash
    parts: _Number
    chain: _Hash


class _Version(msgspec.Struct, frozen=True, array_like=True):
    version: int


class _Inside(_Version, frozen=True, array_like=True):
    segments: Annotated[tuple[_Segment, ...], Meta(max_length=64)]
    coverage: tuple[
        tuple[
            Annotated[ConversationId, Meta(pattern=PATTERN)],
            _Number,
            tuple[tuple[_Number, _Number], ...],
        ],
        ...,
    ]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: its segments, the oldest first, and what of every log is in them."""

    segments: tuple[Segment, ...]
    coverage: Coverage

    def seal(self, history_key: bytes, user: UserId, version: int, nonce: bytes) -> bytes:
        """Return it as the server keeps it.

        Args:
            history_key: Of the person.
            user: Who that is.
            version: The number of this state of the backup, from 1.
            nonce: 24 random bytes.

        Raises:
            ManifestError: It is larger than a manifest may be.
        """
        segments = tuple(
            _Segment(each.id, each.head, each.key, each.parts, each.chain) for each in self.segments
        )
        rooms = self.coverage.rooms
        inside = msgspec.msgpack.encode(_Inside(VERSION, segments, rooms))
        while len(inside) > MOST_BYTES - sealing.OVERHEAD and rooms:
            rooms = rooms[: len(rooms) // 2]
            inside = msgspec.msgpack.encode(_Inside(VERSION, segments, rooms))
        try:
            return sealing.seal(_key(history_key), inside, _bound_to(user, version), nonce)
        except IdentityError as error:
            raise ManifestError("the backup cannot be sealed") from error

    @classmethod
    def open(cls, history_key: bytes, user: UserId, version: int, sealed: bytes) -> Self:
        """Read what the server has kept.

        Raises:
            NewerManifestError: A newer version of teamchat has made it.
            ManifestError: It is of another key, person or version, or was changed.
        """
        try:
            opened = sealing.unseal(_key(history_key), sealed, _bound_to(user, version))
            if msgspec.msgpack.decode(opened, type=_Version).version > VERSION:
                raise NewerManifestError("a manifest of a newer version")
            inside = msgspec.msgpack.decode(opened, type=_Inside)
        except (IdentityError, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise ManifestError("not the manifest of this backup") from error
        if inside.version != VERSION:
            raise ManifestError("a manifest of another version")
        segments = tuple(
            Segment(each.id, each.head, each.key, each.parts, each.chain)
            for each in inside.segments
        )
        return cls(segments, Coverage(inside.coverage))

    @staticmethod
    def digest(sealed: bytes) -> bytes:
        """Return the hash by which a device remembers which manifest it has seen."""
        return hashlib.sha256(sealed).digest()


def _key(history_key: bytes) -> bytes:
    return hashlib.blake2b(key=history_key, person=_PERSON, digest_size=32).digest()


def _bound_to(user: UserId, version: int) -> bytes:
    try:
        return _LABEL + identifier_bytes(user) + version.to_bytes(8, "big")
    except (ValueError, OverflowError) as error:
        raise IdentityError("not an identifier, or no version") from error
