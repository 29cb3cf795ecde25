"""The messages of an account: shown with what they answer, and what a person does with them."""

from collections.abc import Callable

from teamchat.client.errors import AccountError
from teamchat.client.runner import Runner
from teamchat.engine import view
from teamchat.engine.engine import Engine
from teamchat.engine.events import (
    EditAsked,
    Event,
    HideAsked,
    ReactionAsked,
    TextWritten,
    WithdrawAsked,
)
from teamchat.engine.model import Message
from teamchat.engine.records import Line
from teamchat.engine.state import ConversationState
from teamchat.engine.store import Store
from teamchat.ids import ConversationId


class Messages:
    """What is said in the conversations of one account.

    Args:
        engine: Whose conversations.
        runner: Tells it what the person wants.
        store: Holds the lines.
    """

    def __init__(self, engine: Engine, runner: Runner, store: Store) -> None:
        self._engine = engine
        self._runner = runner
        self._store = store

    def show(self, state: ConversationState, line: Line) -> Message:
        """Return a line as an interface sees it, with what it answers."""
        quoted = self._store.message(state.id, line.answers) if line.answers else None
        people, account = self._engine.people, self._engine.desk.account
        return view.message_of(line, account, people, state.record, quoted)

    async def write(self, conversation: ConversationId, text: str, answers: str) -> Message:
        """Queue a text, and return it as it is shown.

        Raises:
            AccountError: It is not sendable here, or what it answers is not here.
        """
        named = self._line(conversation, answers).message if answers else b""
        name = await self._runner.call(lambda call: TextWritten(call, conversation, text, named))
        line = self._line(conversation, name)
        return self.show(self._engine.conversations[conversation], line)

    async def edit(self, conversation: ConversationId, message: str, text: str) -> None:
        """Put another text in the place of one's own message.

        Raises:
            AccountError: That is not to be done.
        """
        await self._do(conversation, message, lambda call, line: EditAsked(call, line, text))

    async def react(
        self, conversation: ConversationId, message: str, reaction: str, *, back: bool
    ) -> None:
        """Put an emoji at a message, or take it back.

        Raises:
            AccountError: That is not to be done.
        """
        await self._do(
            conversation, message, lambda call, line: ReactionAsked(call, line, reaction, back)
        )

    async def withdraw(self, conversation: ConversationId, message: str) -> None:
        """Delete one's own message for everybody.

        Raises:
            AccountError: That is not to be done.
        """
        await self._do(conversation, message, WithdrawAsked)

    async def hide(self, conversation: ConversationId, message: str) -> None:
        """Delete a message on this device only.

        Raises:
            AccountError: That is not to be done.
        """
        await self._do(conversation, message, HideAsked)

    async def _do(
        self, conversation: ConversationId, message: str, make: Callable[[int, Line], Event]
    ) -> None:
        line = self._line(conversation, message)
        await self._runner.call(lambda call: make(call, line))

    def _line(self, conversation: ConversationId, message: str) -> Line:
        line = self._store.line(conversation, message)
        if line is None:
            raise AccountError("error-message-not-here")
        return line
