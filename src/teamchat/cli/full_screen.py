"""Starts the full-screen client, which is a package of its own and may not be installed."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from teamchat.cli.invocation import Failure

if TYPE_CHECKING:
    from teamchat.client.account import Account


class ProfileOpener:
    """Opens the account of one profile when the person has typed what it takes.

    Args:
        directory: Where the profile lies.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._account: Account | None = None

    @property
    def needs_passphrase(self) -> bool:
        """Whether a person has to type the passphrase of this profile."""
        from teamchat.client.vault_file import Passphrase, source_of

        return isinstance(source_of(self._directory, str), Passphrase)

    async def open(self, passphrase: str) -> "Account":
        """Open the account.

        Raises:
            AccountError: The passphrase is wrong, or the profile cannot be opened.
        """
        from teamchat.client.account import Account
        from teamchat.client.vault_file import source_of

        source = source_of(self._directory, lambda: passphrase)
        self._account = await Account.open(self._directory, source)
        return await self._account.__aenter__()

    async def close(self) -> None:
        """Close the account; nothing is lost."""
        if self._account is not None:
            await self._account.close()


def run(profile: str, environment: Mapping[str, str]) -> int:
    """Run the full-screen client until the person leaves it; return the exit code.

    Raises:
        Failure: It is not installed.
        AccountError: The profile holds no account.
    """
    from teamchat.client.settings import profile_directory
    from teamchat.clock import SystemClock
    from teamchat.i18n import Catalogue, language

    opener = ProfileOpener(profile_directory(profile))
    _ = opener.needs_passphrase
    try:
        from teamchat_terminal.app import run as run_terminal
        from teamchat_terminal.voice import Voice
    except ModuleNotFoundError as error:
        raise Failure("cli-no-terminal") from error
    spoken = language(environment.get("TEAMCHAT_LANGUAGE", ""), environment)
    run_terminal(opener, Voice(Catalogue(spoken), SystemClock()))
    return 0
