"""The themes: light, dark, sixteen colours and none, all with the same meanings.

Styles are written with the names of `VARIABLES`; each theme says what they are. Where a
terminal has no colours, weight and signs carry what colour would.
"""

from collections.abc import Mapping

from textual.theme import Theme

from teamchat_terminal.tokens import DARK, LIGHT, PEOPLE, Palette

LIGHT_NAME = "teamchat-light"
DARK_NAME = "teamchat-dark"
SIXTEEN_NAME = "teamchat-sixteen"
PLAIN_NAME = "teamchat-plain"

_SIXTEEN_PEOPLE = ("ansi_blue", "ansi_magenta", "ansi_cyan", "ansi_green", "ansi_yellow")


def themes() -> tuple[Theme, ...]:
    """Return every theme of the client."""
    return (
        _coloured(LIGHT_NAME, LIGHT),
        _coloured(DARK_NAME, DARK),
        _sixteen(),
        _plain(),
    )


def wants_no_colour(environment: Mapping[str, str]) -> bool:
    """Return whether `NO_COLOR` is set, with any value (https://no-color.org)."""
    return "NO_COLOR" in environment


def fitting(environment: Mapping[str, str], colours: str | None, remembered: str = "") -> str:
    """Return the theme that fits a terminal.

    Args:
        environment: `NO_COLOR`, `TEAMCHAT_THEME` (light, dark, sixteen, plain) and
            `COLORFGBG`, in which many terminals say how bright their background is.
        colours: What the terminal can show: "truecolor", "256", "standard" or None.
        remembered: The theme that was chosen for this profile last; empty if none was.
    """
    if wants_no_colour(environment):
        return PLAIN_NAME
    asked = f"teamchat-{environment.get('TEAMCHAT_THEME', '')}"
    if asked in {LIGHT_NAME, DARK_NAME, SIXTEEN_NAME, PLAIN_NAME}:
        return asked
    if colours in {None, "standard"}:
        return SIXTEEN_NAME
    if remembered in {LIGHT_NAME, DARK_NAME}:
        return remembered
    return LIGHT_NAME if _bright(environment.get("COLORFGBG", "")) else DARK_NAME


def next_after(name: str) -> str:
    """Return the other of light and dark; from any other theme, dark."""
    return LIGHT_NAME if name == DARK_NAME else DARK_NAME


def _bright(colours: str) -> bool:
    background = colours.rpartition(";")[2]
    return background.isdecimal() and int(background) in {7, 15}


def _coloured(name: str, palette: Palette) -> Theme:
    accent = palette.accent.hexadecimal()
    selected = palette.selected.hexadecimal()
    foreground = palette.foreground.hexadecimal()
    return Theme(
        name=name,
        primary=accent,
        secondary=accent,
        accent=accent,
        warning=palette.attention.hexadecimal(),
        error=palette.danger.hexadecimal(),
        success=palette.positive.hexadecimal(),
        foreground=foreground,
        background=palette.background.hexadecimal(),
        surface=palette.surface.hexadecimal(),
        panel=palette.surface.hexadecimal(),
        boost=palette.hover.hexadecimal(),
        dark=palette is DARK,
        variables={
            "tc-rule": palette.rule.hexadecimal(),
            "tc-dim": palette.dim.hexadecimal(),
            "tc-own": accent,
            "tc-selected": selected,
            "tc-hover": palette.hover.hexadecimal(),
            "tc-on-accent": palette.on_accent.hexadecimal(),
            "tc-positive": palette.positive.hexadecimal(),
            "tc-attention": palette.attention.hexadecimal(),
            "tc-danger": palette.danger.hexadecimal(),
            "tc-info": palette.info.hexadecimal(),
            **{
                f"tc-person-{index}": hue.hexadecimal()
                for index, hue in enumerate(palette.people())
            },
            "tc-code-light": "#ffffff",
            "tc-code-dark": "#000000",
            "border": accent,
            "border-blurred": palette.rule.hexadecimal(),
            "block-cursor-background": selected,
            "block-cursor-foreground": foreground,
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": selected,
            "block-cursor-blurred-foreground": foreground,
            "block-cursor-blurred-text-style": "none",
            "block-hover-background": palette.hover.hexadecimal(),
            "input-cursor-background": foreground,
            "input-cursor-foreground": palette.background.hexadecimal(),
            "input-selection-background": selected,
            "input-selection-foreground": foreground,
            "screen-selection-background": selected,
            "screen-selection-foreground": foreground,
            "scrollbar": palette.rule.hexadecimal(),
            "scrollbar-hover": palette.dim.hexadecimal(),
            "scrollbar-active": accent,
            "scrollbar-background": palette.background.hexadecimal(),
            "scrollbar-background-hover": palette.background.hexadecimal(),
            "scrollbar-background-active": palette.background.hexadecimal(),
            "scrollbar-corner-color": palette.background.hexadecimal(),
        },
    )


