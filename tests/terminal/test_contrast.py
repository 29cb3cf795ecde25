"""Whatever is drawn can be read: WCAG 2.2 AA for every pair of colours that is on a screen.

Not the table of colours is looked at but what comes out, with everything that styles and
states mix into it.
"""

import pytest
from rich.color import Color, blend_rgb
from rich.style import Style

from teamchat.engine.model import Delivery
from teamchat_terminal.theme import DARK_NAME, LIGHT_NAME
from tests.support.fake_account import ANNA, LI, PROJECT, WEI
from tests.terminal.stage import Stage, StagedAccount, on_stage

LARGEST = 4.5
"""The contrast of text with what is behind it (WCAG 2.2, 1.4.3)."""

SIGNS = set(" ─│▌▁▂▃▄▅▆▇█▏▎▍▋▊▉▔▕╭╮╰╯┌┐└┘▐▀╹╻━┃▊▎▖▗▘▝▁ ")
"""Rules, bars and scroll bars: nothing is read from them alone."""


def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(channel) for channel in color.get_truecolor())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style) -> float:
    """Return the contrast of a drawn style."""
    assert style.color is not None
    assert style.bgcolor is not None
    front, back = style.color, style.bgcolor
    if style.reverse:
        front, back = back, front
    if style.dim:
        mixed = blend_rgb(front.get_truecolor(), back.get_truecolor(), 0.5)
        front = Color.from_triplet(mixed)
    lighter, darker = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(stage: Stage) -> dict[str, float]:
    """Return what is drawn with too little contrast."""
    found = {}
    for strip in stage.app.screen._compositor.render_strips():
        for segment in strip:
            if segment.style is None or not set(segment.text) - SIGNS:
                continue
            ratio = contrast(segment.style)
            if ratio < LARGEST:
                found[segment.text.strip()] = round(ratio, 2)
    return found


def _furnished() -> StagedAccount:
    account = StagedAccount()
    account.write(PROJECT, ANNA, "failed", 3, Delivery.FAILED)
    account.write(PROJECT, ANNA, "waits", 2, Delivery.QUEUED)
    account.come_in(PROJECT, LI.id)
    account.change_key(WEI.id)
    return account


@pytest.mark.parametrize("theme", [LIGHT_NAME, DARK_NAME])
@pytest.mark.parametrize(
    "keys",
    [
        (),
        ("enter",),
        ("enter", "x"),
        ("enter", "escape", "up", "up"),
        ("enter", "f2", "down", "tab"),
        ("enter", "f3"),
        ("enter", "f5"),
        ("down", "enter", "f4"),
        ("down", "enter", "f4", "tab"),
        ("down", "enter", "f4", "q"),
        ("down", "enter", "f4", "e", "x", "enter"),
        ("down", "enter", "f4", "tab", "tab", "tab", "enter"),
        ("enter", "escape", "end", "enter"),
        ("enter", "ctrl+p", "down"),
        ("enter", "ctrl+p", "z", "z", "z"),
        ("ctrl+n", "down"),
        ("ctrl+n", "enter"),
        ("f1",),
        ("f8",),
        ("f9", "down"),
        ("ctrl+p", "q", "u", "i", "t", "escape", "alt+a", "alt+a", "alt+a", "alt+a"),
    ],
    ids="-".join,
)
async def test_everything_drawn_can_be_read(keys: tuple[str, ...], theme: str) -> None:
    async with on_stage(size=(100, 36), account=_furnished(), theme=theme) as stage:
        for key in keys:
            await stage.press(key)
        await stage.settle()
        assert too_faint(stage) == {}


def test_the_measure_is_the_known_one() -> None:
    assert contrast(Style.parse("#000000 on #ffffff")) == pytest.approx(21)
    assert contrast(Style.parse("#777777 on #ffffff")) == pytest.approx(4.48, abs=0.01)
