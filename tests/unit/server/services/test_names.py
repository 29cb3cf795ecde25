import pytest

from teamchat.server.services.names import one_line
from teamchat.wire.problems import Code, ProblemError


def test_spaces_are_tidied() -> None:
    assert one_line("  Jürgen \t 李 ") == "Jürgen 李"


@pytest.mark.parametrize("name", ["", "   ", "a\x1b[31m", "a\u202eb", "a\x00", "a\u200bb"])
def test_what_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(ProblemError) as caught:
        one_line(name)
    assert caught.value.code is Code.INVALID
