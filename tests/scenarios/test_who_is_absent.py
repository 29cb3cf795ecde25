"""A person's last device is none any more: it goes, and they come back with the next one."""

import pytest

from teamchat.client.arriving import Arrival, arrival_of
from teamchat.engine import listing, looking
from teamchat.engine.events import (
    AddAsked,
    DirectAsked,
    GroupAsked,
    RejoinAsked,
    RemoveAsked,
    TextWritten,
)
from teamchat.engine.model import Standing
from teamchat.engine.records import Phase
from teamchat.engine.state import Listing
from teamchat.engine.view import conversation_of, members_of
from teamchat.identity import statements
from teamchat.identity.keys import DeviceKey
from teamchat.ids import ConversationId
from teamchat.wire.bodies import MemberRole
from tests.support.simulator import Peer, World, everyone_agrees

DAY = "2026-09-21"


@pytest.fixture
def cem(world: World) -> Peer:
    return world.person("cem")


@pytest.fixture
def team(anna: Peer, bo: Peer, cem: Peer) -> ConversationId:
    users = (bo.account.user, cem.account.user)
    return ConversationId(anna.ask(lambda call: GroupAsked(call, "T", users)))


def lose(world: World, peer: Peer) -> None:
    """The company removes the only device of somebody."""
    world.server.devices[peer.account.device].revoked = True
    peer.go_offline()
    world.peers.remove(peer)
    world.server.enter(statements.Removed(peer.account.user, peer.account.device, DAY))
    world.advance(10)


def users(peer: Peer, conversation: ConversationId) -> frozenset[str]:
    return frozenset(peer.state(conversation).users())


def test_the_last_device_of_a_colleague_does_not_stay(
    world: World, anna: Peer, bo: Peer, cem: Peer, team: ConversationId
) -> None:
    lose(world, cem)
    for peer in (anna, bo):
        assert cem.account.user not in users(peer, team)
        assert peer.state(team).record.absent == (cem.account.user,)
        assert "system-deviceless-by-company" in peer.system(team)
        assert "system-removed" not in peer.system(team)
    assert everyone_agrees(world, team)


def test_who_reads_the_commit_before_the_directory_blames_nobody(
    world: World, anna: Peer, bo: Peer, cem: Peer, team: ConversationId
) -> None:
    bo.go_offline()
    lose(world, cem)
    with pytest.MonkeyPatch.context() as deaf:
        deaf.setattr(looking, "look", lambda _: None)  # what the connection begins with
        bo.come_back()
        world.advance(120)
    assert bo.state(team).listing is Listing.WAITING
    bo.cut()
    world.advance(120)
    assert "system-deviceless-by-company" in bo.system(team)
    assert "system-removed" not in bo.system(team)
    assert bo.state(team).record.absent == (cem.account.user,)
    assert everyone_agrees(world, team)


def test_nobody_is_said_to_have_added_who_is_back(
    world: World, anna: Peer, bo: Peer, cem: Peer, team: ConversationId
) -> None:
    lose(world, cem)
    seen = {peer: len(peer.system(team)) for peer in (anna, bo)}
    world.device(cem.account.user)
    world.advance(30)
    for peer in (anna, bo):
        assert peer.system(team)[seen[peer] :] == ["system-back"]


def test_of_two_the_other_one_loses_their_last_device_and_is_back(
    world: World, anna: Peer, bo: Peer
) -> None:
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    seen = len(anna.system(talk))
    lose(world, bo)
    world.device(bo.account.user)
    world.advance(70)
    assert anna.system(talk)[seen:] == ["system-deviceless-by-company", "system-back"]


def test_who_signs_out_of_their_last_device_is_said_to_have_done_it(
    world: World, anna: Peer, cem: Peer, team: ConversationId
) -> None:
    device = cem.account.device
    world.server.devices[device].revoked = True
    cem.go_offline()
    world.peers.remove(cem)
    key, user = DeviceKey(cem.account.device_seed), cem.account.user
    signature = statements.sign_removal(key, user=user, device=device, by=device)
    world.server.enter(statements.Removed(user, device, DAY, device, signature))
    world.advance(10)
    assert "system-deviceless-by-own" in anna.system(team)


def test_they_are_in_again_with_their_next_device(
    world: World, anna: Peer, bo: Peer, cem: Peer, team: ConversationId
) -> None:
    lose(world, cem)
    anna.ask(lambda call: TextWritten(call, team, "meanwhile"))
    again = world.device(cem.account.user)
    world.advance(30)
    assert again.state(team).record.phase is Phase.JOINED
    bo.ask(lambda call: TextWritten(call, team, "there you are"))
    world.advance(5)
    assert again.texts(team) == ["there you are"]
    for peer in (anna, bo, again):
        assert users(peer, team) == {each.account.user for each in (anna, bo, cem)}
        assert peer.state(team).record.absent == ()
        assert [each.key for each in peer.engine.alarms if each.key.startswith("alarm-")] == []
    assert everyone_agrees(world, team)


