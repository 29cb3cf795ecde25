"""Custodians, for who entrusts something to them and for who is one (docs/spec/custodians.md).

Who they are is what the key directory says, whatever the server answers; their keys count if a
device of theirs that is listed now has signed them. A custodian hands over their share only for a
request whose code they have typed.
"""

import asyncio
from typing import Final, TypeVar

import msgspec

from teamchat.client.custody_asking import Asking, asking
from teamchat.client.errors import AccountError
from teamchat.client.http import Http, RefusedError
from teamchat.client.opening import opened_now
from teamchat.client.refusals import errors_for_people
from teamchat.engine.engine import Engine
from teamchat.engine.records import AccountRecord
from teamchat.identity import custody, custody_key
from teamchat.identity.custody import Deposit, SealedShare
from teamchat.identity.custody_key import CustodyKey
from teamchat.identity.device_box import Party, Slot
from teamchat.identity.errors import IdentityError
from teamchat.identity.key_directory import KeyDirectory
from teamchat.identity.keys import DeviceKey
from teamchat.identity.recovery import RecoveryKey
from teamchat.identity.statements import Custodians as Appointed
from teamchat.ids import BYTES, UserId, identifier
from teamchat.mls.crypto import CryptoProvider, KeyPair
from teamchat.wire.custody import (
    ApproveCustody,
    Custodian,
    Custodians,
    Custody,
    CustodyRequest,
    CustodyRequests,
    CustodyShare,
    SetCustodianKey,
    SetCustody,
)
from teamchat.wire.problems import Code

AGREE_SECONDS: Final = 10.0
"""How long the key directory is waited for, if the server says something newer."""
LOOK_SECONDS: Final = 0.1
_Answer = TypeVar("_Answer", bound=msgspec.Struct)


