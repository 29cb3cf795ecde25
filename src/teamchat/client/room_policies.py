"""What conversations allow, for those who manage them; and what is given to new members."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from teamchat.client.runner import Runner
from teamchat.engine.engine import Engine
from teamchat.engine.events import HistoryGiveAsked, HistoryGoverned
from teamchat.engine.records import Errand
from teamchat.engine.state import ConversationState
from teamchat.ids import ConversationId, UserId
from teamchat.wire.room_policy import History

CHANGE_SECONDS: Final = 60.0
"""How long a change is waited for; it goes on in the background."""
LOOK_SECONDS: Final = 0.05


class RoomPolicies:
    """What the conversations of an account allow.

    Args:
        engine: Knows how things stand.
        runner: Asks the engine.
    """

    def __init__(self, engine: Engine, runner: Runner) -> None:
        self._engine = engine
        self._runner = runner

    async def set_history(self, conversation: ConversationId, history: History) -> None:
        """Let people who come from now on see so much of what was said before they came.

        Args:
            conversation: Where; one that this person manages.
            history: `room_policy.NONE`, so many days, or `room_policy.ALL`.

        Raises:
            AccountError: This person does not manage it, a device in it cannot follow such a
                policy, or there is no connection.
        """
        await self._runner.call(
            lambda call: HistoryGoverned(call, conversation, history), CHANGE_SECONDS
        )

    async def give(self, conversation: ConversationId, user: UserId) -> None:
        """Give somebody who came lately what was said before, again or in another's place.

        Raises:
            AccountError: The conversation does not allow it, or this person may not, or has not
                seen them come.
        """
        await self._runner.call(lambda call: HistoryGiveAsked(call, conversation, user))

    async def settle(self, within: float) -> bool:
        """Wait until all is given that this device is to give; say whether it is.

        Args:
            within: How many seconds at most; then it goes on in the background.
        """
        return await self._wait(_is_giving, within)

    async def receive(self, within: float) -> bool:
        """Wait until all is taken in that was given to this person; say whether it is.

        Args:
            within: How many seconds at most; then it goes on in the background.
        """
        return await self._wait(lambda state: bool(state.record.offers), within)

    async def _wait(self, busy: Callable[[ConversationState], bool], within: float) -> bool:
        def is_busy() -> bool:
            return any(busy(each) for each in self._engine.conversations.values() if each.joined)

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while is_busy():  # noqa: ASYNC110 - no one event stands for it
                    await asyncio.sleep(LOOK_SECONDS)
        return not is_busy()


def _is_giving(state: ConversationState) -> bool:
    owed = any(each.mine for each in state.record.arrived)
    return owed or any(each.errand is Errand.HISTORY for each in state.outgoing)
