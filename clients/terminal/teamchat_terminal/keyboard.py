"""What terminals send for keys that Textual does not tell apart.

A terminal without the Kitty protocol sends Alt+Enter as escape and carriage return. Textual
drops the escape, so that a line break would send a half-written message. It is taught to read
the pair as Ctrl+J, which breaks the line.
"""

from typing import TYPE_CHECKING, cast

from textual import _ansi_sequences
from textual.keys import Keys

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
