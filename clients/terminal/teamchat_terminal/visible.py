"""What others wrote is data: nothing in it moves the cursor, colours a line or turns it around.

Control characters become visible signs, direction overrides and other invisible marks are
spelled out, and combining marks are held to what a script needs. Texts keep their line breaks;
names lose them.
"""

import re
import unicodedata

from rich.cells import cell_len, set_cell_size

MARKS = 4
"""How many combining marks may follow one another; no script in use needs more."""

USER_NAME_SIGN = " @"
"""What stands between a name and the user name that tells it from a name like it."""

_JOINERS = "\u200c\u200d"
"""Needed by Persian and by composed emoji; they change no direction."""

_PLAIN = re.compile(r"[\n\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u3000-\u303f\u4e00-\u9fff]*")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """Return a text with its line breaks in which every other control is a visible sign."""
    if _PLAIN.fullmatch(text):
        return text
    return _few_marks("".join(map(_sign, _BREAKS.sub("\n", text))))


def one_line(text: str, cells: int = 64) -> str:
    """Return a name or title on one line, cut with an ellipsis at so many cells."""
    flat = _SPACES.sub(" ", visible(text)).strip()
    return cut(flat, cells)


def name_line(name: str, cells: int = 64) -> str:
    """Return a person's name on one line; the user name behind it is never cut away first.

    A user name stands there when the name alone could be taken for somebody else's.
    """
    before, sign, user_name = visible(name).rpartition(USER_NAME_SIGN)
    if not sign:
        return one_line(name, cells)
    behind = one_line(sign + user_name, max(cells - 2, 1))
    return f"{one_line(before, cells - cell_len(behind) - 1)} {behind}"


def first_name(name: str) -> str:
    """Return the first word of a name, with the user name if there is one behind it."""
    flat = name_line(name, 40)
    before, sign, user_name = flat.rpartition(USER_NAME_SIGN)
    first = (before if sign else flat).partition(" ")[0]
    return cut(first, 24) + (f" {sign.strip()}{cut(user_name, 24)}" if sign else "")


def cut(text: str, cells: int) -> str:
    """Shorten a clean line to so many cells, with an ellipsis where something is missing."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(cells - 1, 0)).rstrip() + "…" if cells > 0 else ""


def typed(text: str) -> str:
    """Return what a person pasted without the controls no text needs."""
    lines = _BREAKS.sub("\n", text).replace("\t", "    ")
    return "".join(sign for sign in lines if sign == "\n" or _category(sign) not in {"Cc", "Cs"})


def _sign(character: str) -> str:
    code = ord(character)
    if character in {"\n", *_JOINERS}:
        return character
    if character == "\t":
        return "    "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return _rarer(character, code)


def _rarer(character: str, code: int) -> str:
    match _category(character):
        case "Cs":
            return "\ufffd"
        case "Cc" | "Cf":
            return "" if code == 0xAD else f"⟨U+{code:04X}⟩"
        case _:
            return character


def _few_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if _category(character) in {"Mn", "Me"} else 0
        if run <= MARKS:
            kept.append(character)
    return "".join(kept)


def _category(character: str) -> str:
    return unicodedata.category(character)
