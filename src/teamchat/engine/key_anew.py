"""A log that takes the place of another one, as after the restoring of a backup: what of it counts.

Whoever runs the server can begin a log anew, and a backup may be older than a removal. So what
has ended stays ended here, whatever the new log says, and so does whatever it vouches for.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from teamchat.identity.key_directory import KeyDirectory, Keys, Listed
from teamchat.ids import DeviceId


def gone(before: KeyDirectory) -> frozenset[bytes | DeviceId]:
    """Return the devices that have ended, and their keys."""
    return frozenset(
        spent
        for keys in before.people.values()
        for device, each in keys.devices.items()
        if each.ended
        for spent in (device, each.device_key)
    )


def continued(before: KeyDirectory, after: KeyDirectory) -> KeyDirectory:
    """Return the directory of a log that took another one's place.

    Devices that only the other one listed are none any more; groups may still hold them. They
    count as listed at the end of the new one: what it holds by now was not said about them. Those
    that had ended have ended, and so have those they vouch for that the other log did not list.

    Args:
        before: What the other log said, as far as it counted.
        after: What the new one says.
    """
    ended = gone(before)
    people = {
        user: _kept(keys, before.people.get(user), ended) for user, keys in after.people.items()
    }
    for user, keys in before.people.items():
        now = people.get(user)
        lost = {
            device: replace(each, index=after.size - 1, ended=True, kept_out=False)
            for device, each in keys.devices.items()
            if now is None or device not in now.devices
        }
        kept = now or Keys(keys.identity_key, keys.former)
        former = (kept.former | keys.former | {keys.identity_key}) - {kept.identity_key}
        people[user] = replace(kept, former=former, devices={**kept.devices, **lost})
    return KeyDirectory.of(after.size, people, after.custodians, after.sets | before.sets)


def _kept(now: Keys, before: Keys | None, ended: AbstractSet[bytes | DeviceId]) -> Keys:
    """Return what a new log says of a person, without what must stay out."""
    known = before.devices if before else {}
    out = {
        device
        for device, each in now.devices.items()
        if not ended.isdisjoint((device, each.device_key))
    }
    found = len(out) > 0
    while found:  # whoever was vouched for may stand before who vouched
        more = {
            device
            for device, each in now.devices.items()
            if device not in out and each.by in out and not _same(known, device, each)
        }
        out, found = out | more, len(more) > 0
    devices = {
        device: _out(each, known.get(device)) if device in out else each
        for device, each in now.devices.items()
    }
    return replace(now, devices=devices)


def _same(known: Mapping[DeviceId, Listed], device: DeviceId, each: Listed) -> bool:
    """Whether a device was one of the person's before, and under the same certificate."""
    before = known.get(device)
    return before is not None and not before.ended and before.digest == each.digest


def _out(each: Listed, before: Listed | None) -> Listed:
    """Return a device that stays out, under the certificate by which groups know it."""
    was = each if before is None or not before.ended else before
    return replace(was, ended=True, kept_out=not each.ended)
