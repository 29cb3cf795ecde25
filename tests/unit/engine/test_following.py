"""Looking at the log: once at a time, again when it failed, and never for ever."""

from collections.abc import Sequence

import pytest

from teamchat.engine.commands import Ask, Command, SetTimer
from teamchat.engine.events import Answered, Received, Refused, TimerFired
from teamchat.engine.following import AGAIN, PATIENCE
from teamchat.wire.frames import Keys
from teamchat.wire.problems import Code
from tests.support.simulator import Peer, World


@pytest.fixture
def anna() -> Peer:
    return World().person("anna")


def asks(commands: Sequence[Command]) -> list[Ask]:
    found = [each for each in commands if isinstance(each, Ask)]
    return [each for each in found if each.query.path.startswith("/keys")]


def test_a_larger_size_is_looked_at_and_a_known_one_is_not(anna: Peer) -> None:
    assert asks(anna.engine.handle(Received(Keys(1)))) == []
    assert len(asks(anna.engine.handle(Received(Keys(2))))) == 1
    assert asks(anna.engine.handle(Received(Keys(3)))) == []
    assert anna.engine.desk.keys.again


def test_a_look_that_failed_is_repeated_later_and_later(anna: Peer) -> None:
    pauses = []
    for _ in range(PATIENCE + 1):
        (ask,) = asks(anna.engine.handle(TimerFired(AGAIN)))
        commands = anna.engine.handle(Refused(ask.request, Code.OVERLOADED))
        pauses += [each.seconds for each in commands if isinstance(each, SetTimer)]
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1] <= 60
    assert [each.key for each in anna.engine.alarms] == ["alarm-key-log-away"]


def test_a_server_that_is_not_reached_is_no_alarm(anna: Peer) -> None:
    for _ in range(2 * PATIENCE):
        (ask,) = asks(anna.engine.handle(TimerFired(AGAIN)))
        anna.engine.handle(Refused(ask.request, None))
    assert anna.engine.alarms == ()


def test_entries_that_are_late_change_nothing(anna: Peer) -> None:
    world = anna.world
    world.server.keys.others[anna.account.device] = log = world.server.keys.honest.copy()
    world.person("bo")
    log.append(*world.server.keys.honest.stored.entries[1:])
    (ask,) = asks(anna.engine.handle(TimerFired(AGAIN)))
    (entries,) = asks(anna.engine.handle(Answered(ask.request, log.answer([]))))
    answer = log.answer(entries.query.path.split("/")[2:])
    anna.engine.handle(Refused(entries.request, Code.NOT_FOUND))
    before = anna.engine.desk.keys
    assert anna.engine.handle(Answered(entries.request, answer)) == []
    assert anna.engine.desk.keys == before
    assert before.reading is None
