"""What the client says of moments, also of those that no honest clock has told."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from teamchat.i18n import LANGUAGES, Catalogue, source
from teamchat_terminal.actions import keys_of
from teamchat_terminal.voice import Voice
from tests.terminal.stage import NOW_MS, StillClock
from tests.terminal.stage import voice as speaking


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
@pytest.mark.parametrize("time_ms", [-(2**63), -1, 2**53, 2**63])
def test_a_hostile_clock_breaks_nothing(zone: str, time_ms: int) -> None:
    voice = Voice(Catalogue("de"), StillClock(), ZoneInfo(zone))
    assert 1969 <= voice.moment(time_ms).year <= 9999
    assert len(voice.time(time_ms)) == 5


def test_a_moment_is_told_on_the_readers_clock() -> None:
    voice = Voice(Catalogue("de"), StillClock(), ZoneInfo("Asia/Shanghai"))
    assert voice.time(NOW_MS) == "22:40"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_in_a_way_of_its_own_here_names_no_command_of_the_shell(
    language: str,
) -> None:
    words = dict.fromkeys(("day", "name", "count", "threshold"), "2")
    catalogue, voice = Catalogue(language), speaking(language)
    twins = re.findall(r"^tui-((?:alarm|notice|error)-[a-z-]+) =", source(language), re.MULTILINE)
    own = [key for key in twins if key in catalogue]
    assert "alarm-custody-requested" in own
    for key in own:
        said = voice.say(key, **words)
        assert said == catalogue.text(f"tui-{key}", **words)
        assert said != catalogue.text(key, **words)
        assert "teamchat " not in said
        assert not {"`", "{"} & set(said)


@pytest.mark.parametrize(
    ("language", "within", "alone"),
    [("de", "gestern", "Gestern"), ("en", "yesterday", "Yesterday")],
)
def test_a_day_is_written_small_within_a_sentence(language: str, within: str, alone: str) -> None:
    voice = speaking(language)
    yesterday = voice.today() - timedelta(days=1)
    assert voice.day(yesterday) == within
    assert voice.day_alone(yesterday) == alone


def test_the_keys_that_alarms_name_are_those_that_help() -> None:
    assert keys_of("resolve")[0] == "f5"
    for key in ("alarm-own-reset-asked", "alarm-custody-requested"):
        assert "F5" in speaking().say(key, day="2026-11-18")
