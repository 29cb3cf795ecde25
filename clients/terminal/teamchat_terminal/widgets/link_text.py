"""Words that do something when they are clicked; the same action has a key and a command."""

from textual.content import Content
from textual.events import Click
from textual.widgets import Static


class LinkText(Static):
    """A line that runs an action of its screen."""

    def __init__(self, words: str, action: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(Content(words), id=id)
        self._action = action

    def say(self, words: Content | str) -> None:
        """Show other words, or nothing at all."""
        content = words if isinstance(words, Content) else Content(words)
        self.update(content)
        self.display = bool(content.plain)

    async def on_click(self, event: Click) -> None:
        event.stop()
        await self.screen.run_action(self._action)
