"""Linking, on the device that is there already: `account.linking` (docs/spec/linking.md).

It takes the code of the new device, shows what is to be compared, and when somebody has said on
both that it is the same, vouches for the new device and hands over what it needs.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Final

from teamchat.client.device_limit import idle_one_named
from teamchat.client.errors import AccountError
from teamchat.client.http import Http, RefusedError
from teamchat.client.linking_errors import linking_for_people
from teamchat.client.mailbox import OwnMailbox, break_off, next_message, say
from teamchat.engine import witnesses
from teamchat.engine.engine import Engine
from teamchat.engine.key_log import Pin
from teamchat.identity.errors import Fault, LinkingError
from teamchat.identity.keys import SEED_BYTES, DeviceKey
from teamchat.identity.linking.code import LinkingCode
from teamchat.identity.linking.existing_device import Agreed, ExistingCompares, enter
from teamchat.identity.linking.messages import (
    CHECKPOINT_CHARACTERS,
    Account,
    Ended,
    Handover,
    LogPin,
    decode,
)
from teamchat.identity.sealing import NONCE_BYTES
from teamchat.ids import DeviceId
from teamchat.wire.bodies import Devices
from teamchat.wire.linking import AskGrant, Grant
from teamchat.wire.problems import Code

ENTERED_SECONDS: Final = 60.0
"""How long is waited for the new device once everything was handed over."""
LISTED_SECONDS: Final = 10.0
"""How long a device that has just been opened may take to read the key directory."""
LOOK_SECONDS: Final = 1.0


class DeviceLinking:
    """Links further devices to an account.

    Args:
        engine: Whose account it is, and how far it knows the key directory.
        http: Asks the server.
    """

    def __init__(self, engine: Engine, http: Http) -> None:
        self._engine = engine
        self._http = http

    async def begin(self, written: str) -> "Comparison":
        """Meet the device that shows a code.

        Args:
            written: What was scanned or typed.

        Raises:
            AccountError: The code is mistyped, used or expired, this device is not in the key
                directory, or the server was not reached.
        """
        with linking_for_people():
            code = LinkingCode.read(written)
            surroundings = self._engine.surroundings
            ephemeral = surroundings.crypto.random(SEED_BYTES)
            entered = enter(code, ephemeral=ephemeral, now=surroundings.clock.now())
            await _listed(self._engine)
            mailbox = OwnMailbox(self._http, entered.mailbox)
            first = await _join(mailbox)
            try:
                reveals = entered.receive(first, surroundings.clock.now())
                await say(mailbox, 2, reveals.message)
                third = await next_message(mailbox, 3)
                compares = reveals.receive(third, surroundings.clock.now())
            except BaseException as error:
                await break_off(mailbox, _fault(error))
                raise
        return Comparison(self._engine, self._http, mailbox, compares)


class Comparison:
    """Two devices show something to be compared; ended by `confirm`, `refuse` or `cancel`.

    Attributes:
        name: What the new device calls itself.
        sas: What is to be compared.
    """

    def __init__(
        self, engine: Engine, http: Http, mailbox: OwnMailbox, compares: ExistingCompares
    ) -> None:
        self._engine = engine
        self._http = http
        self._mailbox = mailbox
        self._compares = compares
        self.name: Final = compares.name
        self.sas: Final = compares.sas

    async def refuse(self) -> None:
        """Somebody has said that the two do not show the same."""
        await break_off(self._mailbox, Fault.DIFFERENT)

    async def cancel(self) -> None:
        """Break it off."""
        await break_off(self._mailbox, Fault.CANCELLED)

    async def confirm(self) -> bool:
        """Somebody has said that both show the same: wait for the other side, and let it in.

        Returns:
            Whether the new device is there; if not, it waits for an administrator.

        Raises:
            AccountError: It has ended, there are too many devices, or the server was not reached.
        """
        with linking_for_people():
            try:
                agreed = await self._agree()
                grant = await self._hand_over(agreed)
            except BaseException as error:
                await break_off(self._mailbox, _fault(error))
                raise
            if grant.needs_admin:
                return False
            await self._wait_for(agreed.newcomer.device)
            return True

    async def _agree(self) -> Agreed:
        clock = self._engine.surroundings.clock
        here = self._compares.confirm(clock.now())
        both = here.receive(await next_message(self._mailbox, 4), clock.now())
        agreed = both.agreed()
        if agreed is None:  # pragma: no cover - both have confirmed
            raise LinkingError(Fault.DISTURBED, "not confirmed")
        return agreed

    async def _hand_over(self, agreed: Agreed) -> Grant:
        """Vouch for the new device, and give it what it needs."""
        account, around = self._engine.desk.account, self._engine.surroundings
        key, pin = DeviceKey(account.device_seed), _pinned(self._engine)
        now = around.clock.now()
        issued = agreed.vouch(
            key, by=account.device, user=account.user, identity_key=account.identity_key,
            created=now,
        )  # fmt: skip
        body = AskGrant(issued, agreed.newcomer.name)
        async with idle_one_named(self._http):
            grant = await self._http.ask("POST", "/me/linkings/grants", Grant, body)
        handover = Handover(
            user=account.user,
            certificate=issued,
            by_key=key.public,
            identity_key=account.identity_key,
            log=LogPin(pin.key.name, pin.key.vkey, _checkpoint(pin)),
            account=Account(account.server, account.user_name, account.name, account.organisation),
            grant=grant.grant.encode(),
            witnesses=witnesses.handed(self._engine.desk.keys.witnesses),
        )
        nonce = around.crypto.random(NONCE_BYTES)
        await say(self._mailbox, 5, agreed.hand_over(handover, nonce, around.clock.now()))
        return grant

    async def _wait_for(self, device: DeviceId) -> None:
        """Return when the new device is there.

        Raises:
            AccountError: It did not come.
        """
        try:
            async with asyncio.timeout(ENTERED_SECONDS):
                while True:
                    held = await self._http.ask("GET", "/me/devices", Devices)
                    if device in {each.id for each in held.devices}:
                        return
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError as error:
            raise AccountError("error-linking-not-come") from error


async def _join(mailbox: OwnMailbox) -> bytes:
    """Return the first message; the server lets this device look at a code it used before.

    Raises:
        AccountError: Nobody waits with this code, or it was used already.
        LinkingError: There is nothing.
    """
    try:
        found = await mailbox.join()
    except RefusedError as error:
        if error.code is Code.NOT_FOUND:
            raise AccountError("error-linking-unknown") from error
        raise
    if not found:
        raise LinkingError(Fault.DISTURBED, "an empty mailbox")
    if len(found) > 1 and not isinstance(decode(found[1]), Ended):
        raise AccountError("error-reason-linking-code-used")
    return found[0]


async def _listed(engine: Engine) -> None:
    """Wait, shortly, until the key directory was read that lists this device.

    Raises:
        AccountError: It was not, or does not.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(LISTED_SECONDS):
            while not _is_listed(engine):  # noqa: ASYNC110 - no one event stands for it
                await asyncio.sleep(LOOK_SECONDS / 10)
    _pinned(engine)


def _is_listed(engine: Engine) -> bool:
    return engine.desk.keys.directory.lists(engine.desk.account.certificate)


def _pinned(engine: Engine) -> Pin:
    """Return how far the directory is known; without it nobody would find who vouches."""
    pin = engine.desk.keys.pin
    if pin is None or not _is_listed(engine):
        raise AccountError("error-log-not-listed")
    return pin


def _checkpoint(pin: Pin) -> str:
    """Return the signed checkpoint; without the cosignatures if it had no room otherwise."""
    written = pin.note.encode().decode()
    if len(written) <= CHECKPOINT_CHARACTERS:
        return written
    own = [each for each in pin.note.signatures if each.name == pin.key.name]
    return replace(pin.note, signatures=tuple(own)).encode().decode()


def _fault(error: BaseException) -> Fault:
    return error.fault if isinstance(error, LinkingError) else Fault.CANCELLED
