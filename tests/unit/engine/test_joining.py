"""Coming into conversations: by Welcome, by oneself, and when the account is online."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from teamchat.engine.commands import Decline, Query
from teamchat.engine.events import (
    AddAsked,
    GroupAsked,
    RemoveAsked,
    TextWritten,
    Timer,
    TimerFired,
    TimerKind,
)
from teamchat.engine.model import Link, LinkChanged, TimelineChanged
from teamchat.engine.records import Phase, Refresh, Rejoin
from teamchat.ids import ConversationId, DeviceId
from teamchat.wire.frames import InboxKind
from teamchat.wire.problems import Code
from tests.support.simulator import Peer, World, everyone_agrees

Answers = Callable[[DeviceId, Query], object]


def group_of(first: Peer, *others: Peer) -> ConversationId:
    users = tuple(peer.account.user for peer in others)
    return ConversationId(first.ask(lambda call: GroupAsked(call, "Team", users)))


def until_online(world: World, peer: Peer) -> None:
    """Let a peer come back and stop at the moment in which it says that it is online."""
    peer.come_back()
    peer.shown.clear()
    for _ in range(200):
        world.advance(0.5)
        if any(isinstance(x, LinkChanged) and x.link is Link.ONLINE for x in peer.shown):
            return
    raise AssertionError("it does not come online")


def before_online(peer: Peer) -> list[str]:
    """Return the texts that arrived before the peer said that it was online."""
    arrived: list[str] = []
    for change in peer.shown:
        if isinstance(change, LinkChanged) and change.link is Link.ONLINE:
            return arrived
        if isinstance(change, TimelineChanged):
            arrived += [each.text for each in change.arrived]
    raise AssertionError("it was never online")


def test_online_means_that_new_conversations_and_their_logs_are_here() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    bo.go_offline()
    for number in range(3):
        talk = group_of(anna, bo)
        anna.ask(lambda call, talk=talk, number=number: TextWritten(call, talk, f"{number}"))  # type: ignore[misc]
    until_online(world, bo)
    assert {"0", "1", "2"} <= set(before_online(bo))
    assert all(bo.state(each).record.title == "Team" for each in bo.engine.conversations)
    assert all(bo.state(each).record.admins for each in bo.engine.conversations)


def test_a_server_that_does_not_say_that_the_inbox_is_empty_is_waited_for_a_while() -> None:
    world = World()
    world.server.says_the_end = False
    anna = world.person("anna")
    links = [anna.link]
    for seconds in (9, 2):
        world.advance(seconds)
        links.append(anna.link)
    assert links == [Link.CATCHING_UP, Link.CATCHING_UP, Link.ONLINE]


def test_a_new_device_joins_by_itself_what_its_person_is_a_member_of() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    second = world.device(bo.account.user)
    assert talk not in second.engine.conversations
    world.advance(0.5)
    assert second.state(talk).joined
    assert second.system(talk) == ["system-joined"]
    assert everyone_agrees(world, talk)


def test_a_welcome_is_used_once() -> None:
    """Read again after a lost acknowledgement it changes nothing."""
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    before = bo.messages(talk)
    bo.engine._held.desk = replace(bo.engine.desk, inbox=0)
    bo.cut()
    world.advance(100)
    assert bo.messages(talk) == before
    assert bo.state(talk).joined
    assert everyone_agrees(world, talk)


def test_without_its_tree_a_welcome_waits_for_the_next_try() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    bo.go_offline()
    talk = group_of(anna, bo)
    trees = world.server.logs[talk].trees
    kept = dict(trees)
    trees.clear()
    until_online(world, bo)
    world.advance(30)
    assert bo.state(talk).joined  # not by the Welcome: by itself
    assert "system-joined" in bo.system(talk)
    assert kept
    assert everyone_agrees(world, talk)


@pytest.mark.parametrize("what", ["the tree of a Welcome", "the group"])
def test_what_is_too_large_to_be_read_holds_up_nothing_else(what: str) -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    bo.go_offline()
    large, other = group_of(anna, bo), group_of(anna, bo)
    real: Answers = world.server.answer
    parts = ("/tree/", "/group") if what == "the group" else ("/tree/",)

    def answer(device: DeviceId, query: Query) -> object:
        of_it = large in query.path and any(part in query.path for part in parts)
        return Code.TOO_LARGE if device == bo.account.device and of_it else real(device, query)

    world.server.answer = answer  # type: ignore[method-assign]
    bo.come_back()
    world.advance(60)
    assert bo.state(other).joined
    assert bo.state(other).record.title == "Team"
    phase = bo.state(large).record.phase
    assert phase is (Phase.BROKEN if what == "the group" else Phase.JOINED)


def test_looking_around_finds_what_no_welcome_told_of() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    bo.go_offline()
    talk = group_of(anna, bo)
    world.server.devices[bo.account.device].inbox.clear()
    until_online(world, bo)
    assert talk not in bo.engine.conversations
    world.advance(30)
    bo.events.append(TimerFired(Timer(TimerKind.LOOK_AROUND)))
    world.advance(30)
    assert bo.state(talk).record.phase is Phase.JOINED
    assert everyone_agrees(world, talk)


def test_who_waits_to_be_in_again_is_answered_when_a_welcome_comes_first() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    world.advance(10)
    bo.go_offline()
    waiting = (Rejoin(lost=True, call=41), Refresh(call=42))
    record = msgspec.structs.replace(bo.state(talk).record, phase=Phase.OUTSIDE, intents=waiting)
    outside = replace(bo.state(talk), record=record, group=None, roster=())
    bo.engine._held.conversations[talk] = outside
    anna.ask(lambda call: RemoveAsked(call, talk, bo.account.user))
    anna.ask(lambda call: AddAsked(call, talk, (bo.account.user,)))
    row = world.server.devices[bo.account.device]
    row.inbox[:] = [each for each in row.inbox if each.kind is InboxKind.WELCOME]
    bo.come_back()
    world.advance(30)
    assert bo.state(talk).joined
    assert bo.replies[41] == talk
    assert isinstance(bo.replies[42], Decline)


def test_the_founder_s_devices_are_as_old_as_the_conversation() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    world.device(anna.account.user)
    talk = group_of(anna, bo)
    assert anna.system(talk) == ["system-created", "system-added"]


def test_that_a_device_came_does_not_stand_for_a_conversation() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    anna.ask(lambda call: TextWritten(call, talk, "Um 8"))
    for _ in range(2):
        world.device(bo.account.user)
        world.advance(1)
        assert anna.system(talk)[-1] == "system-device-added"
        last = anna.state(talk).last
        assert last is not None
        assert last.text == "Um 8"
    anna.restart()
    restarted = anna.state(talk).last
    assert restarted is not None
    assert restarted.text == "Um 8"
