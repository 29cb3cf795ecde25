"""The code of a new device, to be typed or scanned at one that is there; renewed by itself.

While this stands here the new device is being linked; Esc breaks that off.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, ItemGrid, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from teamchat_terminal.bridge import Errands
from teamchat_terminal.format import ACCENT
from teamchat_terminal.messages import Carried, Failed
from teamchat_terminal.qr import drawing
from teamchat_terminal.screens.busy import DONE
from teamchat_terminal.screens.step import OUT
from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice

if TYPE_CHECKING:
    from textual.worker import Worker

BESIDE = 34
"""Columns that the words take beside the code."""


class LinkCodeScreen(ModalScreen[str]):
    """Shows the codes, then what is waited for; answers `DONE`, or `OUT` if it was broken off.

    Args:
        errands: Carries the linking.
        voice: How the client speaks.
        intent: Links this device; it is told to `show`, `compared` and `wait`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "out", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(
        self,
        errands: Errands,
        voice: Voice,
        intent: Callable[["LinkCodeScreen"], Awaitable[object]],
    ) -> None:
        super().__init__()
        self._errands = errands
        self._voice = voice
        self._intent = intent
        self._worker: Worker[None] | None = None
        self._scanned = ""
        self._words: Content = Content("")

    def compose(self) -> ComposeResult:
        say = self._voice.say
        with Horizontal(id="newcomer-panes"):
            yield Static("", id="newcomer-qr", markup=False)
            with Vertical(id="newcomer-side"):
                yield Static(say("tui-link-new-heading"), id="newcomer-title", markup=False)
                with VerticalScroll(id="newcomer-scroll"):
                    yield Static("", id="newcomer-words", markup=False)
                    yield Static("", id="newcomer-problem", classes="danger", markup=False)
                with ItemGrid(id="newcomer-buttons", min_column_width=14):
                    yield Button(say("tui-cancel"), id="leave", compact=True)
                    yield Button(say("tui-try-again"), id="again", variant="primary", compact=True)

    def on_mount(self) -> None:
        self._begin()

    def on_resize(self) -> None:
        self._draw()

    # --- what the linking says

    def show(self, scanned: str, typed: str) -> None:
        """Show codes, in place of those before."""
        say = self._voice.say
        steps = (say("tui-link-new-words"), "\n\n   ", (typed, ACCENT), "\n\n")
        self._tell(Content.assemble(*steps, say("tui-link-new-lives")), scanned)

    def compared(self) -> None:
        """Somebody has said here that both show the same."""
        self._tell(Content(self._voice.say("tui-link-there")))

    def wait(self) -> None:
        """An administrator has to approve."""
        self._tell(Content(self._voice.say("tui-link-new-admin")))

    # --- inside

    def on_carried(self, _: Carried) -> None:
        close(self, DONE)

    def on_failed(self, message: Failed) -> None:
        self._tell(Content(""), problem=message.explanation)
        again = self.query_one("#again", Button)
        again.display = True
        again.focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "again":
            self._begin()
        else:
            self.action_out()

    def action_out(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
        close(self, OUT)

    def _begin(self) -> None:
        self._tell(Content(self._voice.say("tui-link-asking")))
        self.query_one("#again").display = False
        self.query_one("#leave", Button).focus()
        self._worker = self._errands.ask(self, lambda: self._intent(self), lambda _: Carried())

    def _tell(self, words: Content, scanned: str = "", problem: str = "") -> None:
        self._words, self._scanned = words, scanned
        self.query_one("#newcomer-problem", Static).update(problem)
        self._draw()

    def _draw(self) -> None:
        code = self.query_one("#newcomer-qr", Static)
        drawn = drawing((self._scanned,), self.app.theme) if self._scanned else None
        width, height = self.app.size
        fits = drawn is not None and drawn.columns + BESIDE <= width and drawn.rows <= height
        code.display = fits
        words = self._words
        if drawn is not None and fits:
            code.update(drawn.content)
            words = Content.assemble(words, "\n\n", self._voice.say("tui-link-new-scan"))
        self.query_one("#newcomer-words", Static).update(words)
