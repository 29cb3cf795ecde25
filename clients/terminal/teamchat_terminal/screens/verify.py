"""Comparing a safety number: twelve groups of five digits, the same on both sides.

The person compares, or gives what the other side sees and has it compared here.

What is noted is the number that was shown: a key that changes under the reader's eyes is
another number, and is shown as one. For a key that is new there are two choices: it is the
person's, or the one known before stays.
"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import ItemGrid, VerticalScroll
from textual.widgets import Button, Static

from teamchat.engine.model import Person, Trust
from teamchat.identity.safety_number import same
from teamchat_terminal.actions import Scope, bindings
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import number_groups, trust
from teamchat_terminal.messages import AccountChanged, Done, Failed, SafetyNumberRead
from teamchat_terminal.screens.code import CodeScreen
from teamchat_terminal.screens.enter_number import EnterNumber
from teamchat_terminal.screens.outcome import Answer, OutcomeScreen
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.stack import ask, show

AIRY = 24
"""Lines of a screen from which on there is air between the rows of a number."""


class VerifySheet(Sheet):
    """Shows the number and takes the answer of whoever compared it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.VERIFY)]

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
        with ItemGrid(id="verify-buttons", min_column_width=20):
            for name, label in (
                ("verify-enter", "tui-action-verify-enter"),
                ("verify-code", "tui-action-verify-code"),
                ("differs", "tui-verify-no"),
                ("keep", "tui-verify-keep"),
            ):
                yield Button(say(label), id=name, compact=True, disabled=True)
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
        self.query_one("#verify-words").display = not changed
        self.query_one("#keep").display = changed
        self.query_one("#differs").display = not changed

    def on_safety_number_read(self, message: SafetyNumberRead) -> None:
        self._number = message.number
        self._show_number()
        for button in self.query(Button):
            button.disabled = False

    def on_resize(self) -> None:
        self._show_number()

    def _show_number(self) -> None:
        if self._number:
            groups = number_groups(self._number, close=self.app.size.height < AIRY)
            self.query_one("#verify-number", Static).update(groups)

    def on_account_changed(self, message: AccountChanged) -> None:
        del message
        before = self._person.trust
        self._show_person()
        if self._person.trust is Trust.CHANGED and before is not Trust.CHANGED:
            self._read()

    def action_verify_code(self) -> None:
        if self._number:
            show(self.app, CodeScreen(self.voice, self._person.name, self._number))

    def action_verify_enter(self) -> None:
        number = self._number

        def entered(theirs: str | None) -> None:
            if theirs:
                self._tell(matches=same(number, theirs), number=number)

        if number:
            ask(self.app, EnterNumber(self.voice, self._person.name), entered)

    @on(Button.Pressed, "#verify-enter")
    def _enter(self) -> None:
        self.action_verify_enter()

    @on(Button.Pressed, "#verify-code")
    def _code(self) -> None:
        self.action_verify_code()

    @on(Button.Pressed, "#differs")
    def _differs(self) -> None:
        self._tell(matches=False, number=self._number)

    def _tell(self, *, matches: bool, number: str) -> None:
        """Show over the whole screen what came of it, and do what the person decides then."""

        def answered(answer: Answer | None) -> None:
            if answer is Answer.MARK:
                self._mark(number)
            elif answer is Answer.KEEP:
                self._keep()

        ask(self.app, OutcomeScreen(self.voice, self._person, matches=matches), answered)

    @on(Button.Pressed, "#same")
    def _same(self) -> None:
        self._mark(self._number)

    def _mark(self, number: str) -> None:
        account, user = self.desk.account, self._person.id
        self.query_one("#same", Button).disabled = True
        self.desk.bridge.do(self, "verified", lambda: account.mark_verified(user, number))

    @on(Button.Pressed, "#keep")
    def _keep(self) -> None:
        account, user = self.desk.account, self._person.id
        self.query_one("#keep", Button).disabled = True
        self.desk.bridge.do(self, "kept", lambda: account.keep_key(user))

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
        if message.what:
            self._read()

    def _answer(self, key: str, *, danger: bool) -> None:
        answer = self.query_one("#verify-answer", Static)
        answer.set_class(danger, "danger")
        answer.update(self.voice.say(key, name=self._person.name))
        answer.scroll_visible(animate=False)
