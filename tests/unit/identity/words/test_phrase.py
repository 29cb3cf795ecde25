import pytest

from teamchat.identity.words import phrase


@pytest.mark.parametrize(
    "text", ["1. Apfel 2. BIRKE", "apfel-birke", " apfel,\tbirke. ", "(1) apfe\n(2) birk"]
)
def test_how_words_are_typed(text: str) -> None:
    (number,) = phrase.numbers(phrase.typed(text))
    assert phrase.written(number, 2, "de") == "apfel birke"


def test_a_beginning_of_fewer_than_four_letters_is_no_word() -> None:
    assert phrase.unknown(["apf"]) is not None
    assert phrase.unknown(["apfe"]) is None


def test_a_word_that_both_lists_have_counts_in_each() -> None:
    both = [word for word in phrase.LISTS["de"] if word in phrase.LISTS["en"]]
    assert both
    assert len(list(phrase.numbers(both[:1]))) == 2


def test_the_wrong_word_is_looked_for_in_the_language_of_the_others() -> None:
    found = phrase.unknown(["abandon", "ability", "abel"])
    assert found is not None
    assert found.place == 3
    assert "able" in found.meant
    found = phrase.unknown(["apfel", "abend", "xyzzyxq"])
    assert found == phrase.Unknown(3, ())


def test_who_speaks_another_language_gets_english() -> None:
    assert phrase.list_for("zh") is phrase.LISTS["en"]
    assert phrase.list_for("DE-ch") is phrase.LISTS["de"]
