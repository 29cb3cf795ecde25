"""What has run out is swept: when the server starts, and each hour that it runs.

Files that no row knows are not: one that is arriving just now looks the same.
"""

import asyncio
import logging
from typing import Final

from sqlalchemy.exc import DBAPIError

from teamchat.server.keys import Services
from teamchat.wire.problems import ProblemError

HOUR: Final = 3_600.0

log = logging.getLogger(__name__)


async def sweep(services: Services) -> None:
    """Delete what is over, and write down which invitations nobody used in time.

    Raises:
        ProblemError: The disk is full.
    """
    await services.history.sweep()
    await services.gifts.sweep()
    await services.mailboxes.sweep()
    await services.linkings.sweep()
    await services.sessions.forget_old()
    await services.invitations.sweep()
    await services.custody.forget_expired()
    await services.push_subscriptions.sweep()


async def run(services: Services, *, every: float = HOUR) -> None:
    """Sweep again and again, until cancelled; what cannot be swept waits for the next time.

    Args:
        services: What is swept.
        every: After so many seconds.
    """
    while True:
        await asyncio.sleep(every)
        try:
            await sweep(services)
        except (ProblemError, DBAPIError, OSError):
            log.exception("not-swept")
