"""How somebody comes in who has no profile here yet: what the entering screens ask for.

`ClientEntrance` is the real one; tests hand in their own.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from teamchat.client import custody_opening, custody_pending, enrol, fresh_start, linking_new
from teamchat.client.custody_opening import Asked
from teamchat.client.custody_pending import Begun
from teamchat.client.errors import AccountError
from teamchat.client.invitation import read_invitation
from teamchat.client.linking_new import Screen
from teamchat.client.settings import LINKING
from teamchat.client.vault_file import Passphrase, best_source, has_keyring, source_of
from teamchat.engine.key_log import Promise
from teamchat.engine.records import AccountRecord
from teamchat.wire.custody import Custodians
from teamchat_terminal.new_sheet import NewWords, new_words

AskWords = Callable[[], Awaitable[str]]
"""Asks for the recovery words, when they are needed and not before."""


KeepWords = Callable[[NewWords], Awaitable[None]]
"""Shows new recovery words; returns when the person has them."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom an invitation is for.

    Attributes:
        name: The person.
        organisation: Who invites.
        characters: How many a new password has at least; 0 if the server does not say.
    """

    name: str
    organisation: str
    characters: int


class Entrance(Protocol):
    """Makes this computer a device of somebody; nothing is left behind if it fails."""

    @property
    def needs_passphrase(self) -> bool:
        """Whether what is kept here takes a passphrase that a person types."""
        ...

    @property
    def begun(self) -> bool:
        """Whether a linking was begun here that can be gone on with."""
        ...

    @property
    def asked(self) -> Begun | None:
        """Whose request to the custodians was begun here; None if there is none."""
        ...

    async def look(self, link: str, /) -> Invited:
        """Return whom an invitation is for.

        Raises:
            AccountError: It is none, was used, or the server is not reached.
        """
        ...

    async def join(self, link: str, password: str, passphrase: str, keep: KeepWords, /) -> None:
        """Use an invitation.

        Raises:
            AccountError: The password is not taken, or the server is not reached.
        """
        ...

    async def login(
        self,
        server: str,
        user_name: str,
        password: str,
        passphrase: str,
        ask: AskWords,
        keep: KeepWords,
        /,
    ) -> None:
        """Enter with what one knows; the first device is shown recovery words.

        Raises:
            AccountError: Something of it is not right, or the server is not reached.
        """
        ...

    async def start_over(
        self, server: str, user_name: str, password: str, passphrase: str, keep: KeepWords, /
    ) -> int:
        """Begin anew without recovery words.

        Returns:
            When it goes on, in seconds since 1970, if the person has devices that are asked first;
            0 if this is a device of theirs now.

        Raises:
            AccountError: Something of it is not right, or the server is not reached.
        """
        ...

    async def custodians(self, server: str, user_name: str, password: str, /) -> Custodians | None:
        """Return the custodians to whom a person has entrusted their words; None for nobody.

        Raises:
            AccountError: Something of it is not right, or the server is not reached.
        """
        ...

    async def ask_custodians(
        self, server: str, user_name: str, password: str, tell: Callable[[Asked], None], /
    ) -> str:
        """Ask the custodians, or go on with what was asked here; return the recovery words.

        Raises:
            AccountError: It was refused or has ended, or the server is not reached.
        """
        ...

    async def take_back(self, server: str, user_name: str, password: str, /) -> None:
        """Take back what the custodians were asked, here or on another computer.

        Raises:
            AccountError: There is no open request, or the server is not reached.
        """
        ...

    def forget_custodians(self) -> None:
        """Forget what was asked: the words have done their work."""
        ...

    async def link(self, server: str, passphrase: str, screen: Screen, /) -> None:
        """Let another device of the same person vouch for this one.

        Raises:
            AccountError: It has ended, or the server is not reached.
        """
        ...


class ClientEntrance:
    """Enters with `teamchat.client`.

    Args:
        directory: Where the profile is made.
        device_name: What this device is called.
    """

    def __init__(self, directory: Path, device_name: str) -> None:
        self._directory: Final = directory
        self._device_name: Final = device_name
        self._redeemed: dict[str, str] = {}

    @property
    def needs_passphrase(self) -> bool:
        """Whether there is no keyring that keeps secrets, or none was there when it was begun."""
        if self.begun:
            return isinstance(source_of(self._directory, str), Passphrase)
        return not has_keyring()

    @property
    def begun(self) -> bool:
        """Whether a device that waits was left here."""
        return (self._directory / LINKING).exists()

    @property
    def asked(self) -> Begun | None:
        """Whose request is kept in the folder of the profile."""
        return custody_pending.begun(self._directory)

    async def look(self, link: str, /) -> Invited:
        """Return whom an invitation is for."""
        enrol.prepare(self._directory)
        server = read_invitation(link).server
        shown = await enrol.show_invitation(link)
        characters = await enrol.password_characters(server)
        return Invited(shown.display_name, shown.organisation, characters)

    async def join(self, link: str, password: str, passphrase: str, keep: KeepWords, /) -> None:
        """Use an invitation, once: whoever tries again after a fault goes on where it was."""
        invitation = read_invitation(link)
        if link not in self._redeemed:
            shown = await enrol.redeem_invitation(link, password)
            self._redeemed[link] = shown.user_name

        async def nobody() -> str:
            raise AccountError("error-wrong-recovery-key")  # who was just invited has none

        server, user_name = invitation.server, self._redeemed[link]
        await self._login(server, user_name, password, passphrase, nobody, keep, invitation.promise)

    async def login(
        self,
        server: str,
        user_name: str,
        password: str,
        passphrase: str,
        ask: AskWords,
        keep: KeepWords,
        /,
    ) -> None:
        """Enter with user name and password, and the recovery words if there are any."""
        enrol.prepare(self._directory)
        await self._login(server, user_name, password, passphrase, ask, keep)

    async def _login(
        self,
        server: str,
        user_name: str,
        password: str,
        passphrase: str,
        ask: AskWords,
        keep: KeepWords,
        promise: Promise | None = None,
    ) -> None:
        async def keep_key(account: AccountRecord, words: str) -> None:
            await keep(new_words(account, words))

        await enrol.login(
            server,
            user_name,
            password,
            self._device_name,
            profile_dir=self._directory,
            key_source=best_source(lambda: passphrase),
            ask_recovery_key=ask,
            keep_key=keep_key,
            promise=promise,
        )

    async def start_over(
        self, server: str, user_name: str, password: str, passphrase: str, keep: KeepWords, /
    ) -> int:
        """Begin anew, now or when it is due."""

        async def keep_key(account: AccountRecord, words: str) -> None:
            await keep(new_words(account, words))

        started = await fresh_start.begin(
            server,
            user_name,
            password,
            self._device_name,
            profile_dir=self._directory,
            key_source=best_source(lambda: passphrase),
            keep_key=keep_key,
        )
        return started.due if started.entered is None else 0

    async def custodians(self, server: str, user_name: str, password: str, /) -> Custodians | None:
        """Return the custodians who can help a person back."""
        enrol.prepare(self._directory)
        return await custody_opening.helpers(server, user_name, password)

    async def ask_custodians(
        self, server: str, user_name: str, password: str, tell: Callable[[Asked], None], /
    ) -> str:
        """Ask the custodians; what was asked is kept in the folder of the profile."""
        enrol.prepare(self._directory)
        return await custody_opening.open_with_custodians(
            server, user_name, password, profile_dir=self._directory, tell=tell
        )

    async def take_back(self, server: str, user_name: str, password: str, /) -> None:
        """Take back what the custodians were asked."""
        await custody_opening.cancel(server, user_name, password, profile_dir=self._directory)

    def forget_custodians(self) -> None:
        """Forget what was asked."""
        custody_pending.forget(self._directory)

    async def link(self, server: str, passphrase: str, screen: Screen, /) -> None:
        """Be linked, or go on with a linking that was begun."""

        def typed() -> str:
            return passphrase

        source = source_of(self._directory, typed) if self.begun else best_source(typed)
        await linking_new.link(
            server, self._device_name, screen, profile_dir=self._directory, key_source=source
        )
