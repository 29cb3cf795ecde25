"""Screens over screens: opening one, and closing it with its answer.

Textual's own calls can be awaited, which inside a handler would wait for itself; nobody here
waits for a screen to be mounted.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.screen import Screen

if TYPE_CHECKING:
    from textual.app import App

AppResult = TypeVar("AppResult")
Answer = TypeVar("Answer")


def show(app: "App[AppResult]", screen: Screen[Answer]) -> None:
    """Open a screen over the others."""
    _ = app.push_screen(screen)


def ask(
    app: "App[AppResult]", screen: Screen[Answer], answered: Callable[[Answer | None], None]
) -> None:
    """Open a screen over the others and take its answer."""
    _ = app.push_screen(screen, answered)


def close(screen: Screen[Answer], answer: Answer | None = None) -> None:
    """Close a screen with its answer."""
    _ = screen.dismiss(answer)
