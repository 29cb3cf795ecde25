import pytest

from teamchat_terminal.theme import (
    DARK_NAME,
    LIGHT_NAME,
    PLAIN_NAME,
    SIXTEEN_NAME,
    fitting,
    next_after,
    themes,
)
from teamchat_terminal.tokens import DARK, LIGHT, PEOPLE, Oklch, Palette, contrast, hue_of


@pytest.mark.parametrize(("palette"), [LIGHT, DARK])
def test_words_can_be_read(palette: Palette) -> None:
    for ground in (palette.background, palette.surface, palette.selected, palette.hover):
        assert contrast(palette.foreground, ground) >= 7
    for ground in (palette.background, palette.surface):
        meanings = (palette.positive, palette.attention, palette.danger, palette.info)
        for colour in (palette.dim, palette.accent, *meanings, *palette.people()):
            assert contrast(colour, ground) >= 4.5
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.dim, palette.selected) >= 4.5


def test_known_colours_are_converted() -> None:
    assert Oklch(1, 0, 0).hexadecimal() == "#ffffff"
    assert Oklch(0, 0, 0).hexadecimal() == "#000000"
    assert Oklch(0.62796, 0.25768, 29.234).hexadecimal() == "#ff0000"
    assert contrast(Oklch(1, 0, 0), Oklch(0, 0, 0)) == pytest.approx(21)


def test_a_person_keeps_a_hue() -> None:
    hues = {hue_of(f"person-{number}") for number in range(200)}
    assert hues == set(range(PEOPLE))
    assert hue_of("a") == hue_of("a")


def test_every_theme_says_the_same_names() -> None:
    named = [{name for name in theme.variables if name.startswith("tc-")} for theme in themes()]
    assert all(names == named[0] for names in named)
    assert len(named) == 4


@pytest.mark.parametrize(
    ("environment", "colours", "expected"),
    [
        ({}, "truecolor", DARK_NAME),
        ({}, "256", DARK_NAME),
        ({}, "standard", SIXTEEN_NAME),
        ({}, None, SIXTEEN_NAME),
        ({"COLORFGBG": "0;15"}, "truecolor", LIGHT_NAME),
        ({"COLORFGBG": "15;0"}, "truecolor", DARK_NAME),
        ({"COLORFGBG": "nonsense"}, "truecolor", DARK_NAME),
        ({"TEAMCHAT_THEME": "light"}, "truecolor", LIGHT_NAME),
        ({"TEAMCHAT_THEME": "pink"}, "truecolor", DARK_NAME),
        ({"TEAMCHAT_THEME": "light", "NO_COLOR": "1"}, "truecolor", PLAIN_NAME),
    ],
)
def test_a_theme_fits_the_terminal(
    environment: dict[str, str], colours: str | None, expected: str
) -> None:
    assert fitting(environment, colours) == expected


def test_what_was_chosen_last_outweighs_what_the_terminal_says() -> None:
    assert fitting({"COLORFGBG": "15;0"}, "truecolor", LIGHT_NAME) == LIGHT_NAME
    assert fitting({"TEAMCHAT_THEME": "dark"}, "truecolor", LIGHT_NAME) == DARK_NAME
    assert fitting({}, "standard", LIGHT_NAME) == SIXTEEN_NAME
    assert fitting({}, "truecolor", "nonsense") == DARK_NAME


def test_light_and_dark_alternate() -> None:
    assert next_after(DARK_NAME) == LIGHT_NAME
    assert next_after(LIGHT_NAME) == DARK_NAME
