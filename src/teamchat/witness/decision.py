"""What a witness answers, and what it remembers from then on: values in, values out.

The order of the checks is that of c2sp.org/tlog-witness. An answer is only given away after what
is to be remembered is on disk; that is the caller's part.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from teamchat.transparency import (
    EMPTY_ROOT,
    FormatError,
    Policy,
    ProofError,
    SignatureError,
    SignedCheckpoint,
    SignedNote,
    TreeHead,
    TrustedCheckpoint,
    WitnessKey,
    cosign,
    open_checkpoint,
    verify_extension,
)
from teamchat.transparency.witness import CLOCK_SKEW
from teamchat.witness.request import AddCheckpoint

EMPTY_TREE: Final = TreeHead(0, EMPTY_ROOT)


class Verdict(Enum):
    """What became of a request: the HTTP status, and a sentence for who made it."""

    COSIGNED = 200, "The checkpoint is cosigned."
    MALFORMED = 400, "This is not a request to add a checkpoint"
    OLD_IS_LARGER = 400, "The old size is larger than the checkpoint's: send the proof from it."
    NOT_SIGNED = 403, "The log's own signature is missing or wrong: sign with the key of this log."
    UNKNOWN_LOG = 404, "This witness does not follow this log: its operator has to add it first."
    OTHER_SIZE = 409, "The proof begins at another size than the one cosigned last."
    INCONSISTENT = 422, "The checkpoint does not provably continue the one cosigned last."
    NOT_STORED = 503, "The witness cannot store anything, so it signs nothing: try again later."
    CLOCK_IS_BEHIND = 503, "The clock of this witness is wrong: its operator has to set it."

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back.

    Attributes:
        verdict: What became of the request.
        body: As it is sent.
    """

    verdict: Verdict
    body: bytes


@dataclass(frozen=True, slots=True)
class Fork:
    """Two checkpoints that a log signed, of one size and with two roots: they convict it.

    Attributes:
        ours: The one this witness had cosigned, with both signatures.
        theirs: The other, with the log's signature.
    """

    ours: SignedNote
    theirs: SignedNote


@dataclass(frozen=True, slots=True)
class Followed:
    """A log that is followed, and all that is remembered of it.

    Attributes:
        policy: The log's key and this witness's.
        newest: The checkpoint cosigned last; None if none ever was.
        fork: The first proof that the log has two histories; None if none was seen.
    """

    policy: Policy
    newest: TrustedCheckpoint | None = None
    fork: Fork | None = None

    @property
    def head(self) -> TreeHead:
        """The tree cosigned last; the empty one if none ever was."""
        return self.newest.signed.checkpoint.head if self.newest else EMPTY_TREE

    @property
    def time(self) -> int:
        """When a checkpoint was cosigned last, in POSIX seconds; 1 if none ever was.

        No cosignature has the time 0, which would mean that it says nothing of time.
        """
        return max((time for _, time in self.newest.cosigned), default=1) if self.newest else 1


def malformed(error: FormatError) -> Answer:
    """Answer what cannot be read."""
    return Answer(Verdict.MALFORMED, f"{Verdict.MALFORMED.sentence}: {error}.\n".encode())


def refusal(verdict: Verdict) -> Answer:
    """Answer that it is not done."""
    return Answer(verdict, f"{verdict.sentence}\n".encode())


def decide(
    followed: Followed, request: AddCheckpoint, key: WitnessKey, now: int
) -> tuple[Followed, Answer]:
    """Return what to remember and what to answer.

    Args:
        followed: What is remembered of the log that the request names.
        request: The request.
        key: The witness's key.
        now: In POSIX seconds.
    """
    try:
        signed = open_checkpoint(request.note, followed.policy.log)
    except SignatureError:
        return followed, refusal(Verdict.NOT_SIGNED)
    except FormatError as error:
        return followed, malformed(error)
    followed = _with_fork(followed, signed)
    if verdict := _objection(followed, signed.checkpoint.head, request):
        if verdict is Verdict.OTHER_SIZE:
            return followed, Answer(verdict, f"{followed.head.size}\n".encode())
        return followed, refusal(verdict)
    if now < followed.time - CLOCK_SKEW or now < 1:
        return followed, refusal(Verdict.CLOCK_IS_BEHIND)
    cosignature = cosign(signed, key, max(now, followed.time))
    note = _by_log(followed.policy, signed).with_signatures(cosignature)
    answer = Answer(Verdict.COSIGNED, cosignature.line.encode())
    return replace(followed, newest=followed.policy.check(note)), answer


def _objection(followed: Followed, new: TreeHead, request: AddCheckpoint) -> Verdict | None:
    if request.old > new.size:
        return Verdict.OLD_IS_LARGER
    if request.old != followed.head.size:
        return Verdict.OTHER_SIZE
    try:
        verify_extension(followed.head, new, request.proof)
    except ProofError:
        return Verdict.INCONSISTENT
    return None


def _with_fork(followed: Followed, signed: SignedCheckpoint) -> Followed:
    """Keep the proof of two histories, whatever the request is otherwise worth."""
    new, newest = signed.checkpoint.head, followed.newest
    if newest is None or followed.fork is not None or new.size != followed.head.size:
        return followed
    if new.root == followed.head.root:
        return followed
    return replace(followed, fork=Fork(newest.signed.note, _by_log(followed.policy, signed)))


def _by_log(policy: Policy, signed: SignedCheckpoint) -> SignedNote:
    """Return the note with one signature, the log's; strangers' are not kept."""
    own = next(each for each in signed.note.signatures if policy.log.made(each))
    return SignedNote(signed.note.text, (own,))
