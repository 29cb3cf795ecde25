"""What the lists must be, for ever: sheets of paper depend on the number of each word."""

import hashlib
import re
from collections import Counter

import pytest

from teamchat.identity.words import english, german
from teamchat.identity.words.phrase import LISTS


def digest(words: tuple[str, ...]) -> str:
    return hashlib.sha256("".join(f"{word}\n" for word in words).encode()).hexdigest()


@pytest.mark.parametrize("words", LISTS.values(), ids=LISTS)
def test_a_list(words: tuple[str, ...]) -> None:
    assert len(words) == 2048
    assert list(words) == sorted(words)
    assert len({word[:4] for word in words}) == 2048, "four letters tell them apart"
    assert [word for word in words if not re.fullmatch("[a-z]{3,8}", word)] == []


def test_the_lists_never_change() -> None:
    """The first is that of BIP-39; its digest is known far and wide."""
    known = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
    assert digest(english.WORDS) == known
    ours = "35d2321ba363fc5d2fbfaaa1049b576374dae68a130e1d9442bbb17def1e4c6a"
    assert digest(german.WORDS) == ours


def test_german_words_are_hard_to_confuse() -> None:
    """Few differ in one letter: 148 pairs, where the English list has 806."""
    assert pairs(german.WORDS) <= 160 < pairs(english.WORDS)


def pairs(words: tuple[str, ...]) -> int:
    """Return how many are another one with one letter changed, added or left out."""
    known, holes, found = set(words), Counter[str](), 0
    for word in words:
        for at in range(len(word)):
            hole = f"{word[:at]}.{word[at + 1 :]}"
            found += holes[hole]
            holes[hole] += 1
        found += len({word[:at] + word[at + 1 :] for at in range(len(word))} & known)
    return found
