"""The passphrase of a profile; what is kept on this device stays closed without it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from teamchat.errors import TeamchatError
from teamchat_terminal.bridge import explain
from teamchat_terminal.messages import AccountOpened, Failed
from teamchat_terminal.opener import Opener
from teamchat_terminal.voice import Voice


class UnlockScreen(Screen[None]):
    """Asks for the passphrase, or says that the profile is being opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "app.quit", show=False, priority=True)
    ]

    def __init__(self, opener: Opener, voice: Voice, given: str = "") -> None:
        super().__init__()
        self._opener = opener
        self._given = given
        self._voice = voice

    def compose(self) -> ComposeResult:
        say = self._voice.say
        with Vertical(id="dialog"):
            yield Static("teamchat", id="dialog-title", markup=False)
            yield Static(say("tui-opening"), id="dialog-text", markup=False)
            yield Input(
                placeholder=say("tui-passphrase"), password=True, id="passphrase", compact=True
            )
            yield Static("", id="dialog-problem", markup=False)
            yield Button(say("tui-unlock"), id="unlock", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.query_one("#dialog-problem").display = False
        given, self._given = self._given, ""
        asked = self._opener.needs_passphrase and not given
        self._ask(needed=asked)
        if not asked:
            self._open(given)

    def on_input_submitted(self) -> None:
        self._typed()

    def on_button_pressed(self) -> None:
        self._typed()

    def _typed(self) -> None:
        typed = self.query_one("#passphrase", Input).value
        if typed:
            self._open(typed)
        else:
            self._say(self._voice.say("tui-passphrase-empty"))

    def _say(self, words: str) -> None:
        problem = self.query_one("#dialog-problem", Static)
        problem.update(words)
        problem.display = True

    def on_failed(self, message: Failed) -> None:
        self._say(message.explanation)
        self._ask(needed=self._opener.needs_passphrase)

    def _ask(self, *, needed: bool) -> None:
        field = self.query_one("#passphrase", Input)
        field.display = self.query_one("#unlock").display = needed
        field.value = ""
        words = "tui-passphrase-asked" if needed else "tui-opening"
        self.query_one("#dialog-text", Static).update(self._voice.say(words))
        if needed:
            field.focus()

    def _open(self, passphrase: str) -> None:
        self.query_one("#dialog-text", Static).update(self._voice.say("tui-opening"))
        self.run_worker(self._opened(passphrase), exclusive=True)

    async def _opened(self, passphrase: str) -> None:
        try:
            account = await self._opener.open(passphrase)
        except (TeamchatError, OSError) as error:
            self.post_message(Failed(explain(error, self._voice)))
        else:
            self.app.post_message(AccountOpened(account))
