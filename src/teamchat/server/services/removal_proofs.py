"""What a removed device is told: a proof that it was removed, from the key directory.

Its session has ended, so anybody may ask; who does shows the device's key. The proof is what the
client needs to erase what it holds (docs/spec/wiping.md): a word of this server is not enough.
That it was given one is audited once for each device; whether it has erased anything is not known
here, nor could be.
"""

from contextlib import suppress

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.identity import removal_question
from teamchat.identity.errors import IdentityError
from teamchat.ids import DeviceId
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.services.key_log import KeyLog
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import key_log, registration
from teamchat.server.storage.queries.key_log import Place
from teamchat.wire.devices import AskRemoval, RemovalProof
from teamchat.wire.problems import Code, ProblemError


class RemovalProofs:
    """Answers devices that ask whether they were removed."""

    def __init__(
        self, database: Database, clock: Clock, limiter: Limiter, *, key_log: KeyLog
    ) -> None:
        self._database = database
        self._clock = clock
        self._limiter = limiter
        self._key_log = key_log

    async def ask(self, asked: AskRemoval) -> RemovalProof:
        """Return the proof that the device which asks was removed.

        Raises:
            ProblemError: INVALID (not signed by such a device, or of another time), NOT_FOUND (it
                was not removed, or the key directory does not say so), TOO_MANY_REQUESTS.
        """
        known = await self._database.read(lambda c: registration.ever_known(c, asked.device))
        try:
            removal_question.verify(
                b"" if known is None else known.device_key,
                asked.signature,
                device=asked.device,
                time=asked.time,
                now=self._clock.now(),
            )
        except IdentityError as error:
            raise ProblemError(Code.INVALID, "not asked by this device, or not now") from error
        self._limiter.require(Limit.REMOVAL_PROOFS_BY_DEVICE, asked.device)
        place = await self._database.read(lambda c: _place(c, asked))
        if place is None:
            raise ProblemError(Code.NOT_FOUND, "this device was not removed")
        proof = await self._key_log.proof(place.begun, place.index)
        if known is not None and not known.shown:
            with suppress(ProblemError):  # a full disk must not keep a device from erasing itself
                await self._database.write(lambda connection: self._note(connection, asked.device))
        return RemovalProof(proof.encode().decode())

    def _note(self, connection: Connection, device: DeviceId) -> None:
        """Write down, the first time, that a device has asked with its key and was told."""
        now = self._clock.now()
        if registration.note_shown_removal(connection, device, now=now):
            audit.record(
                connection,
                event=Event.DEVICE_WIPED,
                actor=device,
                subject=device,
                detail={"confirmed": False},
                now=now,
            )


def _place(connection: Connection, asked: AskRemoval) -> Place | None:
    known = registration.ever_known(connection, asked.device)
    if known is None or not known.revoked:
        return None
    return key_log.removal_of(connection, known.user, asked.device, preferred=asked.log)