def _sixteen() -> Theme:
    people = {
        f"tc-person-{index}": _SIXTEEN_PEOPLE[index % len(_SIXTEEN_PEOPLE)]
        for index in range(PEOPLE)
    }
    return _terminal(
        SIXTEEN_NAME,
        accent="ansi_cyan",
        variables={
            "tc-rule": "ansi_bright_black",
            "tc-dim": "ansi_bright_black",
            "tc-own": "ansi_cyan",
            "tc-positive": "ansi_green",
            "tc-attention": "ansi_yellow",
            "tc-danger": "ansi_red",
            "tc-info": "ansi_blue",
            "tc-code-light": "ansi_bright_white",
            "tc-code-dark": "ansi_black",
            **people,
        },
    )


def _plain() -> Theme:
    names = (
        "rule", "dim", "own", "positive", "attention", "danger", "info", "code-light", "code-dark",
    )  # fmt: skip
    people = [f"person-{index}" for index in range(PEOPLE)]
    return _terminal(
        PLAIN_NAME,
        accent="ansi_default",
        variables={f"tc-{name}": "ansi_default" for name in [*names, *people]},
    )


def _terminal(name: str, *, accent: str, variables: dict[str, str]) -> Theme:
    """Return a theme of the terminal's own colours, in which a line marks what is chosen.

    Reverse would be plainer, but the component styles of Textual do not carry it.
    """
    return Theme(
        name=name,
        ansi=True,
        primary=accent,
        secondary=accent,
        accent=accent,
        warning=variables["tc-attention"],
        error=variables["tc-danger"],
        success=variables["tc-positive"],
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        variables={
            **variables,
            "ansi-background": "ansi_default",
            "ansi-foreground": "ansi_default",
            "tc-selected": "ansi_default",
            "tc-hover": "ansi_default",
            "tc-on-accent": "ansi_default",
            "border": accent,
            "border-blurred": variables["tc-rule"],
            "block-cursor-background": "ansi_default",
            "block-cursor-foreground": "ansi_default",
            "block-cursor-text-style": "bold underline",
            "block-cursor-blurred-background": "ansi_default",
            "block-cursor-blurred-foreground": "ansi_default",
            "block-cursor-blurred-text-style": "bold",
            "block-hover-background": "ansi_default",
            "input-cursor-background": "ansi_default",
            "input-cursor-foreground": "ansi_default",
            "input-selection-background": "ansi_default",
            "input-selection-foreground": "ansi_default",
            "screen-selection-background": "ansi_default",
            "screen-selection-foreground": "ansi_default",
            "scrollbar": variables["tc-rule"],
            "scrollbar-hover": variables["tc-rule"],
            "scrollbar-active": accent,
            "scrollbar-background": "ansi_default",
            "scrollbar-background-hover": "ansi_default",
            "scrollbar-background-active": "ansi_default",
            "scrollbar-corner-color": "ansi_default",
        },
    )
