"""Where profiles live: one folder for each account (XDG), or below TEAMCHAT_HOME."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import platformdirs

from teamchat.client.errors import AccountError

HOME_VARIABLE: Final = "TEAMCHAT_HOME"
DEFAULT_PROFILE: Final = "default"
STORE: Final = "store.db"
LINKING: Final = "linking.db"
"""The store of a device that is being linked; it becomes `STORE` when that is done."""
VAULT: Final = "vault.json"
LOCK: Final = "lock"
WIPING: Final = "wiping"
"""Says that the profile is being erased, and why."""
PART: Final = ".part"
"""How files end that are on their way to the server or from it; sealed, as everything else."""
LANGUAGE: Final = "language"
"""In the clear, because a person is spoken to before the vault is open."""
LANGUAGE_BYTES: Final = 35
"""How long a language tag is at most (RFC 5646 §4.4.1)."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that holds the profiles."""
    chosen = environment.get(HOME_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("teamchat", appauthor=False))


def profile_directory(
    name: str = DEFAULT_PROFILE, environment: Mapping[str, str] = os.environ
) -> Path:
    """Return the folder of one profile; it need not exist.

    Raises:
        AccountError: The name cannot be a folder's.
    """
    if not _NAME.fullmatch(name):
        raise AccountError("error-profile-name", name=name)
    return home(environment) / name


def spoken_language(profile: Path) -> str:
    """Return the language of the person whose profile this is; empty if it is not known."""
    try:
        with (profile / LANGUAGE).open("rb") as file:
            return file.read(LANGUAGE_BYTES).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def profiles(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the names of the profiles that hold an account."""
    root = home(environment)
    if not root.is_dir():
        return []
    return sorted(each.name for each in root.iterdir() if (each / STORE).is_file())


WIPED: Final = "wiped"
"""Why this profile was erased; said until somebody enters here again."""
