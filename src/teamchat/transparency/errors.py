"""What can go wrong, and whose fault it is.

Every failure of this package is a `TransparencyError`. Verification never returns a boolean:
it raises one of these, so that its answer cannot be ignored.
"""

from enum import Enum


class TransparencyError(Exception):
    """Something about a log, a proof or a call is not right."""


class FormatError(TransparencyError):
    """Their bytes are not the format they claim to be, or not its one canonical form."""


class ProofError(TransparencyError):
    """The hashes do not lead to the root: a proof, tile or entry is not of this tree."""


class SignatureError(TransparencyError):
    """A signature of a known key is wrong, or there is none."""


class PolicyError(TransparencyError):
    """The checkpoint may be right, but too few witnesses vouch for it.

    Attributes:
        needed: How many witnesses must have cosigned.
        found: How many have, recently enough.
        stale: How many have, but too long ago or in the future.
    """

    def __init__(self, *, needed: int, found: int, stale: int) -> None:
        super().__init__(f"{found} of {needed} needed witnesses have cosigned, {stale} out of date")
        self.needed = needed
        self.found = found
        self.stale = stale


class Finding(Enum):
    """How two checkpoints of one log disagree."""

    FORKED = "one size, two roots"
    """Conclusive: the two notes alone convict the log before anybody."""
    ROLLED_BACK = "a smaller tree than before"
    """An old answer, or a log put back: what the log says next decides."""
    UNPROVEN = "no proof that one continues the other"
    """The log can still clear itself, by a proof that verifies."""


class InconsistentLogError(TransparencyError):
    """The log shows two histories.

    Attributes:
        finding: In which way.
        ours: The signed checkpoint that was pinned, as received.
        theirs: The signed checkpoint that contradicts it, as received.
    """

    def __init__(self, finding: Finding, *, ours: bytes, theirs: bytes) -> None:
        super().__init__(finding.value)
        self.finding = finding
        self.ours = ours
        self.theirs = theirs


class SplitViewError(TransparencyError):
    """Somebody claims to have seen another tree; a claim is not signed and so no evidence yet.

    Attributes:
        finding: In which way it disagrees with what is pinned.
        source: Who claims it.
    """

    def __init__(self, finding: Finding, source: str) -> None:
        super().__init__(finding.value)
        self.finding = finding
        self.source = source


class ForkRefusedError(TransparencyError):
    """Our own log must not sign this: it would contradict what was signed before."""


class ConflictError(TransparencyError):
    """Another writer has moved the log since it was read: read it again."""


class UsageError(TransparencyError):
    """The caller asked for something that cannot be done: a bug outside this package."""
