"""A MIMI message as values (draft-ietf-mimi-content-08 §4, Appendix B); field names as there.

Numbers the draft leaves open (dispositions, extension keys, cardinalities) stay what they
are, so that a message of a newer client is kept and passed on whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Final, NewType, TypeAlias

from teamchat import cbor

MessageId = NewType("MessageId", bytes)
"""32 bytes: a hash algorithm and 31 bytes of a hash (§3.3)."""

ExtensionKey: TypeAlias = int | str

SALT_BYTES: Final = 16
MESSAGE_ID_BYTES: Final = 32
MAX_BYTES: Final = 200 * 1024
"""A message of ours is no larger; files travel as blobs."""
MAX_PART_LEVELS: Final = 4
MAX_EXTENSION_LEVELS: Final = 4

SENDER_URI: Final = 1
ROOM_URI: Final = 2


class Disposition(IntEnum):
    """What a part is for (§4.4)."""

    UNSPECIFIED = 0
    RENDER = 1
    REACTION = 2
    PROFILE = 3
    INLINE = 4
    ICON = 5
    ATTACHMENT = 6
    SESSION = 7
    PREVIEW = 8


class Cardinality(IntEnum):
    """Which shape a part has."""

    NULL = 0
    SINGLE = 1
    EXTERNAL = 2
    MULTI = 3


class PartSemantics(IntEnum):
    """How the parts of a MultiPart belong together."""

    CHOOSE_ONE = 0
    SINGLE_UNIT = 1
    PROCESS_ALL = 2


@dataclass(frozen=True, slots=True)
class NullPart:
    """No content: what remains of something deleted."""

    disposition: int = Disposition.RENDER
    language: str = ""


@dataclass(frozen=True, slots=True)
class SinglePart:
    """Content of one media type."""

    content_type: str
    content: bytes
    disposition: int = Disposition.RENDER
    language: str = ""


@dataclass(frozen=True, slots=True)
class ExternalPart:
    """Content that is kept elsewhere (§4.5).

    `expires` is in seconds since 1970 and `size` in bytes; 0 means not said. `enc_alg` is an
    IANA AEAD number, `hash_alg` an IANA named-information hash number.
    """

    content_type: str
    url: str
    expires: int = 0
    size: int = 0
    enc_alg: int = 0
    key: bytes = field(default=b"", repr=False)
    nonce: bytes = b""
    aad: bytes = b""
    hash_alg: int = 0
    content_hash: bytes = b""
    description: str = ""
    filename: str = ""
    disposition: int = Disposition.RENDER
    language: str = ""


@dataclass(frozen=True, slots=True)
class MultiPart:
    """Several parts; at least two."""

    semantics: PartSemantics
    parts: tuple["Part", ...]
    disposition: int = Disposition.RENDER
    language: str = ""


@dataclass(frozen=True, slots=True)
class UnknownPart:
    """A part of a shape that a newer draft has; `rest` is what follows the cardinality."""

    cardinality: int
    rest: tuple[cbor.Value, ...]
    disposition: int = Disposition.UNSPECIFIED
    language: str = ""


Part: TypeAlias = NullPart | SinglePart | ExternalPart | MultiPart | UnknownPart


@dataclass(frozen=True, slots=True)
class Expiration:
    """When a message should be forgotten.

    `seconds` counts from reading it if `relative`, else from 1970.
    """

    relative: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class Message:
    """One MIMI message (§4.1).

    `salt` is 16 random bytes. `replaces` names the first version of the message that this
    one edits or deletes, `in_reply_to` the version that it answers.
    """

    salt: bytes
    part: Part
    replaces: MessageId | None = None
    topic: bytes = b""
    expires: Expiration | None = None
    in_reply_to: MessageId | None = None
    extensions: Mapping[ExtensionKey, cbor.Value] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def sender_uri(self) -> str | None:
        """Who says they wrote it; to be compared with who did."""
        uri = self.extensions.get(SENDER_URI)
        return uri if isinstance(uri, str) else None

    @property
    def room_uri(self) -> str | None:
        """Where it was meant to be read."""
        uri = self.extensions.get(ROOM_URI)
        return uri if isinstance(uri, str) else None


def parts(part: Part) -> Iterator[Part]:
    """Go through a part and all parts inside, depth first: the n-th has part index n (§4.4)."""
    yield part
    if isinstance(part, MultiPart):
        for inner in part.parts:
            yield from parts(inner)
