"""Comparing a safety number: twelve groups of five digits, the same on both sides.

What is noted is the number that was shown: a key that changes under the reader's eyes is
another number, and is shown as one. For a key that is new there are two choices: it is the
person's, or the one known before stays.
"""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Static

from teamchat.engine.model import Person, Trust
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import number_groups, trust
from teamchat_terminal.messages import AccountChanged, Done, Failed, SafetyNumberRead
from teamchat_terminal.screens.sheet import Sheet


class VerifySheet(Sheet):
    """Shows the number and takes the answer of whoever compared it."""

    def __init__(self, desk: Desk, person: Person) -> None:
        super().__init__(desk)
        self._person = person
        self._number = ""

    def heading(self) -> str:
        return self.voice.say("tui-verify-heading", name=self._person.name)

    def content(self) -> ComposeResult:
        say, name = self.voice.say, self._person.name
        with VerticalScroll(id="verify"):
            yield Static(trust(self._person, self.voice), id="verify-trust", markup=False)
            yield Static("", id="verify-new", markup=False)
            yield Static(say("tui-verify-words", name=name), id="verify-words", markup=False)
            yield Static(say("tui-verify-wait"), id="verify-number", markup=False)
            yield Static("", id="verify-answer", markup=False)
        with Horizontal(id="verify-buttons"):
            yield Button(say("tui-verify-no"), id="differs", compact=True, disabled=True)
            yield Button(say("tui-verify-keep"), id="keep", compact=True, disabled=True)
            yield Button(
                say("tui-verify-yes"), id="same", variant="primary", compact=True, disabled=True
            )

    def on_mount(self) -> None:
        super().on_mount()
        self._show_person()
        self._read()

    def _read(self) -> None:
        account, user = self.desk.account, self._person.id
        self.desk.bridge.ask(
            self,
            lambda: account.safety_number(user),
            lambda number: SafetyNumberRead(user, number),
            newest_of="number",
        )

    def _show_person(self) -> None:
        person = self._person = self.desk.account.person(self._person.id) or self._person
        changed = person.trust is Trust.CHANGED
        self.query_one("#verify-trust", Static).update(trust(person, self.voice))
        new = self.query_one("#verify-new", Static)
        new.display = changed
        new.update(self.voice.say("tui-verify-new", name=person.name))
        self.query_one("#keep").display = changed
        self.query_one("#differs").display = not changed

    def on_safety_number_read(self, message: SafetyNumberRead) -> None:
        self._number = message.number
        self.query_one("#verify-number", Static).update(number_groups(message.number))
        for button in self.query(Button):
            button.disabled = False

    def on_account_changed(self, message: AccountChanged) -> None:
        del message
        before = self._person.trust
        self._show_person()
        if self._person.trust is Trust.CHANGED and before is not Trust.CHANGED:
            self._read()

    @on(Button.Pressed, "#same")
    def _same(self) -> None:
        account, user, number = self.desk.account, self._person.id, self._number
        self.query_one("#same", Button).disabled = True
        self.desk.bridge.do(self, "verified", lambda: account.mark_verified(user, number))

    @on(Button.Pressed, "#keep")
    def _keep(self) -> None:
        account, user = self.desk.account, self._person.id
        self.query_one("#keep", Button).disabled = True
        self.desk.bridge.do(self, "kept", lambda: account.keep_key(user))

    @on(Button.Pressed, "#differs")
    def _differs(self) -> None:
        self._answer("tui-verify-differs", danger=True)

    def on_done(self, message: Done) -> None:
        self.show_problem("")
        self._show_person()
        if message.what == "kept":
            self._answer("tui-verify-kept", danger=False)
            self._read()
            return
        done = self._person.trust is Trust.VERIFIED
        self._answer("tui-verify-done" if done else "tui-verify-not-done", danger=not done)

    def on_failed(self, message: Failed) -> None:
        super().on_failed(message)
        self._show_person()
        self._read()

    def _answer(self, key: str, *, danger: bool) -> None:
        answer = self.query_one("#verify-answer", Static)
        answer.set_class(danger, "danger")
        answer.update(self.voice.say(key, name=self._person.name))
        answer.scroll_visible(animate=False)
