"""The witness at work: it reads, decides, remembers, and tells its operator what matters.

One call after the other: whoever serves sees to it that no two run at the same time.
"""

import logging
import sqlite3
from hashlib import sha256

from teamchat.clock import Clock
from teamchat.transparency import FormatError
from teamchat.witness.box import Box
from teamchat.witness.decision import Answer, Followed, Verdict, decide, malformed, refusal
from teamchat.witness.errors import WitnessError
from teamchat.witness.request import AddCheckpoint

log = logging.getLogger("teamchat.witness")


class Witness:
    """A witness that answers; which logs it follows stays as it is while it lives."""

    def __init__(self, box: Box, clock: Clock) -> None:
        self._box = box
        self._clock = clock
        self._origins = {
            origin_hash(each.policy.log.name): each.policy.log.name
            for each in box.ledger.followed()
        }

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer a request; a cosignature in it is remembered before this returns."""
        try:
            request = AddCheckpoint.decode(body)
        except FormatError as error:
            return malformed(error)
        try:
            return self._box.ledger.decided(
                request.origin, lambda before: self._decide(before, request)
            )
        except (sqlite3.Error, WitnessError):
            log.exception("Nothing can be stored, so nothing is signed: look at the disk.")
            return refusal(Verdict.NOT_STORED)

    def checkpoint(self, hashed: str) -> bytes | None:
        """Return the checkpoint cosigned last with both signatures; None if there is none.

        Args:
            hashed: Of which log (`origin_hash`).

        Raises:
            WitnessError: It cannot be read.
        """
        origin = self._origins.get(hashed)
        try:
            return None if origin is None else self._box.ledger.newest(origin)
        except sqlite3.Error as error:
            log.exception("What was cosigned cannot be read: look at the disk.")
            raise WitnessError(
                "The witness cannot read what it cosigned: try again later."
            ) from error

    def _decide(self, before: Followed, request: AddCheckpoint) -> tuple[Followed, Answer]:
        after, answer = decide(before, request, self._box.key, self._clock.now())
        origin = before.policy.log.name
        if after.fork is not before.fork:
            log.critical(
                "%s has signed two histories: keep the proof with teamchat-witness evidence.",
                origin,
            )
        elif answer.verdict is Verdict.INCONSISTENT:
            log.warning("%s: a checkpoint came without a proof that it continues.", origin)
        elif answer.verdict is Verdict.CLOCK_IS_BEHIND:
            log.error("%s: this clock is behind the last cosignature: set it.", origin)
        return after, answer


def origin_hash(origin: str) -> str:
    """Return how a log is named in an address (c2sp.org/tlog-witness)."""
    return sha256(origin.encode()).hexdigest()
