"""What takes several steps, written as one reads it: ask, then do, then say what came of it.

A flow runs beside the screens and opens one step after another. It holds no rules; what it
asks of the account goes through the bridge, in a step that says what is being done.
"""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from teamchat_terminal.desk import Desk
from teamchat_terminal.screens.busy import DONE, BusyStep
from teamchat_terminal.screens.step import OUT, Choice, Step

if TYPE_CHECKING:
    from textual.app import App


@dataclass(frozen=True, slots=True)
class Flow:
    """Opens steps and takes their answers.

    Attributes:
        app: Where the steps are shown.
        desk: What they work with.
    """

    app: "App[None]"
    desk: Desk

    def say(self, key: str, /, **arguments: str | int) -> str:
        """Return a text of the catalogue."""
        return self.desk.voice.say(key, **arguments)

    def run(self, steps: Coroutine[None, None, None]) -> None:
        """Go through the steps of a flow; another one ends."""
        self.app.run_worker(steps, group="flow", exclusive=True)

    async def ask(self, step: Step) -> str:
        """Show a step and return its answer; empty for whoever pressed Esc."""
        answer: str | None = await self.app.push_screen_wait(step)
        return answer or OUT

    async def do(self, title: str, words: str, intent: Callable[[], Awaitable[object]]) -> bool:
        """Do something while a step says so; return whether it happened."""
        return await self.ask(BusyStep(self.desk, title, words, intent)) == DONE

    async def tell(self, title: str, words: str | Content, *, danger: bool = False) -> None:
        """Say something until it was read."""
        done = Choice("done", self.say("tui-done"), primary=True)
        await self.ask(Step(self.desk.voice, title, words, (done,), danger=danger))
