"""What the client says of moments, also of those that no honest clock has told."""

from zoneinfo import ZoneInfo

import pytest

from teamchat.i18n import Catalogue
from teamchat_terminal.voice import Voice
from tests.terminal.stage import NOW_MS, StillClock


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
@pytest.mark.parametrize("time_ms", [-(2**63), -1, 2**53, 2**63])
def test_a_hostile_clock_breaks_nothing(zone: str, time_ms: int) -> None:
    voice = Voice(Catalogue("de"), StillClock(), ZoneInfo(zone))
    assert 1969 <= voice.moment(time_ms).year <= 9999
    assert len(voice.time(time_ms)) == 5


def test_a_moment_is_told_on_the_readers_clock() -> None:
    voice = Voice(Catalogue("de"), StillClock(), ZoneInfo("Asia/Shanghai"))
    assert voice.time(NOW_MS) == "22:40"
