"""Recovery words are typed back: each is shown with its number as soon as it is known."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from teamchat.identity.words import phrase
from teamchat_terminal.recovery_words import numbered
from teamchat_terminal.screens.step import LineStep
from teamchat_terminal.voice import Voice


class TypedWords(LineStep):
    """Asks for the recovery key, and shows what was understood of it.

    Args:
        voice: How the client speaks.
        title: What it is about.
        words: What is asked for.
        yes: The label of the button that takes it.
        read: Returns what is taken, or raises `NotTakenError`.
    """

    def __init__(
        self, voice: Voice, title: str, words: str | Content, yes: str, read: Callable[[str], str]
    ) -> None:
        super().__init__(voice, title, words, yes, read)

    def content(self) -> ComposeResult:
        yield from super().content()
        yield Static("", id="understood", markup=False)

    @on(Input.Changed, "#line")
    def _typed(self, event: Input.Changed) -> None:
        words = phrase.typed(event.value)
        whole = words if event.value[-1:].isspace() else words[:-1]
        wrong = phrase.unknown(whole)
        shown = self.query_one("#understood", Static)
        shown.update(numbered(words, self.inner_width))
        self.say_problem("" if wrong is None else self._strange(wrong))

    def _strange(self, wrong: phrase.Unknown) -> str:
        say = self.voice.say
        if not wrong.meant:
            return say("error-recovery-word-strange", place=str(wrong.place))
        return say("error-recovery-word", place=str(wrong.place), meant=", ".join(wrong.meant))
