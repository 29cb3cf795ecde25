import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from teamchat_terminal.keyboard import teach_alt_enter


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
