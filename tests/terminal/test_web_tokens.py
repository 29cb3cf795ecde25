"""Both clients have one table of colours: the web client's tokens.css says what tokens.py says."""

import re
from pathlib import Path

import pytest

from teamchat_terminal.tokens import DARK, LIGHT, PEOPLE, Oklch, Palette, hue_of

CSS = Path(__file__).resolve().parents[2] / "clients/web/src/ui/styles/tokens.css"
COLOUR = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
TOKEN = re.compile(rf"^  --([a-z-]+): light-dark\({COLOUR}, {COLOUR}\);$", re.MULTILINE)
NAMES = [
    "background", "surface", "selected", "hover", "rule", "dim", "foreground",
    "accent", "on_accent", "positive", "attention", "danger", "info",
]  # fmt: skip


def tokens() -> dict[str, tuple[Oklch, Oklch]]:
    found: dict[str, tuple[Oklch, Oklch]] = {}
    for name, *numbers in TOKEN.findall(CSS.read_text(encoding="utf-8")):
        light, dark = numbers[:3], numbers[3:]
        found.setdefault(name, (Oklch(*map(float, light)), Oklch(*map(float, dark))))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_colour_is_the_same_in_both_clients(name: str) -> None:
    def of(palette: Palette) -> Oklch:
        colour: Oklch = getattr(palette, name)
        return colour

    assert tokens()[name.replace("_", "-")] == (of(LIGHT), of(DARK))


def test_people_have_the_same_hues_in_both_clients() -> None:
    css = CSS.read_text(encoding="utf-8")
    hues = {
        int(a): float(b) for a, b in re.findall(r'\[data-hue="(\d+)"\]\s*{\s*--hue: (\d+);', css)
    }
    assert hues == {place: hue.hue for place, hue in enumerate(LIGHT.people())}
    assert len(hues) == PEOPLE


def test_the_hue_of_a_person_is_what_the_web_client_is_tested_with() -> None:
    assert [hue_of(person) for person in ("anna", "wei", "王伟", "")] == [0, 4, 0, 10]
