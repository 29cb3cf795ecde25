"""Who came in unseen while this device was away: shown, and accepted exactly as shown."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from teamchat.engine.model import Conversation, Person
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import DIM, person_style, trust, whereabouts
from teamchat_terminal.messages import AccountChanged, Done, Failed
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.stack import close
from teamchat_terminal.visible import name_line, one_line

if TYPE_CHECKING:
    from teamchat.ids import ConversationId


class NewcomersSheet(Sheet):
    """Names those who came in; the answer counts for them and for nobody who comes later."""

    def __init__(self, desk: Desk, conversation: Conversation) -> None:
        super().__init__(desk)
        self._conversation_id: ConversationId = conversation.id
        self._shown: tuple[Person, ...] = conversation.newcomers

    def heading(self) -> str:
        return self.voice.say("tui-newcomers-heading")

    def content(self) -> ComposeResult:
        say = self.voice.say
        with VerticalScroll(id="newcomers"):
            yield Static(say("tui-newcomers-words"), id="newcomers-words", markup=False)
            yield Static(self._list(), id="newcomers-list", markup=False)
        with Horizontal(id="newcomers-buttons"):
            yield Button(say("tui-newcomers-later"), id="later", compact=True)
            yield Button(say("tui-newcomers-accept"), id="accept", variant="primary", compact=True)

    @on(Button.Pressed, "#later")
    def _later(self) -> None:
        close(self)

    @on(Button.Pressed, "#accept")
    def _accept(self) -> None:
        account, conversation = self.desk.account, self._conversation_id
        shown = tuple(person.id for person in self._shown)
        self.query_one("#accept", Button).disabled = True
        self.desk.bridge.do(self, "accept", lambda: account.accept_members(conversation, shown))

    def on_done(self, message: Done) -> None:
        if message.what == "accept":
            close(self)

    def on_failed(self, message: Failed) -> None:
        super().on_failed(message)
        self._show_now()

    def on_account_changed(self, message: AccountChanged) -> None:
        del message
        before = self._shown
        self._show_now()
        if not self._shown:
            close(self)
        elif {one.id for one in self._shown} - {one.id for one in before}:
            self.show_problem(self.voice.say("error-others-came"))

    def _show_now(self) -> None:
        all_ = self.desk.account.conversations()
        here = next((one for one in all_ if one.id == self._conversation_id), None)
        self._shown = here.newcomers if here is not None else ()
        self.query_one("#newcomers-list", Static).update(self._list())
        self.query_one("#accept", Button).disabled = not self._shown

    def _list(self) -> Content:
        parts: list[Content | str | tuple[str, str]] = []
        for person in self._shown:
            about = " · ".join(
                filter(None, (one_line(person.user_name, 40), whereabouts(person, self.voice)))
            )
            parts.extend(((name_line(person.name, 44), person_style(person.id)), "\n  "))
            parts.extend(((about, DIM), "\n  ", trust(person, self.voice), "\n\n"))
        return Content.assemble(*parts)
