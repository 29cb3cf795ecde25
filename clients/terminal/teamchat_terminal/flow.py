"""What takes several steps, written as one reads it: ask, then do, then say what came of it.

A flow runs beside the screens and opens one step after another. It holds no rules; what it
asks of the account goes through the bridge, in a step that says what is being done.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.screen import ModalScreen

from teamchat_terminal.bridge import Errands
from teamchat_terminal.desk import Desk
from teamchat_terminal.screens.busy import DONE, BusyStep
from teamchat_terminal.screens.step import OUT, Choice, Step
from teamchat_terminal.voice import Voice

if TYPE_CHECKING:
    from textual.app import App


@dataclass(frozen=True, slots=True)
class Flow:
    """Opens steps and takes their answers.

    Attributes:
        app: Where the steps are shown.
        errands: Carries out what is asked for.
        voice: How the client speaks.
    """

    app: "App[None]"
    errands: Errands
    voice: Voice

    @classmethod
    def at(cls, app: "App[None]", desk: Desk) -> "Flow":
        """Return a flow that works with an account."""
        return cls(app, desk.bridge, desk.voice)

    def say(self, key: str, /, **arguments: str | int) -> str:
        """Return a text of the catalogue."""
        return self.voice.say(key, **arguments)

    def run(self, steps: Coroutine[None, None, None]) -> None:
        """Go through the steps of a flow; another one ends."""
        self.app.run_worker(steps, group="flow", exclusive=True)

    async def ask(self, step: ModalScreen[str]) -> str:
        """Show a step and return its answer; empty for whoever pressed Esc."""
        answer: str | None = await self.app.push_screen_wait(step)
        return answer or OUT

    async def do(
        self,
        title: str,
        words: str,
        intent: Callable[[], Awaitable[object]],
        *,
        stops: bool = False,
    ) -> bool:
        """Do something while a step says so; return whether it happened.

        Args:
            title: What is being done.
            words: What it takes.
            intent: Does it.
            stops: Whether it is broken off with Esc; otherwise it goes on behind.
        """
        step = BusyStep(self.errands, self.voice, title, words, intent, stops=stops)
        return await self.ask(step) == DONE

    async def tell(self, title: str, words: str | Content, *, danger: bool = False) -> None:
        """Say something until it was read."""
        done = Choice("done", self.say("tui-done"), primary=True)
        await self.ask(Step(self.voice, title, words, (done,), danger=danger))
