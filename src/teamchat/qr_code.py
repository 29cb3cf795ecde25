"""QR codes (ISO/IEC 18004) as text: two modules, one above the other, in each character.

The one door to segno. A code is drawn with the room around it that a camera needs, so that
it may stand in any other text.
"""

from collections.abc import Sequence
from typing import Final

SIDES: Final = 4
"""Light modules at the left and right, as many as the standard asks for."""
ABOVE: Final = 2
"""Light modules above; below it is one more, because a character holds two. The standard asks for
four: whoever has the room leaves a line free above and below."""


def drawn(parts: Sequence[str], *, light: bool = True) -> list[str]:
    """Return the lines of a QR code that can still be read when up to 15 percent is damaged.

    Args:
        parts: The text, cut where another kind of character begins: digits alone, or capital
            letters, take less room than a mixture.
        light: Whether what is light is drawn, as on a dark background; otherwise what is dark.
    """
    rows = _modules(parts)
    signs = " ▄▀█"
    lines: list[str] = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        cells = zip(upper, lower, strict=True)
        lines.append("".join(signs[2 * (top != light) + (low != light)] for top, low in cells))
    return lines


def _modules(parts: Sequence[str]) -> list[list[bool]]:
    """Return an even number of rows; True is dark."""
    import segno

    code = segno.make(list(parts), error="m", micro=False)  # type: ignore[arg-type]  # several are taken too
    inner = [[False] * SIDES + [bool(one) for one in row] + [False] * SIDES for row in code.matrix]
    blank = [False] * len(inner[0])
    below = ABOVE + (len(inner) + 2 * ABOVE) % 2
    return [*[blank] * ABOVE, *inner, *[blank] * below]
