"""Something is being done: it is said what, and if it fails, why and what helps.

Esc leads out; what was begun goes on behind it.
"""

from collections.abc import Awaitable, Callable

from textual.widgets import Button, Static

from teamchat_terminal.bridge import Errands
from teamchat_terminal.messages import Carried, Failed
from teamchat_terminal.screens.step import Choice, Step
from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice

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
    """

    def __init__(
        self,
        errands: Errands,
        voice: Voice,
        title: str,
        words: str,
        intent: Callable[[], Awaitable[object]],
    ) -> None:
        say = voice.say
        choices = (
            Choice("leave", say("tui-cancel")),
            Choice("again", say("tui-try-again"), primary=True),
        )
        super().__init__(voice, title, words, choices)
        self._errands = errands
        self._intent = intent

    def on_mount(self) -> None:
        super().on_mount()
        self._begin()

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

    def _begin(self) -> None:
        self.say_problem("")
        self.query_one("#step-words", Static).display = True
        self._offer(again=False)
        self._errands.ask(self, self._intent, lambda _: Carried())

    def _offer(self, *, again: bool) -> None:
        for button in self.query(Button):
            button.display = again
        if again:
            self.query_one("#again", Button).focus()
