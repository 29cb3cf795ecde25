"""What a client knows of the key directory's log: values, and how they follow from what arrives.

A pin only ever moves to a tree whose root was computed from entries that were read one by one
(docs/spec/key-directory.md). What is being read is in a `Reading`, and nothing believes it
before its root is the signed one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

import msgspec

from teamchat.engine.key_records import (
    FindingRecord,
    KeyLogRecord,
    ListedRecord,
    PersonKeysRecord,
)
from teamchat.engine.store import Store, Table
from teamchat.identity.key_directory import Entry, KeyDirectory, Keys, Listed
from teamchat.ids import DeviceId, UserId
from teamchat.transparency import (
    CompactRange,
    Demand,
    EntryBundle,
    Finding,
    FormatError,
    Monitor,
    Policy,
    SignedNote,
    Tile,
    TransparencyError,
    TreeHead,
    VerifierKey,
    decode_bundle,
    leaf_hash,
)
from teamchat.transparency.tiles import TILE_WIDTH
from teamchat.wire.bodies import KeyLog

MAX_SIZE: Final = 2**22
"""How many entries of a log are followed; a company has a few ten thousand."""
AT_ONCE: Final = 4
"""How many bundles are asked for at once."""
PAST: Final = 64
"""How many earlier pins are remembered: most of what others have seen is one of them."""
TOLD: Final = 1_024
"""How many entries of one reading are looked at, beyond what follows from them."""
REFUSED: Final = 256
"""How many entries that break a rule are kept."""


class OtherLogError(TransparencyError):
    """The server shows a log of another origin or key than the pinned one."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What an invitation said of the log, before anything of it was seen.

    Attributes:
        key: The log's key; its name is the origin.
        head: A tree that every later one continues.
    """

    key: VerifierKey
    head: TreeHead


@dataclass(frozen=True, slots=True)
class Pin:
    """The newest checkpoint whose every entry was read.

    Attributes:
        key: The log's key; its name is the origin.
        monitor: The checkpoint, and what others have seen and is not proved yet.
        range: The tree, as far as it takes to go on.
        past: Trees that were pinned before, the newest last.
    """

    key: VerifierKey
    monitor: Monitor
    range: CompactRange
    past: tuple[TreeHead, ...] = ()

    @property
    def head(self) -> TreeHead:
        """The pinned tree."""
        return self.monitor.head

    @property
    def note(self) -> SignedNote:
        """The pinned checkpoint as it was signed."""
        return self.monitor.pinned.signed.note


@dataclass(frozen=True, slots=True)
class Offer:
    """A checkpoint that the log has signed; whether it continues the pinned one is not known."""

    key: VerifierKey
    monitor: Monitor

    @property
    def head(self) -> TreeHead:
        """The tree."""
        return self.monitor.head

    @property
    def note(self) -> SignedNote:
        """The checkpoint as it was signed."""
        return self.monitor.pinned.signed.note


@dataclass(frozen=True, slots=True)
class Reading:
    """A larger tree that is being read, bundle by bundle. Nothing believes it yet.

    Attributes:
        offer: Where it leads.
        range: The tree of what was read so far.
        directory: What follows from what was read so far.
        told: The entries that somebody has to look at: refused ones, and one's own.
        changed: Whose devices are others than before.
        asked: Which bundle each request asks for.
        here: Bundles that came before it was their turn.
        promised: The promise that is not met yet.
    """

    offer: Offer
    range: CompactRange
    directory: KeyDirectory
    told: tuple[Entry, ...] = ()
    changed: frozenset[UserId] = frozenset()
    asked: Mapping[int, EntryBundle] = field(default_factory=dict)
    here: Mapping[int, bytes] = field(default_factory=dict)
    promised: TreeHead | None = None

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return self.range.size == self.offer.head.size

    def bundle(self, index: int) -> EntryBundle:
        """Return a bundle as it is in the tree that is read."""
        return EntryBundle(index, min(TILE_WIDTH, self.offer.head.size - index * TILE_WIDTH))

    def due(self) -> tuple[EntryBundle, ...]:
        """Return the bundles to ask for now."""
        first = self.range.size // TILE_WIDTH
        last = (self.offer.head.size - 1) // TILE_WIDTH
        known = {each.index for each in self.asked.values()} | {*self.here}
        wanted = range(first, min(last, first + AT_ONCE - 1) + 1)
        return tuple(self.bundle(index) for index in wanted if index not in known)

    def asking(self, request: int, bundle: EntryBundle) -> Self:
        """Return it with a bundle asked for."""
        return replace(self, asked={**self.asked, request: bundle})

    def take(self, request: int, data: bytes, own: UserId) -> "Reading":
        """Return it with the answer to a request, as far as that was its turn.

        Args:
            request: Which one.
            data: The bundle.
            own: Whose entries are to be told, whatever they say.

        Raises:
            FormatError: The data are no such bundle.
        """
        asked = {**self.asked}
        bundle = asked.pop(request)
        taken: Reading = replace(self, asked=asked, here={**self.here, bundle.index: data})
        while (index := taken.range.size // TILE_WIDTH) in taken.here and not taken.complete:
            here = {**taken.here}
            entries = decode_bundle(here.pop(index), taken.bundle(index).width)
            taken = _read(replace(taken, here=here), entries[taken.range.size % TILE_WIDTH :], own)
        return taken

    def check(self) -> None:
        """Check that what was read is what was signed.

        Raises:
            OtherLogError: It does not continue what an invitation promised.
            UnmetRootError: The root is another one.
        """
        if self.promised is not None:
            raise OtherLogError("the log does not continue the one of the invitation")
        if self.range.head != self.offer.head:
            raise UnmetRootError("the entries do not make the signed root")


@dataclass(frozen=True, slots=True)
class Proving:
    """A claim that is being proved.

    Attributes:
        demand: What is to be proved.
        tiles: The tiles that it takes.
        here: Those that have come; nobody vouches for them yet.
    """

    demand: Demand
    tiles: frozenset[Tile]
    here: Mapping[Tile, bytes] = field(default_factory=dict)


class UnmetRootError(TransparencyError):
    """What was read does not make the root that was signed."""


@dataclass(frozen=True, slots=True)
class KeyLogState:
    """Everything a client holds of the key directory.

    Attributes:
        pin: The newest checkpoint that was followed; None before the first one.
        promise: What the invitation said, until it was met.
        directory: Which devices are whose, as of the pin.
        refused: Entries of the log that break its rules: index, person if known, reason.
        findings: What convicts the log or the server, the oldest first.
        checked: When the server last showed a checkpoint that fits, in seconds since 1970.
        reading: The tree that is being read.
        asking: The request for the newest checkpoint; 0 for none.
        again: Somebody waits for a look that begins after this one.
        failures: How many looks have come to nothing in a row.
        proving: The claim of another that is being proved.
    """

    pin: Pin | None = None
    promise: Promise | None = None
    directory: KeyDirectory = field(default_factory=KeyDirectory)
    refused: tuple[tuple[int, str, str], ...] = ()
    findings: tuple[FindingRecord, ...] = ()
    checked: int = 0
    reading: Reading | None = None
    asking: int = 0
    again: bool = False
    failures: int = 0
    proving: Proving | None = None

    @property
    def busy(self) -> bool:
        """Whether the log is being looked at."""
        return self.asking != 0 or self.reading is not None

    @property
    def size(self) -> int:
        """How large a tree is pinned or being read."""
        if self.reading is not None:
            return self.reading.offer.head.size
        return 0 if self.pin is None else self.pin.head.size

    def disconnected(self) -> Self:
        """Return what is left when the connection is gone."""
        return replace(self, reading=None, asking=0, again=False, failures=0, proving=None)

    def record(self) -> KeyLogRecord:
        """Return what is stored beside the people and the findings."""
        pin, promise = self.pin, self.promise
        key = pin.key if pin else promise.key if promise else None
        return KeyLogRecord(
            key="" if key is None else key.vkey,
            note=b"" if pin is None else pin.note.encode(),
            hashes=() if pin is None else pin.range.hashes,
            checked=self.checked,
            past=() if pin is None else tuple((each.size, each.root) for each in pin.past),
            heard=_heard(pin),
            promised=None if promise is None else (promise.head.size, promise.head.root),
            refused=self.refused,
        )


def offered(body: KeyLog, state: KeyLogState) -> Offer:
    """Read what the server shows of its log.

    Raises:
        OtherLogError: It is another log than the pinned or promised one.
        TransparencyError: It is no checkpoint, or the log has not signed it.
    """
    key = VerifierKey.parse(body.key)
    pinned = state.pin.key if state.pin else state.promise.key if state.promise else key
    if body.origin != key.name or key != pinned:
        raise OtherLogError("another log than before")
    begun(key)
    trusted = Policy(key).check(SignedNote.decode(body.checkpoint.encode()))
    if trusted.signed.checkpoint.size > MAX_SIZE:
        raise FormatError("a log of so many entries is not followed")
    return Offer(key, Monitor(trusted))


def begun(key: VerifierKey) -> int:
    """Return when a log was begun, in seconds since 1970; its origin ends with that.

    Raises:
        FormatError: It does not.
    """
    _, found, last = key.name.rpartition("/v1/keys/")
    if not found or not last.isascii() or not last.isdigit() or len(last) > 15:
        raise FormatError("not the origin of a key directory")
    return int(last)


def disagreement(state: KeyLogState, offer: Offer) -> Finding | None:
    """Say in which way a checkpoint contradicts what is pinned by its size and root alone."""
    head = state.pin.head if state.pin else None
    if head is None:
        promised = state.promise.head.size if state.promise else 0
        return Finding.ROLLED_BACK if offer.head.size < promised else None
    if offer.head.size < head.size:
        return Finding.ROLLED_BACK
    return Finding.FORKED if offer.head.size == head.size and offer.head != head else None


def begin(state: KeyLogState, offer: Offer) -> Reading:
    """Return the reading that leads from what is pinned to a larger tree."""
    tree = state.pin.range if state.pin else CompactRange()
    promised = state.promise.head if state.promise and state.pin is None else None
    if promised is not None and promised == tree.head:
        promised = None
    return Reading(offer, tree, state.directory, promised=promised)


def pinned(state: KeyLogState, offer: Offer, tree: CompactRange) -> Pin:
    """Return the pin at a checkpoint that was followed."""
    before = state.pin
    if before is None:
        return Pin(offer.key, offer.monitor, tree)
    heard = tuple(each for each in before.monitor.heard if each[1] != offer.head)
    monitor = replace(offer.monitor, heard=heard)
    past = before.past if offer.head == before.head else (*before.past, before.head)[-PAST:]
    return Pin(offer.key, monitor, tree, past)


def subject(entry: Entry) -> UserId | None:
    """Return whom an entry is about, if it could be read and is about anybody."""
    found = getattr(entry.statement, "user", None)
    return UserId(found) if found else None


def _read(reading: Reading, entries: Sequence[bytes], own: UserId) -> Reading:
    leaves = [leaf_hash(entry) for entry in entries]
    directory, told = reading.directory.after(entries)
    before, after = reading.directory.people, directory.people
    users = {user for each in told if (user := subject(each))}
    return replace(
        reading,
        range=reading.range.append(leaves),
        directory=directory,
        told=(*reading.told, *(each for each in told if _matters(each, own)))[:TOLD],
        changed=reading.changed | {user for user in users if after.get(user) != before.get(user)},
        promised=None if _keeps(reading, leaves) else reading.promised,
    )


def _keeps(reading: Reading, leaves: Sequence[bytes]) -> bool:
    """Whether the promised tree is met on the way through these leaves."""
    if reading.promised is None:
        return True
    rest = reading.promised.size - reading.range.size
    met = 0 <= rest <= len(leaves)
    return met and reading.range.append(leaves[:rest]).head == reading.promised


# --- what is stored -------------------------------------------------------------------------


def person_record(keys: Keys) -> PersonKeysRecord:
    """Return what is stored of a person's devices."""
    devices = tuple(
        ListedRecord(
            device, each.device_key, each.digest, each.index, each.ended, each.by or DeviceId("")
        )
        for device, each in sorted(keys.devices.items())
    )
    return PersonKeysRecord(keys.identity_key, tuple(sorted(keys.former)), devices)


