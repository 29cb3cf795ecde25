"""Where messages are written: readline's keys, up to eight lines, never a lost word.

The screen above decides when the text may go; until then it stays.
"""

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from teamchat.ids import ConversationId
from teamchat_terminal.actions import Scope, in_scope
from teamchat_terminal.visible import typed

CALLS = {key: action.method for action in in_scope(Scope.COMPOSER) for key in action.keys}
"""Which method each key of the registry calls."""


class Composer(TextArea):
    """A text field that sends on Enter."""

    class Sent(Message):
        """The person wants this text to go to the conversation it was written in."""

        def __init__(self, conversation: ConversationId, text: str) -> None:
            super().__init__()
            self.conversation = conversation
            self.text = text

    class Paged(Message):
        """The person wants to see another part of the timeline."""

        def __init__(self, direction: int) -> None:
            super().__init__()
            self.direction = direction

    def __init__(self, placeholder: str) -> None:
        super().__init__(
            id="composer",
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            compact=True,
            placeholder=placeholder,
            highlight_cursor_line=False,
        )
        self.conversation: ConversationId | None = None
        self._killed = ""

    def put(self, text: str) -> None:
        """Replace the text; the cursor goes behind it."""
        if text == self.text:
            return
        self.load_text(text)
        self.move_cursor(self.document.end)

    def on_key(self, event: events.Key) -> None:
        """Do at once what a key asks for.

        A binding is looked up only after the key has gone through all parents; a letter typed
        right behind would overtake it and become part of what is sent.
        """
        method = CALLS.get(event.key)
        if method is not None:
            event.stop()
            event.prevent_default()
            getattr(self, f"action_{method}")()

    async def on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        await super()._on_paste(events.Paste(typed(event.text)))

    def action_send(self) -> None:
        text = self.text
        if self.conversation is not None and text.strip():
            self.load_text("")
            self.post_message(self.Sent(self.conversation, text))

    def action_line_break(self) -> None:
        self.insert("\n")

    def action_kill_word_back(self) -> None:
        self._kill(self.get_cursor_word_left_location())

    def action_kill_word_on(self) -> None:
        self._kill(self.get_cursor_word_right_location())

    def action_kill_to_start(self) -> None:
        self._kill(self.get_cursor_line_start_location())

    def action_kill_to_end(self) -> None:
        row, _ = self.cursor_location
        end = self.get_cursor_line_end_location()
        at_end = end == self.cursor_location and row + 1 < self.document.line_count
        self._kill((row + 1, 0) if at_end else end)

    def action_yank(self) -> None:
        self.insert(self._killed)

    def action_timeline_back(self) -> None:
        self.post_message(self.Paged(-1))

    def action_timeline_on(self) -> None:
        self.post_message(self.Paged(1))

    def _kill(self, until: tuple[int, int]) -> None:
        start, end = sorted((self.cursor_location, until))
        if start != end:
            self._killed = self.document.get_text_range(start, end)
            self.delete(start, end)
