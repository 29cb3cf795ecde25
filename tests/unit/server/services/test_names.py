import pytest

from teamchat.server.services.names import one_line
from teamchat.wire.problems import Code, ProblemError


def test_spaces_are_tidied() -> None:
    assert one_line("  Jürgen \t 李 ") == "Jürgen 李"


@pytest.mark.parametrize(
    "name", ["👩\u200d🔧 Emma", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "श\u200dम"]
)
def test_what_joins_letters_of_a_script_or_an_emoji_stays(name: str) -> None:
    assert one_line(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "a\x1b[31m",
        "a\u202eb",
        "a\x00",
        "a\u200bb",
        "An\u200dna",
        "\u200dA",
        "\u0639\u200c\u200c\u0631",
    ],
)
def test_what_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(ProblemError) as caught:
        one_line(name)
    assert caught.value.code is Code.INVALID
