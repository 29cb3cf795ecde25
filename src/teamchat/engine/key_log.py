"""What a client knows of the key directory's log: values, and how they follow from what arrives.

A pin only ever moves to a tree whose root was computed from entries that were read one by one
(docs/spec/key-directory.md). What is being read is in a `Reading`, and nothing believes it
before its root is the signed one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

import msgspec

from teamchat.engine import key_anew
from teamchat.engine.key_reading import Offer, OtherLogError, Reading, begun
from teamchat.engine.key_records import (
    CustodiansRecord,
    FindingRecord,
    KeyLogRecord,
    ListedRecord,
    PersonKeysRecord,
    WitnessRecord,
)
from teamchat.engine.store import Store, Table
from teamchat.identity.key_directory import KeyDirectory, Keys, Listed
from teamchat.identity.statements import Custodians
from teamchat.ids import DeviceId, UserId
from teamchat.transparency import (
    CompactRange,
    Demand,
    Finding,
    FormatError,
    Monitor,
    Policy,
    SignedNote,
    Tile,
    TreeHead,
    VerifierKey,
)
from teamchat.wire.bodies import KeyLog

MAX_SIZE: Final = 2**22
"""How many entries of a log are followed; a company has a few ten thousand."""
PAST: Final = 64
"""How many earlier pins are remembered: most of what others have seen is one of them."""
REFUSED: Final = 256
"""How many entries that break a rule are kept."""


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
class Pin(Offer):
    """The newest checkpoint whose every entry was read.

    Attributes:
        key: The log's key; its name is the origin.
        monitor: The checkpoint, and what others have seen and is not proved yet.
        range: The tree, as far as it takes to go on.
        past: Trees that were pinned before, the newest last.
    """

    range: CompactRange
    past: tuple[TreeHead, ...] = ()
    held: int = 0
    """How many bytes of the last bundle were read, if it is not full."""


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
        witnesses: Which witnesses the person requires, if any.
        reported: How many findings, from the oldest, the server knows of or need not know of.
        reporting: The next one is on its way to the server, or was refused on this connection.
        strange: Who says to have seen a newer log than the pinned one, and which tree of it.
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
    strange: tuple[tuple[UserId, TreeHead], ...] = ()
    witnesses: WitnessRecord | None = None
    reported: int = 0
    reporting: bool = False

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
        return replace(
            self, reading=None, asking=0, again=False, failures=0, proving=None,
            reporting=False,
        )  # fmt: skip

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
            reported=self.reported,
            held=0 if pin is None else pin.held,
            custodians=_appointed(self.directory.custodians),
            sets=tuple(sorted(self.directory.sets)),
        )


def offered(body: KeyLog, state: KeyLogState) -> Offer:
    """Read what the server shows of its log; it may be one that took the pinned one's place.

    Raises:
        OtherLogError: It is another log than the promised one, or older than the pinned one.
        TransparencyError: It is no checkpoint, or the log has not signed it.
    """
    key = VerifierKey.parse(body.key)
    if body.origin != key.name:
        raise OtherLogError("a log under another name than its key's")
    since, promised = begun(key), state.promise.key if state.promise else key
    if state.pin is not None:
        known = key == state.pin.key or since > begun(state.pin.key)
    else:  # the address in a link may be a newer one than that in the origin
        known = (since, key.public) == (begun(promised), promised.public)
    if not known:
        raise OtherLogError("another log than before")
    trusted = Policy(key).check(SignedNote.decode(body.checkpoint.encode()))
    if trusted.signed.checkpoint.size > MAX_SIZE:
        raise FormatError("a log of so many entries is not followed")
    return Offer(key, Monitor(trusted))


def disagreement(state: KeyLogState, offer: Offer) -> Finding | None:
    """Say in which way a checkpoint contradicts what is pinned by its size and root alone."""
    if succeeded(state, offer):
        return None
    head = state.pin.head if state.pin else None
    if head is None:
        promised = state.promise.head.size if state.promise else 0
        return Finding.ROLLED_BACK if offer.head.size < promised else None
    if offer.head.size < head.size:
        return Finding.ROLLED_BACK
    return Finding.FORKED if offer.head.size == head.size and offer.head != head else None


def succeeded(state: KeyLogState, offer: Offer) -> bool:
    """Say whether a checkpoint is of another log than the pinned one."""
    return state.pin is not None and state.pin.key != offer.key


def begin(state: KeyLogState, offer: Offer) -> Reading:
    """Return the reading that leads from what is pinned to a larger tree, or to another log's."""
    if state.pin is not None and succeeded(state, offer):
        gone = key_anew.gone(state.directory)
        return Reading(offer, CompactRange(), KeyDirectory(), succeeds=state.pin.key, gone=gone)
    tree = state.pin.range if state.pin else CompactRange()
    promised = state.promise.head if state.promise and state.pin is None else None
    if promised is not None and promised == tree.head:
        promised = None
    held = state.pin.held if state.pin else 0
    return Reading(offer, tree, state.directory, promised=promised, held=held, short=held > 0)


