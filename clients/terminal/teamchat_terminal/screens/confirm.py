"""One question before something that cannot be taken back: what it changes, and for whom."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice


class Confirm(ModalScreen[bool]):
    """Asks; the answer is true only for the button that says what happens."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "no", show=False)]

    def __init__(self, voice: Voice, question: str, consequence: str, yes: str) -> None:
        super().__init__()
        self._voice = voice
        self._question = question
        self._consequence = consequence
        self._yes = yes

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(self._question, id="dialog-title", markup=False)
            yield Static(self._consequence, id="dialog-text", markup=False)
            with Horizontal(id="dialog-buttons"):
                yield Button(self._voice.say("tui-cancel"), id="no", compact=True)
                yield Button(self._yes, id="yes", variant="primary", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        close(self, event.button.id == "yes")

    def action_no(self) -> None:
        close(self, answer=False)
