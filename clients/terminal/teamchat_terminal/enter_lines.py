"""The lines that are typed at the door; what is no secret is there when it is asked for again."""

from collections.abc import Callable

from teamchat_terminal.flow import Flow
from teamchat_terminal.screens.step import LineStep, NotTakenError


class Lines:
    """What one person types.

    Args:
        flow: Asks.
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._typed: dict[str, str] = {}

    def line(self, what: str, *, secret: bool = False, hint: str = "") -> LineStep:
        """Return the step that asks for a line: `tui-ask-…` says for what.

        Args:
            what: The end of the name of that text.
            secret: Whether it is not to be seen, and not to be there the next time.
            hint: What stands there while it is empty.
        """
        say = self._flow.say

        def read(typed: str) -> str:
            if not typed.strip():
                raise NotTakenError(say("tui-empty"))
            if secret:
                return typed
            self._typed[what] = typed.strip()
            return self._typed[what]

        return LineStep(
            self._flow.voice,
            say(f"tui-ask-{what}"),
            say(f"tui-ask-{what}-words"),
            say("tui-next"),
            read,
            before=self._typed.get(what, ""),
            hint=hint,
            secret=secret,
        )

    async def twice(self, title: str, words: str, characters: int) -> str:
        """Ask for something secret, and once more; empty for whoever does not go on.

        Args:
            title: What it is.
            words: What it is for.
            characters: How many it has at least.
        """
        say, voice, yes = self._flow.say, self._flow.voice, self._flow.say("tui-next")

        def long_enough(typed: str) -> str:
            if len(typed) < characters:
                short = say("tui-enter-short", typed=len(typed), count=characters)
                raise NotTakenError(short)
            if not typed:
                raise NotTakenError(say("tui-empty"))
            return typed

        while True:
            first = await self._flow.ask(
                LineStep(voice, title, words, yes, long_enough, secret=True)
            )
            if not first:
                return ""
            again = say("tui-enter-again")
            if await self._flow.ask(
                LineStep(voice, title, again, yes, self._same(first), secret=True)
            ):
                return first

    def _same(self, first: str) -> Callable[[str], str]:
        def read(typed: str) -> str:
            if typed != first:
                raise NotTakenError(self._flow.say("tui-enter-differs"))
            return typed

        return read
