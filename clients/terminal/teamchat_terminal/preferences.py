"""What a person chose for this profile: how the client looks and what it speaks.

It holds nothing of a conversation, so it lies beside the encrypted store as a small file of
its own. What cannot be read or written is as if nothing had been chosen.
"""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

FILE: Final = "terminal.json"
LARGEST: Final = 4096
"""Bytes that are read at most."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """Chosen once and remembered; empty for what was never chosen."""

    theme: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the choices of a profile are kept, and whether the environment chose already."""

    directory: Path
    language_fixed: bool = False


def read(directory: Path) -> Preferences:
    """Return what was chosen for the profile in a directory."""
    try:
        with (directory / FILE).open("rb") as file:
            found = json.loads(file.read(LARGEST))
    except (OSError, ValueError, RecursionError):
        return Preferences()
    if not isinstance(found, dict):
        return Preferences()
    return Preferences(_word(found.get("theme")), _word(found.get("language")))


def write(directory: Path, preferences: Preferences) -> None:
    """Remember what was chosen; a crash leaves the old choice or the new one."""
    fresh = directory / f"{FILE}.new"
    with contextlib.suppress(OSError):
        fresh.write_text(json.dumps(asdict(preferences)), encoding="ascii")
        fresh.replace(directory / FILE)


def _word(value: object) -> str:
    return value if isinstance(value, str) and value.isascii() and len(value) <= 32 else ""
