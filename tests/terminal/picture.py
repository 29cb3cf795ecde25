"""Draws docs/images/terminal.svg: `python -m tests.terminal.picture`.

Nothing in it is fetched from anywhere, and signs of two cells get the room of two.
"""

import asyncio
import html
import re
from pathlib import Path

from rich.cells import cell_len

from tests.terminal.stage import STRANGE, StagedAccount, on_stage

PICTURE = Path(__file__).parents[2] / "docs/images/terminal.svg"
CELL = 12.2
"""How wide one cell is in Rich's pictures, in their unit."""

_TEXT = re.compile(r'textLength="[0-9.]+"([^>]*)>([^<]*)<')


def _fitted(found: re.Match[str]) -> str:
    cells = cell_len(html.unescape(found[2]))
    return f'textLength="{cells * CELL:g}"{found[1]}>{found[2]}<'


def self_contained(svg: str) -> str:
    """Return a picture without fonts from elsewhere, its texts as wide as on the screen."""
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", "ui-monospace, monospace")
    return _TEXT.sub(_fitted, svg)


async def draw() -> str:
    """Return the picture of a conversation between Stuttgart and Shanghai."""
    account = StagedAccount()
    del account.rooms[STRANGE]
    async with on_stage(size=(110, 32), account=account) as stage:
        await stage.press("enter")
        await stage.settle()
        return self_contained(stage.app.export_screenshot(title="teamchat"))


if __name__ == "__main__":
    PICTURE.write_text(asyncio.run(draw()), encoding="utf-8")
