"""A safety number as a QR code, over the whole screen, for somebody else's camera."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Middle
from textual.screen import ModalScreen
from textual.widgets import Static

from teamchat.identity.safety_number import code_parts
from teamchat_terminal.actions import key_label
from teamchat_terminal.format import number_groups
from teamchat_terminal.qr import drawing
from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice
from teamchat_terminal.widgets.link_text import LinkText

HEAD = 1
"""Lines over the code."""
BESIDE = 30
"""Columns beside the code that the digits and the words take."""


class CodeScreen(ModalScreen[None]):
    """Draws the code, dark on light in every theme that has colours.

    Args:
        voice: How the client speaks.
        name: Whose camera is to read it.
        number: The safety number.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False)]

    def __init__(self, voice: Voice, name: str, number: str) -> None:
        super().__init__()
        self._voice = voice
        self._whose = name
        self._number = number

    def compose(self) -> ComposeResult:
        say = self._voice.say
        with Horizontal(id="code-head"):
            yield Static(say("tui-code-heading", name=self._whose), id="code-title", markup=False)
            yield LinkText(key_label("escape", self._voice) + " ✕", "close", id="code-close")
        with Horizontal(id="code-panes"):
            yield Static("", id="code", markup=False)
            with Middle(id="code-side"):
                yield Static(number_groups(self._number), id="code-number", markup=False)
                yield Static(say("tui-code-words"), id="code-words", markup=False)

    def on_mount(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    def on_click(self) -> None:
        self.action_close()

    def action_close(self) -> None:
        close(self)

    def _show(self) -> None:
        found = drawing(code_parts(self._number), self.app.theme)
        rows = found.rows + HEAD
        width, height = self.app.size
        fits = found.columns <= width and rows <= height
        code = self.query_one("#code", Static)
        code.set_class(fits, "drawn")
        if fits:
            code.update(found.content)
        else:
            no_room = self._voice.say("tui-code-no-room", columns=found.columns, lines=rows)
            code.update(no_room)
        self.query_one("#code-side").display = fits and found.columns + BESIDE <= width
