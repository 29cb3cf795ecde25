"""Comparing a safety number: twelve groups of five digits, the same on both sides."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Static

from teamchat.engine.model import Person, Trust
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import number_groups, trust
from teamchat_terminal.messages import Done, SafetyNumberRead
from teamchat_terminal.screens.sheet import Sheet


class VerifySheet(Sheet):
    """Shows the number and takes the answer of whoever compared it."""

    def __init__(self, desk: Desk, person: Person) -> None:
        super().__init__(desk)
        self._person = person

    def heading(self) -> str:
        return self.voice.say("tui-verify-heading", name=self._person.name)

    def content(self) -> ComposeResult:
        say, name = self.voice.say, self._person.name
        with VerticalScroll(id="verify"):
            yield Static(trust(self._person, self.voice), id="verify-trust", markup=False)
            yield Static(say("tui-verify-words", name=name), id="verify-words", markup=False)
            yield Static(say("tui-verify-wait"), id="verify-number", markup=False)
            yield Static("", id="verify-answer", markup=False)
        with Horizontal(id="verify-buttons"):
            yield Button(say("tui-verify-no"), id="differs", compact=True, disabled=True)
            yield Button(
                say("tui-verify-yes"), id="same", variant="primary", compact=True, disabled=True
            )

    def on_mount(self) -> None:
        super().on_mount()
        account, user = self.desk.account, self._person.id
        self.desk.bridge.ask(
            self,
            lambda: account.safety_number(user),
            lambda number: SafetyNumberRead(user, number),
        )

    def on_safety_number_read(self, message: SafetyNumberRead) -> None:
        self.query_one("#verify-number", Static).update(number_groups(message.number))
        self.query_one("#differs", Button).disabled = False
        self.query_one("#same", Button).disabled = False

    @on(Button.Pressed, "#same")
    def _same(self) -> None:
        account, user = self.desk.account, self._person.id
        self.query_one("#same", Button).disabled = True
        self.desk.bridge.do(self, "verified", lambda: account.mark_verified(user))

    @on(Button.Pressed, "#differs")
    def _differs(self) -> None:
        answer = self.query_one("#verify-answer", Static)
        answer.update(self.voice.say("tui-verify-differs", name=self._person.name))
        answer.add_class("danger")
        answer.scroll_visible(animate=False)

    def on_done(self, _: Done) -> None:
        person = self.desk.account.person(self._person.id) or self._person
        self.query_one("#verify-trust", Static).update(trust(person, self.voice))
        answer = self.query_one("#verify-answer", Static)
        answer.remove_class("danger")
        key = "tui-verify-done" if person.trust is Trust.VERIFIED else "tui-verify-not-done"
        answer.update(self.voice.say(key, name=person.name))
        answer.scroll_visible(animate=False)
