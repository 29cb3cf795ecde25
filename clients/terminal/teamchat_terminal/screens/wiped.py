"""The last screen: this device was removed, and everything that it held was erased."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Button, Static

from teamchat.client.errors import WipedError
from teamchat_terminal.voice import Voice


class WipedScreen(Screen[None]):
    """Says what happened and whom to ask; there is nothing else left to do.

    Args:
        why: Who removed the device, and when.
        voice: How the client speaks.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,ctrl+q,q", "app.quit", show=False),
    ]

    def __init__(self, why: WipedError, voice: Voice) -> None:
        super().__init__()
        self._why = why
        self._voice = voice

    def compose(self) -> ComposeResult:
        say = self._voice.say
        with Vertical(id="wiped"):
            yield Static(say("tui-wiped-heading"), id="wiped-title", markup=False)
            yield Static(say(self._why.key, **self._why.arguments), id="wiped-text", markup=False)
            yield Button(say("tui-wiped-quit"), id="wiped-quit", variant="primary")

    def on_button_pressed(self) -> None:
        self.app.run_worker(self.app.action_quit())
