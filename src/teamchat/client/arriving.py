"""Waiting: until a device is connected, has caught up, and is in its person's conversations."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from teamchat.client.changes import Changes
from teamchat.client.errors import AccountError, NotStoredError
from teamchat.client.http import Http, OfflineError
from teamchat.client.runner import Runner
from teamchat.engine.engine import Engine
from teamchat.engine.events import LookAsked
from teamchat.engine.model import Link, LinkChanged
from teamchat.engine.records import Phase
from teamchat.engine.state import ConversationState
from teamchat.ids import UserId
from teamchat.wire.frames import InboxKind

NAME_SECONDS: Final = 2.0
"""How long names are waited for; without them identifiers are shown."""
TITLE_SECONDS: Final = 5.0
"""How long a new device waits until somebody repeats the titles to it."""
TAKEN_IN_SECONDS: Final = 10.0
"""How long a device waits for a colleague's to take it in: one that is there does it at once."""
ENTER_SECONDS: Final = 5.0
"""How long a command waits for conversations that this device is not in yet."""
DIRECTORY_SECONDS: Final = 5.0
"""How long the key directory is waited for that is being read; what it shows may be an alarm."""
LOOK_SECONDS: Final = 0.02
"""How often is looked whether what is waited for is there."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far a device has come into the conversations of its person."""

    conversations: int
    """How many there are."""
    joined: int
    """How many of them it can read from now on, and has caught up with."""
    untitled: int
    """How many of those have a title that nobody has told it yet."""
    waiting: int = 0
    """Into how many of the others a colleague's device has to take it."""

    @property
    def complete(self) -> bool:
        """Whether it is in all of them."""
        return self.joined == self.conversations

    @property
    def has_done_its_part(self) -> bool:
        """Whether it is in all of them but those into which a colleague's has to take it."""
        return self.joined + self.waiting == self.conversations


class Arriving:
    """Waits for an account that runs.

    Args:
        engine: Knows how things stand.
        runner: Asks the engine.
        http: Knows why there is no connection.
        changes: Tells when the connection is another one.
    """

    def __init__(self, engine: Engine, runner: Runner, http: Http, changes: Changes) -> None:
        self._engine = engine
        self._runner = runner
        self._http = http
        self._changes = changes
        self._nameless: frozenset[UserId] = frozenset()

    async def online(self, within: float) -> None:
        """Wait until everything has caught up, at most so many seconds.

        Raises:
            AccountError: It did not in time, the session has ended, or the disk is full.
        """
        try:
            async with asyncio.timeout(within):
                while self._link is not Link.ONLINE:
                    if self._runner.out_of_room:
                        raise NotStoredError
                    if self._link is Link.SIGNED_OUT:
                        raise self._runner.wiped or AccountError("error-signed-out")
                    await self._moved()
        except TimeoutError as error:
            raise (self._http.untrusted or OfflineError()).for_people() from error

    async def names(self) -> None:
        """Wait, shortly, until everybody in a conversation has a name; once for each of them."""
        if self._without_name() <= self._nameless:
            return
        await _until(lambda: self._without_name() <= self._nameless, NAME_SECONDS)
        self._nameless |= self._without_name()

    async def arrive(self, within: float, tell: Callable[[Arrival], None]) -> Arrival:
        """Wait until this device is in every conversation of its person.

        Args:
            within: How many seconds at most; then it goes on in the background.
            tell: Is told how far it has come, each time it has come further.

        Returns:
            How far it has come.

        Raises:
            AccountError: There was no connection in time, or the session has ended.
        """
        end = asyncio.get_running_loop().time() + within
        await self.online(within)
        left = max(0.0, end - asyncio.get_running_loop().time())
        arrived = await self._enter(left, tell)
        if not arrived.complete and arrived.has_done_its_part:
            left = max(0.0, end - asyncio.get_running_loop().time())
            arrived = await self._follow(
                lambda now: now.complete, min(left, TAKEN_IN_SECONDS), tell
            )
        if arrived.complete:
            arrived = await self._follow(lambda now: not now.untitled, TITLE_SECONDS, tell)
        await self.names()
        return arrived

    async def catch_up(self, within: float) -> None:
        """Wait until everything is here that the server has for this device at this moment.

        A device that has not come into all conversations yet comes further; names are waited
        for shortly.

        Raises:
            AccountError: There was no connection in time, or the session has ended.
        """
        await self.online(within)
        now = arrival_of(self._engine)
        if not self._engine.conversations or not now.has_done_its_part:
            with contextlib.suppress(AccountError):  # what is here already is shown
                await self._enter(min(within, ENTER_SECONDS), lambda _: None)
        await self.names()
        await _until(lambda: not self._engine.desk.keys.busy, DIRECTORY_SECONDS)
        if self._runner.out_of_room:
            raise NotStoredError

    # --- inside ---------------------------------------------------------------------------

    async def _enter(self, seconds: float, tell: Callable[[Arrival], None]) -> Arrival:
        """Compare with the server, and wait until this device is in what it can enter."""
        await self._runner.call(LookAsked, seconds)
        return await self._follow(lambda now: now.has_done_its_part, seconds, tell)

    async def _follow(
        self, held: Callable[[Arrival], bool], seconds: float, tell: Callable[[Arrival], None]
    ) -> Arrival:
        """Wait until it has come so far, and tell each time that it has come further."""
        told: list[Arrival] = []

        def has_come() -> bool:
            now = arrival_of(self._engine)
            if [now] != told[-1:]:
                told.append(now)
                tell(now)
            return held(now)

        await _until(has_come, seconds)
        return arrival_of(self._engine)

    @property
    def _link(self) -> Link:
        return self._engine.desk.session.link

    def _without_name(self) -> frozenset[UserId]:
        people = self._engine.people
        users = {user for each in self._engine.conversations.values() for user in _people_of(each)}
        return frozenset(
            user for user in users if (known := people.get(user)) is None or not known.user_name
        )

    async def _moved(self) -> None:
        """Wait until the connection is another one."""
        async with contextlib.aclosing(self._changes.follow()) as changes:
            async for change in changes:
                if isinstance(change, LinkChanged):
                    return


def arrival_of(engine: Engine) -> Arrival:
    """Return how far a device has come; what is on its way to it counts as not here yet."""
    known = engine.conversations
    wanted = [each for each in known.values() if each.record.phase in {Phase.OUTSIDE, Phase.JOINED}]
    here = [each for each in wanted if each.joined and each.caught_up]
    welcomes = {
        each.item.conversation
        for each in engine.desk.letters
        if each.item.kind is InboxKind.WELCOME
    }
    coming = (welcomes | engine.desk.suspects) - known.keys()
    waiting = sum(each.waiting for each in wanted)
    return Arrival(len(wanted) + len(coming), len(here), sum(map(_lacks_title, here)), waiting)


def _people_of(state: ConversationState) -> frozenset[UserId]:
    peer = state.record.peer
    return state.users() | ({peer} if peer else frozenset())


def _lacks_title(state: ConversationState) -> bool:
    return not state.record.direct and not state.record.title


async def _until(held: Callable[[], bool], seconds: float) -> None:
    """Wait until something holds, or so long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not held():  # noqa: ASYNC110 - no one event stands for it
                await asyncio.sleep(LOOK_SECONDS)
