"""The messages of one conversation, drawn line by line: one widget, however long the history.

It holds the window it is shown and asks for another when a reader comes to its edge. What is at
the top of the view stays there when messages arrive, unless the reader is at the newest.
"""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message as TextualMessage
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual

from teamchat.engine.model import Message
from teamchat_terminal.actions import Scope, bindings
from teamchat_terminal.layout import Line, lay_out
from teamchat_terminal.voice import Voice


class Timeline(ScrollView, can_focus=True):
    """Shows messages and which of them is selected."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.MESSAGE)]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"timeline--selected"}

    class OlderWanted(TextualMessage):
        """The reader came to the top of the window."""

    class NewerWanted(TextualMessage):
        """The reader came to the bottom of a window that does not hold the newest."""

    class Moved(TextualMessage):
        """The reader sees another part."""

    class Opened(TextualMessage):
        """A message is to be shown on its own, or something done with it."""

        def __init__(self, message: Message, action: str) -> None:
            super().__init__()
            self.message = message
            self.action = action

    def __init__(self, voice: Voice) -> None:
        super().__init__(id="timeline")
        self._voice = voice
        self._messages: Sequence[Message] = ()
        self._lines: list[Line] = []
        self._first_line: dict[str, int] = {}
        self._unread_from: int | None = None
        self._newest = True
        self._selected = ""
        self._strips: dict[tuple[int, bool], Strip] = {}
        self._settled = False
        self._follow = True
        self._asked = False

    # --- what is shown

    @property
    def messages(self) -> Sequence[Message]:
        """The messages of the window."""
        return self._messages

    @property
    def lines(self) -> Sequence[Line]:
        """What is drawn."""
        return self._lines

    @property
    def selected(self) -> Message | None:
        """The selected message, while the timeline has the focus."""
        return next((one for one in self._messages if one.id == self._selected), None)

    @property
    def following(self) -> bool:
        """Whether the newest line is in view."""
        return self._newest and self.scroll_offset.y >= self._bottom - 1

    def begin(self, messages: Sequence[Message], unread_from: int | None) -> None:
        """Show another conversation: where the unread begins, otherwise at the newest."""
        self._unread_from, self._selected, self._newest = unread_from, "", True
        self._settled = False
        self._take(messages)
        self._settle()

    def update_messages(
        self, messages: Sequence[Message], *, newest: bool, unread_from: int | None
    ) -> None:
        """Show the same conversation as it is now; the view stays where it is."""
        follow = self._follow and newest
        anchor = self._anchor()
        self._newest, self._unread_from = newest, unread_from
        self._take(messages)
        self._asked = False
        if follow:
            self._scroll(self._bottom)
        else:
            self._return_to(anchor)

    def to_newest(self) -> None:
        """Scroll to the last line of the window."""
        self._scroll(self._bottom)

    def page(self, direction: int) -> None:
        """Scroll by a page: -1 back, 1 on."""
        self._scroll(self.scroll_offset.y + direction * max(self.size.height - 2, 1))
        self._ask_at_edge(direction)

    def select_last(self) -> None:
        """Select the newest message of the window."""
        names = self._names()
        self._select(names[-1] if names else "")

    def _take(self, messages: Sequence[Message]) -> None:
        self._messages = messages
        self._strips.clear()
        width = self.size.width
        lines = (
            lay_out(messages, self._voice, width=width, unread_from=self._unread_from)
            if width
            else []
        )
        above = max(self.size.height - len(lines), 0) if lines else 0
        self._lines = [Line(Content(""))] * above + lines
        self._first_line = {}
        for index, line in enumerate(self._lines):
            if line.message:
                self._first_line.setdefault(line.message, index)
        self.virtual_size = Size(width, len(self._lines))
        self.refresh()

    # --- where the reader is

    @property
    def _bottom(self) -> int:
        return max(len(self._lines) - self.size.height, 0)

    def _settle(self) -> None:
        """Go to where reading begins, once there is a size to lay out for."""
        if self._settled or not self.size.width:
            return
        self._settled = True
        first = next((one.id for one in self._messages if one.position == self._unread_from), "")
        start = self._first_line.get(first, len(self._lines)) - 4
        self._scroll(min(start, self._bottom))

    def _anchor(self) -> tuple[str, int]:
        """Return the first message in view and how far its first line is below the top."""
        top = self.scroll_offset.y
        for index in range(top, min(top + self.size.height, len(self._lines))):
            name = self._lines[index].message
            if name:
                return name, self._first_line[name] - top
        return "", 0

    def _return_to(self, anchor: tuple[str, int]) -> None:
        name, below = anchor
        if name in self._first_line:
            self._scroll(self._first_line[name] - below)
        else:
            self._scroll(min(self.scroll_offset.y, self._bottom))

    def _scroll(self, y: int) -> None:
        self.scroll_to(y=max(0, min(y, self._bottom)), animate=False, immediate=True, force=True)
        self._follow = self.following

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._follow = self.following
        self.post_message(self.Moved())
        if round(old_value) != round(new_value):
            self._ask_at_edge(-1 if new_value < old_value else 1)

    def _ask_at_edge(self, direction: int) -> None:
        if self._asked or not self._messages or not self._settled:
            return
        if direction < 0 and self.scroll_offset.y <= 1:
            self._asked = True
            self.post_message(self.OlderWanted())
        elif direction > 0 and not self._newest and self.scroll_offset.y >= self._bottom - 1:
            self._asked = True
            self.post_message(self.NewerWanted())

    def answered(self) -> None:
        """Note that there is nothing beyond the edge the reader came to."""
        self._asked = False

    def on_resize(self, _: events.Resize) -> None:
        if not self._settled:
            self._take(self._messages)
            self._settle()
            return
        follow, anchor = self._follow, self._anchor()
        self._take(self._messages)
        if follow:
            self._scroll(self._bottom)
        else:
            self._return_to(anchor)

    # --- selection of a message

    def on_focus(self) -> None:
        if self.selected is None:
            self.select_last()

    def on_blur(self) -> None:
        self._select("")

    def on_click(self, event: events.Click) -> None:
        y = event.y + self.scroll_offset.y
        if 0 <= y < len(self._lines) and self._lines[y].message:
            self._select(self._lines[y].message)
            if event.chain == 2:
                self.action_message_open()

    def action_message_previous(self) -> None:
        self._step(-1)

    def action_message_next(self) -> None:
        self._step(1)

    def action_message_first(self) -> None:
        names = self._names()
        self._select(names[0] if names else "")
        self._scroll(0)
        self._ask_at_edge(-1)

    def action_message_last(self) -> None:
        self.select_last()
        self._scroll(self._bottom)

    def action_page_back(self) -> None:
        self.page(-1)
        self._select_in_view()

    def action_page_on(self) -> None:
        self.page(1)
        self._select_in_view()

    def action_message_open(self) -> None:
        self._tell("open")

    def action_message_copy(self) -> None:
        self._tell("copy")

    def action_message_answer(self) -> None:
        self._tell("answer")

    def action_message_react(self) -> None:
        self._tell("react")

    def action_message_edit(self) -> None:
        self._tell("edit")

    def action_message_delete(self) -> None:
        self._tell("delete")

    def action_message_retry(self) -> None:
        self._tell("retry")

    def action_message_discard(self) -> None:
        self._tell("discard")

    def _tell(self, action: str) -> None:
        if self.selected is not None:
            self.post_message(self.Opened(self.selected, action))

    def _names(self) -> list[str]:
        return list(self._first_line)

    def _step(self, direction: int) -> None:
        names = self._names()
        if not names:
            return
        here = names.index(self._selected) if self._selected in names else len(names)
        there = here + direction
        if there < 0:
            self._scroll(0)
            self._ask_at_edge(-1)
        elif there < len(names):
            self._select(names[there])
        else:
            self._scroll(self._bottom)
            self._ask_at_edge(1)

    def _select_in_view(self) -> None:
        name, _ = self._anchor()
        if name:
            self._select(name, scroll=False)

    def _select(self, name: str, *, scroll: bool = True) -> None:
        self._selected = name
        self._strips.clear()
        self.refresh()
        if name and scroll:
            first = self._first_line[name]
            height = sum(line.message == name for line in self._lines)
            view = Region(0, max(first - 1, 0), 1, height + 1)
            self.scroll_to_region(view, animate=False, immediate=True, force=True)

    # --- drawing

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        width = self.size.width
        style = self.visual_style
        if index >= len(self._lines):
            return Strip.blank(width, style.rich_style)
        marked = bool(self._selected) and self._lines[index].message == self._selected
        key = (index, marked)
        if key not in self._strips or self.text_selection is not None:
            self._strips[key] = self._draw(index, marked=marked)
        return self._strips[key].apply_offsets(0, index)

    def _draw(self, index: int, *, marked: bool) -> Strip:
        line, width, style = self._lines[index], self.size.width, self.visual_style
        content = line.content
        if marked:
            style += self.get_visual_style("timeline--selected")
            sign = "▸" if self._is_first(index) else " "
            content = Content.assemble((sign, "bold $accent"), content[1:])
        content = self._with_selection(content, index)
        strips = Visual.to_strips(self, content, width, 1, style, apply_selection=False)
        return strips[0].adjust_cell_length(width, style.rich_style)

    def _is_first(self, index: int) -> bool:
        return self._first_line[self._lines[index].message] == index

    def _with_selection(self, content: Content, index: int) -> Content:
        selection = self.text_selection
        span = selection.get_span(index) if selection is not None else None
        if span is None:
            return content
        start, end = span
        style = self.screen.get_visual_style("screen--selection")
        return content.stylize(style, start, len(content) if end == -1 else end)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        text = "\n".join(line.content.plain for line in self._lines)
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        del selection
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()
