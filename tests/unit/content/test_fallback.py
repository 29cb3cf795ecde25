import pytest

from teamchat.content.fallback import MARKDOWN, PLAIN, part_text
from teamchat.content.model import (
    ExternalPart,
    MultiPart,
    NullPart,
    Part,
    PartSemantics,
    SinglePart,
    UnknownPart,
)

PICTURE = SinglePart("image/png", b"\x89PNG")
HELLO = SinglePart(PLAIN, b"Hello")
BONJOUR = SinglePart(MARKDOWN, b"**Bonjour** &lt;b>")


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (NullPart(), ""),
        (HELLO, "Hello"),
        (SinglePart("TEXT/PLAIN", b"Hello"), "Hello"),
        (SinglePart(PLAIN, b"\xff"), None),
        (BONJOUR, "**Bonjour** <b>"),
        (PICTURE, None),
        (UnknownPart(9, ()), None),
        (ExternalPart("image/png", "u", filename="plan.png"), "plan.png"),
        (ExternalPart("image/png", "u", filename="plan.png", description="Plan"), "Plan"),
        (ExternalPart("image/png", "u"), None),
        (MultiPart(PartSemantics.CHOOSE_ONE, (PICTURE, HELLO, BONJOUR)), "Hello"),
        (MultiPart(PartSemantics.PROCESS_ALL, (HELLO, PICTURE, BONJOUR)), "Hello\n**Bonjour** <b>"),
        (MultiPart(PartSemantics.SINGLE_UNIT, (PICTURE, PICTURE)), None),
        (
            SinglePart("text/html", b"<head><b>x</b></head><p>a &amp; b<br>c<style>d</style>"),
            "a & b\nc",
        ),
    ],
)  # fmt: skip
def test_the_text_of_a_part(part: Part, text: str | None) -> None:
    assert part_text(part) == text
