"""Starts the full-screen client, which is a package of its own and may not be installed."""

import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from teamchat.cli.failure import Failure

if TYPE_CHECKING:
    from teamchat.cli.doors import Ask
    from teamchat.client.account import Account
    from teamchat_terminal.voice import Voice


class ProfileOpener:
    """Opens the account of one profile when the person has typed what it takes.

    Args:
        directory: Where the profile lies.
        given: The passphrase, if a file or descriptor gave it; one that is wrong is forgotten.
    """

    def __init__(self, directory: Path, given: str = "") -> None:
        self._directory = directory
        self._given = given
        self._account: Account | None = None

    @property
    def needs_passphrase(self) -> bool:
        """Whether a person has to type the passphrase of this profile."""
        from teamchat.client.vault_file import Passphrase, source_of

        return not self._given and isinstance(source_of(self._directory, str), Passphrase)

    async def open(self, passphrase: str) -> "Account":
        """Open the account.

        Raises:
            AccountError: The passphrase is wrong, or the profile cannot be opened.
        """
        from teamchat.client.account import Account
        from teamchat.client.vault_file import source_of

        typed, self._given = passphrase or self._given, ""
        source = source_of(self._directory, lambda: typed)
        self._account = await Account.open(self._directory, source)
        return await self._account.__aenter__()

    async def close(self) -> None:
        """Close the account; nothing is lost."""
        if self._account is not None:
            await self._account.close()


def _can_be_drawn_on(environment: Mapping[str, str]) -> bool:
    """Whether a person sits before a terminal that shows more than lines."""
    drawable = environment.get("TERM", "") not in {"", "dumb"}
    return drawable and sys.stdin.isatty() and sys.stdout.isatty()


def _device_name(voice: "Voice") -> str:
    """Return what this computer is called among somebody's devices."""
    from teamchat.cli.entering import HOST_CHARACTERS

    return voice.say("cli-device-name", host=platform.node()[:HOST_CHARACTERS] or "?")


def run(
    profile: str, environment: Mapping[str, str], spoken: str, passphrase: "Ask | None" = None
) -> int:
    """Run the full-screen client until the person leaves it; return the exit code.

    Where nobody has entered yet, it leads in first.

    Args:
        profile: Whose account is opened.
        environment: That of the process.
        spoken: The language the person wants, if it is known.
        passphrase: Knows the passphrase, if it need not be typed.

    Raises:
        Failure: It is not installed, or there is no terminal that can show it.
        AccountError: The profile cannot be opened.
    """
    from teamchat.client import wiping
    from teamchat.client.settings import STORE, profile_directory
    from teamchat.clock import SystemClock
    from teamchat.i18n import Catalogue, language

    directory = profile_directory(profile)
    wiping.resume(directory)
    opener = ProfileOpener(directory)
    here = (directory / STORE).exists()
    if here or not _can_be_drawn_on(environment):
        _ = opener.needs_passphrase
    try:
        from teamchat_terminal.app import run as run_terminal
        from teamchat_terminal.entrance import ClientEntrance
        from teamchat_terminal.preferences import Place
        from teamchat_terminal.voice import Voice
    except ModuleNotFoundError as error:
        raise Failure("cli-no-terminal") from error
    if not _can_be_drawn_on(environment):
        raise Failure("cli-no-full-screen")
    if passphrase is not None:
        opener = ProfileOpener(directory, passphrase())
    asked = environment.get("TEAMCHAT_LANGUAGE", "")
    voice = Voice(Catalogue(language(asked or spoken, environment), "tui"), SystemClock())
    entrance = None if here else ClientEntrance(directory, _device_name(voice))
    run_terminal(opener, voice, Place(directory, language_fixed=bool(asked)), entrance)
    return 0
