"""Mailboxes where two devices meet to be linked (docs/spec/linking.md).

One is opened by a device that is nobody's yet, joined by one device of one person, takes six
messages, and is gone after ten minutes. The server looks into none of them.
"""

import hmac
from collections.abc import Callable
from typing import Final, NoReturn

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.server.auth import tokens
from teamchat.server.auth.actor import Actor
from teamchat.server.auth.limits import Limit, Limiter
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import linking
from teamchat.server.storage.queries.linking import Side, StoredMailbox, StoredMessage
from teamchat.wire.linking import (
    MESSAGES,
    CloseMailbox,
    MailboxMessages,
    OpenedMailbox,
    OpenMailbox,
    ReadMailbox,
    WriteMailbox,
    WriteOwnMailbox,
)
from teamchat.wire.problems import Code, ProblemError, Reason

MAILBOX_SECONDS: Final = 600
MAILBOXES: Final = 20_000
"""How many there may be at once."""


class Mailboxes:
    """Keeps what two devices have to say to each other before one of them is anybody's."""

    def __init__(
        self, database: Database, clock: Clock, random: Callable[[int], bytes], limiter: Limiter
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._limiter = limiter

    # --- the new device ---------------------------------------------------------------------

    async def open(self, wanted: OpenMailbox) -> OpenedMailbox:
        """Open a mailbox with its first message.

        Raises:
            ProblemError: CONFLICT (there is one of this name), OVERLOADED (there are too many).
        """
        secret = tokens.token(self._random(tokens.BYTES))

        def work(connection: Connection) -> OpenedMailbox:
            now = self._clock.now()
            linking.drop_mailboxes(connection, *linking.mailboxes_over(connection, now=now))
            if linking.count_mailboxes(connection) >= MAILBOXES:
                raise ProblemError(Code.OVERLOADED, "too many linkings at once", retry_after=60)
            if linking.mailbox_named(connection, wanted.mailbox, now=now) is not None:
                raise ProblemError(Code.CONFLICT, "there is such a mailbox")
            new = StoredMailbox(
                name=wanted.mailbox,
                secret_hash=tokens.token_hash(secret),
                device=None,
                closed=False,
                expires=now + MAILBOX_SECONDS,
            )
            linking.insert_mailbox(connection, new)
            first = StoredMessage(Side.NEW, wanted.message)
            linking.put_message(connection, new.name, 1, first)
            return OpenedMailbox(secret)

        return await self._database.write(work)

    async def read(self, name: str, asked: ReadMailbox) -> MailboxMessages:
        """Return what stands behind a place, to the device that opened the mailbox.

        Raises:
            ProblemError: NOT_FOUND.
        """

        def work(connection: Connection) -> MailboxMessages:
            self._opened(connection, name, asked.secret)
            return _behind(connection, name, asked.after)

        return await self._database.read(work)

    async def write(self, name: str, wanted: WriteMailbox) -> None:
        """Add the next message of the device that opened the mailbox.

        Raises:
            ProblemError: NOT_FOUND, or CONFLICT (not the next one, or closed).
        """

        def work(connection: Connection) -> None:
            found = self._opened(connection, name, wanted.secret)
            _put(connection, found, wanted.place, StoredMessage(Side.NEW, wanted.message))

        await self._database.write(work)

    async def close(self, name: str, wanted: CloseMailbox) -> None:
        """Break off, as the device that opened the mailbox; if nobody has come, it is gone.

        Raises:
            ProblemError: NOT_FOUND.
        """

        def work(connection: Connection) -> None:
            found = self._opened(connection, name, wanted.secret)
            if found.device is None:
                linking.drop_mailboxes(connection, name)
            else:
                _end(connection, found, StoredMessage(Side.NEW, wanted.message))

        await self._database.write(work)

    # --- the device that is there already ---------------------------------------------------

    async def join(self, actor: Actor, name: str) -> MailboxMessages:
        """Tie a mailbox to the device that asks, and return what stands in it; once more is one.

        Raises:
            ProblemError: NOT_FOUND (no such mailbox), CONFLICT (another device has come),
                TOO_MANY_REQUESTS.
        """
        device = actor.on_device()
        self._limiter.require(Limit.LINKINGS_BY_ACCOUNT, actor.user)

        def work(connection: Connection) -> MailboxMessages:
            found = linking.mailbox_named(connection, name, now=self._clock.now())
            if found is None:
                _missing()
            if found.closed or found.device not in {None, device}:
                raise ProblemError(
                    Code.CONFLICT, "this code was used", reason=Reason.LINKING_CODE_USED
                )
            if found.device is None:
                linking.drop_mailboxes(connection, *linking.mailboxes_of(connection, device))
                linking.join_mailbox(connection, name, device)
            return _behind(connection, name, 0)

        return await self._database.write(work)

    async def read_own(self, actor: Actor, name: str, after: int) -> MailboxMessages:
        """Return what stands behind a place, to the device that has joined.

        Raises:
            ProblemError: NOT_FOUND.
        """

        def work(connection: Connection) -> MailboxMessages:
            self._joined(connection, actor, name)
            return _behind(connection, name, after)

        return await self._database.read(work)

    async def write_own(self, actor: Actor, name: str, wanted: WriteOwnMailbox) -> None:
        """Add the next message of the device that has joined.

        Raises:
            ProblemError: NOT_FOUND, or CONFLICT (not the next one, or closed).
        """

        def work(connection: Connection) -> None:
            found = self._joined(connection, actor, name)
            _put(connection, found, wanted.place, StoredMessage(Side.EXISTING, wanted.message))

        await self._database.write(work)

    async def close_own(self, actor: Actor, name: str, message: bytes) -> None:
        """Break off, as the device that has joined.

        Raises:
            ProblemError: NOT_FOUND.
        """

        def work(connection: Connection) -> None:
            found = self._joined(connection, actor, name)
            _end(connection, found, StoredMessage(Side.EXISTING, message))

        await self._database.write(work)

    async def sweep(self) -> int:
        """Forget the mailboxes whose time is over; return how many."""

        def work(connection: Connection) -> int:
            over = linking.mailboxes_over(connection, now=self._clock.now())
            linking.drop_mailboxes(connection, *over)
            return len(over)

        return await self._database.write(work)

    # --- the steps --------------------------------------------------------------------------

    def _opened(self, connection: Connection, name: str, secret: str) -> StoredMailbox:
        found = linking.mailbox_named(connection, name, now=self._clock.now())
        hashed = tokens.token_hash(secret)
        if found is None or not hmac.compare_digest(found.secret_hash, hashed):
            _missing()
        return found

    def _joined(self, connection: Connection, actor: Actor, name: str) -> StoredMailbox:
        found = linking.mailbox_named(connection, name, now=self._clock.now())
        if found is None or found.device != actor.on_device():
            _missing()
        return found


def _behind(connection: Connection, name: str, after: int) -> MailboxMessages:
    return MailboxMessages([each.body for each in linking.messages_in(connection, name)[after:]])


def _put(connection: Connection, found: StoredMailbox, place: int, new: StoredMessage) -> None:
    there = linking.messages_in(connection, found.name)
    if there[place - 1 : place] == [new]:
        return
    if found.closed or place != len(there) + 1:
        raise ProblemError(Code.CONFLICT, "not the next message of this mailbox")
    linking.put_message(connection, found.name, place, new)


def _end(connection: Connection, found: StoredMailbox, new: StoredMessage) -> None:
    """Let the other side read why; nobody writes any more."""
    there = linking.messages_in(connection, found.name)
    if not found.closed and len(there) < MESSAGES:
        linking.put_message(connection, found.name, len(there) + 1, new)
    linking.close_mailbox(connection, found.name)


def _missing() -> NoReturn:
    raise ProblemError(Code.NOT_FOUND, "there is no such mailbox, or its time is over")
