"""How long a group waits for those who are leaving.

A commit of a member that leaves in who has proposed to leave is refused, so that nobody is kept
in by commits without them. But whether the members can take a proposal up at all the server
cannot see: its membership tag is made with a key of the group. A false one, which every client
drops, must not stop a group. So the wait has an end. Honest clients take up within seconds what
they can: whoever is still refused later has nothing to take up. Two people who say so are believed
soon, one alone later, for that one may be who wants to keep the leaver in. Who has let a group
wait in vain a few times is not waited for any more for a while.
"""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from teamchat.clock import Clock
from teamchat.ids import ConversationId, UserId
from teamchat.server.auth.limits import Limit, Limiter

ALONE_SECONDS: Final = 60.0
"""How long one person's commits are refused for a leaver's sake, from the first one on."""
TOGETHER_SECONDS: Final = 10.0
"""The same, if commits of two people were."""
WAITS: Final = 10_000
"""How many waits are remembered; if one is forgotten, it begins anew."""


@dataclass(frozen=True, slots=True)
class _Wait:
    epoch: int
    since: float
    refused: frozenset[UserId]


class Leavers:
    """Remembers who is waited for, in the memory of one process."""

    def __init__(self, clock: Clock, limiter: Limiter) -> None:
        self._clock = clock
        self._limiter = limiter
        self._waits: OrderedDict[tuple[ConversationId, UserId], _Wait] = OrderedDict()

    def are_awaited(
        self, conversation: ConversationId, epoch: int, leavers: Collection[UserId]
    ) -> bool:
        """Tell whether a commit in this epoch that leaves these people in is to be refused."""
        return any(self._is_awaited(conversation, epoch, each) for each in leavers)

    def refuse(
        self, conversation: ConversationId, epoch: int, leavers: Collection[UserId], by: UserId
    ) -> None:
        """Note that somebody's commit was refused for the sake of these people."""
        for leaver in leavers:
            key = (conversation, leaver)
            wait = self._waits.get(key)
            if wait is None or wait.epoch != epoch:
                wait = _Wait(epoch, self._clock.monotonic(), frozenset())
            self._waits[key] = _Wait(epoch, wait.since, wait.refused | {by})
            self._waits.move_to_end(key)
        while len(self._waits) > WAITS:
            self._waits.popitem(last=False)

    def pass_over(self, conversation: ConversationId, leavers: Collection[UserId]) -> None:
        """Note that a commit was taken without these people: their proposals are void."""
        for leaver in leavers:
            self._waits.pop((conversation, leaver), None)
            self._limiter.take(Limit.WAITS_FOR_LEAVER, f"{conversation}/{leaver}")

    def _is_awaited(self, conversation: ConversationId, epoch: int, leaver: UserId) -> bool:
        wait = self._waits.get((conversation, leaver))
        if wait is not None and wait.epoch == epoch:
            end = TOGETHER_SECONDS if len(wait.refused) > 1 else ALONE_SECONDS
            return self._clock.monotonic() < wait.since + end
        return self._limiter.has(Limit.WAITS_FOR_LEAVER, f"{conversation}/{leaver}")
