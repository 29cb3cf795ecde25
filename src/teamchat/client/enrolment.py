"""The steps of entering, as login, recovery and a fresh start take them.

The device's secrets are stored before the server hears of them; if the server refuses, they are
removed again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from teamchat.client import wiping
from teamchat.client.errors import AccountError
from teamchat.client.first_contact import check_clock, first_contact
from teamchat.client.http import Http, OfflineError, RefusedError, ServerAddress
from teamchat.client.sqlite_store import SqliteStore
from teamchat.client.vault_file import KeySource
from teamchat.clock import Clock
from teamchat.engine.groups import make_key_package
from teamchat.engine.key_log import KeyLogState, Promise
from teamchat.engine.key_packages import LIFETIME_SECONDS, STOCK
from teamchat.engine.records import AccountRecord, KeyPackageRecord, PersonRecord
from teamchat.engine.store import Put, Table
from teamchat.identity import certificate, sealing
from teamchat.identity.keys import SEED_BYTES, DeviceKey, IdentityKey
from teamchat.identity.recovery import HISTORY_KEY_BYTES, KEY_BYTES, Kept, RecoveryKey
from teamchat.ids import BYTES, DeviceId, UserId, identifier
from teamchat.mls.crypto import CryptoProvider
from teamchat.wire.bodies import AddDevice, Devices, Login, Me, Server, Session, SetIdentity
from teamchat.wire.limits import PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class NewKey:
    """A recovery key that was just made.

    Attributes:
        kept: What it opens.
        box: What the server keeps.
        words: The key, for the person's eyes.
    """

    kept: Kept
    box: bytes
    words: str = field(repr=False)


def new_key(kept: Kept, user: UserId, language: str, crypto: CryptoProvider) -> NewKey:
    """Seal an identity under a new recovery key."""
    key = RecoveryKey(crypto.random(KEY_BYTES))
    box = key.seal(kept, user, crypto.random(sealing.NONCE_BYTES))
    return NewKey(kept, box, key.written(language))


@asynccontextmanager
async def logged_in(http: Http) -> AsyncIterator[None]:
    """End the session that was begun, if what follows fails."""
    try:
        yield
    except Exception:  # also where the person breaks off at a question
        if http.token:
            with suppress(OfflineError, RefusedError):  # it ends by itself in a day
                await http.fetch("POST", "/logout")
        raise


class Enrolment:
    """The steps of `login`."""

    def __init__(self, address: ServerAddress, clock: Clock, crypto: CryptoProvider) -> None:
        self.address = address
        self._now = clock.now()
        self._crypto = crypto
        self._key_packages: dict[str, KeyPackageRecord] = {}

    async def begin(self, http: Http, user_name: str, password: str) -> tuple[Me, str]:
        """Log in; return who that is, and the token of the session.

        Raises:
            AccountError: No server of ours is there, or the clocks differ.
        """
        with first_contact(self.address.url):
            server = await http.ask("GET", "/server", Server)
        check_clock(self._now, http.server_time)
        if server.protocol != PROTOCOL_VERSION:
            raise AccountError("error-protocol", version=server.version)
        session = await http.ask("POST", "/login", Session, Login(user_name, password))
        http.token = session.token
        return await http.ask("GET", "/me", Me), session.token

    def new_identity(self, me: Me) -> NewKey:
        """Make an identity, and the recovery key that opens it."""
        identity = IdentityKey(self._crypto.random(SEED_BYTES))
        kept = Kept(identity, self._crypto.random(HISTORY_KEY_BYTES))
        return new_key(kept, me.user.id, me.language, self._crypto)

    async def first_identity(self, http: Http, me: Me) -> tuple[Kept, str]:
        """Make and publish the identity of somebody who has none."""
        made = self.new_identity(me)
        await http.fetch("PUT", "/me/identity", SetIdentity(made.kept.identity.public, made.box))
        return made.kept, made.words

    def device(
        self, me: Me, token: str, kept: Kept, device_name: str
    ) -> tuple[AccountRecord, AddDevice]:
        """Make a device of the person, certified by their identity key."""
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
        """Store the device that was made, before the server hears of it."""
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


class NewProfile:
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


async def distinct(http: Http, wanted: str) -> str:
    """Return the name of the device, with a number if the person has one of this name."""
    taken = {each.name for each in (await http.ask("GET", "/me/devices", Devices)).devices}
    names = (wanted if number == 1 else f"{wanted} {number}" for number in count(1))
    return next(name for name in names if name not in taken)
