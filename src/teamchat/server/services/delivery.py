"""Delivery: what is accepted into a log, in which order, and who hears of it.

A message is accepted once, however often it is sent (`client_id`). An application message
may be a few epochs old; a handshake message must be of the current epoch, must be a valid
next step of the group as far as anybody without its keys can tell, and must be allowed to its
author. Its place in the log, the group's next state, memberships, Welcomes and audit events
are one transaction. What MLS has to check runs outside of it, against a version of the group
that the transaction then finds unchanged or tries again. Nothing is said in an epoch whose group
holds the leaf of a device that has ended, whose keys could open it (decision 0005).
"""

import asyncio
from typing import Final, Protocol
from weakref import WeakValueDictionary

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import ConversationId, DeviceId
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.services import admission, audit
from teamchat.server.services.admission import Accepted, Refused
from teamchat.server.services.announcements import Announce, Logged
from teamchat.server.services.audit_events import Event
from teamchat.server.services.free_space import FreeSpace
from teamchat.server.services.group_changes import (
    Change,
    GroupError,
    Header,
    NotAllowedError,
    Outline,
)
from teamchat.server.services.leavers import Leavers
from teamchat.server.services.membership import Membership
from teamchat.server.storage.database import Database, after_commit
from teamchat.server.storage.queries import conversations, logs
from teamchat.server.storage.queries.conversations import GroupRow
from teamchat.server.storage.queries.logs import Entry, Piece, Standing
from teamchat.wire.bodies import MemberRole
from teamchat.wire.frames import Item, Kind, NackCode, Send
from teamchat.wire.limits import (
    BATCH_BYTES,
    BATCH_ITEMS,
    COMMIT_BYTES,
    MESSAGE_BYTES,
)
from teamchat.wire.problems import ProblemError

ATTEMPTS: Final = 5
"""How often a handshake is checked anew because the group changed meanwhile."""


class GroupChecker(Protocol):
    """What of MLS this service needs."""

    def peek(self, body: bytes) -> Header:
        """Return what can be read of any message.

        Raises:
            GroupError: It is no message that belongs into a log.
        """
        ...

    async def outline(self, body: bytes) -> Outline:
        """Return what a commit claims to do.

        Raises:
            GroupError: It is malformed.
        """
        ...

    async def check(self, public_group: bytes, send: Send, *, kind: Kind, now: int) -> Change:
        """Return what a handshake message does to a group, with its GroupInfo and Welcome.

        Raises:
            GroupError: It is not a valid next step.
        """
        ...


class _ChangedError(Exception):
    """The group is another one than the one that was checked against."""


class _LeftInError(Exception):
    """A commit leaves in who is leaving; the log ends at `head`."""

    def __init__(self, head: int) -> None:
        super().__init__(head)
        self.head = head


