"""What follows from values that interfaces are shown."""

from teamchat.engine.model import LogDevice, came_through
from teamchat.ids import DeviceId

LAPTOP, PHONE, TABLET, OTHER = (DeviceId(letter * 26) for letter in "abcd")


def _listed(*, phone_ended: bool) -> tuple[LogDevice, ...]:
    return (
        LogDevice(LAPTOP, 0, None, ended=False),
        LogDevice(PHONE, 1, LAPTOP, ended=phone_ended),
        LogDevice(TABLET, 2, PHONE, ended=False),
        LogDevice(OTHER, 3, None, ended=False),
    )


def test_who_came_through_a_device_is_found_over_more_than_one() -> None:
    own = _listed(phone_ended=False)
    assert came_through(LAPTOP, own) == (PHONE, TABLET)
    assert came_through(PHONE, own) == (TABLET,)
    assert came_through(OTHER, own) == ()


def test_one_that_has_ended_still_leads_to_those_it_vouched_for() -> None:
    assert came_through(LAPTOP, _listed(phone_ended=True)) == (TABLET,)
