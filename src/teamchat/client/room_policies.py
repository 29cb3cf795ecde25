"""What conversations allow, for those who manage them."""

from typing import Final

from teamchat.client.runner import Runner
from teamchat.engine.events import HistoryGoverned
from teamchat.ids import ConversationId
from teamchat.wire.room_policy import History

CHANGE_SECONDS: Final = 60.0
"""How long a change is waited for; it goes on in the background."""


class RoomPolicies:
    """What the conversations of an account allow.

    Args:
        runner: Asks the engine.
    """

    def __init__(self, runner: Runner) -> None:
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