def pinned(state: KeyLogState, reading: Reading) -> Pin:
    """Return the pin at a checkpoint that was followed."""
    before, offer, tree = state.pin, reading.offer, reading.range
    if before is None or succeeded(state, offer):
        return Pin(offer.key, offer.monitor, tree, held=reading.held)
    heard = tuple(each for each in before.monitor.heard if each[1] != offer.head)
    monitor = replace(offer.monitor, heard=heard)
    past = before.past if offer.head == before.head else (*before.past, before.head)[-PAST:]
    return Pin(offer.key, monitor, tree, past, reading.held)


# --- what is stored -------------------------------------------------------------------------


def person_record(keys: Keys) -> PersonKeysRecord:
    """Return what is stored of a person's devices."""
    devices = tuple(
        ListedRecord(
            device,
            each.device_key,
            each.digest,
            each.index,
            each.ended,
            each.by or DeviceId(""),
            each.kept_out,
            each.ended_by,
        )
        for device, each in sorted(keys.devices.items())
    )
    former, renewed = tuple(sorted(keys.former)), tuple(sorted(keys.renewed))
    return PersonKeysRecord(keys.identity_key, former, devices, renewed)


def load(store: Store) -> KeyLogState:
    """Return what was stored.

    Raises:
        TransparencyError: It is damaged.
    """
    pin, found = store.table(Table.KEY_LOG).get("pin"), store.table(Table.FINDING)
    findings = [msgspec.msgpack.decode(found[n], type=FindingRecord) for n in sorted(found)]
    if pin is None:
        return KeyLogState(findings=tuple(findings))
    witnesses = store.table(Table.KEY_LOG).get("witnesses")
    people = {
        UserId(user): msgspec.msgpack.decode(data, type=PersonKeysRecord)
        for user, data in store.table(Table.KEYS).items()
    }
    restored = _restored(msgspec.msgpack.decode(pin, type=KeyLogRecord), people, findings)
    if witnesses is None:
        return restored
    return replace(restored, witnesses=msgspec.msgpack.decode(witnesses, type=WitnessRecord))


def _restored(
    record: KeyLogRecord,
    people: Mapping[UserId, PersonKeysRecord],
    findings: Sequence[FindingRecord],
) -> KeyLogState:
    if not record.key:
        return KeyLogState(findings=tuple(findings), reported=record.reported)
    key = VerifierKey.parse(record.key)
    promise = None if record.promised is None else Promise(key, TreeHead(*record.promised))
    pin, size = None, 0
    if record.note:
        trusted = Policy(key).check(SignedNote.decode(record.note))
        size = trusted.signed.checkpoint.size
        heard = tuple((source, TreeHead(size, root)) for source, size, root in record.heard)
        past = tuple(TreeHead(size, root) for size, root in record.past)
        pin = Pin(
            key, Monitor(trusted, heard), CompactRange(size, record.hashes), past, record.held
        )
    return KeyLogState(
        pin=pin,
        promise=promise,
        directory=KeyDirectory.of(
            size,
            {user: _keys(each) for user, each in people.items()},
            _custodians(record.custodians),
            frozenset(record.sets),
        ),
        refused=record.refused,
        findings=tuple(findings),
        checked=record.checked,
        reported=record.reported,
    )


def _keys(record: PersonKeysRecord) -> Keys:
    devices = {
        each.device: Listed(
            each.device_key,
            each.digest,
            each.index,
            each.ended,
            each.by or None,
            each.kept_out,
            each.ended_by,
        )
        for each in record.devices
    }
    former, renewed = frozenset(record.former), frozenset(record.renewed)
    return Keys(record.identity_key, former, devices, renewed)


def _appointed(said: Custodians | None) -> CustodiansRecord | None:
    if said is None:
        return None
    return CustodiansRecord(said.which, said.people, said.threshold, said.day)


def _custodians(record: CustodiansRecord | None) -> Custodians | None:
    if record is None:
        return None
    return Custodians(record.which, record.people, record.threshold, record.day)


def _heard(pin: Pin | None) -> tuple[tuple[str, int, bytes], ...]:
    heard = () if pin is None else pin.monitor.heard
    return tuple((source, head.size, head.root) for source, head in heard)