def load(store: Store) -> KeyLogState:
    """Return what was stored.

    Raises:
        TransparencyError: It is damaged.
    """
    pin, found = store.table(Table.KEY_LOG).get("pin"), store.table(Table.FINDING)
    findings = [msgspec.msgpack.decode(found[n], type=FindingRecord) for n in sorted(found)]
    if pin is None:
        return KeyLogState(findings=tuple(findings))
    people = {
        UserId(user): msgspec.msgpack.decode(data, type=PersonKeysRecord)
        for user, data in store.table(Table.KEYS).items()
    }
    return _restored(msgspec.msgpack.decode(pin, type=KeyLogRecord), people, findings)


def _restored(
    record: KeyLogRecord,
    people: Mapping[UserId, PersonKeysRecord],
    findings: Sequence[FindingRecord],
) -> KeyLogState:
    if not record.key:
        return KeyLogState(findings=tuple(findings))
    key = VerifierKey.parse(record.key)
    promise = None if record.promised is None else Promise(key, TreeHead(*record.promised))
    pin, size = None, 0
    if record.note:
        trusted = Policy(key).check(SignedNote.decode(record.note))
        size = trusted.signed.checkpoint.size
        heard = tuple((source, TreeHead(size, root)) for source, size, root in record.heard)
        past = tuple(TreeHead(size, root) for size, root in record.past)
        pin = Pin(key, Monitor(trusted, heard), CompactRange(size, record.hashes), past)
    return KeyLogState(
        pin=pin,
        promise=promise,
        directory=KeyDirectory.of(size, {user: _keys(each) for user, each in people.items()}),
        refused=record.refused,
        findings=tuple(findings),
        checked=record.checked,
    )


def _keys(record: PersonKeysRecord) -> Keys:
    devices = {
        each.device: Listed(each.device_key, each.digest, each.index, each.ended, each.by or None)
        for each in record.devices
    }
    return Keys(record.identity_key, frozenset(record.former), devices)


def _heard(pin: Pin | None) -> tuple[tuple[str, int, bytes], ...]:
    heard = () if pin is None else pin.monitor.heard
    return tuple((source, head.size, head.root) for source, head in heard)


def _matters(entry: Entry, own: UserId) -> bool:
    return bool(entry.refused) or subject(entry) == own
