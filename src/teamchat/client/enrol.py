"""Entering: redeem an invitation, log in, and make this computer a device of a person.

The first device of a person makes the identity key and a recovery key, which is shown once.
A further device opens the identity with the recovery key that the person types. The device's
secrets are stored before the server hears of them; if the server refuses, they are removed.
In a profile that holds the account already, logging in gives its device a new session.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from teamchat.client import returning, wiping
from teamchat.client.device_limit import idle_one_named
from teamchat.client.enrolment import Enrolment, NewProfile, distinct, logged_in
from teamchat.client.errors import AccountError, WipedError
from teamchat.client.first_contact import first_contact
from teamchat.client.folder import check_room, told_of
from teamchat.client.http import Http, ServerAddress
from teamchat.client.invitation import Invitation, read_invitation
from teamchat.client.opening import RecoveryPrompt, opened_identity
from teamchat.client.refusals import errors_for_people
from teamchat.client.settings import LANGUAGE, LANGUAGE_BYTES, STORE
from teamchat.client.sqlite_store import Lock, SqliteStore
from teamchat.client.vault_file import KeySource, write_private
from teamchat.clock import Clock, SystemClock
from teamchat.engine.key_log import Promise
from teamchat.engine.records import AccountRecord
from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.wire.bodies import (
    Device,
    InvitationSecret,
    InvitationShown,
    Redeem,
    Server,
)

KeyKeeper = Callable[[AccountRecord, str], Awaitable[None]]
"""Shows a new recovery key; returns when the person has it."""


async def _kept_by_caller(_account: AccountRecord, _words: str) -> None:
    """Leave the recovery key to whoever gets the `EnrolResult`."""


@dataclass(frozen=True, slots=True)
class EnrolResult:
    """A device was made, or has come back.

    `recovery_key` is there for the first one, to be written down. `returned` says that the
    device was here already: it has a new session, and kept everything.
    """

    account: AccountRecord
    recovery_key: str | None = field(repr=False)
    returned: bool = False


async def show_invitation(link: str, ca_file: str = "") -> InvitationShown:
    """Return whom an invitation is for.

    Raises:
        AccountError: It is no invitation, was used, or the server is not reached.
    """
    invitation = read_invitation(link)
    async with Http(ServerAddress(invitation.server, ca_file)) as http:
        return await _shown(http, invitation)


async def redeem_invitation(link: str, password: str, ca_file: str = "") -> InvitationShown:
    """Use an invitation: set the password; returns whom it was for.

    Raises:
        AccountError: It is no invitation, was used, or the server is not reached.
    """
    invitation = read_invitation(link)
    async with Http(ServerAddress(invitation.server, ca_file)) as http:
        shown = await _shown(http, invitation)
        with errors_for_people():
            await http.fetch("POST", "/invitations/redeem", Redeem(invitation.secret, password))
        return shown


async def password_characters(server: str, ca_file: str = "") -> int:
    """Return how many characters a new password has at least; 0 if the server does not say.

    Raises:
        AccountError: The server is not reached.
    """
    async with Http(ServerAddress(server, ca_file)) as http:
        with errors_for_people(), first_contact(server):
            return (await http.ask("GET", "/server", Server)).password_characters


async def login(  # noqa: PLR0913 - all that a login needs, half of it with defaults
    server_url: str,
    user_name: str,
    password: str,
    device_name: str,
    *,
    profile_dir: Path,
    key_source: KeySource,
    ask_recovery_key: RecoveryPrompt,
    keep_key: KeyKeeper = _kept_by_caller,
    ready: Callable[[], None] = lambda: None,
    ca_file: str = "",
    promise: Promise | None = None,
    clock: Clock | None = None,
    crypto: CryptoProvider | None = None,
) -> EnrolResult:
    """Log in and make this computer a device; or, if it is one of this person, go on with it.

    `ready` is called when the password and the recovery key are right and nothing is made yet;
    `keep_key` with a new recovery key, before the identity counts: if it raises, nothing was made.
    The device gets a number behind its name if the person has one of that name already. A
    `promise` is what the invitation said of the key directory.

    Raises:
        AccountError: The profile holds another account or does not open, its device was
            removed, the password or recovery key is wrong, or the server is not reached.
    """
    enrolment = Enrolment(
        ServerAddress(server_url.rstrip("/"), ca_file),
        clock or SystemClock(),
        crypto or DefaultCrypto(),
    )
    if prepare(profile_dir):
        store = SqliteStore(profile_dir, key_source.unlock(profile_dir))
        try:
            result = await _come_back(enrolment, store, user_name, password)
        finally:
            store.close()
        remember_language(profile_dir, result.account.language)
        return result
    async with Http(enrolment.address) as http:
        with errors_for_people():
            async with logged_in(http):
                me, token = await enrolment.begin(http, user_name, password)
                found = await opened_identity(http, me, ask_recovery_key)
                ready()
                name = await distinct(http, device_name)
                kept, path, recovery_key = found.kept, found.path, None
                if kept is None:
                    kept, recovery_key = await enrolment.first_identity(http, me)
                account, device = enrolment.device(me, token, kept, name)
                if recovery_key is not None:
                    await keep_key(account, recovery_key)
                with NewProfile(profile_dir, key_source) as store:
                    enrolment.keep(store, account, promise)
                    async with idle_one_named(http):
                        await http.ask("POST", path, Device, device)
    remember_language(profile_dir, account.language)
    return EnrolResult(account, recovery_key)


def prepare(profile: Path) -> bool:
    """See, before the server hears anything, whether a profile can be made or opened.

    Returns:
        Whether it is here already.

    Raises:
        ProfileLockedError: Another process has it.
        AccountError: Its folder cannot be used, or has no room for it.
    """
    with suppress(WipedError):  # it is empty now, as for any new account
        wiping.resume(profile)
    with told_of(profile):
        here = (profile / STORE).exists()
    if here:
        Lock.check(profile)
    else:
        check_room(profile)
    return here


def remember_language(profile: Path, language: str) -> None:
    """Keep which language the person wants, to speak it before the vault is open."""
    with suppress(AccountError):  # then they are spoken to in the language of this computer
        write_private(profile / LANGUAGE, language.encode("ascii", "ignore")[:LANGUAGE_BYTES])


async def _come_back(
    enrolment: Enrolment, store: SqliteStore, user_name: str, password: str
) -> EnrolResult:
    account = returning.held_account(store, enrolment.address.url, user_name)
    ca_file = enrolment.address.ca_file or account.ca_file
    async with Http(ServerAddress(account.server, ca_file)) as http:
        with errors_for_people():
            async with logged_in(http):
                me, token = await enrolment.begin(http, user_name, password)
                await returning.take_device(http, account, me, token)
                account = returning.keep(
                    store, account, token=token, ca_file=ca_file, language=me.language
                )
    return EnrolResult(account, None, returned=True)


async def _shown(http: Http, invitation: Invitation) -> InvitationShown:
    with errors_for_people(), first_contact(invitation.server):
        return await http.ask(
            "POST", "/invitations/lookup", InvitationShown, InvitationSecret(invitation.secret)
        )
