"""Linking, on the new device: from a code on its screen to a profile (docs/spec/linking.md).

No password is typed here, and no secret of the person comes here: another device vouches for the
key that was made here. What is handed over is stored before the server hears of it; the profile is
there, for all other code, only when the key directory has shown that it was the person's device
that vouched. Whatever goes wrong before leaves none behind, but a device that waits for an
administrator, or for a server that is away, goes on when it is started again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from teamchat.client import enrol
from teamchat.client.enrol import EnrolResult
from teamchat.client.errors import AccountError
from teamchat.client.first_contact import check_clock, first_contact
from teamchat.client.http import Http, ServerAddress
from teamchat.client.linking_errors import linking_for_people
from teamchat.client.linking_profile import Begun, HalfProfile
from teamchat.client.mailbox import NewMailbox, break_off, next_message, say
from teamchat.client.vault_file import KeySource
from teamchat.clock import Clock, SystemClock
from teamchat.engine import witnesses
from teamchat.engine.groups import make_key_package
from teamchat.engine.key_packages import LIFETIME_SECONDS, STOCK
from teamchat.engine.key_records import WitnessRecord
from teamchat.engine.records import AccountRecord
from teamchat.identity.certificate import DeviceCertificate
from teamchat.identity.errors import Fault, LinkingError
from teamchat.identity.keys import SEED_BYTES, DeviceKey
from teamchat.identity.linking.code import Way
from teamchat.identity.linking.messages import Handover
from teamchat.identity.linking.new_device import Offered, Waiting, offer
from teamchat.identity.sas import ShortAuthenticationString
from teamchat.identity.sealing import NONCE_BYTES
from teamchat.ids import BYTES, DeviceId, identifier
from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.transparency import TransparencyError, VerifierKey
from teamchat.wire.bodies import Server
from teamchat.wire.limits import PROTOCOL_VERSION

LOOK_SECONDS: Final = 1.0
RENEW_SECONDS: Final = 5
"""How long before its end a code is renewed: whoever scans it then still has the time."""


@dataclass(frozen=True, slots=True)
class Codes:
    """What the new device shows: one to scan, one to type."""

    scanned: str
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What the person is shown at the new device, and asked.

    Attributes:
        codes: Shows the codes; again whenever one is renewed.
        same: Shows what is to be compared; whether the other device shows the same.
        waits: Says that an administrator has to approve.
    """

    codes: Callable[[Codes], None]
    same: Callable[[ShortAuthenticationString], Awaitable[bool]]
    waits: Callable[[], None]


