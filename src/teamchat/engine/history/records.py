"""What is stored of a history that is on its way; the laws are those of `engine.records`.

All of it is in the table `history` of the store, by name: `asked`, `taking`, `giving/<archive>`,
`segment`, `restoring`, `backup`; and `untold` while lines that others gave are in no backup.
"""

from typing import Final

from teamchat.content.archive import Place
from teamchat.engine.record import Record
from teamchat.engine.store import Put, Table
from teamchat.ids import ConversationId

StoredCursor = tuple[ConversationId, int, str] | None


UNTOLD: Final = Put(Table.HISTORY, "untold", b"yes")
"""Lines came that others gave: the next segment of the backup holds them too."""


class PlaceRecord(Record, frozen=True):
    """Where a reader or writer stands (`content.archive.Place`)."""

    index: int
    chain: bytes
    ended: bool = False

    def place(self) -> Place:
        """Return it."""
        return Place(self.index, self.chain, self.ended)


def stored(place: Place) -> PlaceRecord:
    """Return a place as it is stored."""
    return PlaceRecord(place.index, place.chain, place.ended)


class AskedRecord(Record, frozen=True):
    """This device has asked for history. Holds the key that opens the answer."""

    transfer: str
    slot: bytes
    secret: bytes

    def __repr__(self) -> str:
        return f"AskedRecord({self.transfer})"


class TakingRecord(Record, frozen=True):
    """An archive that is being taken in. Holds its key."""

    archive: str
    """What the server calls it."""
    head: bytes
    key: bytes
    place: PlaceRecord
    lines: int = 0
    """How many lines were taken in by now."""

    def __repr__(self) -> str:
        return f"TakingRecord({self.archive}, part {self.place.index})"


class Stand(Record, frozen=True):
    """Where a writer stands: before a part, or behind it."""

    place: PlaceRecord
    cursor: StoredCursor
    lines: int


class GivingRecord(Record, frozen=True):
    """An archive that is being written. Holds its key.

    `behind` is where the writer stands once the part it is about to send has arrived; it is
    stored before that part leaves.
    """

    archive: str
    head: bytes
    key: bytes
    box: bytes
    before: Stand
    behind: Stand | None = None
    begun_ms: int = 0
    coverage: tuple[tuple[ConversationId, int, tuple[tuple[int, int], ...]], ...] = ()
    """For a backup: what it will cover once this is in it."""
    whole: bool = False
    base: int = 0
    """For a backup: the version that it was begun at."""
    given: bool = False
    """For a backup: lines that others gave to this device belong into it."""
    receiver: str = ""
    """For another device: which one."""
    receiver_key: bytes = b""
    """For another device: its key, as the key directory gave it when the person said yes."""
    slot: bytes = b""
    """For another device: to what the key of the archive was sealed."""

    def __repr__(self) -> str:
        return f"GivingRecord({self.archive}, part {self.before.place.index})"


class BackupRecord(Record, frozen=True):
    """How this device stands to the backup."""

    wanted: bool = False
    """The person wants one."""
    version: int = 0
    """The newest version this device has seen; an older one is not believed."""
    digest: bytes = b""
    """Of the manifest of that version."""
    held: tuple[str, ...] = ()
    """The segments whose lines are here: written or taken in by this device."""
    made: int = 0
    """When this device last added to it, in seconds since 1970."""
