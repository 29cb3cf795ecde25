"""One message, whole: its words, when, by whom, how far it came, and what can be done."""

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Static

from teamchat.engine.model import Delivery, Message, MessageKind
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import body, delivery, given
from teamchat_terminal.messages import Done
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.stack import close
from teamchat_terminal.visible import name_line


class MessageSheet(Sheet):
    """Shows a message and offers what fits its state."""

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
        with Horizontal(id="message-buttons"):
            yield Button(say("tui-action-message-copy"), id="copy", compact=True)
            if message.delivery is Delivery.FAILED:
                yield Button(say("tui-action-message-retry"), id="retry", compact=True)
            if message.delivery in {Delivery.FAILED, Delivery.QUEUED}:
                yield Button(say("tui-action-message-discard"), id="discard", compact=True)

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
        account, message = self.desk.account, self._message
        match event.button.id:
            case "copy":
                self.app.copy_to_clipboard(body(message, self.voice))
                close(self)
            case "retry":
                self.desk.bridge.do(self, "retry", lambda: account.retry(message.id))
            case "discard":
                self.desk.bridge.do(self, "discard", lambda: account.discard(message.id))
            case _:
                raise ValueError(event.button.id)

    def on_done(self, _: Done) -> None:
        close(self)
