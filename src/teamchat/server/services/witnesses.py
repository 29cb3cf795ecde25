"""Asks the witnesses in the settings to cosign the key directory (c2sp.org/tlog-witness).

After each checkpoint, and again before the last cosignature gets old. A witness that is away or
refuses costs a line in the log; everything goes on without it. Only one thing that it shows stops
the signer: a checkpoint of this log, signed by its key, of more entries than there are here. That
it says so is not enough: nobody but this log can have signed that.
"""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NoReturn

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from teamchat.clock import Clock
from teamchat.errors import TeamchatError
from teamchat.server.services import audit
from teamchat.server.services.announcements import Announce, KeysSigned
from teamchat.server.services.audit_events import Event
from teamchat.server.services.key_log_signer import WHAT_TO_DO, Signer
from teamchat.server.services.witness_door import Answer, Door, WitnessAwayError, open_door
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import key_log
from teamchat.server.storage.queries.key_log import Cosigned, StoredLog
from teamchat.transparency import (
    Checkpoint,
    FormatError,
    Signature,
    SignatureType,
    SignedNote,
    TiledTree,
    TransparencyError,
    VerifierKey,
    open_checkpoint,
    tiles_for_consistency,
)
from teamchat.transparency.encoding import decode_decimal, decode_text, encode_base64
from teamchat.wire.problems import ProblemError

RENEW: Final = 3_600
"""Seconds after which a witness is asked for the same checkpoint again: clients may insist on
cosignatures that are not older than a day."""
FIRST_PAUSE: Final = 10.0
LONGEST_PAUSE: Final = 600.0
"""Seconds until a witness is asked again that was away or refused; twice as long each time."""
QUESTIONS: Final = 3
"""In one go: the first may have the wrong old size, and somebody may have asked in between."""
SIZE_TYPE: Final = "text/x.tlog.size"

_log = logging.getLogger(__name__)


class RefusedError(TeamchatError):
    """A witness has answered, and not with a cosignature.

    Attributes:
        status: The HTTP status of its answer.
    """

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{why} (HTTP status {status})")
        self.status = status


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness as the settings name it.

    Attributes:
        url: Its submission prefix, without a slash at its end.
        key: Its key, of type 0x04.
    """

    url: str
    key: VerifierKey


@dataclass(slots=True)
class _Standing:
    """How it is with a witness.

    Attributes:
        witness: Which.
        old: How many entries it has seen, as far as is known.
        cosigned: How many it has cosigned since this process runs; -1 for nothing yet.
        at: When it did, by the steady clock.
        pause: How long it is left alone after it was away, in seconds.
        not_before: When to ask again, by the steady clock.
        said: What was last written down about its absence.
    """

    witness: Witness
    old: int = 0
    cosigned: int = -1
    at: float = 0.0
    pause: float = 0.0
    not_before: float = 0.0
    said: str = field(default="")


class Witnesses:
    """The witnesses of the newest log.

    Args:
        database: Where the log is.
        clock: This machine's.
        signer: Signs the log, and is stopped if a witness has seen more.
        witnesses: Whom to ask.
        announce: Told when a checkpoint has another cosignature.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        signer: Signer,
        *,
        witnesses: Sequence[Witness],
        announce: Announce,
    ) -> None:
        self._database = database
        self._clock = clock
        self._signer = signer
        self._announce = announce
        self._standings = [_Standing(witness) for witness in witnesses]
        if witnesses:
            signer.paused = True

    async def run(self) -> None:
        """Ask whenever something was signed, until cancelled; at first, what they have seen."""
        if not self._standings:
            return
        async with open_door() as door:
            while True:
                self._signer.signed.clear()
                try:
                    await self.ask_all(door)
                except (ProblemError, DBAPIError, TransparencyError):
                    _log.exception("witnesses-not-asked")
                if self._signer.paused:
                    self._signer.paused = False
                    self._signer.wake()
                with suppress(TimeoutError):
                    async with asyncio.timeout(FIRST_PAUSE):
                        await self._signer.signed.wait()

    async def ask_all(self, door: Door) -> None:
        """Ask each witness that has not cosigned what was signed last, and whose turn it is."""
        log = await self._database.read(key_log.newest_log)
        if log is None or log.ended:
            return
        size, now = Checkpoint.decode(log.signed.text).size, self._clock.monotonic()
        due = [
            each
            for each in self._standings
            if each.not_before <= now and not (each.cosigned == size and now - each.at < RENEW)
        ]
        gained = await asyncio.gather(*(self._ask(door, log, each) for each in due))
        if any(gained):
            self._announce(KeysSigned(size))

    async def _ask(self, door: Door, log: StoredLog, standing: _Standing) -> bool:
        """Ask a witness; say whether it has cosigned."""
        name = standing.witness.key.name
        try:
            signature, time = await self._cosignature(door, log, standing)
        except (WitnessAwayError, RefusedError) as error:
            await self._put_off(standing, error)
            return False
        size = Checkpoint.decode(log.signed.text).size
        new = Cosigned(name, size, time, signature.line.removesuffix("\n"))
        await self._database.write(lambda c: key_log.put_cosignature(c, log.begun, new))
        if standing.said:
            _log.info("witness-cosigns-again", extra={"fields": {"witness": name}})
        standing.old, standing.cosigned, standing.at = size, size, self._clock.monotonic()
        standing.pause, standing.not_before, standing.said = 0.0, 0.0, ""
        return True

    async def _cosignature(
        self, door: Door, log: StoredLog, standing: _Standing
    ) -> tuple[Signature, int]:
        """Return a cosignature that was checked, and when it was made."""
        witness = standing.witness
        for _ in range(QUESTIONS):
            old = standing.old
            body = await self._database.read(lambda c, old=old: question(c, log, old))  # type: ignore[misc]  # a default argument of a lambda
            answer = await door.ask(f"{witness.url}/add-checkpoint", body)
            if answer.status != 409:
                return cosignature_in(answer, log.signed, witness.key)
            standing.old = size_in(answer)
            if standing.old > Checkpoint.decode(log.signed.text).size:
                standing.old = 0
                await self._weigh(door, log, witness)
        raise RefusedError(409, "it names one size after the other")

    async def _weigh(self, door: Door, log: StoredLog, witness: Witness) -> NoReturn:
        """A witness says to have seen more than there is: stop if it shows what this log signed."""
        here = Checkpoint.decode(log.signed.text).size
        page = hashlib.sha256(log.origin.encode()).hexdigest()
        answer = await door.look(f"{witness.url}/{page}/checkpoint")
        seen = size_signed_in(answer, log)
        if seen <= here:
            raise RefusedError(409, "it says to have seen more than was signed, and shows nothing")
        self._signer.stop(
            f"The witness {witness.key.name} shows a checkpoint of the key directory with {seen} "
            f"entries that was signed here, and only {here} are here: this server was put back to "
            f"what it was before. {WHAT_TO_DO}"
        )
        raise RefusedError(409, "it has seen more than there is")

    async def _put_off(self, standing: _Standing, error: WitnessAwayError | RefusedError) -> None:
        """Ask later; write down what is new about it."""
        standing.pause = min(max(2 * standing.pause, FIRST_PAUSE), LONGEST_PAUSE)
        standing.not_before = self._clock.monotonic() + standing.pause
        name, said = standing.witness.key.name, str(error)
        if said == standing.said:
            return
        standing.said = said
        _log.warning("witness-has-not-cosigned", extra={"fields": {"witness": name, "why": said}})
        if isinstance(error, RefusedError):
            detail: dict[str, audit.Detail] = {"name": name, "http_status": error.status}
            with suppress(ProblemError):  # a full disk: the line in the log is there
                await self._database.write(lambda c: _record(c, detail, now=self._clock.now()))


