"""What a comparison has shown, over the whole screen: the same, or not the same."""

from enum import Enum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from teamchat.engine.model import Person, Trust
from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice


class Answer(Enum):
    """What the person decides then."""

    MARK = "mark"
    """Mark the other as verified."""
    KEEP = "keep"
    """Keep the key from before."""
    NOTHING = "nothing"


class OutcomeScreen(ModalScreen[Answer]):
    """Says it plainly; only what matches can be marked.

    Args:
        voice: How the client speaks.
        person: With whom a number was compared.
        matches: Whether it is the same on both sides.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "nothing", show=False)]

    def __init__(self, voice: Voice, person: Person, *, matches: bool) -> None:
        super().__init__()
        self._voice = voice
        self._person = person
        self._matches = matches

    def compose(self) -> ComposeResult:
        say, name = self._voice.say, self._person.name
        with Vertical(id="outcome"):
            heading = say("tui-matches" if self._matches else "tui-does-not-match")
            yield Static(
                heading, id="outcome-title", classes="" if self._matches else "danger", markup=False
            )
            for key in self._words():
                yield Static(say(key, name=name), classes="outcome-words", markup=False)
            with Horizontal(id="outcome-buttons"):
                yield Button(say(self._close_key()), id="nothing", compact=True)
                if self._matches and self._person.trust is not Trust.VERIFIED:
                    yield Button(say("tui-mark"), id="mark", variant="primary", compact=True)
                if not self._matches and self._person.trust is Trust.CHANGED:
                    yield Button(say("tui-verify-keep"), id="keep", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        close(self, Answer(event.button.id))

    def action_nothing(self) -> None:
        close(self, Answer.NOTHING)

    def _words(self) -> tuple[str, ...]:
        if self._matches:
            return ("tui-matches-words",)
        return ("tui-does-not-match-words", "tui-verify-differs")

    def _close_key(self) -> str:
        undecided = self._matches and self._person.trust is not Trust.VERIFIED
        return "tui-not-now" if undecided else "tui-close"
