"""What clients have found against the key directory, written down for whoever watches over it.

A client says of what kind it was and the digest of its evidence, nothing else. It proves nothing:
the evidence is with the person, and this only says that it is worth asking for.
"""

import logging

from teamchat.clock import Clock
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services.audit_events import Event
from teamchat.server.storage.database import Database
from teamchat.wire.alarms import ReportAlarm
from teamchat.wire.problems import Code, ProblemError

_log = logging.getLogger(__name__)


class DirectoryAlarms:
    """Writes down what clients report."""

    def __init__(self, database: Database, clock: Clock, limiter: Limiter) -> None:
        self._database = database
        self._clock = clock
        self._limiter = limiter

    async def report(self, actor: Actor, reported: ReportAlarm) -> None:
        """Write down an alarm of a device.

        Raises:
            ProblemError: NO_DEVICE, TOO_MANY_REQUESTS (it is kept, and may be said later).
        """
        device = actor.device
        if device is None:
            raise ProblemError(Code.NO_DEVICE)
        self._limiter.require(Limit.ALARMS_BY_PERSON, actor.user)
        detail: dict[str, audit.Detail] = {
            "kind": reported.kind.value,
            "evidence_sha256": reported.evidence.hex(),
        }
        await self._database.write(
            lambda c: audit.record(
                c,
                event=Event.DIRECTORY_ALARM_REPORTED,
                actor=device,
                subject=str(reported.log),
                detail=detail,
                now=self._clock.now(),
            )
        )
        _log.warning("directory-alarm-reported", extra={"fields": {"kind": reported.kind.value}})
