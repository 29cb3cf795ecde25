"""A fresh start for somebody who has lost their recovery key (docs/spec/recovery.md).

Nothing of it is kept on this computer while it waits: who wants to go on types the new words, on
any computer, and `enrol.login` carries it out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from teamchat.client import enrol
from teamchat.client.enrol import EnrolResult, KeyKeeper
from teamchat.client.enrolment import Enrolment, NewProfile, distinct, logged_in
from teamchat.client.errors import AccountError
from teamchat.client.http import Http, ServerAddress
from teamchat.client.opening import RESET
from teamchat.client.refusals import errors_for_people
from teamchat.client.vault_file import KeySource
from teamchat.clock import Clock, SystemClock
from teamchat.mls.crypto import CryptoProvider
from teamchat.mls.crypto.default import DefaultCrypto
from teamchat.wire.bodies import Device, Identity
from teamchat.wire.recovery import AskReset, PendingReset


@dataclass(frozen=True, slots=True)
class FreshStart:
    """What came of asking.

    Attributes:
        due: From when on it can be carried out, in seconds since 1970.
        entered: The device that was made; None if the person has devices that are asked first.
    """

    due: int
    entered: EnrolResult | None


async def begin(  # noqa: PLR0913 - all that entering needs, half of it with defaults
    server_url: str,
    user_name: str,
    password: str,
    device_name: str,
    *,
    profile_dir: Path,
    key_source: KeySource,
    keep_key: KeyKeeper,
    ready: Callable[[], None] = lambda: None,
    ca_file: str = "",
    clock: Clock | None = None,
    crypto: CryptoProvider | None = None,
) -> FreshStart:
    """Ask for another identity, and take it at once if the person has no device that could object.

    `ready` is called when the password is right and nothing is made yet; `keep_key` with the new
    recovery key, before anything is asked for.

    Raises:
        AccountError: The profile holds an account, the person never had an identity, the password
            is wrong, or the server is not reached.
    """
    if enrol.prepare(profile_dir):
        raise AccountError("error-profile-taken")
    enrolment = Enrolment(
        ServerAddress(server_url.rstrip("/"), ca_file),
        clock or SystemClock(),
        crypto or DefaultCrypto(),
    )
    async with Http(enrolment.address) as http:
        with errors_for_people():
            async with logged_in(http):
                me, token = await enrolment.begin(http, user_name, password)
                if not (await http.ask("GET", "/me/identity", Identity)).identity_key:
                    raise AccountError("error-nothing-to-recover")
                ready()
                made = enrolment.new_identity(me)
                name = await distinct(http, device_name)
                account, device = enrolment.device(me, token, made.kept, name)
                await keep_key(account, made.words)
                wanted = AskReset(account.identity_key, made.box)
                asked = await http.ask("PUT", "/me/identity/reset", PendingReset, wanted)
                if asked.due > asked.asked:
                    await http.fetch("POST", "/logout")
                    return FreshStart(asked.due, None)
                with NewProfile(profile_dir, key_source) as store:
                    enrolment.keep(store, account, None)
                    await http.ask("POST", RESET, Device, device)
    enrol.remember_language(profile_dir, account.language)
    return FreshStart(asked.due, EnrolResult(account, made.words))
