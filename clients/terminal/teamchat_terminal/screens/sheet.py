"""What opens over the right side and closes with Esc: one look for everything beside the chat."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from teamchat_terminal.actions import key_label
from teamchat_terminal.desk import Desk
from teamchat_terminal.messages import AccountChanged, Failed
from teamchat_terminal.stack import close
from teamchat_terminal.widgets.link_text import LinkText


class Sheet(ModalScreen[str]):
    """A titled pane; what is in it, a subclass says. Its answer is empty unless one gives it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("f1", "app.help", show=False, priority=True),
        Binding("ctrl+p", "app.palette", show=False, priority=True),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.voice = desk.voice

    def heading(self) -> str:
        """Return the title of the sheet."""
        raise NotImplementedError

    def content(self) -> ComposeResult:
        """Yield what is in the sheet."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical(id="sheet"):
            with Horizontal(id="sheet-head"):
                yield Static(Content(self.heading()), id="sheet-title")
                yield LinkText(key_label("escape", self.voice) + " ✕", "close", id="sheet-close")
            yield from self.content()
            yield Static("", id="sheet-problem", markup=False)

    def on_mount(self) -> None:
        self.query_one("#sheet-problem").display = False

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.action_close()

    def action_close(self) -> None:
        close(self)

    def on_failed(self, message: Failed) -> None:
        self.show_problem(message.explanation)

    def show_problem(self, words: str) -> None:
        """Show what went wrong where it was caused, or nothing."""
        problem = self.query_one("#sheet-problem", Static)
        problem.update(words)
        problem.display = bool(words)

    def on_account_changed(self, message: AccountChanged) -> None:
        """Read again what is shown; a sheet that shows nothing of the account ignores it."""

    @property
    def inner_width(self) -> int:
        """How many cells a line in the sheet has."""
        return max(self.query_one("#sheet-head").size.width, 20)