def question(connection: Connection, log: StoredLog, old: int) -> bytes:
    """Return what to post: that the checkpoint which was signed last continues an older size.

    Args:
        connection: To the tiles.
        log: The log.
        old: What the witness has seen; not more than was signed.

    Raises:
        TransparencyError: The stored tiles are not those of what was signed.
    """
    checkpoint = Checkpoint.decode(log.signed.text)
    proof: tuple[bytes, ...] = ()
    if 0 < old < checkpoint.size:
        tiles = key_log.log_tiles(
            connection, log.begun, tiles_for_consistency(old, checkpoint.size)
        )
        proof = TiledTree.authenticate(checkpoint.head, tiles).consistency_proof(old)
    hashes = "".join(f"{encode_base64(each)}\n" for each in proof)
    return f"old {old}\n{hashes}\n".encode() + log.signed.encode()


def size_in(answer: Answer) -> int:
    """Return which size a witness has seen, as its answer 409 says.

    Raises:
        RefusedError: It does not say.
    """
    try:
        text = decode_text(answer.body)
        size = decode_decimal(text.removesuffix("\n"))
    except FormatError as error:
        raise RefusedError(409, "it does not say what it has seen") from error
    if answer.media_type != SIZE_TYPE or not text.endswith("\n"):
        raise RefusedError(409, "it does not say what it has seen")
    return size


def size_signed_in(answer: Answer, log: StoredLog) -> int:
    """Return the size of the checkpoint of a log in an answer; 0 if the log has not signed it."""
    key = VerifierKey(log.origin, SignatureType.ED25519, log.public)
    try:
        return open_checkpoint(SignedNote.decode(answer.body), key).checkpoint.size
    except TransparencyError:
        return 0


def cosignature_in(answer: Answer, note: SignedNote, key: VerifierKey) -> tuple[Signature, int]:
    """Return the cosignature in an answer, and when it was made.

    Raises:
        RefusedError: There is none, or it is wrong.
    """
    if answer.status != 200:
        raise RefusedError(answer.status, "it refuses")
    try:
        lines = decode_text(answer.body).removesuffix("\n").split("\n")
        made = [each for each in map(Signature.parse, lines) if key.made(each)]
        times = [(each, key.verify(note.text, each)) for each in made]
    except TransparencyError as error:
        raise RefusedError(200, "its cosignature is wrong") from error
    for signature, time in times:
        if time is not None:
            return signature, time
    raise RefusedError(200, "its answer has no cosignature of the key in the settings")


def _record(connection: Connection, detail: dict[str, audit.Detail], *, now: int) -> None:
    audit.record(
        connection,
        event=Event.WITNESS_REFUSED,
        actor=audit.SYSTEM,
        subject="witness",
        detail=detail,
        now=now,
    )
