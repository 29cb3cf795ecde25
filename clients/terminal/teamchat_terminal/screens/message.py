"""One message, whole: its words, when, by whom, how far it came, and what can be done."""

from textual.app import ComposeResult
from textual.containers import ItemGrid, VerticalScroll
from textual.widgets import Button, Static

from teamchat.engine.model import Delivery, Message, MessageKind
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import body, delivery, given
from teamchat_terminal.message_actions import offered
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.stack import close
from teamchat_terminal.visible import name_line, one_line, visible

COLUMN = 13
"""Cells that a button has, the longest word in it."""


class MessageSheet(Sheet):
    """Shows a message and offers what fits its state; the answer is what is to be done."""

    def __init__(self, desk: Desk, message: Message) -> None:
        super().__init__(desk)
        self._message = message

    def heading(self) -> str:
        message = self._message
        if message.kind is MessageKind.SYSTEM:
            return self.voice.say("tui-event-heading")
        who = self.voice.say("tui-you") if message.own else name_line(message.sender_name)
        return self.voice.say("tui-message-heading", name=who or self.voice.say("tui-somebody"))

    def content(self) -> ComposeResult:
        message, say = self._message, self.voice.say
        with VerticalScroll(id="whole"):
            yield Static(self._facts(), id="message-facts", markup=False)
            yield Static(body(message, self.voice), id="message-body", markup=False)
            yield from self._what_was_done()
        with ItemGrid(id="message-buttons", min_column_width=COLUMN):
            for action in offered(message):
                yield Button(say(f"tui-action-message-{action}"), id=action, compact=True)

    def _what_was_done(self) -> ComposeResult:
        """Show who has reacted, and what the message said before."""
        message, say = self._message, self.voice.say
        for each in message.reactions:
            names = [name_line(name) for name in each.names]
            who = ", ".join([*([say("tui-you")] if each.own else []), *names])
            yield Static(f"{one_line(each.reaction, 8)}  {who}", classes="done", markup=False)
        for version in message.versions:
            moment = self.voice.moment(version.time_ms)
            state = "tui-version-failed" if version.delivery is Delivery.FAILED else "tui-version"
            when = f"{self.voice.day_alone(moment.date())}, {moment:%H:%M}"
            yield Static(say(state, when=when), classes="done facts", markup=False)
            yield Static(visible(version.text), markup=False)

    def _facts(self) -> str:
        moment = self.voice.moment(self._message.time_ms)
        offset = self.voice.offset(self._message.time_ms)
        facts = f"{self.voice.day_alone(moment.date())}, {moment:%H:%M} ({offset})"
        if self._message.given_by is not None:
            words, _ = given(self._message, self.voice)
            return f"{facts} · {words}\n{self.voice.say('tui-given-words')}"
        state = delivery(self._message, self.voice)
        if state is None:
            return facts
        about = self.voice.say(f"tui-about-{self._message.delivery.value}")
        return f"{facts} · {state[0]}\n{about}"

    def on_button_pressed(self, event: Button.Pressed) -> None:
        close(self, event.button.id)
