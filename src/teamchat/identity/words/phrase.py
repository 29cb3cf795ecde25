"""Bits as words of a list, and words as somebody types them back (docs/spec/recovery.md).

Eleven bits are one word. Four letters are enough to tell a word of one list from all its others,
so a reader takes the beginning of a word. What is typed is secret: no error holds it.
"""

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from teamchat.identity.words import english, german

BITS: Final = 11
"""Of one word."""
PREFIX: Final = 4
"""How many letters tell a word from all others of its list."""
LISTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"de": german.WORDS, "en": english.WORDS}
)
_MOST_TYPED: Final = 2000
_WORD: Final = re.compile(r"[^\W\d_]+")
_SUGGESTIONS: Final = 3
_ALIKE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that is in no list.

    Attributes:
        place: Which one it is, from 1.
        meant: Words of the list that look like it, the likeliest first.
    """

    place: int
    meant: tuple[str, ...]


def list_for(language: str) -> tuple[str, ...]:
    """Return the list for a language tag; the English one for whoever speaks neither."""
    return LISTS.get(language.partition("-")[0].lower(), LISTS["en"])


def written(number: int, count: int, language: str) -> str:
    """Return the last `count` times 11 bits of a number as words with spaces between them."""
    words = list_for(language)
    mask = len(words) - 1
    return " ".join(words[number >> BITS * place & mask] for place in reversed(range(count)))


def typed(text: str) -> list[str]:
    """Return the words of a text; what is no letter (numbers, hyphens, dots) is between them."""
    folded = unicodedata.normalize("NFKC", text[:_MOST_TYPED]).casefold()
    return _WORD.findall(folded)


def numbers(words: Sequence[str]) -> Iterator[int]:
    """Read words; one number for each language in which all of them are words.

    Words of two languages are never taken together.
    """
    for known in LISTS.values():
        places = [place for place in (_place(word, known) for word in words) if place is not None]
        if len(places) == len(words):
            yield functools.reduce(lambda number, place: number << BITS | place, places, 0)


def unknown(words: Sequence[str]) -> Unknown | None:
    """Return the first word that is none, in the language that most of them are of."""

    def missed(known: tuple[str, ...]) -> list[int]:
        return [at for at, word in enumerate(words) if _place(word, known) is None]

    best = min(LISTS.values(), key=lambda known: len(missed(known)))
    wrong = missed(best)
    if not wrong:
        return None
    near = difflib.get_close_matches(words[wrong[0]], best, _SUGGESTIONS, _ALIKE)
    return Unknown(wrong[0] + 1, tuple(near))


def _place(word: str, known: tuple[str, ...]) -> int | None:
    if word in known:
        return known.index(word)
    if len(word) < PREFIX:
        return None
    return next((at for at, each in enumerate(known) if each.startswith(word)), None)
