"""An emoji for a message: one of those that people use most, or any other, also by its name."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from teamchat.engine.model import Message
from teamchat.i18n import emojis
from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice

OFTEN = tuple(each.emoji for each in emojis.emojis()[: emojis.OFTEN])
"""Each is chosen by its number, too; the catalogue names them `said-reaction-1` and so on."""
LONGEST = 16


class React(ModalScreen[str]):
    """Asks for an emoji; the answer is empty if the person changed their mind."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "no", show=False),
        *(Binding(str(at), f"often({at})", show=False) for at in range(1, len(OFTEN) + 1)),
    ]

    def __init__(self, voice: Voice, message: Message) -> None:
        super().__init__()
        self._voice = voice
        self._own = {each.reaction for each in message.reactions if each.own}

    def compose(self) -> ComposeResult:
        say = self._voice.say
        with Vertical(id="dialog"):
            yield Static(say("tui-react-question"), id="dialog-title", markup=False)
            for at, reaction in enumerate(OFTEN, 1):
                mark = " ✓" if reaction in self._own else ""
                words = f"{at}  {reaction}  {say(f'said-reaction-{at}')}{mark}"
                yield Button(words, id=f"often-{at}", compact=True)
            yield Input(placeholder=say("tui-react-other"), id="line", max_length=LONGEST)
            with Horizontal(id="dialog-buttons"):
                yield Button(say("tui-cancel"), id="no", compact=True)

    def on_mount(self) -> None:
        self.query_one("#often-1", Button).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        found = emojis.named(typed, self._voice.words.language)
        if found or not any(sign.isalpha() for sign in typed):
            close(self, found or typed)
        else:  # a word that was mistyped is no reaction
            self.query_one("#dialog-title", Static).update(self._voice.say("said-no-emoji"))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        _, _, number = (event.button.id or "").partition("often-")
        close(self, OFTEN[int(number) - 1] if number else "")

    def action_often(self, number: int) -> None:
        close(self, OFTEN[number - 1])

    def action_no(self) -> None:
        close(self, "")
