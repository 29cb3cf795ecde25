"""Reading a log of the key directory, bundle by bundle; nothing believes it before it is whole.

The root follows from what was read, so no proof is needed: it has to be the one that was signed.
A log may take the place of another, as after the restoring of a backup: then its first entry
names a checkpoint of the other one.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, Self

from teamchat.engine.key_notes import Notes, subject
from teamchat.identity.key_directory import Entry, KeyDirectory
from teamchat.identity.statements import Begun
from teamchat.ids import DeviceId, UserId
from teamchat.transparency import (
    CompactRange,
    EntryBundle,
    FormatError,
    Monitor,
    SignedNote,
    TransparencyError,
    TreeHead,
    VerifierKey,
    decode_bundle,
    leaf_hash,
    open_checkpoint,
)
from teamchat.transparency.tiles import TILE_WIDTH

AT_ONCE: Final = 4
"""How many bundles are asked for at once."""


class OtherLogError(TransparencyError):
    """The server shows a log of another origin or key than the pinned one."""


class UnmetRootError(TransparencyError):
    """What was read does not make the root that was signed."""


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
        notes: What is kept of the entries, for somebody to be told of them.
        changed: Whose devices are others than before.
        asked: Which bundle each request asks for.
        here: Bundles that came before it was their turn.
        promised: The promise that is not met yet.
        succeeds: The key of the log in whose place this one is, before its beginning was read.
        held: How many bytes of the bundle that is not full were read already; 0 if that is not
            known, or it is full.
        short: Whether a part was left out because it had been read before.
        gone: The devices that had ended in the log that this one succeeds, and their keys.
    """

    offer: Offer
    range: CompactRange
    directory: KeyDirectory
    notes: Notes = field(default_factory=Notes)
    changed: frozenset[UserId] = frozenset()
    asked: Mapping[int, EntryBundle] = field(default_factory=dict)
    here: Mapping[int, bytes] = field(default_factory=dict)
    promised: TreeHead | None = None
    succeeds: VerifierKey | None = None
    held: int = 0
    short: bool = False
    gone: frozenset[bytes | DeviceId] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return self.range.size == self.offer.head.size

    def bundle(self, index: int) -> EntryBundle:
        """Return a bundle as it is in the tree that is read."""
        return EntryBundle(index, min(TILE_WIDTH, self.offer.head.size - index * TILE_WIDTH))

    def start(self, bundle: EntryBundle) -> int:
        """Return how many bytes of a bundle need not come again."""
        goes_on = bundle.index == self.range.size // TILE_WIDTH and self.range.size % TILE_WIDTH
        return self.held if goes_on else 0

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

    def take(
        self, request: int, data: bytes, own: UserId, known: AbstractSet[UserId] = frozenset()
    ) -> "Reading":
        """Return it with the answer to a request, as far as that was its turn.

        Args:
            request: Which one.
            data: The bundle.
            own: Whose entries are to be told, whatever they say.
            known: Of whom it is to be told if an entry about them was refused.

        Raises:
            FormatError: The data are no such bundle.
        """
        asked = {**self.asked}
        bundle = asked.pop(request)
        taken: Reading = replace(self, asked=asked, here={**self.here, bundle.index: data})
        while (index := taken.range.size // TILE_WIDTH) in taken.here and not taken.complete:
            here = {**taken.here}
            entries, held = taken.opened(taken.bundle(index), here.pop(index))
            taken = _read(replace(taken, here=here, held=held), entries, own, known)
        return taken

    def opened(self, bundle: EntryBundle, data: bytes) -> tuple[tuple[bytes, ...], int]:
        """Return the entries of a bundle that are new, and how many bytes of it are known then.

        Raises:
            FormatError: The data are no such bundle, or not the rest of it.
        """
        known, start = self.range.size % TILE_WIDTH, self.start(bundle)
        if start:
            entries = decode_bundle(data, bundle.width - known)
        else:
            entries = decode_bundle(data, bundle.width)[known:]
        return entries, 0 if bundle.width == TILE_WIDTH else start + len(data)

    def check(self) -> None:
        """Check that what was read is what was signed.

        Raises:
            OtherLogError: It does not continue what an invitation promised.
            UnmetRootError: The root is another one.
        """
        if self.promised is not None or self.succeeds is not None:
            raise OtherLogError("the log does not continue the one that is known")
        if self.range.head != self.offer.head:
            raise UnmetRootError("the entries do not make the signed root")


def begun(key: VerifierKey) -> int:
    """Return when a log was begun, seconds since 1970 and five random digits; its origin ends so.

    Raises:
        FormatError: It does not.
    """
    _, found, last = key.name.rpartition("/v1/keys/")
    if not found or not last.isascii() or not last.isdigit() or len(last) > 15:
        raise FormatError("not the origin of a key directory")
    return int(last)


def _read(
    reading: Reading, entries: Sequence[bytes], own: UserId, known: AbstractSet[UserId]
) -> Reading:
    leaves = [leaf_hash(entry) for entry in entries]
    directory, told = reading.directory.after(entries)
    before, after, notes = reading.directory.people, directory.people, reading.notes
    concerned = known | {own}
    for each, data in zip(told, entries, strict=True):
        notes = notes.after(each, data, own, known)
        notes = notes.noting_return(each, directory, reading.gone, concerned)
    users = {user for each in told if (user := subject(each))}
    return replace(
        reading,
        range=reading.range.append(leaves),
        directory=directory,
        notes=notes,
        changed=reading.changed | {user for user in users if after.get(user) != before.get(user)},
        promised=None if _keeps(reading, leaves) else reading.promised,
        succeeds=None if _names(reading.succeeds, told) else reading.succeeds,
    )


def _names(log: VerifierKey | None, told: Sequence[Entry]) -> bool:
    """Whether a log begins with a checkpoint of another one, which has signed it."""
    match told:
        case [Entry(index=0, statement=Begun(previous=previous), refused=""), *_] if log:
            with suppress(TransparencyError):
                open_checkpoint(SignedNote.decode(previous.encode()), log)
                return True
    return log is None


def _keeps(reading: Reading, leaves: Sequence[bytes]) -> bool:
    """Whether the promised tree is met on the way through these leaves."""
    if reading.promised is None:
        return True
    rest = reading.promised.size - reading.range.size
    met = 0 <= rest <= len(leaves)
    return met and reading.range.append(leaves[:rest]).head == reading.promised