class Delivery:
    """Accepts messages into logs."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        limiter: Limiter,
        *,
        groups: GroupChecker,
        membership: Membership,
        announce: Announce,
        space: FreeSpace,
    ) -> None:
        self._database = database
        self._clock = clock
        self._limiter = limiter
        self._groups = groups
        self._membership = membership
        self._announce = announce
        self._space = space
        self._leavers = Leavers(clock, limiter)
        self._turns: WeakValueDictionary[ConversationId, asyncio.Lock] = WeakValueDictionary()

    async def accept(self, actor: Actor, send: Send) -> Accepted | Refused:
        """Accept a message from a device, or say why not."""
        device = actor.on_device()
        cost = admission.cost(send)
        wait = self._limiter.take(Limit.SENDS_BY_DEVICE, device, cost=cost)
        wait = wait or self._limiter.take(Limit.SENDS_BY_PERSON, actor.user, cost=cost)
        if wait:
            return admission.overloaded("too many messages", wait)
        try:
            header = self._groups.peek(send.body)
            admission.check_form(send, header)
        except GroupError as error:
            return Refused(NackCode.INVALID, error.rule)
        if len(send.body) > (COMMIT_BYTES if header.kind is Kind.COMMIT else MESSAGE_BYTES):
            return Refused(NackCode.TOO_LARGE)
        try:
            # A person can still be removed when there is no room for messages.
            self._space.require(1.0 if header.kind is Kind.APPLICATION else 0.5)
            if header.kind is Kind.APPLICATION:
                return await self._database.write(
                    lambda connection: self._append(connection, device, send, header)
                )
            return await self._take_turn(actor, send, header)
        except ProblemError as error:
            return admission.busy(error)

    async def read(self, conversation: ConversationId, *, after: int, last: int) -> Piece | None:
        """Return some messages of a log; whoever asks has checked that they may be read."""
        return await self._database.read(
            lambda c: logs.read(
                c, conversation, after=after, last=last, count=BATCH_ITEMS, size=BATCH_BYTES
            )
        )

    # --- application messages ------------------------------------------------------------------

    def _append(
        self, connection: Connection, device: DeviceId, send: Send, header: Header
    ) -> Accepted | Refused:
        standing = logs.standing(connection, send.conversation, device, send.client_id)
        answer = admission.at_once(connection, send, standing, header)
        if answer is not None:
            return answer
        assert standing is not None  # noqa: S101 - without one there was an answer
        entry = self._entry(send, header, device, standing)
        logs.append(connection, entry)
        self._announce_later(connection, standing.log_epoch, entry)
        return Accepted(entry.seq, entry.item.time_ms, duplicate=False)

    # --- handshake messages --------------------------------------------------------------------

    async def _take_turn(self, actor: Actor, send: Send, header: Header) -> Accepted | Refused:
        """Handle the handshakes of one conversation one after the other."""
        # Each person has a budget of their own: a stranger's does not use up a member's.
        wait = self._limiter.take(Limit.COMMITS_BY_MEMBER, f"{send.conversation}/{actor.user}")
        if wait:
            return admission.overloaded("too many group changes", wait)
        turn = self._turns.setdefault(send.conversation, asyncio.Lock())
        async with turn:
            answer = await self._foresee(actor, send, header)
            if answer is not None:
                return answer
            for _ in range(ATTEMPTS):
                try:
                    return await self._handshake(actor, send, header)
                except _ChangedError:
                    continue
        return Refused(NackCode.OVERLOADED, "the group keeps changing", retry_ms=1_000)

    async def _foresee(self, actor: Actor, send: Send, header: Header) -> Accepted | Refused | None:
        """Answer what can be answered before signatures are verified, which takes its time."""
        device = actor.on_device()
        answer, _ = await self._database.read(
            lambda connection: admission.look(connection, device, send, header)
        )
        if answer is not None or header.kind is not Kind.COMMIT:
            return answer
        wait = self._limiter.take(Limit.PROPOSALS_BY_PERSON, actor.user, cost=0)
        if wait:
            return admission.overloaded("too many proposals", wait)
        try:
            outline = await self._groups.outline(send.body)
            self._limiter.owe(Limit.PROPOSALS_BY_PERSON, actor.user, cost=outline.proposals)
            await self._database.read(
                lambda c: self._membership.check_outline(c, send.conversation, device, outline)
            )
        except GroupError as error:
            refused = Refused(NackCode.INVALID, error.rule)
        except NotAllowedError as error:
            refused = Refused(NackCode.FORBIDDEN, str(error))
        else:
            return None
        return await self._database.write(
            lambda connection: self._reject(connection, device, send, header, refused)
        )

    async def _handshake(self, actor: Actor, send: Send, header: Header) -> Accepted | Refused:
        device = actor.on_device()
        answer, group = await self._database.read(
            lambda connection: admission.look(connection, device, send, header)
        )
        if answer is not None or group is None:
            return answer or Refused(NackCode.UNKNOWN_CONVERSATION)
        try:
            change = await self._groups.check(
                group.public_group, send, kind=header.kind, now=self._clock.now()
            )
        except GroupError as error:
            invalid = Refused(NackCode.INVALID, error.rule)
            return await self._database.write(
                lambda connection: self._reject(connection, device, send, header, invalid)
            )
        budget = f"{send.conversation}/{actor.user}"
        limit = await self._limit_on(actor, send.conversation, change)
        wait = self._limiter.take(limit, budget) if limit else 0.0
        if wait:
            return admission.overloaded("too many group changes", wait)
        taken = False
        try:
            applied = await self._write(device, send, header, change, group)
            taken = isinstance(applied, Accepted)
        finally:
            if limit and not taken:
                self._limiter.give_back(limit, budget)
        return applied

    async def _limit_on(
        self, actor: Actor, conversation: ConversationId, change: Change
    ) -> Limit | None:
        """Return what bounds how often a person may do this to a conversation, if anything."""
        if change.joins:
            return Limit.RETURNS_BY_MEMBER
        if change.kind is not Kind.COMMIT:
            return None
        role = await self._database.read(
            lambda c: conversations.role_of(c, conversation, actor.user)
        )
        return None if role is MemberRole.ADMIN else Limit.EPOCHS_BY_MEMBER

    async def _write(
        self, device: DeviceId, send: Send, header: Header, change: Change, group: GroupRow
    ) -> Accepted | Refused:
        """Do it all, if nobody who is leaving is left in who is still waited for."""
        leavers = {leaf.user for leaf in change.ignored}
        awaited = self._leavers.are_awaited(send.conversation, header.epoch, leavers)
        try:
            applied = await self._database.write(
                lambda c: self._apply(c, device, send, header, change, group, awaited=awaited)
            )
        except _LeftInError as error:
            self._leavers.refuse(send.conversation, header.epoch, leavers, change.author.user)
            detail = "somebody is leaving: take up what they have proposed"
            return Refused(NackCode.STALE_EPOCH, detail, header.epoch, error.head)
        if isinstance(applied, Accepted) and not applied.duplicate:
            self._leavers.pass_over(send.conversation, leavers)
        return applied

    def _apply(
        self,
        connection: Connection,
        device: DeviceId,
        send: Send,
        header: Header,
        change: Change,
        group: GroupRow,
        *,
        awaited: bool,
    ) -> Accepted | Refused:
        """Do it all, in the writer's transaction."""
        standing = logs.standing(connection, send.conversation, device, send.client_id)
        answer = admission.at_once(connection, send, standing, header)
        if answer is not None:
            return answer
        assert standing is not None  # noqa: S101 - without one there was an answer
        if conversations.group_version(connection, send.conversation) != group.version:
            raise _ChangedError
        try:
            _check_author(change, device)
            self._membership.check(connection, send.conversation, change)
        except NotAllowedError as error:
            forbidden = Refused(NackCode.FORBIDDEN, str(error))
            return self._reject(connection, device, send, header, forbidden)
        if awaited:
            raise _LeftInError(standing.head)
        if change.repeated:
            detail = "this was proposed already"
            return Refused(NackCode.STALE_EPOCH, detail, standing.epoch, standing.head)
        group_info = send.group_info if change.kind is Kind.COMMIT else group.group_info
        following = GroupRow(group.version + 1, change.public_group, group_info)
        conversations.replace_group(connection, send.conversation, following)
        entry = self._entry(send, header, device, standing)
        if change.kind is Kind.PROPOSAL:
            logs.append(connection, entry)
            self._announce_later(connection, standing.log_epoch, entry)
        else:
            logs.append(connection, entry, epoch=change.epoch)
            self._announce_later(connection, standing.log_epoch, entry)
            self._membership.follow(connection, standing, entry, change)
            if standing.holds_ended:
                conversations.wait_if_ended(connection, send.conversation)
        return Accepted(entry.seq, entry.item.time_ms, duplicate=False)

    def _reject(
        self,
        connection: Connection,
        device: DeviceId,
        send: Send,
        header: Header,
        refused: Refused,
    ) -> Refused:
        """Refuse a handshake for good, and note it: an honest client sends none of these."""
        if header.kind is Kind.COMMIT:
            reason = "signature" if refused.code is NackCode.INVALID else "policy"
            audit.record(
                connection,
                event=Event.MLS_COMMIT_REJECTED,
                actor=audit.SYSTEM,
                subject=send.conversation,
                detail={"reason": reason, "device_id": device},
                now=self._clock.now(),
            )
        return refused

    # --- both ------------------------------------------------------------------------------------

    def _entry(self, send: Send, header: Header, device: DeviceId, standing: Standing) -> Entry:
        item = Item(
            header.kind, header.epoch, device, send.client_id, self._clock.now_ms(), send.body
        )
        return Entry(send.conversation, standing.next_seq, item)

    def _announce_later(self, connection: Connection, log_epoch: int, entry: Entry) -> None:
        logged = Logged(entry.conversation, log_epoch, entry.seq, entry.item)
        after_commit(connection, lambda: self._announce(logged))


def _check_author(change: Change, device: DeviceId) -> None:
    if change.author.device != device:
        raise NotAllowedError("signed by another device than the one that sends it")
