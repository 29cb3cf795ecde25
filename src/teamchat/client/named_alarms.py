"""What an alarm of a device of one's own says beyond the key directory: its name and the hour.

Both are the server's word. The day that the key directory proves stays, unless the hour is of it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from teamchat.engine.model import Alarm, OwnDevice
from teamchat.identity import statements
from teamchat.identity.errors import IdentityError
from teamchat.ids import DeviceId

ADDED: Final = "notice-own-device-added"
REMOVED: Final = frozenset(
    {
        "notice-own-device-left",
        "notice-own-device-removed",
        "notice-own-device-removed-by-own",
    }
)
NAMED: Final = REMOVED | {ADDED}
"""What says more if the person's devices are read before."""


def told_of(
    alarm: Alarm,
    devices: Sequence[OwnDevice],
    moment: Callable[[int], str],
    names: Mapping[DeviceId, str],
) -> dict[str, str]:
    """Return the arguments of an alarm's text, with the names of the devices that it is about.

    Args:
        alarm: The alarm.
        devices: The person's devices, as far as the server was asked.
        moment: Says when something was, in milliseconds since 1970, for people.
        names: What the person's devices were called, also those that are none any more.
    """
    told = dict(alarm.arguments)
    if alarm.key in REMOVED:
        by = told.pop("by", "")
        named = ("called", told.get("device", "")), ("remover", by)
        return told | {as_: names[DeviceId(which)] for as_, which in named if which in names}
    if alarm.key != ADDED:
        return told
    for each in devices:
        if each.id == told.get("device"):
            told["called"] = each.name
            if _day_of(each.created) == told.get("day"):
                told["day"] = moment(each.created * 1000)
    return told


def _day_of(seconds: int) -> str:
    try:
        return statements.day_of(seconds)
    except IdentityError:
        return ""
