"""What deleting a message means is asked: for everybody, or on this device only."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from teamchat.engine.model import Message
from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice


class Delete(ModalScreen[str]):
    """Asks; the answer is `everybody`, `here`, or empty if the person changed their mind."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "no", show=False)]

    def __init__(self, voice: Voice, message: Message) -> None:
        super().__init__()
        self._voice = voice
        self._for_all = message.own and message.addressable

    def compose(self) -> ComposeResult:
        say = self._voice.say
        words = "tui-delete-own-consequence" if self._for_all else "tui-delete-consequence"
        with Vertical(id="dialog"):
            yield Static(say("tui-delete-question"), id="dialog-title", markup=False)
            yield Static(say(words), id="dialog-text", markup=False)
            with Horizontal(id="dialog-buttons"):
                yield Button(say("tui-cancel"), id="no", compact=True)
                yield Button(say("tui-delete-here"), id="here", compact=True)
                if self._for_all:
                    yield Button(
                        say("tui-delete-all"), id="everybody", variant="primary", compact=True
                    )

    def on_mount(self) -> None:
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        answer = event.button.id or ""
        close(self, "" if answer == "no" else answer)

    def action_no(self) -> None:
        close(self, "")
