"""The SQL about devices as their owners and their peers see them."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select, update

from teamchat.ids import DeviceId, UserId
from teamchat.server.storage.queries import conversations
from teamchat.server.storage.tables.inboxes import inbox
from teamchat.server.storage.tables.key_packages import key_package
from teamchat.server.storage.tables.people import device
from teamchat.wire.bodies import Device


def insert_device(connection: Connection, user: UserId, new: Device, *, device_key: bytes) -> None:
    """Add a device."""
    connection.execute(
        insert(device).values(
            id=new.id,
            person=user,
            name=new.name,
            certificate=new.certificate,
            device_key=device_key,
            created=new.created,
            last_active_day=new.last_active_day,
        )
    )


def is_known(connection: Connection, which: DeviceId, *, device_key: bytes) -> bool:
    """Tell whether there is or was a device with this id or this key."""
    found = connection.scalar(
        select(device.c.id).where(or_(device.c.id == which, device.c.device_key == device_key))
    )
    return found is not None


def devices_of(connection: Connection, user: UserId) -> list[Device]:
    """Return the devices of a person that are not revoked, oldest first."""
    found = connection.execute(
        select(device)
        .where(device.c.person == user, device.c.revoked.is_(None))
        .order_by(device.c.created, device.c.id)
    )
    return [
        Device(DeviceId(row.id), row.name, row.certificate, row.created, row.last_active_day)
        for row in found
    ]


def had_device_after(connection: Connection, user: UserId, instant: int) -> bool:
    """Tell whether a person had a device at some time after an instant; now counts too."""
    found = connection.scalar(
        select(device.c.id)
        .where(
            device.c.person == user,
            or_(device.c.revoked.is_(None), device.c.revoked > instant),
        )
        .limit(1)
    )
    return found is not None


def key_of(connection: Connection, user: UserId, which: DeviceId) -> bytes | None:
    """Return the key of a device of a person; None if it is not theirs or is revoked."""
    found: bytes | None = connection.scalar(
        select(device.c.device_key).where(
            device.c.id == which, device.c.person == user, device.c.revoked.is_(None)
        )
    )
    return found


@dataclass(frozen=True, slots=True)
class KnownEver:
    """A device that there is or was.

    Attributes:
        user: Whose.
        device_key: Its public key.
        revoked: Whether it is none any more.
        shown: Whether it was given the proof of that before.
    """

    user: UserId
    device_key: bytes
    revoked: bool
    shown: bool


def ever_known(connection: Connection, which: DeviceId) -> KnownEver | None:
    """Return a device that is or was registered."""
    row = connection.execute(
        select(
            device.c.person, device.c.device_key, device.c.revoked, device.c.shown_removal
        ).where(device.c.id == which)
    ).one_or_none()
    if row is None:
        return None
    return KnownEver(
        UserId(row.person),
        row.device_key,
        row.revoked is not None,
        row.shown_removal is not None,
    )


def note_shown_removal(connection: Connection, which: DeviceId, *, now: int) -> bool:
    """Note that a device was given the proof of its removal; return whether for the first time."""
    changed = connection.execute(
        update(device)
        .where(device.c.id == which, device.c.shown_removal.is_(None))
        .values(shown_removal=now)
    )
    return changed.rowcount == 1


def note_activity(connection: Connection, which: DeviceId, *, day: int) -> None:
    """Note the day a device was last active."""
    connection.execute(update(device).where(device.c.id == which).values(last_active_day=day))


def revoke_device(connection: Connection, user: UserId, which: DeviceId, *, now: int) -> bool:
    """Revoke a device of a person; return whether it was theirs and not revoked.

    Its inbox goes, because nobody will read it. In no group that holds it anything is said before
    it is out.
    """
    changed = connection.execute(
        update(device)
        .where(device.c.id == which, device.c.person == user, device.c.revoked.is_(None))
        .values(revoked=now)
    )
    if changed.rowcount != 1:
        return False
    connection.execute(delete(inbox).where(inbox.c.device == which))
    drop_key_packages(connection, which)
    conversations.wait_without_device(connection, which)
    return True


def drop_key_packages(connection: Connection, which: DeviceId) -> None:
    """Empty the stock of a device, so that nobody adds it to a group any more."""
    connection.execute(delete(key_package).where(key_package.c.device == which))