async def link(
    server_url: str,
    device_name: str,
    screen: Screen,
    *,
    profile_dir: Path,
    key_source: KeySource,
    ca_file: str = "",
    clock: Clock | None = None,
    crypto: CryptoProvider | None = None,
) -> EnrolResult:
    """Make this computer a device of whoever types its code into another device of theirs.

    Raises:
        AccountError: The profile holds an account already, the linking has ended, an administrator
            has declined, or the server is not reached.
    """
    if enrol.prepare(profile_dir):
        raise AccountError("error-linking-profile-in-use")
    address = ServerAddress(server_url.rstrip("/"), ca_file)
    new = _NewDevice(
        address, device_name, screen, clock or SystemClock(), crypto or DefaultCrypto()
    )
    async with Http(address) as http:
        with linking_for_people():
            await new.greet(http)
            half = HalfProfile.resumed(profile_dir, key_source, address.url)
            if half is None:
                begun = await new.meet(http)
                half = HalfProfile.begun(profile_dir, key_source, begun)
            with half:
                await half.redeem(http, screen.waits)
                account = await half.settle(http, new.now())
    enrol.remember_language(profile_dir, account.language)
    return EnrolResult(account, None)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A code on the screen, and its mailbox."""

    offered: Offered
    mailbox: NewMailbox
    renewed: int
    """When another one takes its place."""


class _NewDevice:
    """The steps of `link` up to what is handed over."""

    def __init__(
        self,
        address: ServerAddress,
        name: str,
        screen: Screen,
        clock: Clock,
        crypto: CryptoProvider,
    ) -> None:
        self._address = address
        self._name = name
        self._screen = screen
        self._clock = clock
        self._crypto = crypto
        self._key = DeviceKey(crypto.random(SEED_BYTES))
        self._device = DeviceId(identifier(crypto.random(BYTES)))

    def now(self) -> int:
        """Seconds since 1970."""
        return self._clock.now()

    async def greet(self, http: Http) -> None:
        """See whether a server is there that this client can speak with."""
        with first_contact(self._address.url):
            server = await http.ask("GET", "/server", Server)
        check_clock(self.now(), http.server_time)
        if server.protocol != PROTOCOL_VERSION:
            raise AccountError("error-protocol", version=server.version)

    async def meet(self, http: Http) -> Begun:
        """Show codes, compare, and return what was handed over."""
        mailbox: NewMailbox | None = None
        try:
            shown, answer = await self._answered(http)
            mailbox = shown.mailbox
            compares = shown.offered.receive(answer, self.now())
            await say(mailbox, 3, compares.message)
            await self._compare(compares.sas)
            waiting = compares.confirm(self._crypto.random(NONCE_BYTES), self.now())
            await say(mailbox, 4, waiting.message)
            return await self._handed_over(mailbox, waiting)
        except BaseException as error:
            if mailbox is not None:
                fault = error.fault if isinstance(error, LinkingError) else Fault.CANCELLED
                await break_off(mailbox, fault)
            raise

    async def _compare(self, sas: ShortAuthenticationString) -> None:
        if not await self._screen.same(sas):
            raise LinkingError(Fault.DIFFERENT, "the person says so")

    async def _answered(self, http: Http) -> tuple[_Shown, bytes]:
        """Show codes, each as long as it lives, until one is answered; the others are void."""
        shown: dict[Way, _Shown] = {}
        try:
            while True:
                for way in Way:
                    if way not in shown or shown[way].renewed <= self.now():
                        await _withdraw(shown.pop(way, None))
                        shown[way] = await self._show(http, way)
                        if len(shown) == len(Way):
                            self._screen.codes(_codes(shown))
                for way, each in shown.items():
                    answer = await _look(each.mailbox)
                    if answer is not None:
                        return shown.pop(way), answer
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for each in shown.values():
                await _withdraw(each)

    async def _show(self, http: Http, way: Way) -> _Shown:
        offered = offer(
            way,
            secret=self._crypto.random(way.secret_bytes),
            ephemeral=self._crypto.random(SEED_BYTES),
            device=self._device,
            key=self._key,
            name=self._name,
            now=self.now(),
        )
        mailbox = await NewMailbox.open(http, offered.code.mailbox(), offered.message)
        return _Shown(offered, mailbox, self.now() + way.life_seconds - RENEW_SECONDS)

    async def _handed_over(self, mailbox: NewMailbox, waiting: Waiting) -> Begun:
        message = await next_message(mailbox, 5)
        handover, proven = waiting.receive(message, self.now())
        return self._begun(handover, proven)

    def _begun(self, handover: Handover, proven: DeviceCertificate) -> Begun:
        """Make what the profile is to hold."""
        told = handover.account
        account = AccountRecord(
            server=self._address.url,
            user=handover.user,
            device=self._device,
            user_name=told.user_name,
            name=told.name,
            organisation=told.organisation,
            site="",
            language="",
            identity_key=handover.identity_key,
            certificate=handover.certificate,
            device_seed=self._key.seed,
            token="",
            ca_file=self._address.ca_file,
        )
        made = [
            make_key_package(
                self._crypto, account, self.now(), LIFETIME_SECONDS, last_resort=number == 0
            )
            for number in range(STOCK + 1)
        ]
        return Begun(account, handover, proven, self._name, dict(made), self._required(handover))

    def _required(self, handover: Handover) -> WitnessRecord | None:
        """Return which witnesses are required here from the beginning, if any are.

        Raises:
            LinkingError: They cannot be required.
        """
        if handover.witnesses is None:
            return None
        try:
            log = VerifierKey.parse(handover.log.key)
            return witnesses.taken(log, handover.witnesses, self.now())
        except TransparencyError as error:
            raise LinkingError(Fault.DISTURBED, "witnesses that nobody can require") from error


def _codes(shown: dict[Way, _Shown]) -> Codes:
    return Codes(
        scanned=shown[Way.SCANNED].offered.code.written(),
        typed=shown[Way.TYPED].offered.code.written(),
    )


async def _look(mailbox: NewMailbox) -> bytes | None:
    """Return the answer to a code, if there is one."""
    messages = await mailbox.read(1)
    return messages[0] if messages else None


async def _withdraw(shown: _Shown | None) -> None:
    if shown is not None:
        await break_off(shown.mailbox, Fault.CANCELLED)
