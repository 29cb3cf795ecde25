"""What terminals send for keys that Textual does not tell apart.

A terminal without the Kitty protocol sends Alt+Enter as escape and carriage return. Textual
drops the escape, so that a line break would send a half-written message. It is taught to read
the pair as Ctrl+J, which breaks the line.

A terminal says where a paste begins and ends. Textual reads an escape sequence inside it as keys
all the same, so that a pasted text could send a message or quit. What is pasted loses its
control characters before Textual reads it.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, cast

from textual import _ansi_sequences
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.keys import Keys
from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import MutableMapping

ALT_ENTER = ("\x1b\r", "\x1b\n")


def teach_alt_enter() -> None:
    """Make Alt+Enter a line break also where the terminal cannot name it."""
    sequences = cast(
        "MutableMapping[str, tuple[Keys, ...]]",
        _ansi_sequences.ANSI_SEQUENCES_KEYS,
    )
    for sequence in ALT_ENTER:
        sequences[sequence] = (Keys.ControlJ,)


PASTE_BEGINS: Final = "\x1b[200~"
PASTE_ENDS: Final = "\x1b[201~"
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class PasteParser(XTermParser):
    """Reads what a terminal sends; inside a paste there are no keys."""

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        super().__init__(debug)
        self._pasting = False
        self._seen = ""
        """The end of what was passed on outside a paste: a beginning may be cut in two."""
        self._kept = ""
        """The end of what was read inside a paste: its end may be cut in two."""

    def feed(self, data: str) -> Iterable[Message]:
        clean = self._clean(data)
        if clean or not data:
            yield from super().feed(clean)

    def _clean(self, data: str) -> str:
        """Return the data with nothing but text inside its pastes."""
        passed: list[str] = []
        data, self._kept = self._kept + data, ""
        while data:
            data = self._paste(data, passed) if self._pasting else self._keys(data, passed)
        return "".join(passed)

    def _keys(self, data: str, passed: list[str]) -> str:
        """Pass on what comes before a paste; return what is left."""
        known = len(self._seen)
        before, begins, _ = (self._seen + data).partition(PASTE_BEGINS)
        self._pasting = bool(begins)
        until = len(before) + len(begins) - known
        passed.append(data[:until])
        self._seen = "" if begins else (self._seen + data)[-len(PASTE_BEGINS) + 1 :]
        return data[until:]

    def _paste(self, data: str, passed: list[str]) -> str:
        """Pass on the text of a paste; return what is left."""
        text, ends, rest = data.partition(PASTE_ENDS)
        if not ends:
            sizes = range(len(PASTE_ENDS) - 1, 0, -1)
            held = next((size for size in sizes if data.endswith(PASTE_ENDS[:size])), 0)
            text, self._kept = data[: len(data) - held], data[len(data) - held :]
        passed.append(_CONTROLS.sub("", text) + ends)
        self._pasting = not ends
        return rest


def teach_pasting() -> None:
    """Make the driver of this terminal read pastes as text."""
    linux_driver.XTermParser = PasteParser  # type: ignore[attr-defined]  # no other way in
