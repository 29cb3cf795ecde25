"""The mailbox of a linking, from either side (docs/spec/linking.md); looked into once a second."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from teamchat.client.http import Http, OfflineError, RefusedError
from teamchat.identity.errors import Fault, LinkingError
from teamchat.identity.linking.messages import Ended, decode
from teamchat.identity.linking.run import ending
from teamchat.ids import identifier
from teamchat.wire.linking import (
    CloseMailbox,
    CloseOwnMailbox,
    MailboxMessages,
    OpenedMailbox,
    OpenMailbox,
    ReadMailbox,
    WriteMailbox,
    WriteOwnMailbox,
)
from teamchat.wire.problems import Code

LOOK_SECONDS: Final = 1.0
"""How often is looked whether the other side has written."""


class Mailbox(Protocol):
    """One side's way into the mailbox."""

    async def read(self, after: int) -> list[bytes]:
        """Return what stands behind a place.

        Raises:
            RefusedError: The mailbox is gone.
            OfflineError: The server was not reached.
        """
        ...

    async def write(self, place: int, message: bytes) -> None:
        """Write the next message.

        Raises:
            RefusedError: The mailbox is gone or closed, or something else stands there.
            OfflineError: The server was not reached.
        """
        ...

    async def close(self, message: bytes) -> None:
        """Let the other side read why it is over.

        Raises:
            RefusedError: The mailbox is gone.
            OfflineError: The server was not reached.
        """
        ...


class NewMailbox:
    """The side of the device that opened it, by a secret that the server gave it."""

    def __init__(self, http: Http, name: str, secret: str) -> None:
        self._http = http
        self._path = f"/linkings/{name}"
        self._secret = secret

    @classmethod
    async def open(cls, http: Http, name: bytes, message: bytes) -> "NewMailbox":
        """Open a mailbox with its first message.

        Raises:
            RefusedError: There are too many.
            OfflineError: The server was not reached.
        """
        written = identifier(name)
        body = OpenMailbox(written, message)
        opened = await http.ask("POST", "/linkings", OpenedMailbox, body)
        return cls(http, written, opened.secret)

    async def read(self, after: int) -> list[bytes]:
        """Return what stands behind a place."""
        body = ReadMailbox(self._secret, after)
        got = await self._http.ask("POST", f"{self._path}/read", MailboxMessages, body)
        return got.messages

    async def write(self, place: int, message: bytes) -> None:
        """Write the next message."""
        body = WriteMailbox(self._secret, place, message)
        await self._http.fetch("POST", f"{self._path}/messages", body)

    async def close(self, message: bytes) -> None:
        """Let the other side read why it is over."""
        body = CloseMailbox(self._secret, message)
        await self._http.fetch("POST", f"{self._path}/close", body)


class OwnMailbox:
    """The side of the device that was there already, by its session."""

    def __init__(self, http: Http, name: bytes) -> None:
        self._http = http
        self._path = f"/me/linkings/{identifier(name)}"

    async def join(self) -> list[bytes]:
        """Be the one device that answers; return what stands there.

        Raises:
            RefusedError: There is no such mailbox, or another device was faster.
            OfflineError: The server was not reached.
        """
        got = await self._http.ask("POST", f"{self._path}/join", MailboxMessages)
        return got.messages

    async def read(self, after: int) -> list[bytes]:
        """Return what stands behind a place."""
        got = await self._http.ask("GET", f"{self._path}/messages/{after}", MailboxMessages)
        return got.messages

    async def write(self, place: int, message: bytes) -> None:
        """Write the next message."""
        await self._http.fetch("POST", f"{self._path}/messages", WriteOwnMailbox(place, message))

    async def close(self, message: bytes) -> None:
        """Let the other side read why it is over."""
        await self._http.fetch("POST", f"{self._path}/close", CloseOwnMailbox(message))


async def next_message(
    mailbox: Mailbox, place: int, over: Callable[[], bool] = lambda: False
) -> bytes:
    """Wait for the message at a place.

    Args:
        mailbox: Where.
        place: Which one, from 1.
        over: Says whether its time is over.

    Raises:
        LinkingError: EXPIRED.
        OfflineError: The server was not reached.
    """
    while True:
        try:
            messages = await mailbox.read(place - 1)
        except RefusedError as error:
            if error.code is not Code.NOT_FOUND:
                raise
            raise LinkingError(Fault.EXPIRED, "the mailbox is gone") from error
        if messages:
            return messages[0]
        if over():
            raise LinkingError(Fault.EXPIRED, "nobody has answered in time")
        await asyncio.sleep(LOOK_SECONDS)


async def say(mailbox: Mailbox, place: int, message: bytes) -> None:
    """Write the next message.

    Raises:
        LinkingError: The other side has ended it meanwhile, or the mailbox is gone.
        RefusedError: The server does not take it.
        OfflineError: The server was not reached.
    """
    try:
        await mailbox.write(place, message)
    except RefusedError as error:
        if error.code is Code.CONFLICT:
            found = decode(await next_message(mailbox, place))
            fault = found.fault if isinstance(found, Ended) else Fault.DISTURBED
            raise LinkingError(fault, "the other side has ended it") from error
        if error.code is Code.NOT_FOUND:
            raise LinkingError(Fault.EXPIRED, "the mailbox is gone") from error
        raise


async def break_off(mailbox: Mailbox, fault: Fault) -> None:
    """Tell the other side that it is over, if that is possible."""
    with suppress(OfflineError, RefusedError):  # the mailbox ends by itself
        await mailbox.close(ending(fault))
