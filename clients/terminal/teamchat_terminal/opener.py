"""Opens the account that the screens show: a port, because a person may have to type first."""

from typing import Protocol

from teamchat.client.account import Account


class Opener(Protocol):
    """Opens the account of one profile."""

    @property
    def needs_passphrase(self) -> bool:
        """Whether a person has to type the passphrase of this profile."""
        ...

    async def open(self, passphrase: str, /) -> Account:
        """Open the account; the passphrase is empty where none is needed.

        Raises:
            TeamchatError: The passphrase is wrong, or the profile cannot be opened.
        """
        ...

    async def close(self) -> None:
        """Close what `open` opened."""
        ...
