"""One line of text is asked for."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice


class AskText(ModalScreen[str]):
    """Asks for a line; the answer is empty if the person changed their mind."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "no", show=False)]

    def __init__(self, voice: Voice, question: str, before: str, yes: str) -> None:
        super().__init__()
        self._voice = voice
        self._question = question
        self._before = before
        self._yes = yes

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(self._question, id="dialog-title", markup=False)
            yield Input(self._before, id="line", compact=True, max_length=128)
            with Horizontal(id="dialog-buttons"):
                yield Button(self._voice.say("tui-cancel"), id="no", compact=True)
                yield Button(self._yes, id="yes", variant="primary", compact=True)

    def on_input_submitted(self) -> None:
        self._answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "yes":
            self._answer()
        else:
            self.action_no()

    def _answer(self) -> None:
        close(self, self.query_one("#line", Input).value.strip())

    def action_no(self) -> None:
        close(self, "")
