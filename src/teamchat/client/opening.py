"""What recovery words open: the box of the identity, or that of the one which is to follow it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from teamchat.client.errors import AccountError
from teamchat.client.http import Http
from teamchat.client.recovery_words import told
from teamchat.identity.errors import IdentityError, Slip, WrongRecoveryKeyError
from teamchat.identity.recovery import Kept, RecoveryKey
from teamchat.ids import UserId
from teamchat.wire.bodies import Identity, Me
from teamchat.wire.recovery import PendingReset

RecoveryPrompt = Callable[[], Awaitable[str]]
"""Asks the person for their recovery key; asked again when it was mistyped."""
TRIES: Final = 3
DEVICES: Final = "/me/devices"
RESET: Final = "/me/identity/reset/device"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in a box.

    Attributes:
        kept: The identity; None for somebody who has none yet.
        path: Where its next device is registered: elsewhere if it follows a lost one.
    """

    kept: Kept | None = field(repr=False)
    path: str = DEVICES


async def opened_identity(http: Http, me: Me, ask: RecoveryPrompt) -> Opened:
    """Open the identity of somebody with their recovery key.

    The key of an identity that is to follow a lost one is taken as well, so that who has waited
    for it goes on with the words that they were shown.

    Raises:
        AccountError: The words were wrong several times, or the box holds something else.
    """
    held = await http.ask("GET", "/me/identity", Identity)
    if not held.identity_key:
        return Opened(None)
    pending = await http.ask("GET", "/me/identity/reset", PendingReset)
    slip = AccountError("error-wrong-recovery-key")
    for _ in range(TRIES):
        try:
            return _opened(RecoveryKey.read(await ask()), me.user.id, held, pending)
        except WrongRecoveryKeyError as error:
            slip = told(error)
        except IdentityError as error:
            raise AccountError("error-recovery-box") from error
    raise slip


async def opened_now(http: Http, user: UserId, words: str) -> Kept:
    """Open the identity of now with words that were typed.

    Raises:
        AccountError: They are not the ones, or the box holds something else.
    """
    held = await http.ask("GET", "/me/identity", Identity)
    try:
        return RecoveryKey.read(words).open(held.recovery_box, user, held.identity_key)
    except WrongRecoveryKeyError as error:
        raise told(error) from error
    except IdentityError as error:
        raise AccountError("error-recovery-box") from error


def _opened(key: RecoveryKey, user: UserId, held: Identity, pending: PendingReset) -> Opened:
    try:
        return Opened(key.open(held.recovery_box, user, held.identity_key))
    except WrongRecoveryKeyError as error:
        if error.slip is not Slip.OTHER or not pending.identity_key:
            raise
    return Opened(key.open(pending.recovery_box, user, pending.identity_key), RESET)
