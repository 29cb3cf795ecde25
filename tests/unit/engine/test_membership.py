"""What is done next: what was written first, then what is wanted, one thing at a time."""

import pytest

from teamchat.engine.events import (
    AddAsked,
    GroupAsked,
    LeaveAsked,
    RemoveAsked,
    TextWritten,
)
from teamchat.engine.model import Link
from teamchat.ids import ConversationId
from teamchat.wire.frames import Kind
from teamchat.wire.problems import Code
from tests.support.simulator import Peer, World, everyone_agrees


def team(size: int) -> tuple[list[Peer], ConversationId]:
    world = World()
    peers = [world.person(f"p{number}") for number in range(size)]
    users = tuple(peer.account.user for peer in peers[1:])
    return peers, ConversationId(peers[0].ask(lambda call: GroupAsked(call, "", users)))


def kinds(peer: Peer, talk: ConversationId) -> list[Kind]:
    return [each.kind for each in peer.world.server.logs[talk].items]


def test_what_is_so_already_needs_no_commit() -> None:
    (first, second), talk = team(2)
    before = kinds(first, talk)
    first.ask(lambda call: AddAsked(call, talk, (second.account.user,)))
    first.ask(lambda call: RemoveAsked(call, talk, "n" * 26))  # type: ignore[arg-type]
    assert kinds(first, talk) == before
    assert not first.state(talk).record.intents


def test_what_was_proposed_is_committed_before_anything_is_said() -> None:
    (first, second, third), talk = team(3)
    third.ask(lambda call: LeaveAsked(call, talk))
    second.ask(lambda call: TextWritten(call, talk, "bye"))
    assert kinds(first, talk)[-3:] == [Kind.PROPOSAL, Kind.COMMIT, Kind.APPLICATION]
    assert third.account.user not in first.state(talk).users()


def test_nobody_waits_for_ever_with_what_was_proposed() -> None:
    (first, second, third), talk = team(3)
    third.ask(lambda call: LeaveAsked(call, talk))
    first.world.advance(10)
    assert kinds(first, talk)[-1] is Kind.COMMIT
    assert kinds(first, talk).count(Kind.COMMIT) == 2  # not one of each who stays
    assert everyone_agrees(first.world, talk)
    assert second.state(talk).users() == {first.account.user, second.account.user}


def test_nothing_is_done_offline_and_all_of_it_afterwards() -> None:
    (first, second), talk = team(2)
    call = first.tell(lambda call: RemoveAsked(call, talk, second.account.user))
    first.go_offline()
    first.world.run()
    assert first.link is Link.OFFLINE
    first.come_back()
    first.world.advance(100)
    assert first.state(talk).users() == {first.account.user}
    assert first.replies.get(call) is not None


def test_a_group_waits_until_the_server_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    first, second = world.person("first"), world.person("second")
    monkeypatch.setattr(world.server, "_create", lambda *_: Code.STORAGE_FULL)
    call = first.tell(lambda call: GroupAsked(call, "", (second.account.user,)))
    world.advance(120)
    assert not world.server.logs
    monkeypatch.undo()
    world.advance(120)
    assert ConversationId(str(first.replies[call])) in world.server.logs
    assert second.state(ConversationId(str(first.replies[call]))).joined