class CustodyDesk:
    """What one account does with custodians; every method raises `AccountError`.

    Args:
        engine: Knows the key directory.
        http: Asks the server.
        crypto: The source of randomness.
    """

    def __init__(self, engine: Engine, http: Http, crypto: CryptoProvider) -> None:
        self._engine = engine
        self._http = http
        self._crypto = crypto

    # --- who they are ---------------------------------------------------------------------

    async def custodians(self) -> Custodians:
        """Return who they are: what the server answers, and the key directory says too.

        Raises:
            AccountError: They are not the same (`error-custodians-disagree`).
        """
        shown = await self._ask("GET", "/custodians", Custodians)
        for _ in range(int(AGREE_SECONDS / LOOK_SECONDS)):
            if _agree(shown, self._directory.custodians):
                return shown
            await asyncio.sleep(LOOK_SECONDS)
            shown = await self._ask("GET", "/custodians", Custodians)
        raise AccountError("error-custodians-disagree")

    async def own(self) -> Custody:
        """Return what the person has entrusted, and whether somebody asks for it."""
        return await self._ask("GET", "/me/custody", Custody)

    # --- the person -----------------------------------------------------------------------

    async def entrust(self, typed: str) -> Custodians:
        """Entrust the recovery key to the custodians of now; return who they are.

        Args:
            typed: The recovery key, as the person has it.

        Raises:
            AccountError: It is not theirs, or somebody's key is not what it must be.
        """
        found = await self.custodians()
        if not found.set:
            raise AccountError("error-no-custodians")
        account = self._account
        with errors_for_people():
            kept = await opened_now(self._http, account.user, typed)
        directory = await self._directory_with(account.user, kept.identity.public)
        others = sum(each.user.id != account.user for each in found.custodians)
        if others < found.threshold:
            raise AccountError("error-custody-oneself")
        deposit = Deposit(
            user=account.user,
            identity_key=kept.identity.public,
            which=found.set,
            number=identifier(self._crypto.random(BYTES)),
            threshold=found.threshold,
        )
        keys = {each.user.id: _proven(directory, found.set, each) for each in found.custodians}
        shares = custody.entrust(self._crypto, deposit, RecoveryKey.read(typed).secret, keys)
        wanted = [
            CustodyShare(each.custodian, each.number, each.sealed, each.check) for each in shares
        ]
        body = SetCustody(found.set, deposit.number, wanted)
        await self._ask("PUT", "/me/custody", Custody, body)
        return found

    async def withdraw(self) -> None:
        """Take back what was entrusted."""
        with errors_for_people():
            await self._http.fetch("DELETE", "/me/custody")

    async def refuse(self) -> None:
        """Say that the request for one's recovery key is not one's own: it ends."""
        with errors_for_people():
            await self._http.fetch("DELETE", "/me/custody/request")

    # --- custodians -----------------------------------------------------------------------

    async def accept(self) -> Custodians:
        """Accept to be a custodian, with a key that all of one's devices have.

        Raises:
            AccountError: One is none, or this device has no history key.
        """
        found, account = await self.custodians(), self._account
        self._require_one(found)
        pair = self._key_pair(found.set)
        made = custody_key.publish(
            DeviceKey(account.device_seed),
            user=account.user,
            which=found.set,
            public_key=pair.public_key,
            by=account.device,
        )
        body = SetCustodianKey(found.set, made.public_key, made.by, made.signature)
        with errors_for_people():
            await self._http.fetch("PUT", "/me/custodian-key", body)
        return found

    async def requests(self) -> list[Asking]:
        """Return the requests that one can answer, oldest first, and who asks."""
        found = await self._ask("GET", "/custody/requests", CustodyRequests)
        return [asking(each, self._engine.people) for each in found.requests]

    async def approve(self, who: Asking, typed: str) -> None:
        """Hand one's share over to the device whose code the person has read out.

        Args:
            who: Which request, and who asks.
            typed: The code, as the custodian has heard it.

        Raises:
            AccountError: The server calls them by another name (`error-custody-name`), it is
                another code (`error-custody-code`), the custodians are others by now, or the share
                is not for this person (`error-custody-share`).
        """
        request, user = who.request, who.request.user.id
        who = asking(request, self._engine.people)
        who.check()
        found, account = await self.custodians(), self._account
        self._require_one(found)
        if (request.set, request.threshold) != (found.set, found.threshold):
            raise AccountError("error-reason-custodians-changed")
        await self._directory_with(user, request.user.identity_key)
        try:
            slot = Slot.read(request.slot)
            if not custody.is_code(slot, user, who.user_name, typed):
                raise AccountError("error-custody-code", name=who.name)
            deposit = self._deposit(request)
            sealed = SealedShare(account.user, request.number, request.sealed, request.check)
            private_key = self._key_pair(found.set).private_key
            share = custody.open_share(self._crypto, deposit, sealed, private_key)
            box = custody.hand_over(
                self._crypto,
                deposit,
                slot,
                share,
                key=DeviceKey(account.device_seed),
                sender=Party(user=account.user, device=account.device),
            )
        except IdentityError as error:
            raise AccountError("error-custody-share", name=who.name) from error
        path = f"/custody/requests/{request.id}/approval"
        with errors_for_people():
            await self._http.fetch("POST", path, ApproveCustody(box.encode()))

    async def decline(self, who: Asking) -> None:
        """Do not hand one's share over."""
        with errors_for_people():
            await self._http.fetch("POST", f"/custody/requests/{who.request.id}/refusal")

    async def take_back(self, who: Asking) -> None:
        """Take back the share that was handed over, as long as nothing was given out.

        Raises:
            AccountError: It was not handed over, or it is too late (`error-custody-not-given`).
        """
        path = f"/custody/requests/{who.request.id}/approval"
        with errors_for_people():
            try:
                await self._http.fetch("DELETE", path)
            except RefusedError as error:
                if error.code is not Code.NOT_FOUND:
                    raise
                raise AccountError("error-custody-not-given", name=who.name) from error

    # --- parts ----------------------------------------------------------------------------

    @property
    def _account(self) -> AccountRecord:
        return self._engine.desk.account

    @property
    def _directory(self) -> KeyDirectory:
        return self._engine.desk.keys.directory

    def _require_one(self, found: Custodians) -> None:
        if self._account.user not in {each.user.id for each in found.custodians}:
            raise AccountError("error-no-custodian")

    def _key_pair(self, which: str) -> KeyPair:
        account = self._account
        try:
            return custody.key_pair(self._crypto, account.history_key, account.user, which)
        except IdentityError as error:
            raise AccountError("error-custody-no-history-key") from error

    def _deposit(self, request: CustodyRequest) -> Deposit:
        """Return what is asked for, of the identity that the key directory says."""
        return Deposit(
            user=request.user.id,
            identity_key=request.user.identity_key,
            which=request.set,
            number=request.deposit,
            threshold=request.threshold,
        )

    async def _directory_with(self, user: UserId, identity_key: bytes) -> KeyDirectory:
        """Return the key directory once it says that this is somebody's identity key.

        Raises:
            AccountError: It says something else (`error-custody-identity`).
        """
        for _ in range(int(AGREE_SECONDS / LOOK_SECONDS)):
            known = self._directory.people.get(user)
            if known is not None and known.identity_key == identity_key:
                return self._directory
            await asyncio.sleep(LOOK_SECONDS)
        raise AccountError("error-custody-identity")

    async def _ask(
        self, method: str, path: str, answer: type[_Answer], body: msgspec.Struct | None = None
    ) -> _Answer:
        with errors_for_people():
            return await self._http.ask(method, path, answer, body)


def _agree(shown: Custodians, said: Appointed | None) -> bool:
    users = tuple(sorted(each.user.id for each in shown.custodians))
    if said is None:
        return not shown.set and not users
    return (shown.set, shown.threshold, users) == (said.which, said.threshold, said.people)


def _proven(directory: KeyDirectory, which: str, who: Custodian) -> bytes:
    """Return the custody key of a custodian, if a device of theirs of now has signed it."""
    if who.key is None:
        raise AccountError("error-reason-custodians-not-ready")
    made = CustodyKey(
        user=who.user.id,
        which=which,
        public_key=who.key.public_key,
        by=who.key.by,
        signature=who.key.signature,
    )
    known = directory.people.get(who.user.id)
    listed = None if known is None else known.devices.get(who.key.by)
    try:
        made.check(b"" if listed is None or listed.ended else listed.device_key)
    except IdentityError as error:
        raise AccountError("error-custodian-key", name=who.user.display_name) from error
    return who.key.public_key
