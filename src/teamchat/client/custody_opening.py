"""Getting one's recovery key back from the custodians, on a computer that is no device yet.

A request takes as long as its delay and the custodians do; so what it takes to end it is kept
(`custody_pending`), until the key is here or the request is gone (docs/spec/custodians.md).
"""

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from teamchat.client.custody_pending import Begun, KeptRequest, Pending, forget
from teamchat.client.errors import AccountError
from teamchat.client.first_contact import first_contact
from teamchat.client.http import Http, OfflineError, RefusedError, ServerAddress
from teamchat.client.refusals import errors_for_people
from teamchat.clock import Clock, SystemClock
from teamchat.identity import custody
from teamchat.identity.custody import Deposit, SealedShare
from teamchat.identity.device_box import Box, Party, Slot, SlotKey
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import SEED_BYTES, DeviceKey
from teamchat.identity.recovery import RecoveryKey
from teamchat.identity.shamir import Share
from teamchat.ids import BYTES, DeviceId, identifier
from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.wire.bodies import Identity, Login, Me, Session
from teamchat.wire.custody import (
    AskCustodians,
    Custodians,
    Custody,
    HandedShare,
    HandedShares,
    OwnRequest,
    Standing,
    TakeShares,
)
from teamchat.wire.problems import Code

LOOK_SECONDS: Final = 5.0
CLAIM_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the person sees it.

    Attributes:
        code: What they read to the custodians.
        custodians: Who these are.
        request: How it stands.
    """

    code: str
    custodians: Custodians
    request: OwnRequest = field(repr=False)


async def open_with_custodians(  # noqa: PLR0913 - all that a login needs, and what is told
    server_url: str,
    user_name: str,
    password: str,
    *,
    profile_dir: Path,
    tell: Callable[[Asked], None],
    ca_file: str = "",
    clock: Clock | None = None,
    crypto: CryptoProvider | None = None,
    look_seconds: float = LOOK_SECONDS,
) -> str:
    """Ask the custodians, or go on with what was asked, until the recovery key is here.

    The request is kept until `forget`, so that the key can be had again if what follows fails.

    Args:
        server_url: The server.
        user_name: Whose key it is.
        password: Of the account.
        profile_dir: Where the request is kept until it has ended.
        tell: Told at the beginning, and whenever something has changed.
        ca_file: A certificate authority of the company's own; empty for none.
        clock: The time.
        crypto: The source of randomness.
        look_seconds: How often the server is asked.

    Returns:
        The recovery key as one types it.

    Raises:
        AccountError: Nothing is entrusted, the request was refused or has ended, or what came does
            not make the key.
    """
    address = ServerAddress(server_url.rstrip("/"), ca_file)
    clock, crypto = clock or SystemClock(), crypto or DefaultCrypto()
    whose = Begun(address.url, user_name)
    opening = _Opening(KeptRequest(profile_dir, whose, password, crypto), user_name, clock, crypto)
    async with Http(address) as http:
        with errors_for_people(), first_contact(address.url):
            me = await _log_in(http, user_name, password)
            try:
                return await opening.run(http, me, tell, look_seconds)
            finally:
                with suppress(OfflineError, RefusedError):  # it ends by itself in a day
                    await http.fetch("POST", "/logout")


async def helpers(
    server_url: str, user_name: str, password: str, *, ca_file: str = ""
) -> Custodians | None:
    """Return the custodians who can help somebody back.

    Returns:
        Those of now, if the person has entrusted their recovery key to them; None otherwise.

    Raises:
        AccountError: User name and password are not right, or the server is not reached.
    """
    address = ServerAddress(server_url.rstrip("/"), ca_file)
    async with Http(address) as http:
        with errors_for_people(), first_contact(address.url):
            await _log_in(http, user_name, password)
            try:
                own = await http.ask("GET", "/me/custody", Custody)
                found = await http.ask("GET", "/custodians", Custodians)
            finally:
                with suppress(OfflineError, RefusedError):  # it ends by itself in a day
                    await http.fetch("POST", "/logout")
    return found if own.deposit and own.set == found.set else None


async def cancel(
    server_url: str, user_name: str, password: str, *, profile_dir: Path, ca_file: str = ""
) -> None:
    """Take back what was asked, here or on another computer.

    Raises:
        AccountError: There is no open request.
    """
    address = ServerAddress(server_url.rstrip("/"), ca_file)
    async with Http(address) as http:
        with errors_for_people(), first_contact(address.url):
            await _log_in(http, user_name, password)
            try:
                await http.fetch("DELETE", "/me/custody/request")
            finally:
                forget(profile_dir)
                with suppress(OfflineError, RefusedError):
                    await http.fetch("POST", "/logout")


async def _log_in(http: Http, user_name: str, password: str) -> Me:
    session = await http.ask("POST", "/login", Session, Login(user_name, password))
    http.token = session.token
    return await http.ask("GET", "/me", Me)


class _Opening:
    """The steps."""

    def __init__(
        self,
        kept: KeptRequest,
        user_name: str,
        clock: Clock,
        crypto: CryptoProvider,
    ) -> None:
        self._pending = kept
        self._user_name = user_name
        self._clock = clock
        self._crypto = crypto

    async def run(
        self, http: Http, me: Me, tell: Callable[[Asked], None], look_seconds: float
    ) -> str:
        pending = await self._begin(http, me)
        key = SlotKey(pending.secret, Slot.read(pending.slot))
        code = custody.code(key.slot, me.user.id, self._user_name)
        shown = await http.ask("GET", "/custodians", Custodians)
        before: OwnRequest | None = None
        while True:
            own = await http.ask("GET", "/me/custody", Custody)
            request = own.request
            if request is None or request.slot != pending.slot:
                self._pending.forget()
                raise AccountError("error-custody-ended")
            if request != before:
                tell(Asked(code, shown, request))
                before = request
            if request.standing is not Standing.OPEN:
                return await self._take(http, me, key, pending.claim)
            await asyncio.sleep(look_seconds)

    async def _begin(self, http: Http, me: Me) -> Pending:
        """Go on with the request that is kept here, or make one."""
        kept = self._pending.read()
        if kept is not None and kept.user == me.user.id:
            own = await http.ask("GET", "/me/custody", Custody)
            if own.request is not None and own.request.slot == kept.slot:
                return kept
            self._pending.forget()
            raise AccountError("error-custody-ended")
        receiver = Party(user=me.user.id, device=DeviceId(identifier(self._crypto.random(BYTES))))
        slot = SlotKey.make(
            self._crypto,
            DeviceKey(self._crypto.random(SEED_BYTES)),
            purpose=custody.PURPOSE,
            receiver=receiver,
            now=self._clock.now(),
        )
        made = Pending(
            me.user.id, slot.slot.encode(), slot.secret, self._crypto.random(CLAIM_BYTES)
        )
        self._pending.keep(made)
        try:
            wanted = AskCustodians(made.slot, hashlib.sha256(made.claim).digest())
            await http.ask("POST", "/me/custody/request", OwnRequest, wanted)
        except RefusedError:
            self._pending.forget()
            raise
        return made

    async def _take(self, http: Http, me: Me, key: SlotKey, claim: bytes) -> str:
        held = await http.ask("GET", "/me/identity", Identity)
        try:
            handed = await http.ask(
                "POST", "/me/custody/request/shares", HandedShares, TakeShares(claim)
            )
        except RefusedError as error:
            if error.code is Code.NOT_FOUND:
                raise AccountError("error-custody-ended") from error
            raise
        deposit = Deposit(
            user=me.user.id,
            identity_key=held.identity_key,
            which=handed.set,
            number=handed.deposit,
            threshold=handed.threshold,
        )
        shares = [
            share
            for each in handed.shares
            if (share := self._share(deposit, key, each)) is not None
        ]
        try:
            found = RecoveryKey(custody.combine(deposit, shares))
            found.open(held.recovery_box, me.user.id, held.identity_key)
        except IdentityError as error:
            raise AccountError("error-custody-shares") from error
        return found.written(me.language)

    def _share(self, deposit: Deposit, key: SlotKey, handed: HandedShare) -> Share | None:
        """Return a share; None for one that is not what was entrusted: others may be enough."""
        sealed = SealedShare(handed.custodian, handed.number, b"", handed.check)
        try:
            return custody.receive(
                self._crypto,
                deposit,
                sealed,
                Box.read(handed.box),
                slot=key,
                sender_key=handed.device_key,
            )
        except IdentityError:
            return None
