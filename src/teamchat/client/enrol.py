"""Entering: redeem an invitation, log in, and make this computer a device of a person.

The first device of a person makes the identity key and a recovery key, which is shown once.
A further device opens the identity with the recovery key that the person types. The device's
secrets are stored before the server hears of them; if the server refuses, they are removed.
In a profile that holds the account already, logging in gives its device a new session.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from teamchat.client import returning, wiping
from teamchat.client.device_limit import idle_one_named
from teamchat.client.errors import AccountError, WipedError
from teamchat.client.first_contact import check_clock, first_contact
from teamchat.client.folder import check_room, told_of
from teamchat.client.http import Http, OfflineError, RefusedError, ServerAddress
from teamchat.client.invitation import Invitation, read_invitation
from teamchat.client.refusals import errors_for_people
from teamchat.client.settings import LANGUAGE, LANGUAGE_BYTES, STORE
from teamchat.client.sqlite_store import Lock, SqliteStore
from teamchat.client.vault_file import KeySource, write_private
from teamchat.clock import Clock, SystemClock
from teamchat.engine.groups import make_key_package
from teamchat.engine.key_log import KeyLogState, Promise
from teamchat.engine.key_packages import LIFETIME_SECONDS, STOCK
from teamchat.engine.records import AccountRecord, KeyPackageRecord, PersonRecord
from teamchat.engine.store import Put, Table
from teamchat.identity import certificate, sealing
from teamchat.identity.errors import IdentityError, WrongRecoveryKeyError
from teamchat.identity.keys import SEED_BYTES, DeviceKey, IdentityKey
from teamchat.identity.recovery import HISTORY_KEY_BYTES, KEY_BYTES, Kept, RecoveryKey
from teamchat.ids import BYTES, DeviceId, identifier
from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.wire.bodies import (
    AddDevice,
    Device,
    Devices,
    Identity,
    InvitationSecret,
    InvitationShown,
    Login,
    Me,
    Redeem,
    Server,
    Session,
    SetIdentity,
)
from teamchat.wire.limits import PROTOCOL_VERSION

RecoveryPrompt = Callable[[], Awaitable[str]]
"""Asks the person for their recovery key; asked again when it was mistyped."""

KeyKeeper = Callable[[AccountRecord, str], Awaitable[None]]
"""Shows a new recovery key; returns when the person has it."""

TRIES: Final = 3


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
    enrolment = _Enrolment(
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
            async with _login(http):
                me, token = await enrolment.begin(http, user_name, password)
                held = await http.ask("GET", "/me/identity", Identity)
                known = await _recover(me, held, ask_recovery_key) if held.identity_key else None
                ready()
                name = await _distinct(http, device_name)
                kept, recovery_key = known, None
                if kept is None:
                    kept, recovery_key = await enrolment.first_identity(http, me)
                account, device = enrolment.device(me, token, kept, name)
                if recovery_key is not None:
                    await keep_key(account, recovery_key)
                with _NewProfile(profile_dir, key_source) as store:
                    enrolment.keep(store, account, promise)
                    async with idle_one_named(http):
                        await http.ask("POST", "/me/devices", Device, device)
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
    enrolment: "_Enrolment", store: SqliteStore, user_name: str, password: str
) -> EnrolResult:
    account = returning.held_account(store, enrolment.address.url, user_name)
    ca_file = enrolment.address.ca_file or account.ca_file
    async with Http(ServerAddress(account.server, ca_file)) as http:
        with errors_for_people():
            async with _login(http):
                me, token = await enrolment.begin(http, user_name, password)
                await returning.take_device(http, account, me, token)
                account = returning.keep(
                    store, account, token=token, ca_file=ca_file, language=me.language
                )
    return EnrolResult(account, None, returned=True)


@asynccontextmanager
async def _login(http: Http) -> AsyncIterator[None]:
    """End the session that was begun, if what follows fails."""
    try:
        yield
    except Exception:  # also where the person breaks off at a question
        if http.token:
            with suppress(OfflineError, RefusedError):  # it ends by itself in a day
                await http.fetch("POST", "/logout")
        raise


class _Enrolment:
    """The steps of `login`."""

    def __init__(self, address: ServerAddress, clock: Clock, crypto: CryptoProvider) -> None:
        self.address = address
        self._now = clock.now()
        self._crypto = crypto
        self._key_packages: dict[str, KeyPackageRecord] = {}

    async def begin(self, http: Http, user_name: str, password: str) -> tuple[Me, str]:
        with first_contact(self.address.url):
            server = await http.ask("GET", "/server", Server)
        check_clock(self._now, http.server_time)
        if server.protocol != PROTOCOL_VERSION:
            raise AccountError("error-protocol", version=server.version)
        session = await http.ask("POST", "/login", Session, Login(user_name, password))
        http.token = session.token
        return await http.ask("GET", "/me", Me), session.token

    async def first_identity(self, http: Http, me: Me) -> tuple[Kept, str]:
        identity = IdentityKey(self._crypto.random(SEED_BYTES))
        kept = Kept(identity, self._crypto.random(HISTORY_KEY_BYTES))
        recovery_key = RecoveryKey(self._crypto.random(KEY_BYTES))
        box = recovery_key.seal(kept, me.user.id, self._crypto.random(sealing.NONCE_BYTES))
        await http.fetch("PUT", "/me/identity", SetIdentity(identity.public, box))
        return kept, recovery_key.written(me.language)

    def device(
        self, me: Me, token: str, kept: Kept, device_name: str
    ) -> tuple[AccountRecord, AddDevice]:
        identity = kept.identity
        key = DeviceKey(self._crypto.random(SEED_BYTES))
        device = DeviceId(identifier(self._crypto.random(BYTES)))
        signed = certificate.issue(
            identity, user=me.user.id, device=device, device_key=key.public, created=self._now
        )
        account = AccountRecord(
            server=self.address.url,
            user=me.user.id,
            device=device,
            user_name=me.user.user_name,
            name=me.user.display_name,
            organisation=me.organisation,
            site=me.user.site.name,
            language=me.language,
            identity_key=identity.public,
            certificate=signed,
            device_seed=key.seed,
            token=token,
            time_zone=me.user.site.time_zone,
            ca_file=self.address.ca_file,
            history_key=kept.history_key,
        )
        stock = [self._key_package(account, last_resort=False) for _ in range(STOCK)]
        last = self._key_package(account, last_resort=True)
        return account, AddDevice(device_name, signed, stock, last)

    def _key_package(self, account: AccountRecord, *, last_resort: bool) -> bytes:
        ref, record = make_key_package(
            self._crypto, account, self._now, LIFETIME_SECONDS, last_resort=last_resort
        )
        self._key_packages[ref] = record
        return record.key_package

    def keep(self, store: SqliteStore, account: AccountRecord, promise: Promise | None) -> None:
        own = PersonRecord(
            account.user, account.user_name, account.name, account.site, account.time_zone,
            identity_key=account.identity_key, verified=True,
        )  # fmt: skip
        keys, log = self._key_packages.items(), KeyLogState(promise=promise).record()
        store.commit(
            [
                Put(Table.ACCOUNT, "profile", account.encode()),
                Put(Table.PERSON, account.user, own.encode()),
                Put(Table.KEY_LOG, "pin", log.encode()),
                *(Put(Table.KEY_PACKAGE, ref, record.encode()) for ref, record in keys),
            ]
        )


class _NewProfile:
    """A profile that is removed again if what follows fails."""

    def __init__(self, profile: Path, source: KeySource) -> None:
        self._profile = profile
        self._source = source
        self._store: SqliteStore | None = None

    def __enter__(self) -> SqliteStore:
        self._profile.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store = SqliteStore(self._profile, self._source.create(self._profile))
        return self._store

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._store is not None:
            self._store.close()
        if kind is not None:
            wiping.erase(self._profile)


async def _shown(http: Http, invitation: Invitation) -> InvitationShown:
    with errors_for_people(), first_contact(invitation.server):
        return await http.ask(
            "POST", "/invitations/lookup", InvitationShown, InvitationSecret(invitation.secret)
        )


async def _distinct(http: Http, wanted: str) -> str:
    """Return the name of the device, with a number if the person has one of this name."""
    taken = {each.name for each in (await http.ask("GET", "/me/devices", Devices)).devices}
    names = (wanted if number == 1 else f"{wanted} {number}" for number in count(1))
    return next(name for name in names if name not in taken)


async def _recover(me: Me, held: Identity, ask: RecoveryPrompt) -> Kept:
    for _ in range(TRIES):
        try:
            key = RecoveryKey.read(await ask())
            return key.open(held.recovery_box, me.user.id, held.identity_key)
        except WrongRecoveryKeyError:
            continue
        except IdentityError as error:
            raise AccountError("error-recovery-box") from error
    raise AccountError("error-wrong-recovery-key")
