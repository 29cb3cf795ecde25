"""One person has so many devices at most: who has them is told which one to end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from teamchat.client.errors import AccountError
from teamchat.client.http import Http, OfflineError, RefusedError
from teamchat.wire.bodies import Device, Devices
from teamchat.wire.problems import Reason


@asynccontextmanager
async def idle_one_named(http: Http) -> AsyncIterator[None]:
    """Register a device within; if there are too many, name the one unused for longest.

    Args:
        http: With a session of the person.

    Raises:
        AccountError: There are too many.
    """
    try:
        yield
    except RefusedError as error:
        if error.reason != Reason.TOO_MANY_DEVICES:
            raise
        idle = await _idle(http)
        if idle is None:
            raise
        raise AccountError("error-too-many-devices", name=idle.name) from error


async def _idle(http: Http) -> Device | None:
    with suppress(OfflineError, RefusedError):
        held = (await http.ask("GET", "/me/devices", Devices)).devices
        return min(held, key=lambda each: each.last_active_day, default=None)
    return None
