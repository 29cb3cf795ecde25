"""The real doors: the only module of this room that opens `teamchat.client`."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from teamchat.cli.doors import Ask, Entered, Entry, Fresh, WebQuestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from teamchat.cli.doors import LinkEntry
    from teamchat.client.account import Account
    from teamchat.client.administration import Administration
    from teamchat.client.custody_opening import Asked as AskedCustodians
    from teamchat.client.invitation import Invitation
    from teamchat.client.vault_file import KeySource
    from teamchat.client.web_build import KnownLog
    from teamchat.client.web_check import WebCheck
    from teamchat.engine.key_log import Promise
    from teamchat.engine.records import AccountRecord


TRIES: Final = 5
"""How often a link or a password is asked for that is not taken."""
_OTHER_PASSWORD: Final = frozenset(
    {
        "error-password-too-short",
        "error-reason-password-too-short",
        "error-reason-password-too-easy",
    }
)


class ClientDoors:
    """Opens profiles of this computer."""

    environment: Final[Mapping[str, str]] = os.environ

    def language(self, profile: str) -> str:
        """Return the language that the person of a profile wants; empty if it is not known."""
        from teamchat.client.errors import AccountError
        from teamchat.client.settings import profile_directory, spoken_language

        try:
            return spoken_language(profile_directory(profile))
        except AccountError:  # such a profile cannot be; the command says so
            return ""

    @asynccontextmanager
    async def account(
        self, profile: str, passphrase: Ask, *, network: bool
    ) -> AsyncIterator["Account"]:
        """Open the account of a profile."""
        from teamchat.client import wiping
        from teamchat.client.account import Account
        from teamchat.client.settings import profile_directory
        from teamchat.client.vault_file import source_of

        directory = profile_directory(profile)
        wiping.resume(directory)
        source = source_of(directory, passphrase)
        account = await Account.open(directory, source, network=network)
        async with account:
            yield account

    @asynccontextmanager
    async def administration(
        self, profile: str, passphrase: Ask
    ) -> AsyncIterator["Administration"]:
        """Open the administration, with the session of a profile."""
        from teamchat.client import wiping
        from teamchat.client.account import Account
        from teamchat.client.settings import profile_directory
        from teamchat.client.vault_file import source_of

        directory = profile_directory(profile)
        wiping.resume(directory)
        source = source_of(directory, passphrase)
        account = await Account.open(directory, source, network=False)
        async with account:
            yield account.administration

    async def login(self, server: str, user_name: str, entry: Entry) -> Entered:
        """Log in with a password."""
        from teamchat.client import enrol
        from teamchat.client.settings import profile_directory

        enrol.prepare(profile_directory(entry.profile))
        return await _enter(server, user_name, entry.password(), entry)

    async def ask_custodians(
        self, server: str, user_name: str, entry: Entry, tell: "Callable[[AskedCustodians], None]"
    ) -> str:
        """Ask the custodians, and return the recovery key."""
        from teamchat.client import custody_opening, enrol
        from teamchat.client.errors import AccountError
        from teamchat.client.settings import profile_directory

        directory = profile_directory(entry.profile)
        if enrol.prepare(directory):
            raise AccountError("error-profile-taken")
        return await custody_opening.open_with_custodians(
            server,
            user_name,
            entry.password(),
            profile_dir=directory,
            tell=tell,
            ca_file=_path(entry.ca_file),
        )

    def forget_custodians(self, profile: str) -> None:
        """Forget what was asked: the recovery key has done its work."""
        from teamchat.client import custody_pending
        from teamchat.client.settings import profile_directory

        custody_pending.forget(profile_directory(profile))

    async def take_back(self, server: str, user_name: str, entry: Entry) -> None:
        """Take back what the custodians were asked."""
        from teamchat.client import custody_opening
        from teamchat.client.settings import profile_directory

        await custody_opening.cancel(
            server,
            user_name,
            entry.password(),
            profile_dir=profile_directory(entry.profile),
            ca_file=_path(entry.ca_file),
        )

    async def link(self, server: str, entry: "LinkEntry") -> Entered:
        """Show a code, and enter when another device of the person lets this one in."""
        from teamchat.client import linking_new
        from teamchat.client.settings import profile_directory
        from teamchat.engine.view import profile_of

        directory = profile_directory(entry.profile)
        entered = await linking_new.link(
            server,
            entry.device_name,
            linking_new.Screen(codes=entry.codes, same=entry.same, waits=entry.waits),
            profile_dir=directory,
            key_source=_source_of_new(directory, entry),
            ca_file=_path(entry.ca_file),
        )
        return Entered(profile_of(entered.account), None)

    async def join(self, link: Ask, entry: Entry) -> Entered:
        """Redeem an invitation with the password that is set now, then log in with it."""
        from teamchat.client import enrol
        from teamchat.client.errors import AccountError
        from teamchat.client.settings import profile_directory

        enrol.prepare(profile_directory(entry.profile))
        written, invitation = _read(link, entry)
        ca_file = _path(entry.ca_file)
        await enrol.show_invitation(written, ca_file)
        minimum = await enrol.password_characters(invitation.server, ca_file)
        if minimum:
            entry.tell_minimum(minimum)
        for left in reversed(range(TRIES)):
            password = entry.password()
            entry = _typed_now(entry)
            try:
                with _minimum_told(minimum):
                    shown = await enrol.redeem_invitation(written, password, ca_file)
            except AccountError as error:
                if error.key not in _OTHER_PASSWORD or not left:
                    raise
                entry.refused("password", error)
            else:
                server, promise = invitation.server, invitation.promise
                return await _enter(server, shown.user_name, password, entry, promise)
        raise AssertionError("the last try returns or raises")

    def erase(self, profile: str) -> None:
        """Remove what is stored of a profile, without opening it."""
        from teamchat.client import wiping
        from teamchat.client.settings import profile_directory
        from teamchat.client.sqlite_store import Lock

        directory = profile_directory(profile)
        Lock.check(directory)
        wiping.erase(directory)

    async def start_over(self, server: str, user_name: str, entry: Entry) -> Fresh:
        """Ask for another identity, because the recovery key is lost."""
        from teamchat.client import fresh_start
        from teamchat.client.settings import profile_directory
        from teamchat.client.vault_file import best_source
        from teamchat.engine.view import profile_of

        async def keep_key(account: "AccountRecord", words: str) -> None:
            entry.keep_key(profile_of(account), words)

        begun = await fresh_start.begin(
            server,
            user_name,
            entry.password(),
            entry.device_name,
            profile_dir=profile_directory(entry.profile),
            key_source=best_source(entry.passphrase),
            keep_key=keep_key,
            ca_file=_path(entry.ca_file),
        )
        made = begun.entered
        if made is None:
            return Fresh(begun.due)
        return Fresh(begun.due, Entered(profile_of(made.account), made.recovery_key))

    async def check_web(self, question: WebQuestion) -> "WebCheck":
        """Compare the web client that a server hands out with what its log names."""
        from teamchat.client.web_check import check_web

        known, ca_file = _known_log(question), _path(question.ca_file)
        return await check_web(question.server, known=known, own=question.own, ca_file=ca_file)

    def terminal(self, profile: str, passphrase: Ask | None) -> int:
        """Run the full-screen client."""
        from teamchat.cli.full_screen import run

        return run(profile, self.environment, self.language(profile), passphrase)


def _source_of_new(directory: Path, entry: "LinkEntry") -> "KeySource":
    """Return how the profile is kept; a passphrase is asked for before anything is shown."""
    from teamchat.client import enrol
    from teamchat.client.errors import AccountError
    from teamchat.client.settings import LINKING
    from teamchat.client.vault_file import best_source, has_keyring, source_of

    if enrol.prepare(directory):
        raise AccountError("error-linking-profile-in-use")
    if (directory / LINKING).exists():
        return source_of(directory, entry.unlock)
    if not has_keyring():
        entry.passphrase()
    return best_source(entry.passphrase)


def _read(link: Ask, entry: Entry) -> "tuple[str, Invitation]":
    """Ask for the invitation link until it is one."""
    from teamchat.client.errors import AccountError
    from teamchat.client.invitation import read_invitation

    for left in reversed(range(TRIES)):
        written = link()
        try:
            return written, read_invitation(written)
        except AccountError as error:
            if not left:
                raise
            entry.refused("link", error)
    raise AssertionError("the last try returns or raises")


@contextmanager
def _minimum_told(minimum: int) -> Iterator[None]:
    """Say how long a password is at least, where one is refused as too short."""
    from teamchat.client.errors import AccountError

    try:
        yield
    except AccountError as error:
        if error.key != "error-reason-password-too-short" or not minimum:
            raise
        raise AccountError("error-password-too-short", count=str(minimum)) from error


def _typed_now(entry: Entry) -> Entry:
    """Ask for the passphrase of a new profile if it takes one: before the server hears anything.

    Whoever breaks off at the question has then used up no invitation and opened no session.
    """
    from teamchat.client.settings import STORE, profile_directory
    from teamchat.client.vault_file import has_keyring

    if has_keyring() or (profile_directory(entry.profile) / STORE).exists():
        return entry
    typed = entry.passphrase()
    return replace(entry, passphrase=lambda: typed)


async def _enter(
    server: str, user_name: str, password: str, entry: Entry, promise: "Promise | None" = None
) -> Entered:
    from teamchat.client import enrol
    from teamchat.client.settings import STORE, profile_directory
    from teamchat.client.vault_file import best_source, has_keyring, source_of
    from teamchat.engine.view import profile_of

    async def recovery_key() -> str:
        return entry.recovery_key()

    async def keep_key(account: "AccountRecord", words: str) -> None:
        entry.keep_key(profile_of(account), words)

    directory = profile_directory(entry.profile)
    here = (directory / STORE).exists()
    typed: list[str] = []

    def passphrase() -> str:
        if not typed:
            typed.append(entry.passphrase())
        return typed[0]

    def ready() -> None:
        if not has_keyring():
            passphrase()

    result = await enrol.login(
        server,
        user_name,
        password,
        entry.device_name,
        profile_dir=directory,
        key_source=source_of(directory, entry.unlock) if here else best_source(passphrase),
        ask_recovery_key=recovery_key,
        keep_key=keep_key,
        ready=ready,
        ca_file=_path(entry.ca_file),
        promise=promise,
    )
    return Entered(profile_of(result.account), result.recovery_key, returned=result.returned)


def _known_log(question: WebQuestion) -> "KnownLog | None":
    """Return what the log must be, from wherever that is known."""
    from teamchat.client.errors import AccountError
    from teamchat.client.invitation import read_invitation
    from teamchat.client.web_build import KnownLog, read_key
    from teamchat.transparency import TreeHead

    if question.link is not None:
        promise = read_invitation(question.link).promise
        if promise is None:
            raise AccountError("error-invitation-incomplete")
        return KnownLog(promise.key, promise.head)
    if question.log_key is not None:
        return KnownLog(read_key(question.log_key))
    if question.followed is None:
        return None
    seen = question.followed
    return KnownLog(read_key(seen.key), TreeHead(seen.size, seen.root))


def _path(file: Path | None) -> str:
    return str(file.resolve()) if file else ""
