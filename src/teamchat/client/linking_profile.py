"""The profile of a device that is being linked, until it is one.

It lies under another name, so that no other code takes it for a profile: a process that is killed
leaves either nothing that anybody sees, or a profile that is whole. What is there is gone on with:
the grant may be redeemed again by whoever has the key of the device.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import msgspec

from teamchat.client import wiping
from teamchat.client.errors import AccountError, NotStoredError
from teamchat.client.http import Http, OfflineError, RefusedError
from teamchat.client.settings import LINKING, STORE
from teamchat.client.sqlite_store import SqliteStore
from teamchat.client.vault_file import KeySource, sync_directory
from teamchat.engine import witnesses
from teamchat.engine.key_log import (
    KeyLogState,
    Promise,
    begin,
    disagreement,
    offered,
    person_record,
    pinned,
)
from teamchat.engine.key_reading import begun as log_begun
from teamchat.engine.key_records import WitnessRecord
from teamchat.engine.record import Record
from teamchat.engine.records import AccountRecord, KeyPackageRecord, PersonRecord
from teamchat.engine.store import Drop, Put, Table, Write
from teamchat.identity.certificate import DeviceCertificate
from teamchat.identity.key_directory import KeyDirectory
from teamchat.identity.linking.messages import Handover
from teamchat.ids import DeviceId, UserId
from teamchat.transparency import Policy, SignedNote, TransparencyError, VerifierKey
from teamchat.wire.bodies import KeyLog, Me, Session
from teamchat.wire.linking import RedeemGrant
from teamchat.wire.problems import Code, Reason

APPROVAL_SECONDS: Final = 15.0
"""How often is looked whether an administrator has approved."""
_PLACE: Final = "linking"
_PASSING: Final = frozenset(
    {Code.OVERLOADED, Code.STORAGE_FULL, Code.TOO_MANY_REQUESTS, Code.INTERNAL}
)
"""What a server says that may take the same later."""


class LinkingRecord(Record, frozen=True):
    """What is left to be done: `grant` is to be redeemed, `by` to be found in the directory."""

    grant: str
    name: str
    by: DeviceId
    by_key: bytes
    log_key: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Begun:
    """All that a new profile is made of."""

    account: AccountRecord
    handover: Handover
    proven: DeviceCertificate
    name: str
    key_packages: Mapping[str, KeyPackageRecord]
    required: WitnessRecord | None
    """The witnesses that the person requires."""

    def writes(self) -> list[Write]:
        """Return what is stored of it before the server hears of the device."""
        handover, by = self.handover, self.proven.by or DeviceId("")
        log = handover.log
        rest = LinkingRecord(
            handover.grant.decode("ascii", "replace"), self.name, by, handover.by_key,
            log.key, log.checkpoint,
        )  # fmt: skip
        required = [] if self.required is None else [self.required.encode()]
        return [
            Put(Table.ACCOUNT, "profile", self.account.encode()),
            Put(Table.ACCOUNT, _PLACE, rest.encode()),
            *(Put(Table.KEY_LOG, witnesses.NAME, each) for each in required),
            *(
                Put(Table.KEY_PACKAGE, ref, record.encode())
                for ref, record in self.key_packages.items()
            ),
        ]


class HalfProfile:
    """The store of a device that is being linked; erased unless it ends well or goes on later."""

    def __init__(self, profile: Path, store: SqliteStore) -> None:
        self._profile = profile
        self._store = store
        self._settled = False
        table = store.table(Table.ACCOUNT)
        self._account = msgspec.msgpack.decode(table["profile"], type=AccountRecord)
        self._rest = msgspec.msgpack.decode(table[_PLACE], type=LinkingRecord)

    @classmethod
    def begun(cls, profile: Path, source: KeySource, begun: Begun) -> Self:
        """Store what was handed over.

        Raises:
            AccountError: It cannot be stored; nothing is left.
        """
        wiping.erase(profile)
        try:
            profile.mkdir(mode=0o700, parents=True, exist_ok=True)
            store = SqliteStore(profile, source.create(profile), name=LINKING)
            store.commit(begun.writes())
        except BaseException:
            wiping.erase(profile)
            raise
        return cls(profile, store)

    @classmethod
    def resumed(cls, profile: Path, source: KeySource, server: str) -> Self | None:
        """Return what an earlier try has left, if it can be gone on with; the rest is erased.

        Args:
            profile: The folder.
            source: Opens the vault.
            server: Where this device is to be linked: no other one sees what is for it.

        Raises:
            VaultLockedError: The passphrase is wrong.
        """
        if not (profile / LINKING).exists():
            return None
        store = SqliteStore(profile, source.unlock(profile), name=LINKING)
        with suppress(KeyError):  # it was killed before anything was stored
            half = cls(profile, store)
            if half.server == server:
                return half
        store.close()
        wiping.erase(profile)
        return None

    @property
    def server(self) -> str:
        """The address of the server that registers this device."""
        return self._account.server

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._store.close()  # all of it is in one file now
        if self._settled:
            (self._profile / LINKING).rename(self._profile / STORE)
            sync_directory(self._profile)
        elif _is_final(error):
            wiping.erase(self._profile)

    async def redeem(self, http: Http, waits: Callable[[], None]) -> None:
        """Be registered, and get a session; wait for an administrator if that must be.

        Raises:
            RefusedError: The server does not register this device.
            OfflineError: The server was not reached; started again, it goes on.
        """
        packages = self._store.table(Table.KEY_PACKAGE).values()
        records = [msgspec.msgpack.decode(each, type=KeyPackageRecord) for each in packages]
        body = RedeemGrant(
            grant=self._rest.grant,
            name=self._rest.name,
            certificate=self._account.certificate,
            key_packages=[each.key_package for each in records if not each.last_resort],
            last_resort=next(each.key_package for each in records if each.last_resort),
        )
        told = False
        while True:
            try:
                session = await http.ask("POST", "/linkings/redeem", Session, body)
            except RefusedError as error:
                if error.reason != Reason.LINKING_WAITS:
                    raise
                if not told:
                    waits()
                told = True
                await asyncio.sleep(APPROVAL_SECONDS)
            else:
                http.token = session.token
                return

    async def settle(self, http: Http, now: int) -> AccountRecord:
        """Find in the key directory who has vouched, and make it a profile.

        Raises:
            AccountError: The directory does not say so; the device is taken back, nothing is left.
            OfflineError: The server was not reached; started again, it goes on.
        """
        me = await http.ask("GET", "/me", Me)
        try:
            state = await _read_log(http, self._promise(), self._account.user)
        except TransparencyError as error:
            await self._take_back(http)
            raise AccountError("error-linking-directory") from error
        mine = (me.user.id, me.device) == (self._account.user, self._account.device)
        if not mine or not self._is_vouched_for(state.directory):
            await self._take_back(http)
            raise AccountError("error-linking-directory")
        account = msgspec.structs.replace(
            self._account,
            token=http.token,
            user_name=me.user.user_name,
            name=me.user.display_name,
            organisation=me.organisation,
            site=me.user.site.name,
            time_zone=me.user.site.time_zone,
            language=me.language,
        )
        self._finish(account, replace(state, checked=now))
        return account

    def _promise(self) -> Promise:
        key = VerifierKey.parse(self._rest.log_key)
        note = SignedNote.decode(self._rest.checkpoint.encode())
        trusted = Policy(key).check(note)
        return Promise(key, trusted.signed.checkpoint.head)

    def _is_vouched_for(self, directory: KeyDirectory) -> bool:
        """Whether the directory lists this device, and the one that vouched, as was handed over."""
        account, rest = self._account, self._rest
        keys = directory.people.get(account.user)
        by = keys.devices.get(rest.by) if keys else None
        if keys is None or by is None or not directory.lists(account.certificate):
            return False
        proven = directory.certificate_of(account.certificate)
        known = (keys.identity_key, by.device_key, by.ended)
        return proven is not None and known == (account.identity_key, rest.by_key, False)

    def _finish(self, account: AccountRecord, state: KeyLogState) -> None:
        """Store all that was learnt; when the store is closed, it gets its name."""
        own = PersonRecord(
            account.user, account.user_name, account.name, account.site, account.time_zone,
            identity_key=account.identity_key, verified=True,
        )  # fmt: skip
        self._store.commit(
            [
                Put(Table.ACCOUNT, "profile", account.encode()),
                Drop(Table.ACCOUNT, _PLACE),
                Put(Table.PERSON, account.user, own.encode()),
                Put(Table.KEY_LOG, "pin", state.record().encode()),
                *(
                    Put(Table.KEYS, user, person_record(keys).encode())
                    for user, keys in state.directory.people.items()
                ),
            ]
        )
        self._settled = True

    async def _take_back(self, http: Http) -> None:
        """Undo the registration, as far as such a server does it."""
        with suppress(OfflineError, RefusedError):
            await http.fetch("DELETE", f"/me/devices/{self._account.device}")


async def _read_log(http: Http, promise: Promise, own: UserId) -> KeyLogState:
    """Read the whole key directory; it has to continue what was handed over.

    Raises:
        TransparencyError: It does not, or it is not what the log has signed.
    """
    state = KeyLogState(promise=promise)
    offer = offered(await http.ask("GET", "/keys", KeyLog), state)
    if disagreement(state, offer) is not None:
        raise TransparencyError("less than what was handed over")
    reading, number = begin(state, offer), 0
    while not reading.complete:
        for bundle in reading.due():
            number += 1
            path = f"/keys/{log_begun(offer.key)}/{bundle.path}"
            data = await http.fetch("GET", path)
            reading = reading.asking(number, bundle).take(number, data, own)
    reading.check()
    pin = pinned(state, reading)
    return KeyLogState(pin=pin, directory=reading.directory)


def _is_final(error: BaseException | None) -> bool:
    """Whether nothing is to be gone on with later: the server was not only away, or busy."""
    match error:
        case NotStoredError():
            return False
        case AccountError():
            return True
        case RefusedError(code=code):
            return code not in _PASSING
        case _:
            return False
