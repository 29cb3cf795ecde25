"""A device that is none any more: the next member takes it out before anything is said."""

import pytest

from teamchat.engine.events import AddAsked, DirectAsked, GroupAsked, TextWritten
from teamchat.identity import statements
from teamchat.ids import ConversationId
from teamchat.wire.frames import Nack, NackCode, Send
from tests.support.simulator import Peer, World, everyone_agrees

DAY = "2026-09-21"


@pytest.fixture
def phone(world: World, bo: Peer) -> Peer:
    return world.device(bo.account.user)


@pytest.fixture
def talk(anna: Peer, bo: Peer, phone: Peer) -> ConversationId:
    return ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))


def remove(world: World, peer: Peer) -> None:
    """Let the company remove a device."""
    world.server.devices[peer.account.device].revoked = True
    peer.cut()
    world.server.enter(statements.Removed(peer.account.user, peer.account.device, DAY))


def devices_in(peer: Peer, conversation: ConversationId) -> set[str]:
    return {leaf.device for leaf in peer.state(conversation).roster}


def test_somebody_takes_it_out_though_nobody_writes(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    remove(world, phone)
    world.advance(5)
    assert devices_in(anna, talk) == {anna.account.device, bo.account.device}
    assert everyone_agrees(world, talk) or phone.state(talk).joined
    commits = [send for _, send in world.server.received if send.group_info]
    assert len(commits) <= 3  # founding, and one or two that were quick


def test_it_is_out_before_anything_is_said(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    anna.go_offline()
    anna.ask(lambda call: TextWritten(call, talk, "written on the train"))
    remove(world, phone)
    bo.go_offline()
    anna.come_back()
    world.advance(70)
    assert phone.account.device not in devices_in(anna, talk)
    last = world.server.received[-1][1]
    assert anna.state(talk).outgoing == ()
    commit = next(s for _, s in reversed(world.server.received) if s.group_info)
    assert world.server.received.index((anna.account.device, commit)) < (
        world.server.received.index((anna.account.device, last))
    )
    bo.come_back()
    world.advance(70)
    assert bo.texts(talk) == ["written on the train"]


def test_if_the_server_does_not_let_it_out_messages_are_sent_and_that_is_told(
    world: World, anna: Peer, bo: Peer, phone: Peer, talk: ConversationId
) -> None:
    honest, refused = world.server.take, []

    def take(device: object, frame: Send) -> object:
        if frame.group_info:
            refused.append(frame)
            return Nack(frame.request, NackCode.FORBIDDEN)
        return honest(device, frame)  # type: ignore[arg-type]  # a device, as before

    world.server.take = take  # type: ignore[method-assign, assignment]  # it turns stubborn
    remove(world, phone)
    world.advance(30)
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    world.advance(600)
    assert bo.texts(talk) == ["hello"]
    assert 1 <= len(refused) < 10
    for peer in (anna, bo):  # whoever tried is told
        stays = [each for each in peer.engine.alarms if each.key == "alarm-device-stays"]
        assert len(stays) == 1


def test_who_reads_it_all_later_comes_to_the_same_group(
    world: World, anna: Peer, bo: Peer, phone: Peer
) -> None:
    """It was added on Monday and removed on Wednesday; this client reads on Friday."""
    dora = world.person("dora")
    team = ConversationId(anna.ask(lambda call: GroupAsked(call, "T", (dora.account.user,))))
    dora.go_offline()
    anna.ask(lambda call: AddAsked(call, team, (bo.account.user,)))
    anna.ask(lambda call: TextWritten(call, team, "monday"))
    remove(world, phone)
    world.advance(5)
    anna.ask(lambda call: TextWritten(call, team, "friday"))
    dora.come_back()
    world.advance(70)
    assert dora.texts(team) == ["monday", "friday"]
    assert [each.key for each in dora.engine.alarms] == []
    assert devices_in(dora, team) == devices_in(anna, team)
