"""Where devices can be woken: each has at most one address, and it is kept no longer than needed.

It goes with the device, with its person, with its session, and when the push service says that
there is nobody. It is personal: it stands in no log and no problem.
"""

import base64
from collections.abc import Callable

from sqlalchemy import Connection

from teamchat.clock import Clock
from teamchat.ids import DeviceId
from teamchat.server.auth.actor import Actor
from teamchat.server.services.push_door import Hosts
from teamchat.server.storage.database import Database
from teamchat.server.storage.queries import push
from teamchat.server.storage.queries.push import Target
from teamchat.wire.problems import Code, ProblemError
from teamchat.wire.push import PushOffer

_TOPIC_BYTES = 18


class PushSubscriptions:
    """Keeps where devices can be woken.

    Args:
        database: Where they are.
        clock: This machine's.
        random: Where randomness comes from.
        key: The public key of the server; empty if it wakes nobody.
        hosts: Which push services it calls.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        random: Callable[[int], bytes],
        *,
        key: bytes,
        hosts: Hosts,
    ) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._key = key
        self._hosts = hosts

    def offer(self) -> PushOffer:
        """Say whether devices can be woken."""
        return PushOffer(self._key)

    async def subscribe(self, actor: Actor, endpoint: str) -> None:
        """Wake this device from now on, at this address alone.

        Raises:
            ProblemError: NO_DEVICE, NOT_FOUND (nobody is woken), INVALID (this server calls no
                such address).
        """
        device = actor.on_device()
        if not self._key:
            raise ProblemError(Code.NOT_FOUND, "this server wakes no devices")
        if self._hosts.origin(endpoint) is None:
            raise ProblemError(Code.INVALID, "this server calls no such push service")
        topic = base64.urlsafe_b64encode(self._random(_TOPIC_BYTES)).decode()
        target = Target(device, endpoint, topic)
        await self._database.write(lambda c: push.put(c, target, now=self._clock.now()))

    async def unsubscribe(self, actor: Actor) -> None:
        """Wake this device no more.

        Raises:
            ProblemError: NO_DEVICE.
        """
        device = actor.on_device()
        await self._database.write(lambda c: push.drop(c, device))

    def forget_device(self, connection: Connection, device: DeviceId) -> None:
        """A device goes: forget where it was woken, in the transaction of that."""
        push.drop(connection, device)

    async def sweep(self) -> int:
        """Forget where devices are woken that are not logged in any more; return how many."""
        now = self._clock.now()
        return await self._database.write(
            lambda c: push.drop_idle(c, now=now) if self._key else push.drop_all(c)
        )
