"""Which entries of a log are kept while it is read, for somebody to be told of them.

A server can pad its log with what counts for nothing. So nothing that is about oneself or the
custodians is ever pushed out by anything else: each sort has places of its own, of which the last
one is for the newest, and what found none is counted and told. What is kept stays small.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Final, Self

from teamchat.identity.key_directory import Entry, KeyDirectory
from teamchat.identity.statements import Added, Custodians, Reset
from teamchat.ids import DeviceId, UserId

RETURNED: Final = 8
"""How many entries are kept of each person by which ended devices may have come back."""
OF_ONE_SORT: Final = 64
"""How many entries of one sort are kept: additions, removals, resets, and so on."""
LISTED: Final = 256
"""Of how many refused entries it is kept where they stand and why they were refused."""
REFUSED: Final = "refused"
"""The sort of one's own entries that break a rule."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What is kept of the entries that were read.

    Attributes:
        sorts: One's own entries, and those that appoint custodians, by sort.
        missed: How many that count found no place.
        missed_at: Where the last of those stands.
        of_known: The first refused entry about each person that is known.
        refused: Refused entries: index, person if known, reason.
        unfit: How many entries are refused and about nobody.
        first_unfit: The first of those, and its bytes.
        returned: Of oneself and each person that is known, the first entries by which devices that
            had ended may have come back, in a log that takes the place of another.
    """

    sorts: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    missed: int = 0
    missed_at: int = -1
    of_known: Mapping[UserId, Entry] = field(default_factory=dict)
    refused: tuple[tuple[int, str, str], ...] = ()
    unfit: int = 0
    first_unfit: tuple[Entry, bytes] | None = None
    returned: Mapping[UserId, tuple[Entry, ...]] = field(default_factory=dict)

    @property
    def told(self) -> tuple[Entry, ...]:
        """One's own entries and those that appoint custodians, in order."""
        kept = (entry for entries in self.sorts.values() for entry in entries)
        return tuple(sorted(kept, key=lambda entry: entry.index))

    def after(self, entry: Entry, data: bytes, own: UserId, known: AbstractSet[UserId]) -> Self:
        """Return the notes with one entry more.

        Args:
            entry: What became of it.
            data: What it says.
            own: Whose notes these are.
            known: Who else is known to them.
        """
        who = subject(entry)
        kept = self._refusing(entry, data, who, known) if entry.refused else self
        if who == own:
            return kept.keeping(REFUSED if entry.refused else type(entry.statement).__name__, entry)
        appoints = isinstance(entry.statement, Custodians) and not entry.refused
        return kept.keeping(Custodians.__name__, entry) if appoints else kept

    def noting_return(
        self,
        entry: Entry,
        directory: KeyDirectory,
        gone: AbstractSet[bytes | DeviceId],
        known: AbstractSet[UserId],
    ) -> Self:
        """Return the notes with an entry that may bring back a device that had ended.

        Args:
            entry: What became of it.
            directory: What follows from it and from those about it.
            gone: The devices that had ended, and their keys.
            known: Of whom it is to be told.
        """
        said = entry.statement
        if not gone or entry.refused or not isinstance(said, Added | Reset):
            return self
        kept = self.returned.get(said.user, ())
        if said.user not in known or len(kept) >= RETURNED:
            return self
        listed = directory.people[said.user].devices[said.device]
        suspects = {getattr(each.statement, "device", None) for each in kept}
        ended = not gone.isdisjoint((said.device, listed.device_key, listed.by))
        if not ended and listed.by not in suspects:
            return self
        return replace(self, returned={**self.returned, said.user: (*kept, entry)})

    def keeping(self, sort: str, entry: Entry) -> Self:
        """Return the notes with an entry in the places of its sort."""
        kept = self.sorts.get(sort, ())
        if len(kept) < OF_ONE_SORT:
            return replace(self, sorts={**self.sorts, sort: (*kept, entry)})
        sorts = {**self.sorts, sort: (*kept[:-1], entry)}
        if sort == REFUSED:  # one of them is told like all of them
            return replace(self, sorts=sorts)
        return replace(self, sorts=sorts, missed=self.missed + 1, missed_at=kept[-1].index)

    def _refusing(
        self, entry: Entry, data: bytes, who: UserId | None, known: AbstractSet[UserId]
    ) -> Self:
        listed = self.refused
        if len(listed) < LISTED:
            listed = (*listed, (entry.index, who or "", entry.refused))
        if who is None:
            first = self.first_unfit or (entry, data)
            return replace(self, refused=listed, unfit=self.unfit + 1, first_unfit=first)
        of_known = self.of_known
        if who in known and who not in of_known:
            of_known = {**of_known, who: entry}
        return replace(self, refused=listed, of_known=of_known)


def subject(entry: Entry) -> UserId | None:
    """Return whom an entry is about, if it could be read and is about anybody."""
    found = getattr(entry.statement, "user", None)
    return UserId(found) if found else None
