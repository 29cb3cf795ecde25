"""What people entrust to the custodians, and the requests to open it (docs/spec/custodians.md).

The server passes on what it cannot open. It holds the order of things: a person asks, all of
their devices and all custodians are told at once, any of those devices can refuse, and nobody
gets a share before enough custodians have approved and the delay is over.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import BYTES, UserId, identifier
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import audit
from teamchat.server.services import custody_standing as standing
from teamchat.server.services.announcements import Announce
from teamchat.server.services.audit_events import Event
from teamchat.server.services.custodians import in_force
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import custodians, custody
from teamchat.server.storage.queries.custodians import StoredSet
from teamchat.server.storage.queries.custody import StoredAnswer, StoredDeposit, StoredRequest
from teamchat.wire.custody import (
    AskCustodians,
    Custody,
    CustodyAnswer,
    HandedShare,
    HandedShares,
    OwnRequest,
    SetCustody,
    Standing,
    TakeShares,
    Verdict,
)
from teamchat.wire.problems import Code, ProblemError, Reason

HOUR: Final = 3_600
DAY: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRules:
    """How long after a request shares are given out, and how long there is such a request."""

    delay_hours: int
    days: int


class CustodyBook:
    """Everything that is entrusted, and every request.

    Args:
        database: Where they are kept.
        clock: Says when.
        random: Names requests.
        limiter: Bounds how often somebody asks.
        announce: Tells devices to look.
        rules: How long things take.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Callable[[int], bytes],
        *,
        limiter: Limiter,
        announce: Announce,
        rules: CustodyRules,
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._limiter = limiter
        self._announce = announce
        self._rules = rules

    # --- the person -----------------------------------------------------------------------

    async def own(self, actor: Actor) -> Custody:
        """Return what the person who asks has entrusted, and their request."""
        await self.forget_expired()
        return await self._database.read(lambda c: self._own(c, actor))

    async def entrust(self, actor: Actor, wanted: SetCustody) -> Custody:
        """Take what somebody entrusts to the custodians; it replaces what was there.

        Raises:
            ProblemError: CONFLICT (other custodians by now, or not all have accepted), INVALID
                (not one share for each), TOO_MANY_REQUESTS.
        """
        actor.on_device()
        self._limiter.require(Limit.ENTRUSTING_BY_PERSON, actor.user)

        def work(connection: Connection) -> Custody:
            found = in_force(connection, wanted.set)
            if not found.accepted:
                raise ProblemError(
                    Code.CONFLICT, "not all custodians have accepted yet",
                    reason=Reason.CUSTODIANS_NOT_READY,
                )  # fmt: skip
            expected = list(zip(found.keys, range(1, len(found.keys) + 1), strict=True))
            if [(each.custodian, each.number) for each in wanted.shares] != expected:
                raise ProblemError(Code.INVALID, "one share for each custodian, in their order")
            custody.drop_deposit(connection, actor.user)
            made = StoredDeposit(wanted.deposit, wanted.set, self._clock.now())
            custody.insert_deposit(connection, actor.user, made, wanted.shares)
            detail = {"set": wanted.set, "deposit": wanted.deposit}
            self._record(connection, Event.CUSTODY_ENTRUSTED, actor, actor.user, detail)
            return self._own(connection, actor)

        return await self._database.write(work)

    async def withdraw(self, actor: Actor) -> None:
        """Take it back; nothing is left with the server, and an open request has ended.

        Raises:
            ProblemError: NOT_FOUND, nothing was entrusted.
        """
        actor.on_device()

        def work(connection: Connection) -> None:
            if not custody.drop_deposit(connection, actor.user):
                raise ProblemError(Code.NOT_FOUND, "you have entrusted nothing")
            self._record(connection, Event.CUSTODY_WITHDRAWN, actor, actor.user, {})

        await self._database.write(work)

    async def ask(self, actor: Actor, wanted: AskCustodians) -> OwnRequest:
        """Ask for it back, in a session without a device; everybody concerned is told.

        Raises:
            ProblemError: CONFLICT (this is a device, or there is a request), NOT_FOUND (nothing was
                entrusted to the custodians of now), TOO_MANY_REQUESTS.
        """
        if actor.device is not None:
            raise ProblemError(Code.CONFLICT, "this is a device of yours already")
        await self.forget_expired()
        self._limiter.require(Limit.CUSTODY_BY_PERSON, actor.user)
        which = identifier(self._random(BYTES))

        def work(connection: Connection) -> OwnRequest:
            standing.entrusted(connection, actor.user)
            before = custody.request_of(connection, actor.user)
            if before is not None and before.used is None:
                raise ProblemError(
                    Code.CONFLICT, "you have asked already", reason=Reason.CUSTODY_ASKED
                )
            if before is not None:
                custody.drop_request(connection, before.id)
            now = self._clock.now()
            new = StoredRequest(
                id=which,
                person=actor.user,
                claim_hash=wanted.claim_sha256,
                slot=wanted.slot,
                made=now,
                opens=now + self._rules.delay_hours * HOUR,
                expires=now + self._rules.days * DAY,
            )
            custody.insert_request(connection, new)
            detail: dict[str, audit.Detail] = {
                "user_id": actor.user, "slot_sha256": hashlib.sha256(wanted.slot).hexdigest(),
                "opens": new.opens, "expires": new.expires,
            }  # fmt: skip
            self._record(connection, Event.CUSTODY_REQUESTED, actor, which, detail)
            self._tell_all(connection, actor.user)
            return self._own_request(connection, new)

        return await self._database.write(work)

    async def refuse(self, actor: Actor) -> None:
        """End the request: a device says that it is not theirs, or who asked takes it back.

        Raises:
            ProblemError: NOT_FOUND, there is none, or its shares were given out.
        """

        def work(connection: Connection) -> None:
            request = custody.request_of(connection, actor.user)
            if request is None or request.used is not None:
                raise ProblemError(Code.NOT_FOUND, "there is no open request")
            custody.drop_request(connection, request.id)
            cause = "withdrawn" if actor.device is None else "device"
            detail = {"user_id": actor.user, "cause": cause, "device_id": actor.device or ""}
            self._record(connection, Event.CUSTODY_REFUSED, actor, request.id, detail)
            self._tell_all(connection, actor.user)

        await self._database.write(work)

    async def shares(self, actor: Actor, wanted: TakeShares) -> HandedShares:
        """Give out what custodians have handed over, to whoever has asked.

        Raises:
            ProblemError: NOT_FOUND (no request with this secret), CONFLICT (not yet).
        """
        await self.forget_expired()
        claimed = hashlib.sha256(wanted.claim).digest()

        def work(connection: Connection) -> HandedShares:
            request = custody.request_of(connection, actor.user)
            if request is None or not hmac.compare_digest(request.claim_hash, claimed):
                raise ProblemError(Code.NOT_FOUND, "there is no request with this secret")
            deposit, found = standing.entrusted(connection, actor.user)
            if self._standing(connection, request, found) is Standing.OPEN:
                raise ProblemError(Code.CONFLICT, "not enough have approved, or it is too early")
            answers = standing.answers(connection, request)
            handed = _handed(connection, request, answers)
            if request.used is None:
                for user in custody.answers_to(connection, request.id).keys() - answers.keys():
                    custody.drop_answer(connection, request.id, user)
                custody.mark_used(connection, request.id, now=self._clock.now())
                detail: dict[str, audit.Detail] = {
                    "user_id": actor.user, "people": [each.custodian for each in handed],
                }  # fmt: skip
                self._record(connection, Event.CUSTODY_OPENED, actor, request.id, detail)
                standing.tell(connection, self._announce, actor.user, *found.keys)
            return HandedShares(found.id, deposit.id, found.threshold, handed)

        return await self._database.write(work)

    # --- upkeep ---------------------------------------------------------------------------

    async def forget_expired(self) -> int:
        """Delete the requests whose time is over; return how many."""
        now = self._clock.now()
        if not await self._database.read(lambda c: custody.expired_requests(c, now=now)):
            return 0

        def work(connection: Connection) -> int:
            expired = custody.expired_requests(connection, now=now)
            for each in expired:
                custody.drop_request(connection, each.id)
                audit.record(
                    connection,
                    event=Event.CUSTODY_EXPIRED,
                    actor=audit.SYSTEM,
                    subject=each.id,
                    detail={"user_id": each.person},
                    now=now,
                )
            return len(expired)

        return await self._database.write(work)

    # --- parts ----------------------------------------------------------------------------

    def _own(self, connection: Connection, actor: Actor) -> Custody:
        deposit = custody.deposit_of(connection, actor.user)
        found = custodians.set_in_force(connection)
        if deposit is None or found is None:
            return Custody("", "", 0, 0)
        request = custody.request_of(connection, actor.user)
        shown_request = None if request is None else self._own_request(connection, request)
        return Custody(deposit.which, deposit.id, deposit.made, found.threshold, shown_request)

    def _own_request(self, connection: Connection, request: StoredRequest) -> OwnRequest:
        _, found = standing.entrusted(connection, request.person)
        answers = standing.answers(connection, request)
        said = [
            CustodyAnswer(
                standing.person(connection, user),
                answers[user].verdict if user in answers else Verdict.WAITING,
            )
            for user in found.keys
        ]
        return OwnRequest(
            id=request.id,
            slot=request.slot,
            made=request.made,
            opens=request.opens,
            expires=request.expires,
            standing=self._standing(connection, request, found),
            answers=said,
        )

    def _standing(
        self, connection: Connection, request: StoredRequest, found: StoredSet
    ) -> Standing:
        if request.used is not None:
            return Standing.USED
        enough = standing.approvals(connection, request) >= found.threshold
        ready = enough and self._clock.now() >= request.opens
        return Standing.READY if ready else Standing.OPEN

    def _tell_all(self, connection: Connection, user: UserId) -> None:
        """Have the person and their custodians look."""
        held = custody.shares_of(connection, user)
        standing.tell(connection, self._announce, user, *held)

    def _record(
        self,
        connection: Connection,
        event: Event,
        actor: Actor,
        subject: str,
        detail: Mapping[str, audit.Detail],
    ) -> None:
        audit.record(
            connection,
            event=event,
            actor=actor.user,
            subject=subject,
            detail=detail,
            now=self._clock.now(),
        )


def _handed(
    connection: Connection, request: StoredRequest, answers: Mapping[UserId, StoredAnswer]
) -> list[HandedShare]:
    handed = []
    for user, share in sorted(custody.shares_of(connection, request.person).items()):
        answer = answers.get(user)
        if answer is not None and answer.verdict is Verdict.APPROVED:
            key = custody.device_key(connection, answer.device)
            handed.append(HandedShare(user, share.number, share.check, answer.box, key))
    return handed
