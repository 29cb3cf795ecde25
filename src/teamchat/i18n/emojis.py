"""The emojis that all clients offer, and the words under which people find them (`emoji.txt`)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

OFTEN: Final = 6
"""So many of them, the first, are offered at once."""
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Emoji:
    """An emoji with its words, separated by commas, of which the first is its name."""

    emoji: str
    german: str
    english: str


@cache
def emojis() -> tuple[Emoji, ...]:
    """Return all that are offered, those that people use most first."""
    text = (resources.files(__package__) / "emoji.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(Emoji(*line.split(" | ")) for line in lines)


def named(typed: str, language: str) -> str:
    """Return the first emoji with words that begin like those typed; empty if there is none.

    Args:
        typed: What a person has typed.
        language: Whose words they are; any but `de` are English ones.
    """
    wanted = _words(typed)
    for each in emojis() if wanted else ():
        known = _words(each.german if language == "de" else each.english)
        if all(any(word.startswith(one) for word in known) for one in wanted):
            return each.emoji
    return ""


def _words(text: str) -> list[str]:
    """Return words as they are compared: without case, and what stands above letters."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
