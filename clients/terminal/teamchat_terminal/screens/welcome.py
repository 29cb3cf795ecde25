"""What stands behind the questions on the way in: nothing but the name."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static


class WelcomeScreen(Screen[None]):
    """Waits until somebody has come in."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "app.quit", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield Static("teamchat", id="welcome", markup=False)
