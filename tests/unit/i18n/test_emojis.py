"""The emojis of all clients: each once, named in both languages, found by their words."""

import pytest

from teamchat.i18n.emojis import OFTEN, emojis, named


def test_each_is_there_once_with_words_in_both_languages() -> None:
    listed = emojis()
    assert len(listed) > 100
    assert len({each.emoji for each in listed}) == len(listed)
    assert all(each.german.strip() and each.english.strip() for each in listed)


def test_the_first_are_those_that_the_catalogue_names_one_by_one() -> None:
    assert [each.emoji for each in emojis()[:OFTEN]] == ["👍", "❤️", "😂", "🎉", "👀", "🙏"]


@pytest.mark.parametrize(
    ("typed", "language", "found"),
    [
        ("Kaff", "de", "☕"),
        ("coffee", "en", "☕"),
        ("coffee", "de", ""),
        ("daumen RUNTER", "de", "👎"),
        ("grun", "de", "💚"),
        ("nothing is called that", "en", ""),
        ("", "en", ""),
        ("!!", "en", ""),
    ],
)
def test_an_emoji_is_found_by_how_its_words_begin(typed: str, language: str, found: str) -> None:
    assert named(typed, language) == found
