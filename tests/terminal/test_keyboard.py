from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste

from teamchat_terminal.keyboard import PasteParser, teach_alt_enter


def _keys(sent: str) -> list[str]:
    parser = XTermParser()
    tokens = [*parser.feed(sent), *parser.feed("")]
    return [token.key for token in tokens if isinstance(token, Key)]


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("\x1b\r", "ctrl+j"),
        ("\n", "ctrl+j"),
        ("\r", "enter"),
        ("\x1b[13;3u", "alt+enter"),
        ("\x1b[13;2u", "shift+enter"),
        ("\x1ba", "alt+a"),
        ("\x1b[1;3A", "alt+up"),
        ("\x1b[17;2~", "shift+f6"),
    ],
)
def test_terminals_send_what_is_bound(sent: str, key: str) -> None:
    teach_alt_enter()
    assert _keys(sent) == [key]


START, END = "\x1b[200~", "\x1b[201~"
HOSTILE = "a\x1b[31mb\x1b]0;t\x07c \x11 \x03 \x1b\r\x1b[200~d\r\nlast\x1b"


def _heard(*chunks: str) -> tuple[list[str], list[str]]:
    """Return the pasted texts and the keys that come of what a terminal sends."""
    parser = PasteParser()
    tokens = [token for chunk in (*chunks, "") for token in parser.feed(chunk)]
    pasted = [token.text for token in tokens if isinstance(token, Paste)]
    return pasted, [token.key for token in tokens if isinstance(token, Key)]


def test_nothing_in_a_paste_is_a_key() -> None:
    pasted, keys = _heard(f"x{START}{HOSTILE}{END}y")
    assert pasted == ["a[31mb]0;tc   \r[200~d\r\nlast"]
    assert keys == ["x", "y"]


@given(st.lists(st.integers(0, 60), max_size=8))
def test_it_does_not_matter_in_which_pieces_a_paste_comes(cuts: list[int]) -> None:
    sent = f"x{START}{HOSTILE}{END}y"
    places = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    chunks = [sent[a:b] for a, b in pairwise(places) if a != b]
    assert _heard(*chunks) == _heard(sent)


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_whatever_is_pasted_is_one_text(text: str) -> None:
    pasted, keys = _heard(f"{START}{text.replace(END, '')}z{END}")
    assert keys == []
    assert len(pasted) == 1
    assert "\x1b" not in pasted[0]


def test_keys_are_as_before() -> None:
    assert _heard("a\x1b[1;3A\x11") == ([], ["a", "alt+up", "ctrl+q"])
