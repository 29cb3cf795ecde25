"""What the other person sees is typed or pasted here; what is no safety number stays here."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from teamchat.identity.errors import IdentityError
from teamchat.identity.safety_number import read
from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice

MOST = 512
"""Characters that are taken."""


class NumberInput(Input):
    """A line that takes the rows of a pasted number one behind the other."""

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        pasted = " ".join(event.text.split())
        self.insert_text_at_cursor(pasted[: MOST - len(self.value)])


class EnterNumber(ModalScreen[str]):
    """Asks for a safety number; the answer is one, or empty if the person changed their mind."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "no", show=False)]

    def __init__(self, voice: Voice, name: str) -> None:
        super().__init__()
        self._voice = voice
        self._whose = name

    def compose(self) -> ComposeResult:
        say = self._voice.say
        with Vertical(id="dialog"):
            question = say("tui-verify-question", name=self._whose)
            yield Static(question, id="dialog-title", markup=False)
            yield NumberInput(
                placeholder=say("tui-verify-hint"), id="line", compact=True, max_length=MOST
            )
            yield Static("", id="dialog-problem", markup=False)
            with Horizontal(id="dialog-buttons"):
                yield Button(say("tui-cancel"), id="no", compact=True)
                yield Button(say("tui-verify-compare"), id="yes", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.query_one("#dialog-problem").display = False

    def on_input_submitted(self) -> None:
        self._answer()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "yes":
            self._answer()
        else:
            self.action_no()

    def action_no(self) -> None:
        close(self, "")

    def _answer(self) -> None:
        try:
            close(self, read(self.query_one("#line", Input).value))
        except IdentityError:
            problem = self.query_one("#dialog-problem", Static)
            problem.update(self._voice.say("tui-verify-no-number"))
            problem.display = True
