from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from teamchat_terminal.visible import MARKS, cut, one_line, typed, visible
from tests.terminal.stage import HOSTILE


def test_an_ordinary_text_stays_as_it_is() -> None:
    for text in ("Größere Maße\n2", "好的\uff0c明天见", "👩\u200d🔧 ok", "שלום", "é"):
        assert visible(text) == text


def test_controls_become_signs() -> None:
    shown = visible("\x1b[31m \x07 \x7f \x9b2J \x00")
    assert shown == "␛[31m ␇ ␡ ⟨U+009B⟩2J ␀"


def test_overrides_and_invisible_marks_are_spelled_out() -> None:
    assert visible("a\u202eb\u2066c\u200bd") == "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200B⟩d"


def test_every_kind_of_line_break_is_one() -> None:
    assert visible("a\r\nb\u2028c\x0bd") == "a\nb\nc\nd"


def test_accents_do_not_pile_up() -> None:
    assert visible("Z" + "\u0301" * 60) == "Z" + "\u0301" * MARKS


def test_a_name_has_one_line_and_an_end() -> None:
    assert one_line("Anna\n\n  Weber ") == "Anna Weber"
    assert one_line("好" * 40, 11) == "好好好好好…"
    assert cut("abc", 0) == ""


def test_a_lone_surrogate_is_replaced() -> None:
    assert visible("a\ud800b") == "a\ufffdb"


def test_what_is_pasted_keeps_lines_and_loses_controls() -> None:
    assert typed("a\tb\r\nc\x1b[2Jd") == "a    b\nc[2Jd"


@given(st.text(st.characters(codec=None), max_size=60))
def test_nothing_that_controls_a_terminal_is_left(text: str) -> None:
    for sign in visible(text):
        code = ord(sign)
        assert sign == "\n" or code >= 0x20
        assert not 0x7F <= code <= 0x9F
        assert not 0x202A <= code <= 0x202E
        assert not 0x2066 <= code <= 0x2069
        assert not 0xD800 <= code <= 0xDFFF


@given(st.text(max_size=60), st.integers(0, 30))
def test_a_line_fits_its_cells(text: str, cells: int) -> None:
    assert cell_len(one_line(text, cells)) <= cells
    assert "\n" not in one_line(text, cells)


def test_the_hostile_text_is_harmless() -> None:
    assert "\x1b" not in visible(HOSTILE)
    assert "[@click=app.quit]" in visible(HOSTILE)
