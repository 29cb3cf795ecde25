"""The stocks of key packages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from teamchat.ids import DeviceId, UserId
from teamchat.server.storage.batched import AT_ONCE, batched
from teamchat.server.storage.tables.key_packages import key_package, spent_key_package
from teamchat.server.storage.tables.people import device, person


@dataclass(frozen=True, slots=True)
class Stocked:
    """A key package in a stock; `expires` is in seconds since 1970."""

    ref: bytes
    expires: int
    body: bytes


_next = (
    select(key_package.c.ref)
    .where(
        key_package.c.device == bindparam("whose"),
        key_package.c.last_resort.is_(False),
        key_package.c.expires > bindparam("now"),
    )
    .order_by(key_package.c.expires)
    .limit(1)
)
_claim = (
    delete(key_package)
    .where(key_package.c.ref == _next.scalar_subquery())
    .returning(key_package.c.ref, key_package.c.expires, key_package.c.body)
)
_last_resort = select(key_package.c.ref, key_package.c.expires, key_package.c.body).where(
    key_package.c.device == bindparam("whose"),
    key_package.c.last_resort.is_(True),
    key_package.c.expires > bindparam("now"),
)
_count = (
    select(func.count())
    .select_from(key_package)
    .where(
        key_package.c.device == bindparam("whose"),
        key_package.c.last_resort.is_(False),
        key_package.c.expires > bindparam("now"),
    )
)
_devices = (
    select(device.c.id)
    .join(person, person.c.id == device.c.person)
    .where(
        device.c.person.in_(bindparam("people", expanding=True)),
        device.c.revoked.is_(None),
        person.c.active,
    )
    .order_by(device.c.id)
)


def put(connection: Connection, device: DeviceId, package: Stocked, *, last_resort: bool) -> bool:
    """Add a key package; False if it is there already or was handed out before."""
    known = {"ref": package.ref}
    for table in (key_package, spent_key_package):
        if connection.execute(select(table.c.ref).where(table.c.ref == package.ref)).first():
            return False
    connection.execute(
        insert(key_package),
        {
            **known,
            "device": device,
            "last_resort": last_resort,
            "expires": package.expires,
            "body": package.body,
        },
    )
    return True


def claim(connection: Connection, device: DeviceId, *, now: int) -> Stocked | None:
    """Take a single-use key package out of a stock, the one that expires first."""
    row = connection.execute(_claim, {"whose": device, "now": now}).first()
    if row is None:
        return None
    taken = Stocked(*row)
    connection.execute(insert(spent_key_package), {"ref": taken.ref, "expires": taken.expires})
    return taken


def last_resort(connection: Connection, device: DeviceId, *, now: int) -> Stocked | None:
    """Return the key package that is used when the stock is empty."""
    row = connection.execute(_last_resort, {"whose": device, "now": now}).first()
    return None if row is None else Stocked(*row)


def count(connection: Connection, device: DeviceId, *, now: int) -> int:
    """Return how many single-use key packages are left."""
    left: int = connection.execute(_count, {"whose": device, "now": now}).scalar_one()
    return left


def drop_last_resort(connection: Connection, device: DeviceId) -> None:
    """Make room for another last resort."""
    connection.execute(
        delete(key_package).where(
            key_package.c.device == device, key_package.c.last_resort.is_(True)
        )
    )


def drop_all(connection: Connection, device: DeviceId) -> None:
    """Forget the stock of a device that was ended."""
    connection.execute(delete(key_package).where(key_package.c.device == device))


def drop_expired(connection: Connection, *, now: int) -> None:
    """Forget what nobody can use any more."""
    for table in (key_package, spent_key_package):
        connection.execute(delete(table).where(table.c.expires <= now))


def active_devices(connection: Connection, people: Iterable[UserId]) -> Sequence[DeviceId]:
    """Return the devices of some people that can be added to groups."""
    return [
        found
        for some in batched(people, AT_ONCE)
        for found in connection.execute(_devices, {"people": some}).scalars()
    ]
