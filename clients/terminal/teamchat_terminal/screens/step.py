"""One step of something that takes several: what it is about, and what one can answer.

A step fills the middle of the screen, never more: what does not fit is scrolled, and the
buttons stay where they are. Esc always leads out, without anything having been done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ItemGrid, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from teamchat_terminal.stack import close
from teamchat_terminal.voice import Voice

WIDEST, NARROW = 64, 80
"""Columns of a step at most, and of a screen below which it has less air: as in app.tcss."""

MOST = 512
"""Characters that a line takes."""

OUT = ""
"""The answer of whoever pressed Esc."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `id` is the answer of the step."""

    id: str
    label: str
    primary: bool = False


class Step(ModalScreen[str]):
    """Says something and takes one of some answers; the first button has the focus.

    Args:
        voice: How the client speaks.
        title: What it is about.
        words: Everything there is to say.
        choices: What can be answered.
        danger: Whether the title says that something is wrong.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "out", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("up", "turn(-1)", show=False),
        Binding("down", "turn(1)", show=False),
        Binding("pageup", "turn(-8)", show=False),
        Binding("pagedown", "turn(8)", show=False),
    ]

    def __init__(
        self,
        voice: Voice,
        title: str,
        words: str | Content,
        choices: Sequence[Choice] = (),
        *,
        danger: bool = False,
    ) -> None:
        super().__init__()
        self.voice = voice
        self._title = title
        self._words = words
        self._choices = choices
        self._danger = danger

    def compose(self) -> ComposeResult:
        with Vertical(id="step"):
            classes = "danger" if self._danger else ""
            yield Static(self._title, id="step-title", classes=classes, markup=False)
            with VerticalScroll(id="step-scroll", can_focus=False):
                yield Static(self._words, id="step-words", markup=False)
                yield from self.content()
            yield Static("", id="step-problem", markup=False)
            if self._choices:
                with ItemGrid(id="step-buttons", min_column_width=22):
                    for each in self._choices:
                        yield Button(
                            each.label,
                            id=each.id,
                            variant="primary" if each.primary else "default",
                            compact=True,
                        )

    def content(self) -> ComposeResult:
        """Yield what stands between the words and the buttons."""
        yield from ()

    def on_mount(self) -> None:
        self.say_problem("")
        self.query_one("#step-words").display = bool(str(self._words))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.answered(event.button.id or OUT)

    def answered(self, choice: str) -> None:
        """Close with an answer; a step that looks at it first may stay."""
        close(self, choice)

    def action_out(self) -> None:
        close(self, OUT)

    @property
    def inner_width(self) -> int:
        """How many cells a line has."""
        narrow = self.app.size.width < NARROW
        return min(WIDEST, self.app.size.width) - (5 if narrow else 7)

    def action_turn(self, lines: int) -> None:
        """Scroll what does not fit."""
        self.query_one("#step-scroll").scroll_relative(y=lines, animate=False)

    def say_problem(self, words: str) -> None:
        """Say over the buttons what does not fit, or nothing."""
        problem = self.query_one("#step-problem", Static)
        problem.update(words)
        problem.display = bool(words)
        self.fit()

    def fit(self) -> None:
        """Keep the buttons in sight, whatever has just become longer."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        if not self.is_attached:
            return
        step = self.query_one("#step")
        shown = [each.region.bottom for each in step.children if each.display]
        self.set_class(self.has_class("long") or max(shown) > step.content_region.bottom, "long")


class ListStep(Step):
    """Lets one of several be chosen; the answer is its id."""

    def __init__(
        self,
        voice: Voice,
        title: str,
        words: str | Content,
        rows: Sequence[tuple[str, Content]],
        out: str = "tui-cancel",
    ) -> None:
        super().__init__(voice, title, words, (Choice("cancel", voice.say(out)),))
        self._rows = rows

    def content(self) -> ComposeResult:
        yield OptionList(
            *(Option(row, id=name) for name, row in self._rows),
            id="step-list",
            markup=False,
            compact=True,
        )

    def on_mount(self) -> None:
        super().on_mount()
        listed = self.query_one("#step-list", OptionList)
        listed.highlighted = 0
        listed.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        close(self, event.option.id or OUT)

    def answered(self, choice: str) -> None:
        del choice
        self.action_out()


class LineStep(Step):
    """Asks for a line; what does not fit is said, and the step stays.

    Args:
        voice: How the client speaks.
        title: What it is about.
        words: What is asked for.
        yes: The label of the button that takes it.
        read: Returns what is taken, or raises `NotTakenError`.
        before: What stands in the line at first.
        hint: What stands there while it is empty.
        secret: Whether what is typed is not to be seen.
    """

    def __init__(
        self,
        voice: Voice,
        title: str,
        words: str | Content,
        yes: str,
        read: Callable[[str], str],
        *,
        before: str = "",
        hint: str = "",
        secret: bool = False,
    ) -> None:
        choices = (Choice("no", voice.say("tui-back")), Choice("yes", yes, primary=True))
        super().__init__(voice, title, words, choices)
        self._read = read
        self._before = before
        self._hint = hint
        self._secret = secret

    def content(self) -> ComposeResult:
        yield Input(
            self._before,
            self._hint,
            id="line",
            compact=True,
            max_length=MOST,
            password=self._secret,
        )

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#line", Input).focus()

    def on_input_submitted(self) -> None:
        self.answered("yes")

    def answered(self, choice: str) -> None:
        if choice != "yes":
            self.action_out()
            return
        try:
            taken = self._read(self.query_one("#line", Input).value)
        except NotTakenError as error:
            self.say_problem(error.words)
            self.query_one("#line", Input).focus()
        else:
            close(self, taken)


class NotTakenError(Exception):
    """What was typed cannot be used; `words` say why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words
