"""How often garbage is looked for: less often than Python does by itself.

Imports and screens make many objects that stay. By itself Python looks through the youngest after
every 700 of them, and finds nothing: it is a quarter of the time that a command or a screen takes.
"""

import gc
from typing import Final

SELDOM: Final = 50_000
"""Objects made and not yet gone; looking through so many takes a few milliseconds."""


def look_seldom() -> None:
    """Look for garbage after so many new objects from now on."""
    gc.set_threshold(SELDOM)
