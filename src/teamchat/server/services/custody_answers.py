"""What custodians answer to requests (docs/spec/custodians.md).

The server passes on what they hand over, and cannot open it.
"""

import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import DeviceId, UserId
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services import custody_standing as standing
from teamchat.server.services.announcements import Announce
from teamchat.server.services.audit_events import Event
from teamchat.server.services.custody import CustodyBook
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import custody, registration
from teamchat.server.storage.queries.custody import StoredAnswer, StoredRequest
from teamchat.wire.custody import ApproveCustody, CustodyRequest, CustodyRequests, Verdict
from teamchat.wire.problems import Code, ProblemError, Reason


class CustodyAnswers:
    """The custodians' side of the requests.

    Args:
        database: Where they are kept.
        clock: Says when.
        limiter: Bounds how often somebody answers.
        book: Forgets those whose time is over.
        announce: Tells the person.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        limiter: Limiter,
        *,
        book: CustodyBook,
        announce: Announce,
    ) -> None:
        self._limiter = limiter
        self._database = database
        self._clock = clock
        self._book = book
        self._announce = announce

    async def requests(self, actor: Actor) -> CustodyRequests:
        """Return the requests that a custodian can answer, oldest first."""
        await self._book.forget_expired()

        def work(connection: Connection) -> CustodyRequests:
            found = [
                _as_custodian(connection, actor.user, each)
                for each in custody.requests_for(connection, actor.user)
                if each.used is None and each.person != actor.user
            ]
            return CustodyRequests(found)

        return await self._database.read(work)

    async def approve(self, actor: Actor, which: str, wanted: ApproveCustody) -> None:
        """Pass on a share that a custodian hands over; the same once more changes nothing.

        Raises:
            ProblemError: NOT_FOUND (no such request, or not theirs to answer), CONFLICT (they have
                approved it otherwise).
        """
        await self._answer(actor, which, Verdict.APPROVED, wanted.box)

    async def decline(self, actor: Actor, which: str) -> None:
        """Note that a custodian does not hand their share over.

        Raises:
            ProblemError: NOT_FOUND (as for `approve`), CONFLICT (they have approved).
        """
        await self._answer(actor, which, Verdict.DECLINED, b"")

    async def take_back(self, actor: Actor, which: str) -> None:
        """Forget that a custodian has approved, as long as nothing was given out.

        Raises:
            ProblemError: NOT_FOUND, as for `approve`, or they have not approved.
        """
        await self._book.forget_expired()
        device = actor.on_device()

        def work(connection: Connection) -> None:
            request = self._answerable(connection, actor, device, which)
            before = custody.answers_to(connection, which).get(actor.user)
            if before is None or before.verdict is not Verdict.APPROVED:
                raise ProblemError(Code.NOT_FOUND, "you have not approved this")
            custody.drop_answer(connection, which, actor.user)
            detail = {"user_id": request.person, "device_id": device}
            self._record(connection, Event.CUSTODY_TAKEN_BACK, actor, which, detail)
            standing.tell(connection, self._announce, request.person)

        await self._database.write(work)

    async def _answer(self, actor: Actor, which: str, verdict: Verdict, box: bytes) -> None:
        await self._book.forget_expired()
        said = StoredAnswer(actor.user, verdict, actor.on_device(), box)

        def work(connection: Connection) -> None:
            request = self._answerable(connection, actor, said.device, which)
            before = standing.answers(connection, request).get(actor.user)
            if before == said:
                return
            if before is not None and before.verdict is Verdict.APPROVED:
                raise ProblemError(
                    Code.CONFLICT, "you have approved this", reason=Reason.CUSTODY_APPROVED
                )
            self._limiter.require(Limit.CUSTODY_ANSWERS_BY_PERSON, actor.user)
            custody.set_answer(connection, which, said)
            detail = {"user_id": request.person, "device_id": said.device}
            event = Event.CUSTODY_DECLINED
            if verdict is Verdict.APPROVED:
                event = Event.CUSTODY_APPROVED
                detail["box_sha256"] = hashlib.sha256(box).hexdigest()
            self._record(connection, event, actor, which, detail)
            standing.tell(connection, self._announce, request.person)

        await self._database.write(work)

    def _answerable(
        self, connection: Connection, actor: Actor, device: DeviceId, which: str
    ) -> StoredRequest:
        """Return a request that is for this custodian to answer, on this device, now."""
        if registration.key_of(connection, actor.user, device) is None:
            raise ProblemError(Code.NO_DEVICE, "this device was removed meanwhile")
        request = custody.request_by_id(connection, which)
        if (
            request is None
            or not _is_open(request, self._clock.now())
            or not _may(connection, actor, request)
        ):
            raise ProblemError(Code.NOT_FOUND, "there is no such request for you to answer")
        return request

    def _record(
        self,
        connection: Connection,
        event: Event,
        actor: Actor,
        which: str,
        detail: Mapping[str, audit.Detail],
    ) -> None:
        audit.record(
            connection,
            event=event,
            actor=actor.user,
            subject=which,
            detail=detail,
            now=self._clock.now(),
        )


def _as_custodian(connection: Connection, user: UserId, request: StoredRequest) -> CustodyRequest:
    deposit, found = standing.entrusted(connection, request.person)
    share = custody.shares_of(connection, request.person)[user]
    answer = standing.answers(connection, request).get(user)
    return CustodyRequest(
        id=request.id,
        user=standing.person(connection, request.person),
        set=found.id,
        deposit=deposit.id,
        threshold=found.threshold,
        number=share.number,
        sealed=share.sealed,
        check=share.check,
        slot=request.slot,
        made=request.made,
        opens=request.opens,
        expires=request.expires,
        verdict=Verdict.WAITING if answer is None else answer.verdict,
        approved=standing.approvals(connection, request),
    )


def _is_open(request: StoredRequest, now: int) -> bool:
    return request.used is None and request.expires > now


def _may(connection: Connection, actor: Actor, request: StoredRequest) -> bool:
    """Whether somebody is a custodian of what is asked for, and not who asks."""
    held = custody.shares_of(connection, request.person)
    return actor.user in held and actor.user != request.person
