"""Cosignatures (c2sp.org/tlog-cosignature) and the policy that asks for them.

A log alone can show everybody another tree. A witness signs only what continues what it has
signed before, so enough of them, recently, leave room for one tree only, and for no old one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from teamchat.transparency.checkpoint import SignedCheckpoint, open_checkpoint
from teamchat.transparency.errors import PolicyError, UsageError
from teamchat.transparency.keys import Signature, SignatureType, VerifierKey, WitnessKey
from teamchat.transparency.note import SignedNote, verify_note

MAX_WITNESSES: Final = 32
CLOCK_SKEW: Final = 300
"""How many seconds ahead of ours a witness's clock may be."""


def cosign(signed: SignedCheckpoint, key: WitnessKey, time: int) -> Signature:
    """Return a witness's signature; that the tree continues the last one, it has checked.

    Args:
        signed: What the log has signed.
        key: The witness's key.
        time: Now, in POSIX seconds.

    Raises:
        UsageError: There is no such time.
    """
    return key.sign(signed.note.text, time)


@dataclass(frozen=True, slots=True)
class TrustedCheckpoint:
    """A checkpoint that satisfies a policy; made by `Policy`.

    Attributes:
        signed: The checkpoint with its note.
        cosigned: When each known witness cosigned, in POSIX seconds, by the witness's name.
    """

    signed: SignedCheckpoint
    cosigned: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Which checkpoints to trust: of one log, cosigned by k of n witnesses.

    Attributes:
        log: The log's key; its name is the log's origin.
        witnesses: The keys of the n witnesses.
        quorum: k; 0 asks for none.
    """

    log: VerifierKey
    witnesses: tuple[VerifierKey, ...] = ()
    quorum: int = 0

    def __post_init__(self) -> None:
        """Refuse a policy that could be satisfied by fewer than it says.

        Raises:
            UsageError: A key is of the wrong type or there twice, under whatever name, or the
                quorum cannot be reached.
        """
        if self.log.type is not SignatureType.ED25519:
            raise UsageError("a log's key is of type 0x01")
        if any(key.type is not SignatureType.COSIGNATURE_V1 for key in self.witnesses):
            raise UsageError("a witness's key is of type 0x04")
        if len({key.public for key in (self.log, *self.witnesses)}) <= len(self.witnesses):
            raise UsageError("a key counts once, under one name")
        if len({key.name for key in self.witnesses}) < len(self.witnesses):
            raise UsageError("two witnesses have one name")
        if not 0 <= self.quorum <= len(self.witnesses) <= MAX_WITNESSES:
            raise UsageError("the quorum is larger than the number of witnesses, or they are many")

    def check(self, note: SignedNote) -> TrustedCheckpoint:
        """Trust a checkpoint whatever its age, as for a proof that is kept for years.

        Raises:
            SignatureError: A signature of a known key is wrong, or the log's is missing.
            FormatError: The text is not a checkpoint's.
            PolicyError: Too few witnesses have cosigned.
        """
        signed = open_checkpoint(note, self.log)
        times = self._times(note)
        self._count(times, stale=0)
        return TrustedCheckpoint(signed, tuple(sorted(times.items())))

    def check_fresh(self, note: SignedNote, *, now: int, maximum_age: int) -> TrustedCheckpoint:
        """Trust a checkpoint if witnesses say that it is the newest, and have said so lately.

        Args:
            note: The note as received.
            now: In POSIX seconds.
            maximum_age: How many seconds ago a witness may have cosigned.

        Raises:
            SignatureError: A signature of a known key is wrong, or the log's is missing.
            FormatError: The text is not a checkpoint's.
            PolicyError: Too few witnesses have cosigned, or too long ago.
        """
        signed = open_checkpoint(note, self.log)
        times = self._times(note)
        fresh = {
            name: time
            for name, time in times.items()
            if now - maximum_age <= time <= now + CLOCK_SKEW
        }
        self._count(fresh, stale=len(times) - len(fresh))
        return TrustedCheckpoint(signed, tuple(sorted(fresh.items())))

    def _times(self, note: SignedNote) -> dict[str, int]:
        """Return when each witness cosigned last; the log's signature is among those checked."""
        times: dict[str, int] = {}
        for verified in verify_note(note, (self.log, *self.witnesses)):
            if verified.time is not None:
                name = verified.key.name
                times[name] = max(verified.time, times.get(name, 0))
        return times

    def _count(self, times: Mapping[str, int], stale: int) -> None:
        if len(times) < self.quorum:
            raise PolicyError(needed=self.quorum, found=len(times), stale=stale)
