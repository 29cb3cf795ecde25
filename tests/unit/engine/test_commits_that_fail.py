"""A commit that cannot be made, or is never taken, costs a few tries and no text."""

from collections import Counter

import pytest

from teamchat.engine import groups
from teamchat.engine.events import GroupAsked, LeaveAsked, TextWritten
from teamchat.ids import ConversationId, DeviceId
from teamchat.mls.errors import ValidationError
from teamchat.mls.rules import Rule
from teamchat.wire.frames import Nack, NackCode, Send, Sent
from tests.support.simulator import Peer, World, everyone_agrees


@pytest.fixture
def team(world: World, anna: Peer, bo: Peer) -> ConversationId:
    users = (bo.account.user, world.person("cem").account.user)
    return ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", users)))


def commits_fail(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    tries: Counter[str] = Counter()

    def commit(*_: object, **__: object) -> groups.Commit:
        tries["made"] += 1
        assert tries["made"] < 1000, "this never ends"
        raise ValidationError(Rule.PSK_AVAILABLE)

    monkeypatch.setattr(groups, "commit", commit)
    return tries


def say(peer: Peer, conversation: ConversationId, text: str) -> None:
    peer.ask(lambda call: TextWritten(call, conversation, text))


def test_a_commit_that_never_works_is_tried_now_and_then_and_keeps_what_was_typed(
    world: World, anna: Peer, bo: Peer, team: ConversationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = commits_fail(monkeypatch)
    bo.tell(lambda call: LeaveAsked(call, team))
    world.run()
    say(anna, team, "typed")
    world.advance(600)
    assert tries["made"] < 120  # three devices, ten minutes, at most once a minute in the end
    assert anna.state(team).queued == 1
    monkeypatch.undo()
    world.advance(300)
    assert not anna.state(team).queued
    assert everyone_agrees(world, team)


def test_a_commit_that_the_server_never_takes_is_sent_now_and_then(
    world: World, anna: Peer, bo: Peer, team: ConversationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[DeviceId] = []
    take = world.server.take

    def no_commits(device: DeviceId, frame: Send) -> Sent | Nack:
        if not frame.group_info:
            return take(device, frame)
        refused.append(device)
        assert len(refused) < 1000, "this never ends"
        return Nack(frame.request, NackCode.INVALID, 0, 0, 0)

    monkeypatch.setattr(world.server, "take", no_commits)
    bo.tell(lambda call: LeaveAsked(call, team))
    world.run()
    say(anna, team, "typed")
    world.advance(600)
    assert 0 < len(refused) < 60
    assert anna.state(team).queued == 1
    monkeypatch.undo()
    world.advance(300)
    assert not anna.state(team).queued
