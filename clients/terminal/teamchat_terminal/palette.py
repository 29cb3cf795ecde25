"""The palette: every action by name, and every conversation by its title."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import Matcher
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from teamchat.engine.model import Conversation
from teamchat_terminal.actions import ACTIONS, Action, description, keys_label, name
from teamchat_terminal.format import DIM, title
from teamchat_terminal.stack import close
from teamchat_terminal.visible import cut
from teamchat_terminal.voice import Voice

SHOWN = 100
"""How many entries are listed at once."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to choose; `choice` is what the palette answers."""

    choice: str
    label: str
    about: str = ""
    keys: str = ""


def action_entries(voice: Voice) -> list[Entry]:
    """Return every action that the palette offers."""
    return [
        Entry(action.method, name(action, voice), description(action, voice), _keys(action, voice))
        for action in ACTIONS
        if action.palette
    ]


def conversation_entries(conversations: Sequence[Conversation], voice: Voice) -> list[Entry]:
    """Return every conversation."""
    return [
        Entry(one.id, title(one, voice), keys=str(one.unread) if one.unread else "")
        for one in conversations
    ]


def best(entries: Sequence[Entry], query: str) -> list[Entry]:
    """Return the entries that match, the best first; all in their order without a query."""
    if not query.strip():
        return list(entries)
    matcher = Matcher(query)
    scored = [(matcher.match(entry.label), entry) for entry in entries]
    return [entry for score, entry in sorted(scored, key=lambda one: -one[0]) if score > 0]


class Palette(ModalScreen[str]):
    """Filters entries as one types; the answer is empty if nothing was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("ctrl+p,ctrl+g", "close", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, voice: Voice, entries: Sequence[Entry], hint: str) -> None:
        super().__init__()
        self._voice = voice
        self._entries = entries
        self._hint = hint
        self._listed: list[Entry] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="palette"):
            yield Input(placeholder=self._hint, id="query", compact=True)
            yield OptionList(id="entries", markup=False, compact=True)

    def on_mount(self) -> None:
        self.query_one("#entries").can_focus = False
        self.call_after_refresh(self._show)

    @on(Input.Changed)
    def _show(self) -> None:
        listed = self.query_one("#entries", OptionList)
        self._listed = best(self._entries, self.query_one("#query", Input).value)[:SHOWN]
        listed.set_options(Option(self._row(entry), id=entry.choice) for entry in self._listed)
        if self._listed:
            listed.highlighted = 0
        else:
            nothing = Content.assemble((self._voice.say("tui-nothing-found"), DIM))
            listed.add_option(Option(nothing, disabled=True))

    @on(Input.Submitted)
    def _submitted(self) -> None:
        option = self.query_one("#entries", OptionList).highlighted_option
        if option is not None and option.id is not None:
            close(self, option.id)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_id is not None:
            close(self, event.option_id)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.action_close()

    def action_move(self, step: int) -> None:
        listed = self.query_one("#entries", OptionList)
        if step > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def action_close(self) -> None:
        close(self, "")

    def _row(self, entry: Entry) -> Content:
        width = max(self.query_one("#query").size.width - 3, 20)
        label = cut(entry.label, width - cell_len(entry.keys) - 1)
        gap = " " * (width - cell_len(label) - cell_len(entry.keys))
        about = ("\n" + cut(entry.about, width), DIM) if entry.about else ""
        return Content.assemble(label, (gap + entry.keys, DIM), about)


def _keys(action: Action, voice: Voice) -> str:
    return keys_label(action, voice).partition(",")[0]
