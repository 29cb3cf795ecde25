"""The list of conversations: one tab stop, arrows inside."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from teamchat.engine.model import Conversation
from teamchat.ids import ConversationId
from teamchat_terminal.format import conversation_row
from teamchat_terminal.voice import Voice


class ConversationList(OptionList):
    """Shows conversations; says which one was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("right", "select", show=False)]

    class Chosen(Message):
        """A conversation is to be opened."""

        def __init__(self, conversation: ConversationId) -> None:
            super().__init__()
            self.conversation = conversation

    def __init__(self, voice: Voice) -> None:
        super().__init__(id="conversations", markup=False, compact=True)
        self._voice = voice
        self._conversations: Sequence[Conversation] = ()
        self._drafts: Mapping[ConversationId, str] = {}
        self._current: ConversationId | None = None
        self._drawn: dict[str, str] = {}

    def show(
        self,
        conversations: Sequence[Conversation],
        drafts: Mapping[ConversationId, str],
        current: ConversationId | None,
    ) -> None:
        """Show conversations in their order; what is highlighted stays highlighted."""
        self._conversations, self._drafts, self._current = conversations, drafts, current
        self._draw()

    def on_resize(self, _: events.Resize) -> None:
        self._drawn = {}
        self._draw()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self.post_message(self.Chosen(ConversationId(event.option_id)))

    def _draw(self) -> None:
        if not self.size.width:
            return
        rows = {conversation.id: self._row(conversation) for conversation in self._conversations}
        if list(rows) == [option.id for option in self.options]:
            for name, row in rows.items():
                if self.get_option(name).prompt != row.prompt:
                    self.replace_option_prompt(name, row.prompt)
            return
        self._replace(list(rows.values()))

    def _replace(self, rows: list[Option]) -> None:
        kept = self.highlighted_option.id if self.highlighted_option else self._current
        top = self.scroll_offset.y
        self.set_options(rows)
        names = [row.id for row in rows]
        if names:
            self.highlighted = names.index(kept) if kept in names else 0
        self.scroll_to(y=top, animate=False)

    def _row(self, conversation: Conversation) -> Option:
        content = conversation_row(
            conversation,
            self._drafts.get(conversation.id, ""),
            self._voice,
            width=self.size.width,
            current=conversation.id == self._current,
        )
        return Option(content, id=conversation.id)
