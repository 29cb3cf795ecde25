from hypothesis import given
from hypothesis import strategies as st

from teamchat.identity import crockford


@given(st.integers(min_value=0, max_value=2**40 - 1))
def test_a_number_is_written_and_read(number: int) -> None:
    text = crockford.written(number, 8)
    assert crockford.typed(text, 8) == text
    assert crockford.number(text) == number


def test_what_is_easily_confused_is_read_as_what_was_meant() -> None:
    assert crockford.typed(" oil\u2013OIL\n", 6) == "011011"


def test_what_is_not_of_the_alphabet_or_of_another_length() -> None:
    assert crockford.typed("ABCU", 4) is None
    assert crockford.typed("ABC", 4) is None
    assert crockford.typed("ABCDE", 4) is None
    assert crockford.typed("A" + " " * 300 + "B", 2) is None
    assert crockford.typed("\u0660\u0661", 2) is None
