"""A QR code in the colours of a theme: dark on light wherever there are colours."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from teamchat.qr_code import drawn
from teamchat_terminal.theme import PLAIN_NAME


@dataclass(frozen=True, slots=True)
class Drawing:
    """A code, and the room that it takes."""

    content: Content
    columns: int
    rows: int


def drawing(parts: Sequence[str], theme: str) -> Drawing:
    """Draw a code.

    Args:
        parts: Its text, cut where another kind of character begins.
        theme: The name of the theme.
    """
    colours = theme != PLAIN_NAME
    lines = drawn(parts, light=not colours)
    style = "$tc-code-dark on $tc-code-light" if colours else ""
    return Drawing(Content.assemble(("\n".join(lines), style)), len(lines[0]), len(lines))
