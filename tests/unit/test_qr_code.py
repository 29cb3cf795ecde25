import pytest
import segno

from teamchat.qr_code import ABOVE, SIDES, drawn

PARTS = ("TEAMCHAT-VERIFY:1:", "0123456789" * 6)
DARK = {"█": (False, False), "▀": (False, True), "▄": (True, False), " ": (True, True)}


def modules(lines: list[str], *, light: bool) -> list[list[bool]]:
    """Return what is dark, row by row."""
    return [[DARK[sign][half] == light for sign in line] for line in lines for half in (0, 1)]


@pytest.mark.parametrize("light", [True, False])
def test_what_is_drawn_is_the_code_with_room_around_it(*, light: bool) -> None:
    code = segno.make(list(PARTS), error="m", micro=False)  # type: ignore[arg-type]
    assert code.designator == "3-M"
    rows = modules(drawn(PARTS, light=light), light=light)
    inner = [row[SIDES:-SIDES] for row in rows[ABOVE : ABOVE + len(code.matrix)]]
    assert inner == [[bool(module) for module in row] for row in code.matrix]
    around = [*rows[:ABOVE], *rows[ABOVE + len(inner) :], *(row[:SIDES] for row in rows)]
    assert not any(any(row) for row in around)
    assert not any(any(row[-SIDES:]) for row in rows)


def test_a_safety_number_fits_a_small_terminal() -> None:
    lines = drawn(PARTS)
    assert (len(lines), {len(line) for line in lines}) == (17, {37})


def test_what_is_drawn_light_and_dark_are_each_others_opposite() -> None:
    opposite = str.maketrans("█▀▄ ", " ▄▀█")
    assert [line.translate(opposite) for line in drawn(PARTS)] == drawn(PARTS, light=False)
