"""Bodies about encrypted histories, for a device and as backup (docs/spec/history-transfer.md).

The server knows whose they are, how large, and when they came and went; nothing else.
"""

from typing import Annotated, Final

from msgspec import Meta

from teamchat.ids import PATTERN
from teamchat.wire.bodies import Answer, Count, Request
from teamchat.wire.limits import KIB

SLOT_BYTES: Final = 1536
HEAD_BYTES: Final = 256
BOX_BYTES: Final = 68 * KIB
MANIFEST_BYTES: Final = 64 * KIB
PART_BYTES: Final = 513 * KIB
"""One sealed part."""
PART_LEAST: Final = 4 * KIB
"""Of every part but the last; a smaller one counts as much."""
ARCHIVES: Final = 256
"""Of one person: what devices have asked for, and segments."""
PARTS: Final = 16_384
"""Of one archive; some 4 GiB."""
SEGMENTS: Final = 64
"""Of one backup."""

WhichArchive = Annotated[str, Meta(pattern=PATTERN)]


class AskHistory(Request, frozen=True):
    """This device asks the person's other devices for what was said before it came."""

    slot: Annotated[bytes, Meta(min_length=1, max_length=SLOT_BYTES)]


class OfferHistory(Request, frozen=True):
    """This device begins to give; the box holds the key of what follows."""

    head: Annotated[bytes, Meta(min_length=1, max_length=HEAD_BYTES)]
    box: Annotated[bytes, Meta(min_length=1, max_length=BOX_BYTES)]


class BeginSegment(Request, frozen=True):
    """This device begins a segment of the backup."""

    head: Annotated[bytes, Meta(min_length=1, max_length=HEAD_BYTES)]


class SetBackup(Request, frozen=True):
    """What the backup is from now on; segments that are not named are gone.

    `version` is one more than that of the backup it takes the place of.
    """

    version: Count
    manifest: Annotated[bytes, Meta(min_length=1, max_length=MANIFEST_BYTES)]
    segments: Annotated[tuple[WhichArchive, ...], Meta(max_length=SEGMENTS)]


class EndHistory(Request, frozen=True):
    """An archive has so many parts, and no more will come."""

    parts: Count


class HistoryArchive(Answer, frozen=True):
    """An archive, as far as it has come."""

    id: str
    receiver: str
    """The device that asked; empty for a segment of the backup."""
    maker: str
    """The device that writes it; empty until one does."""
    slot: bytes
    head: bytes
    box: bytes
    parts: Count
    bytes: Count
    complete: bool
    created: Count
    expires: Count
    """0 if it stays."""


class HistoryTransfers(Answer, frozen=True):
    """What the person's devices have asked for."""

    transfers: tuple[HistoryArchive, ...]


class HistoryBackup(Answer, frozen=True):
    """The backup; version 0 if there is none. Segments that are not finished are among them."""

    version: Count
    manifest: bytes
    changed: Count
    segments: tuple[HistoryArchive, ...]
