"""How often a history is sent: once a day to one person, and seldom if it does not work."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from teamchat.client.blob_files import Progress
from teamchat.client.http import OfflineError, RefusedError
from teamchat.engine.events import HistoryGiveAsked, RemoveAsked
from teamchat.errors import TeamchatError
from teamchat.identity import statements
from teamchat.ids import ConversationId, DeviceId
from teamchat.wire.problems import Code
from teamchat.wire.room_policy import ALL
from tests.scenarios.test_gifts_in_turn import SAID, givers
from tests.scenarios.test_history_for_new_members import DAY, add, team
from tests.support.simulated_files import SimulatedFiles
from tests.support.simulator import Peer, World


def come_again(world: World, device: Peer) -> Peer:
    """Let somebody end their last device, and come with another."""
    world.server.devices[device.account.device].revoked = True
    device.go_offline()
    world.peers.remove(device)
    world.server.enter(statements.Removed(device.account.user, device.account.device, "2026-09-21"))
    world.advance(10)
    fresh = world.device(device.account.user)
    world.advance(120)
    return fresh


Cycled = tuple[World, list[Peer], ConversationId, Peer]


@pytest.fixture
def cycled() -> Cycled:
    """Mal has come again ten times within the hour."""
    world, (anna, second, mal), talk = team(ALL, "anna bo mal")
    for _ in range(10):
        mal = come_again(world, mal)
    return world, [anna, second], talk, mal


def test_who_comes_again_and_again_is_sent_it_once_a_day(cycled: Cycled) -> None:
    world, (anna, second), talk, mal = cycled
    assert len(world.server.blobs) == len(givers(anna, talk)) == 1
    for each in (anna, second):
        each.restart()
    world.advance(DAY)
    assert mal.texts(talk) == SAID
    assert len(world.server.blobs) == len(givers(anna, talk)) == 2
    world.advance(2 * DAY)
    assert len(world.server.blobs) == 2


def test_whoever_manages_gives_it_before_the_day_is_over(cycled: Cycled) -> None:
    world, (anna, _), talk, mal = cycled
    anna.ask(lambda call: HistoryGiveAsked(call, talk, mal.account.user))
    assert mal.texts(talk) == SAID
    world.advance(3 * DAY)
    assert len(world.server.blobs) == 2


def test_nobody_waits_because_of_somebody_else(cycled: Cycled) -> None:
    world, (anna, _), talk, mal = cycled
    wei = world.person("wei")
    anna.ask(lambda call: RemoveAsked(call, talk, mal.account.user))
    add(anna, talk, wei, mal)
    assert wei.texts(talk) == SAID
    assert mal.texts(talk) == []
    world.advance(DAY)
    assert mal.texts(talk) == SAID


@pytest.mark.parametrize("error", [RefusedError(Code.OVERLOADED), OfflineError("cut")])
def test_what_fails_again_and_again_is_tried_less_and_less(
    monkeypatch: pytest.MonkeyPatch, error: TeamchatError
) -> None:
    world, (anna, second), talk = team(ALL)
    wei = world.person("wei")
    honest = SimulatedFiles.give

    async def give(
        self: SimulatedFiles, path: Path, takers: Sequence[DeviceId], progress: Progress
    ) -> None:
        await honest(self, path, takers, progress)
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(SimulatedFiles, "give", give)
        second.go_offline()
        add(anna, talk, wei)
        world.advance(3600)
        assert 3 <= len(world.server.blobs) <= 5
        anna.restart()
        world.advance(60)
        assert len(world.server.blobs) <= 5
        world.advance(DAY)
        assert len(world.server.blobs) <= 11
    before = len(world.server.blobs)
    world.advance(DAY / 4 + 120)
    assert wei.texts(talk) == SAID
    assert len(world.server.blobs) == before + 1
