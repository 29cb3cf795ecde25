"""What an alarm of a further device says beyond the key directory: its name and the hour.

Both are the server's word. The day that the key directory proves stays, unless the hour is of it.
"""

from collections.abc import Callable, Sequence
from typing import Final

from teamchat.engine.model import Alarm, OwnDevice
from teamchat.identity import statements
from teamchat.identity.errors import IdentityError

ADDED: Final = "notice-own-device-added"


def told_of(
    alarm: Alarm, devices: Sequence[OwnDevice], moment: Callable[[int], str]
) -> dict[str, str]:
    """Return the arguments of an alarm's text, with the name of the device that it is about.

    Args:
        alarm: The alarm.
        devices: The person's devices, as far as the server was asked.
        moment: Says when something was, in milliseconds since 1970, for people.
    """
    told = dict(alarm.arguments)
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
