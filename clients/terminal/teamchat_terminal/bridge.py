"""Between the account and the widgets: changes become messages, intents become calls.

Only the workers here await the account, and they touch no widget: whatever comes of an intent
is posted to who asked. Texts leave one after another, in the order they were written.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker

from teamchat.client.account import Account
from teamchat.errors import TeamchatError
from teamchat_terminal.aim import Composed
from teamchat_terminal.messages import (
    AccountChanged,
    Done,
    Failed,
    MessageKept,
    MessageRefused,
)
from teamchat_terminal.voice import Voice

if TYPE_CHECKING:
    from textual.app import App

Answer = TypeVar("Answer")

EXPECTED = (TeamchatError, OSError, TimeoutError)
"""What may go wrong without being our mistake; everything else ends the client loudly."""


class Errands:
    """Carries intents out beside the screens, and says what went wrong in words.

    Args:
        app: Whose workers they are.
        voice: Says what went wrong.
    """

    def __init__(self, app: "App[None]", voice: Voice) -> None:
        self._app = app
        self._voice = voice

    def speak(self, voice: Voice) -> None:
        """Say what goes wrong in another language from now on."""
        self._voice = voice

    def do(self, origin: MessagePump, what: str, intent: Callable[[], Awaitable[object]]) -> None:
        """Carry out an intent; `Done` or `Failed` follows."""

        def answer(_: object) -> Message:
            return Done(what)

        _ = self.ask(origin, intent, answer, what=what)

    def ask(
        self,
        origin: MessagePump,
        intent: Callable[[], Awaitable[Answer]],
        answer: Callable[[Answer], Message],
        *,
        newest_of: str = "",
        what: str = "",
    ) -> Worker[None]:
        """Ask the account something; its answer or `Failed` is posted to who asked.

        A later question with the same `newest_of` replaces this one. What is returned can be
        cancelled: then nobody is answered.
        """
        return self._app.run_worker(
            partial(self._carry, origin, intent, answer, what),
            group=f"ask-{newest_of}" if newest_of else "intents",
            exclusive=bool(newest_of),
        )

    async def _carry(
        self,
        origin: MessagePump,
        intent: Callable[[], Awaitable[Answer]],
        answer: Callable[[Answer], Message],
        what: str,
    ) -> None:
        try:
            result = await intent()
        except EXPECTED as error:
            origin.post_message(Failed(explain(error, self._voice), what))
        else:
            origin.post_message(answer(result))


class Bridge(Errands):
    """Carries changes to an app and intents to its account."""

    def __init__(self, app: "App[None]", account: Account, voice: Voice) -> None:
        super().__init__(app, voice)
        self._account = account
        self._outgoing: asyncio.Queue[tuple[MessagePump, Composed]] = asyncio.Queue()

    def start(self) -> None:
        """Begin to listen and to send."""
        self._app.run_worker(self._listen(), group="changes")
        self._app.run_worker(self._send_in_order(), group="sending")

    def send(self, origin: MessagePump, composed: Composed) -> None:
        """Send a text after those before it; `MessageKept` or `MessageRefused` follows."""
        self._outgoing.put_nowait((origin, composed))

    async def _listen(self) -> None:
        async for change in self._account.changes():
            self._app.post_message(AccountChanged(change))

    async def _send_in_order(self) -> None:
        while True:
            origin, composed = await self._outgoing.get()
            origin.post_message(await self._sent(composed))

    async def _sent(self, composed: Composed) -> Message:
        conversation, text, aim = composed.conversation, composed.text, composed.aim
        try:
            if aim is not None and aim.edits:
                await self._account.edit(conversation, aim.message.id, text)
            else:
                await self._account.send_text(conversation, text, aim.answers if aim else "")
        except EXPECTED as error:
            return MessageRefused(composed, explain(error, self._voice))
        return MessageKept(composed)


def explain(error: Exception, voice: Voice) -> str:
    """Return what went wrong, in words for the person who reads it."""
    key = getattr(error, "key", None)
    arguments = getattr(error, "arguments", {})
    if isinstance(key, str) and isinstance(arguments, dict):
        return voice.say(key, **arguments)
    if isinstance(error, OSError):
        return voice.say("tui-error-network")
    return voice.say("tui-error-unknown", what=str(error))
