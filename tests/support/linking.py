"""Devices that are linked at the real server, by its routes alone."""

import os
import time
from dataclasses import dataclass, field

from teamchat.identity import certificate
from teamchat.identity.keys import DeviceKey
from teamchat.ids import DeviceId, identifier
from teamchat.wire.linking import AskGrant, Grant, RedeemGrant
from tests.support.server import Answered, Person, ReachedServer, key_package


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A device that is nobody's yet."""

    device: DeviceId = field(default_factory=lambda: DeviceId(identifier(os.urandom(16))))
    key: DeviceKey = field(default_factory=lambda: DeviceKey(os.urandom(32)))

    def vouched(self, person: Person, *, by: DeviceId | None = None) -> bytes:
        """Return its certificate by the device of a person."""
        return certificate.vouch(
            person.device_key, by=by or person.device, user=person.user,
            identity_key=person.identity.public, device=self.device, device_key=self.key.public,
            created=int(time.time()),
        )  # fmt: skip

    def redeeming(self, issued: bytes, grant: str, name: str = "Terminal") -> RedeemGrant:
        """Return what it asks for with a grant."""
        stock = [key_package(issued, self.key)]
        last = key_package(issued, self.key, last_resort=True)
        return RedeemGrant(grant, name, issued, stock, last)


async def ask_grant(
    server: ReachedServer, person: Person, issued: bytes, name: str = "Terminal"
) -> Answered:
    """Ask for a grant for a device, as the device of a person."""
    wanted = AskGrant(issued, name)
    return await server.call("POST", "/v1/me/linkings/grants", wanted, token=person.token)


async def redeem(server: ReachedServer, wanted: RedeemGrant) -> Answered:
    """Redeem a grant, as whoever has it."""
    return await server.call("POST", "/v1/linkings/redeem", wanted)


async def granted(
    server: ReachedServer, person: Person, issued: bytes, name: str = "Terminal"
) -> Grant:
    """Return the grant for a device."""
    return (await ask_grant(server, person, issued, name)).read(Grant)
