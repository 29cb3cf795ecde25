"""When each device would repeat a title: the first at once, and never many in the same moment."""

from random import Random

import pytest

from teamchat.engine.title_turns import FIRST, _delay

ON_THE_WAY = 0.3
"""How long a message takes to be seen by the others, in seconds."""


def test_the_first_have_a_turn_each() -> None:
    turns = [_delay(turn, 1000, 0.99) for turn in range(FIRST)]
    assert turns == [0.0, 2.0, 4.0, 6.0]
    assert _delay(FIRST, 1000, 0.0) > turns[-1]


@pytest.mark.parametrize("devices", [10, 100, pytest.param(1000, marks=pytest.mark.slow)])
def test_if_all_of_them_are_away_few_of_the_others_speak(devices: int) -> None:
    chance = Random(devices)
    spoken = []
    for _ in range(300):
        delays = [_delay(turn, devices, chance.random()) for turn in range(FIRST, devices)]
        spoken.append(sum(each < min(delays) + ON_THE_WAY for each in delays))
    assert sum(spoken) / len(spoken) < 2
    assert max(spoken) < 8
