"""Something is being done: it is said what, and if it fails, why and what helps.

Esc leads out: what can be broken off is, the rest goes on behind it.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Button, Static

from teamchat_terminal.bridge import Errands
from teamchat_terminal.messages import Carried, Failed
from teamchat_terminal.screens.step import Choice, Step
from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice

if TYPE_CHECKING:
    from textual.worker import Worker

DONE = "done"
"""The answer when it happened."""


class BusyStep(Step):
    """Waits for an intent; answers `DONE`, or `OUT` if the person gave up.

    Args:
        errands: Carries the intent.
        voice: How the client speaks.
        title: What is being done.
        words: What it takes.
        intent: Does it; what it returns is kept by whoever made it.
        stops: Whether it is broken off with Esc.
    """

    leave = "tui-cancel"
    """What the button says that leads out."""

    def __init__(
        self,
        errands: Errands,
        voice: Voice,
        title: str,
        words: str,
        intent: Callable[[], Awaitable[object]],
        *,
        stops: bool = False,
    ) -> None:
        say = voice.say
        choices = (
            Choice("leave", say(self.leave)),
            Choice("again", say("tui-try-again"), primary=True),
        )
        super().__init__(voice, title, words, choices)
        self._errands = errands
        self._intent = intent
        self._stops = stops
        self._worker: Worker[None] | None = None

    def on_mount(self) -> None:
        super().on_mount()
        self._begin()

    def report(self, words: str | Content) -> None:
        """Say how far it is."""
        if self.is_mounted:
            self.query_one("#step-words", Static).update(words)
            self.fit()

    def on_carried(self, _: Carried) -> None:
        close(self, DONE)

    def on_failed(self, message: Failed) -> None:
        self.query_one("#step-words", Static).display = False
        self.say_problem(message.explanation)
        self._offer(again=True)

    def answered(self, choice: str) -> None:
        if choice == "again":
            self._begin()
        else:
            self.action_out()

    def action_out(self) -> None:
        if self._stops and self._worker is not None:
            self._worker.cancel()
        super().action_out()

    def _begin(self) -> None:
        self.say_problem("")
        self.query_one("#step-words", Static).display = True
        self._offer(again=False)
        self._worker = self._errands.ask(self, self._intent, lambda _: Carried())

    def _offer(self, *, again: bool) -> None:
        leave, again_button = self.query_one("#leave", Button), self.query_one("#again", Button)
        leave.display = again or self._stops
        again_button.display = again
        if again or self._stops:
            (again_button if again else leave).focus()


class ReportingStep(BusyStep):
    """Something that says how far it is.

    Args:
        errands: Carries the intent.
        voice: How the client speaks.
        title: What is being done.
        words: What it takes.
        intent: Does it, and reports to whoever it is given.
    """

    leave = "tui-go-on"

    def __init__(
        self,
        errands: Errands,
        voice: Voice,
        title: str,
        words: str,
        intent: Callable[[Callable[[Content], None]], Awaitable[object]],
    ) -> None:
        super().__init__(errands, voice, title, words, lambda: intent(self.report), stops=True)