def test_those_who_came_later_see_nothing_strange(
    world: World, anna: Peer, bo: Peer, cem: Peer, team: ConversationId
) -> None:
    lose(world, cem)
    dora = world.person("dora")
    anna.ask(lambda call: AddAsked(call, team, (dora.account.user,)))
    again = world.device(cem.account.user)
    world.advance(30)
    for peer in (anna, bo, dora, again):
        assert peer.state(team).record.phase is Phase.JOINED
        assert cem.account.user in users(peer, team)
    assert everyone_agrees(world, team)


def test_they_wait_until_somebody_is_there_to_take_them_in(
    world: World, anna: Peer, bo: Peer, cem: Peer, team: ConversationId
) -> None:
    lose(world, cem)
    anna.go_offline()
    bo.go_offline()
    again = world.device(cem.account.user)
    world.advance(100)
    assert again.state(team).record.phase is Phase.OUTSIDE
    assert arrival_of(again.engine) == Arrival(1, 0, 0, waiting=1)
    assert arrival_of(again.engine).has_done_its_part
    assert conversation_of(again.state(team), again.account, {}).standing is Standing.WAITING
    why = again.refused(lambda call: RejoinAsked(call, team))
    assert why == "error-waits-for-colleague"
    again.restart()
    world.advance(100)
    assert again.state(team).record.phase is Phase.OUTSIDE
    bo.come_back()
    world.advance(100)
    assert again.state(team).record.phase is Phase.JOINED


def test_whom_an_admin_removes_meanwhile_does_not_come_back(
    world: World, anna: Peer, bo: Peer, cem: Peer, team: ConversationId
) -> None:
    world.server.logs[team].roles[anna.account.user] = MemberRole.ADMIN
    lose(world, cem)
    anna.ask(lambda call: RemoveAsked(call, team, cem.account.user))
    assert cem.account.user not in world.server.logs[team].absent
    again = world.device(cem.account.user)
    world.advance(30)
    assert cem.account.user not in users(anna, team) | users(bo, team)
    assert team not in again.engine.conversations


def test_an_admin_who_removes_somebody_with_their_last_ended_device_removes_the_person(
    world: World, anna: Peer, bo: Peer, cem: Peer, team: ConversationId
) -> None:
    anna.go_offline()
    world.server.devices[cem.account.device].revoked = True
    cem.go_offline()
    world.peers.remove(cem)
    bo.go_offline()
    world.server.enter(statements.Removed(cem.account.user, cem.account.device, DAY))
    anna.come_back()
    world.advance(1)
    anna.tell(lambda call: RemoveAsked(call, team, cem.account.user))
    world.advance(60)
    assert cem.account.user not in world.server.logs[team].users()


def test_two_who_would_take_them_in_do_it_once(
    world: World, anna: Peer, bo: Peer, cem: Peer, team: ConversationId
) -> None:
    lose(world, cem)
    before = len(world.server.logs[team].items)
    world.device(cem.account.user)
    world.advance(60)
    commits = world.server.logs[team].items[before:]
    assert [each.kind.name for each in commits].count("COMMIT") == 1


def test_whom_one_writes_to_is_found_though_no_device_is_left(
    world: World, anna: Peer, bo: Peer
) -> None:
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    lose(world, bo)
    assert users(anna, talk) == {anna.account.user}
    people = {one.person.id: one for one in members_of(anna.state(talk), anna.account, {})}
    assert {*people} == {anna.account.user, bo.account.user}
    assert people[bo.account.user].devices == 0


def test_nothing_is_queued_for_whose_devices_have_all_ended(
    world: World, anna: Peer, bo: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    monkeypatch.setattr(listing, "ended", lambda *_: ())  # nobody has taken it out yet
    lose(world, bo)
    assert users(anna, talk) == {anna.account.user, bo.account.user}
    assert anna.refused(lambda call: TextWritten(call, talk, "hello")) == "error-peer-absent"


def test_between_two_nothing_is_said_to_nobody(world: World, anna: Peer, bo: Peer) -> None:
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    anna.go_offline()
    anna.ask(lambda call: TextWritten(call, talk, "written on the train"))
    lose(world, bo)
    anna.come_back()
    world.advance(70)
    assert users(anna, talk) == {anna.account.user}
    assert anna.refused(lambda call: TextWritten(call, talk, "hello")) == "error-peer-absent"
    assert len(anna.state(talk).outgoing) == 1
    again = world.device(bo.account.user)
    world.advance(70)
    assert again.texts(talk) == ["written on the train"]
    anna.ask(lambda call: TextWritten(call, talk, "there you are"))
    assert again.texts(talk)[-1] == "there you are"
