"""The recovery words on the screen: shown once, proved to be on paper, and typed back."""

import hashlib
from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from teamchat_terminal.flow import Flow
from teamchat_terminal.format import BOLD, DIM
from teamchat_terminal.keep_file import keep_file
from teamchat_terminal.new_sheet import NewWords
from teamchat_terminal.screens.step import Choice, LineStep, NotTakenError, Step
from teamchat_terminal.voice import Voice

CELL = 14
"""Columns of a word with its number."""
ROW = 4
"""Most words side by side."""


def numbered(words: Sequence[str], width: int) -> Content:
    """Return words with their numbers in rows, as many side by side as there is room for."""
    columns = max(1, min(ROW, width // CELL))
    parts: list[tuple[str, str]] = []
    for index, word in enumerate(words):
        last = (index + 1) % columns == 0 or index + 1 == len(words)
        parts += [(f"{index + 1:>2} ", DIM), (word, BOLD)]
        gap = " " * max(CELL - 3 - cell_len(word), 1)
        parts.append(("\n" if last else gap, ""))
    return Content.assemble(*parts[:-1])


def asked_for(words: Sequence[str]) -> tuple[int, int]:
    """Return which two words are asked for, from 1: the same ones for the same key."""
    digest = hashlib.sha256(" ".join(words).encode()).digest()
    first = digest[0] % len(words)
    second = (first + 1 + digest[1] % (len(words) - 1)) % len(words)
    return min(first, second) + 1, max(first, second) + 1


async def keep_words(flow: Flow, made: NewWords) -> bool:
    """Show the words until it was proved that they are on paper; False for whoever breaks off."""
    say = flow.say
    choices = (
        Choice("written", say("tui-words-written"), primary=True),
        Choice("print", say("tui-words-sheet")),
    )
    while True:
        shown = WordsShown(flow.voice, say("tui-words-heading"), made.words, choices)
        answer = await flow.ask(shown)
        if answer == "print":
            await _keep_sheet(flow, made.sheet)
        elif answer == "written":
            if await _proved(flow, made.words):
                return True
        elif await _break_off(flow):
            return False


async def _keep_sheet(flow: Flow, sheet: str) -> None:
    path = await keep_file(flow, f"{flow.say('tui-words-sheet-name')}.html", sheet)
    if path is not None:
        words = Content.assemble(flow.say("tui-words-sheet-delete"), "\n\n", (str(path), BOLD))
        await flow.tell(flow.say("tui-words-sheet-done"), words)


async def _proved(flow: Flow, words: Sequence[str]) -> bool:
    for place in asked_for(words):
        if not await flow.ask(_asked(flow, place, words[place - 1])):
            return False
    return True


def _asked(flow: Flow, place: int, word: str) -> LineStep:
    say = flow.say

    def read(typed: str) -> str:
        if typed.strip().casefold() != word:
            raise NotTakenError(say("tui-words-wrong", place=place))
        return word

    title = say("tui-words-which", place=place)
    return LineStep(flow.voice, title, say("tui-words-which-words"), say("tui-next"), read)


async def _break_off(flow: Flow) -> bool:
    say = flow.say
    choices = (
        Choice("back", say("tui-words-again"), primary=True),
        Choice("off", say("tui-words-off")),
    )
    title, words = say("tui-words-off-question"), say("tui-words-off-words")
    return await flow.ask(Step(flow.voice, title, words, choices)) == "off"


class WordsShown(Step):
    """Shows the words, numbered."""

    def __init__(
        self, voice: Voice, title: str, words: Sequence[str], choices: Sequence[Choice]
    ) -> None:
        super().__init__(voice, title, "", choices)
        self._recovery = words

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        listed = numbered(self._recovery, self.inner_width)
        said = (self.voice.say("tui-words-paper"), "\n\n", listed, "\n\n")
        shown = self.query_one("#step-words", Static)
        shown.display = True
        shown.update(Content.assemble(*said, (self.voice.say("tui-words-lost"), DIM)))
        self.fit()
