"""The first words with a server: whether one is there, and whether the clocks agree.

Both are looked at before anything is made: an identity whose recovery key nobody was shown, and
keys that begin or end at a wrong time, cannot be mended afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from teamchat.client.errors import AccountError
from teamchat.client.http import OfflineError, UntrustedError
from teamchat.engine.groups import CLOCK_SKEW_SECONDS

CLOCK_SECONDS: Final = CLOCK_SKEW_SECONDS // 2
"""How much the clocks of this computer and of the server may differ when a device is made."""


@contextmanager
def first_contact(address: str) -> Iterator[None]:
    """Name the address if nothing of ours answers there: it may be mistyped.

    Raises:
        AccountError: There was no answer of ours.
        UntrustedError: Whoever answered has no certificate that counts here.
    """
    try:
        yield
    except UntrustedError:
        raise
    except OfflineError as error:
        raise AccountError("error-no-server", address=address) from error


def check_clock(here: int, there: int | None) -> None:
    """Refuse to make keys that begin or end at a wrong time, as the server would refuse them.

    Raises:
        AccountError: The clocks differ by more than is allowed for.
    """
    if there is not None and abs(here - there) > CLOCK_SECONDS:
        raise AccountError("error-clock", here=_minute(here), there=_minute(there))


def _minute(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
