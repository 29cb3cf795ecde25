"""What is stored of the key directory; the laws are those of `records`."""

from teamchat.engine.record import Record
from teamchat.ids import ConversationId, DeviceId, UserId


class CustodiansRecord(Record, frozen=True):
    """The custodians of now."""

    which: str
    people: tuple[UserId, ...]
    threshold: int
    day: str


class KeyLogRecord(Record, frozen=True):
    """The pinned checkpoint, and what the log still owes."""

    key: str
    """The log's key as a vkey line; its name is the origin."""
    note: bytes = b""
    """The pinned checkpoint as it was signed; empty if there is only a promise."""
    hashes: tuple[bytes, ...] = ()
    """The compact range of the pinned tree."""
    checked: int = 0
    """When the server last showed a checkpoint that fits, in seconds since 1970."""
    past: tuple[tuple[int, bytes], ...] = ()
    """Sizes and roots of trees that were pinned before."""
    heard: tuple[tuple[str, int, bytes], ...] = ()
    """What devices of others have seen and is not proved yet."""
    promised: tuple[int, bytes] | None = None
    """Size and root of the tree that the invitation named, until it was met."""
    refused: tuple[tuple[int, str, str], ...] = ()
    """Entries that break a rule: index, person if known, reason."""
    reported: int = 0
    """How many findings, from the oldest, the server knows of or need not know of."""
    custodians: CustodiansRecord | None = None
    """Those of now."""
    sets: tuple[str, ...] = ()
    """What sets of custodians were ever called."""
    held: int = 0
    """How many bytes of the last bundle were read, if it is not full."""


class ListedRecord(Record, frozen=True):
    """A device of the directory."""

    device: DeviceId
    device_key: bytes
    digest: bytes
    index: int
    ended: bool
    by: DeviceId = DeviceId("")
    """The device that vouched for it, if one did."""
    kept_out: bool = False
    """Whether the log lists it again although it has ended."""
    ended_by: DeviceId | None = None
    """The device that signed its end; empty if it was the company."""


class PersonKeysRecord(Record, frozen=True):
    """What the directory says of a person."""

    identity_key: bytes
    former: tuple[bytes, ...]
    devices: tuple[ListedRecord, ...]
    renewed: tuple[bytes, ...] = ()


class WitnessRecord(Record, frozen=True):
    """Which witnesses the person requires."""

    witnesses: tuple[str, ...]
    """Their keys as vkey lines."""
    quorum: int
    maximum_age: int
    """How long ago enough of them may have cosigned, in seconds."""
    since: int
    """When it was required, in seconds since 1970."""
    told: int = 0
    """What the person was last told (`witnesses.Standing`)."""
    met: int = 0
    """Since when, at the latest, enough had cosigned a checkpoint that was pinned: the time of the
    last signature that it took, in seconds since 1970."""


class FindingRecord(Record, frozen=True):
    """Something that the log or the server should not have shown, with what shows it."""

    kind: str
    """The key of its alarm."""
    time_ms: int
    ours: bytes = b""
    """The checkpoint that was pinned, as it was signed."""
    theirs: bytes = b""
    """The checkpoint that contradicts it, as it came."""
    claim: str = ""
    """What a member says to have seen: size and root in hexadecimal."""
    who: UserId = UserId("")
    conversation: ConversationId = ConversationId("")
    certificate: bytes = b""
    """Of the device that is not listed."""
    entry: bytes = b""
    """The entry of the log that should not be there; `theirs` is signed over it."""
    index: int = 0
    """Where it stands in the log."""
    log_key: str = ""
    """The key of the log that was pinned, as a vkey line."""
