"""The one table of colours: lightness, chroma and hue in OKLCH, for light and for dark.

One accent, one neutral ramp tinted to it, four meanings, and twelve hues of equal lightness
and chroma for people. The themes are made from this table; nothing else names a colour.
"""

import math
from dataclasses import dataclass
from hashlib import blake2b

ACCENT_HUE = 195.0
PEOPLE = 12
"""How many hues people are told apart by."""


@dataclass(frozen=True, slots=True)
class Oklch:
    """A colour: lightness 0 to 1, chroma, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def hexadecimal(self) -> str:
        """Return `#rrggbb` in sRGB, each channel clipped to what a display has."""
        return "#" + "".join(f"{round(255 * channel):02x}" for channel in self._srgb())

    def luminance(self) -> float:
        """Return the relative luminance of WCAG 2.2."""
        red, green, blue = (_linear(channel) for channel in self._srgb())
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def _srgb(self) -> tuple[float, float, float]:
        a = self.chroma * math.cos(math.radians(self.hue))
        b = self.chroma * math.sin(math.radians(self.hue))
        long = (self.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        middle = (self.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            _gamma(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
            _gamma(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
            _gamma(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
        )


@dataclass(frozen=True, slots=True)
class Palette:
    """The meanings that colours have, in light or in dark."""

    background: Oklch
    surface: Oklch
    selected: Oklch
    hover: Oklch
    rule: Oklch
    dim: Oklch
    foreground: Oklch
    accent: Oklch
    on_accent: Oklch
    positive: Oklch
    attention: Oklch
    danger: Oklch
    info: Oklch
    person_lightness: float
    person_chroma: float

    def people(self) -> tuple[Oklch, ...]:
        """Return the hues of people, all equally light."""
        step = 360.0 / PEOPLE
        return tuple(
            Oklch(self.person_lightness, self.person_chroma, step * index + 15)
            for index in range(PEOPLE)
        )


def _neutral(lightness: float) -> Oklch:
    return Oklch(lightness, 0.008, ACCENT_HUE)


def _accent(lightness: float, chroma: float = 0.09) -> Oklch:
    return Oklch(lightness, chroma, ACCENT_HUE)


LIGHT = Palette(
    background=Oklch(0.99, 0.003, ACCENT_HUE),
    surface=Oklch(0.965, 0.005, ACCENT_HUE),
    selected=_accent(0.92, 0.035),
    hover=_neutral(0.94),
    rule=_neutral(0.87),
    dim=_neutral(0.48),
    foreground=_neutral(0.22),
    accent=_accent(0.5),
    on_accent=_neutral(0.99),
    positive=Oklch(0.5, 0.12, 150),
    attention=Oklch(0.5, 0.11, 70),
    danger=Oklch(0.5, 0.18, 27),
    info=Oklch(0.5, 0.12, 250),
    person_lightness=0.47,
    person_chroma=0.11,
)
DARK = Palette(
    background=_neutral(0.19),
    surface=_neutral(0.225),
    selected=_accent(0.32, 0.045),
    hover=_neutral(0.26),
    rule=_neutral(0.36),
    dim=_neutral(0.72),
    foreground=_neutral(0.94),
    accent=_accent(0.76),
    on_accent=_neutral(0.16),
    positive=Oklch(0.78, 0.14, 150),
    attention=Oklch(0.82, 0.13, 80),
    danger=Oklch(0.73, 0.15, 25),
    info=Oklch(0.77, 0.1, 250),
    person_lightness=0.79,
    person_chroma=0.1,
)


def hue_of(person: str) -> int:
    """Return which of the hues a person has, always the same for the same id."""
    return blake2b(person.encode(), digest_size=1).digest()[0] % PEOPLE


def contrast(one: Oklch, other: Oklch) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, 1 to 21)."""
    lighter, darker = sorted((one.luminance(), other.luminance()), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _gamma(linear: float) -> float:
    clipped = min(max(linear, 0.0), 1.0)
    return 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
