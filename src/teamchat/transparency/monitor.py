"""A client's memory of a log: what it has seen, and what must be consistent with that.

The pinned checkpoint only ever moves to a tree that provably continues it. What other members say
they have seen (gossip) is unsigned: it is checked like everything else, but when it contradicts
the pin, that is a reason to ask them for their signed checkpoint, and only that is evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

from teamchat.transparency.checkpoint import SignedCheckpoint
from teamchat.transparency.compact import TreeHead
from teamchat.transparency.errors import (
    Finding,
    InconsistentLogError,
    ProofError,
    SplitViewError,
    UsageError,
)
from teamchat.transparency.proofs import verify_extension
from teamchat.transparency.witness import TrustedCheckpoint

MAX_SOURCES: Final = 1_024
MAX_SOURCE_CHARACTERS: Final = 128


@dataclass(frozen=True, slots=True)
class Demand:
    """A consistency proof that the log owes: that `new` continues `old`.

    Attributes:
        source: Who has seen the other tree.
        old: The smaller tree.
        new: The larger one.
    """

    source: str
    old: TreeHead
    new: TreeHead


@dataclass(frozen=True, slots=True)
class Monitor:
    """What one client knows of one log.

    Attributes:
        pinned: The newest checkpoint it has verified.
        heard: What others say they have seen and is not yet proven, by who says it. One tree for
            each: what an honest member says later continues what it said before, and a lying one
            only takes back its own words.
    """

    pinned: TrustedCheckpoint
    heard: tuple[tuple[str, TreeHead], ...] = field(default=())

    @property
    def head(self) -> TreeHead:
        """The pinned tree."""
        return self.pinned.signed.checkpoint.head

    @property
    def behind(self) -> int:
        """How many leaves others have seen that the log has not shown us; 0 if none."""
        return max([head.size - self.head.size for _, head in self.heard], default=0)

    def advance(self, new: TrustedCheckpoint, proof: Sequence[bytes]) -> Self:
        """Return the memory with a newer checkpoint pinned.

        Args:
            new: What the log shows now, and policy trusts.
            proof: The consistency proof from the pinned size to the new one.

        Raises:
            InconsistentLogError: The log shows another history, or a smaller tree.
            UsageError: It is another log's.
        """
        self._check_origin(new.signed)
        head = new.signed.checkpoint.head
        if head.size < self.head.size:
            raise self._evidence(Finding.ROLLED_BACK, new.signed)
        self.compare(new.signed, proof)
        unproven = tuple(each for each in self.heard if each[1] != head)
        return replace(self, pinned=new, heard=unproven)

    def compare(self, other: SignedCheckpoint, proof: Sequence[bytes]) -> None:
        """Check that a signed checkpoint, such as another member's, is of the history we know.

        Args:
            other: An older or a newer one.
            proof: The consistency proof from the smaller size to the larger one.

        Raises:
            InconsistentLogError: It is not, or the proof does not show it.
            UsageError: It is another log's.
        """
        self._check_origin(other)
        if (finding := _disagreement(self.head, other.checkpoint.head, proof)) is not None:
            raise self._evidence(finding, other)

    def hear(self, source: str, head: TreeHead) -> Self:
        """Return the memory with what a member says to have seen.

        Beyond `MAX_SOURCES` members nothing is added: those that are waiting go first.

        Raises:
            SplitViewError: It has our size and another root.
            UsageError: The source has no usable name.
        """
        if not 1 <= len(source) <= MAX_SOURCE_CHARACTERS:
            raise UsageError("a source has a short name")
        if head == self.head:
            return self
        if head.size == self.head.size:
            raise SplitViewError(Finding.FORKED, source)
        others = tuple(each for each in self.heard if each[0] != source)
        if len(others) >= MAX_SOURCES:
            return self
        return replace(self, heard=(*others, (source, head)))

    def demands(self) -> tuple[Demand, ...]:
        """Return what the log has to prove now; larger trees wait for a newer checkpoint."""
        return tuple(
            Demand(source, head, self.head)
            for source, head in self.heard
            if head.size <= self.head.size
        )

    def settle(self, demand: Demand, proof: Sequence[bytes]) -> Self:
        """Return the memory without a demand that has been met.

        Raises:
            SplitViewError: The proof does not verify: somebody has another tree, or lies.
            UsageError: It is not one of our demands.
        """
        if demand not in self.demands():
            raise UsageError("nothing demands this proof")
        if (finding := _disagreement(demand.old, demand.new, proof)) is not None:
            raise SplitViewError(finding, demand.source)
        rest = tuple(each for each in self.heard if each != (demand.source, demand.old))
        return replace(self, heard=rest)

    def _check_origin(self, other: SignedCheckpoint) -> None:
        if other.checkpoint.origin != self.pinned.signed.checkpoint.origin:
            raise UsageError("the checkpoint is another log's")

    def _evidence(self, finding: Finding, theirs: SignedCheckpoint) -> InconsistentLogError:
        return InconsistentLogError(
            finding, ours=self.pinned.signed.note.encode(), theirs=theirs.note.encode()
        )


def _disagreement(ours: TreeHead, theirs: TreeHead, proof: Sequence[bytes]) -> Finding | None:
    if ours == theirs:
        return None
    old, new = sorted((ours, theirs), key=lambda head: head.size)
    if old.size == new.size:
        return Finding.FORKED
    try:
        verify_extension(old, new, proof)
    except ProofError:
        return Finding.UNPROVEN
    return None
