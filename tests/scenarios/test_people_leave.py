"""Whoever leaves is out with all devices, writes nothing meanwhile, and does not come back."""

from dataclasses import replace

import msgspec
import pytest

from teamchat.engine import groups
from teamchat.engine.events import (
    AddAsked,
    GroupAsked,
    LeaveAsked,
    RemoveAsked,
    RenameAsked,
    RetryAsked,
    TextWritten,
)
from teamchat.engine.model import Delivery, Standing
from teamchat.engine.records import Phase
from teamchat.engine.roster import roster_of
from teamchat.engine.view import conversation_of
from teamchat.ids import ConversationId
from teamchat.mls.framing.message import unwrap, wrap
from teamchat.mls.framing.public import PublicMessage
from teamchat.wire.frames import Kind, Nack, NackCode, Send, Sent
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import Peer, World, everyone_agrees


def group_of(*peers: Peer) -> ConversationId:
    first, *others = peers
    users = tuple(each.account.user for each in others)
    return ConversationId(first.ask(lambda call: GroupAsked(call, "Team", users)))


def cem_with_two_devices() -> tuple[World, list[Peer], ConversationId]:
    """Anna, bo and cem in a group, and cem's tablet."""
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    tablet = world.device(cem.account.user)
    talk = group_of(anna, bo, cem)
    world.advance(10)
    assert len(anna.state(talk).of_person(cem.account.user)) == 2
    return world, [anna, bo, cem, tablet], talk


def run_only(world: World, *awake: Peer) -> None:
    """Let some devices do all they can, while the others get no time."""
    while True:
        busy = [peer for peer in awake if peer.events]
        if busy:
            busy[0].step()
        elif not sum(peer.pump() for peer in awake):
            return


def proposals(world: World, talk: ConversationId) -> int:
    return sum(item.kind is Kind.PROPOSAL for item in world.server.logs[talk].items)


@pytest.mark.parametrize("leaver", ["phone", "tablet"])
def test_a_commit_between_two_proposals_does_not_leave_half_of_the_devices(leaver: str) -> None:
    """On a busy server somebody writes, and so commits, when it has one of the proposals."""
    world, (anna, bo, cem, tablet), talk = cem_with_two_devices()
    leaving = cem if leaver == "phone" else tablet
    leaving.tell(lambda call: LeaveAsked(call, talk))
    while not proposals(world, talk):
        leaving.step()
    assert proposals(world, talk) == 1
    run_only(world, bo)
    bo.tell(lambda call: TextWritten(call, talk, "one proposal is here, and I write"))
    run_only(world, bo)
    assert len(bo.state(talk).of_person(cem.account.user)) == 1
    world.advance(60)
    for device in (cem, tablet):
        assert device.state(talk).record.phase is Phase.LEFT
        device.cut()
    world.advance(120)
    assert cem.account.user not in anna.state(talk).users()
    assert cem.state(talk).record.phase is tablet.state(talk).record.phase is Phase.LEFT


def test_a_restart_between_two_proposals_keeps_their_order() -> None:
    world, (anna, bo, cem, _), talk = cem_with_two_devices()
    cem.tell(lambda call: LeaveAsked(call, talk))
    cem.kill_after = cem.performed + 1  # stored, and nothing sent
    cem.step()
    assert [each.order for each in cem.state(talk).outgoing] == [-2, -1]
    while not proposals(world, talk):
        assert cem.events or cem.pump()
        if cem.events:
            cem.step()
    run_only(world, bo)
    bo.tell(lambda call: TextWritten(call, talk, "now"))
    run_only(world, bo)
    (left,) = bo.state(talk).of_person(cem.account.user)
    assert left.device == cem.account.device
    world.advance(60)
    assert cem.account.user not in anna.state(talk).users()


def test_both_devices_leave_at_once() -> None:
    world, (anna, bo, cem, tablet), talk = cem_with_two_devices()
    for device in (cem, tablet):
        device.tell(lambda call: LeaveAsked(call, talk))
    world.advance(60)
    assert cem.account.user not in anna.state(talk).users()
    assert cem.state(talk).record.phase is tablet.state(talk).record.phase is Phase.LEFT
    assert everyone_agrees(world, talk)
    bo.ask(lambda call: TextWritten(call, talk, "bye"))
    assert anna.texts(talk) == ["bye"]


def test_who_is_leaving_is_told_at_once_that_nothing_is_taken() -> None:
    """Nobody else is online, so the leaving takes its time."""
    world, (anna, bo, cem, tablet), talk = cem_with_two_devices()
    anna.go_offline()
    bo.go_offline()
    user = bo.account.user
    cem.ask(lambda call: LeaveAsked(call, talk))
    for device in (cem, tablet):
        assert device.refused(lambda call: TextWritten(call, talk, "and?")) == "error-leaving"
        assert device.refused(lambda call: RenameAsked(call, talk, "x")) == "error-leaving"
        assert device.refused(lambda call: RemoveAsked(call, talk, user)) == "error-leaving"
        assert device.refused(lambda call: AddAsked(call, talk, (user,))) == "error-leaving"
        assert device.system(talk)[-1] == "system-leaving"
        seen = conversation_of(device.state(talk), device.account, device.engine.people)
        assert seen.standing is Standing.LEAVING
        assert seen.joined
    cem.ask(lambda call: LeaveAsked(call, talk))  # said already
    assert cem.system(talk).count("system-leaving") == 1
    assert not cem.state(talk).outgoing
    bo.come_back()
    world.advance(120)
    for device in (cem, tablet):
        assert device.system(talk)[-2:] == ["system-leaving", "system-left"]
        assert device.refused(lambda call: TextWritten(call, talk, "?")) == "error-not-a-member"


def test_what_was_typed_before_leaving_is_sent_first() -> None:
    world, (anna, _, cem, _), talk = cem_with_two_devices()
    cem.tell(lambda call: TextWritten(call, talk, "farewell"))
    cem.tell(lambda call: LeaveAsked(call, talk))
    world.advance(60)
    assert anna.texts(talk) == cem.texts(talk) == ["farewell"]
    assert cem.messages(talk)[-1].text == "system-left"


def test_what_failed_with_a_removal_is_sent_by_a_retry_once_back() -> None:
    """It is not sent by itself: other people may be in the group by then."""
    world, (anna, bo, cem, _), talk = cem_with_two_devices()
    cem.go_offline()
    line = cem.ask(lambda call: TextWritten(call, talk, "typed by a member"))
    anna.ask(lambda call: RemoveAsked(call, talk, cem.account.user))
    anna.ask(lambda call: AddAsked(call, talk, (cem.account.user,)))
    cem.come_back()
    world.advance(120)
    assert cem.state(talk).joined
    (own,) = (each for each in cem.messages(talk) if each.own and each.id == line)
    assert own.delivery is Delivery.FAILED
    assert bo.texts(talk) == []
    cem.ask(lambda call: RetryAsked(call, line))
    assert bo.texts(talk) == anna.texts(talk) == cem.texts(talk) == ["typed by a member"]


def test_the_leavers_other_device_does_not_commit_without_itself() -> None:
    """No committer can remove itself: half of the person would stay, and the rest come back."""
    world, (anna, bo, cem, tablet), talk = cem_with_two_devices()
    anna.go_offline()
    bo.go_offline()
    cem.ask(lambda call: LeaveAsked(call, talk))
    world.advance(60)  # the turn of the tablet is long over
    assert world.server.logs[talk].devices().keys() >= {cem.account.device, tablet.account.device}
    bo.come_back()
    world.advance(120)
    assert cem.account.user not in bo.state(talk).users()
    assert cem.state(talk).record.phase is tablet.state(talk).record.phase is Phase.LEFT


def test_one_device_goes_on_with_what_the_other_has_begun() -> None:
    """The phone proposes both removals and is lost; an epoch later its proposals are void."""
    world, (anna, bo, cem, tablet), talk = cem_with_two_devices()
    bo.go_offline()
    anna.go_offline()
    cem.ask(lambda call: LeaveAsked(call, talk))
    tablet.restart()
    cem.go_offline()
    forgetful = replace(bo.state(talk), setbacks=1)  # commits, but not what is proposed
    bo.engine._held.conversations[talk] = forgetful
    bo.come_back()
    world.advance(120)
    assert cem.account.user not in bo.state(talk).users()
    assert tablet.state(talk).record.phase is Phase.LEFT


def empty_commit(world: World, peer: Peer, talk: ConversationId) -> Sent | Nack:
    """Commit nothing at all, as no client of ours does; if it is taken, go on with it."""
    state = peer.state(talk)
    deaf = replace(state.held_group(), pending_proposals={})
    made = groups.commit(CRYPTO, deaf, world.clock.now())
    send = Send(7, talk, CRYPTO.random(16), made.body, made.group_info, made.welcome)
    answer = world.server.take(peer.account.device, send)
    if isinstance(answer, Sent):
        after = groups.adopted(groups.restored(made.parts), state.held_group(), world.clock.now())
        record = msgspec.structs.replace(state.record, seq=answer.seq)
        roster = roster_of(after)
        peer.engine._held.conversations[talk] = replace(
            state, group=after, roster=roster, record=record
        )
    return answer


def test_nobody_keeps_somebody_from_leaving_by_commits_without_them() -> None:
    world = World()
    anna, bo, mallory = (world.person(name) for name in ("anna", "bo", "mallory"))
    talk = group_of(anna, bo, mallory)
    world.advance(30)
    anna.go_offline()
    bo.tell(lambda call: LeaveAsked(call, talk))
    run_only(world, bo)
    assert proposals(world, talk) == 1
    world.server.fan_out()
    while mallory.pump():
        while mallory.events and not mallory.state(talk).held_group().pending_proposals:
            mallory.step()
    answer = empty_commit(world, mallory, talk)
    assert isinstance(answer, Nack)
    assert (answer.code, answer.head) == (NackCode.STALE_EPOCH, world.server.logs[talk].head)
    mallory.go_offline()
    anna.come_back()
    world.advance(60)
    assert bo.state(talk).record.phase is Phase.LEFT
    assert bo.account.user not in anna.state(talk).users()


def say_falsely(world: World, peer: Peer, talk: ConversationId, leaf: int) -> None:
    """Propose a removal with a membership tag that is none, as no client of ours does."""
    _, body = groups.propose_removal(CRYPTO, peer.state(talk).held_group(), leaf)
    message = unwrap(body)
    assert isinstance(message, PublicMessage)
    false = wrap(replace(message, membership_tag=bytes(32)))
    send = Send(7, talk, CRYPTO.random(16), false, b"", b"")
    assert isinstance(world.server.take(peer.account.device, send), Sent)
    world.server.fan_out()
    world.run()


def test_whose_leaving_nobody_can_read_is_not_waited_for_without_end() -> None:
    world = World()
    anna, bo, mallory, dora = (world.person(name) for name in ("anna", "bo", "mallory", "dora"))
    tablet = world.device(mallory.account.user)
    talk = group_of(anna, bo, mallory)
    world.advance(30)
    one, two = mallory.state(talk).held_group(), tablet.state(talk).held_group()
    say_falsely(world, mallory, talk, two.own_leaf)
    _, body = groups.propose_removal(CRYPTO, one, one.own_leaf)
    send = Send(8, talk, CRYPTO.random(16), body, b"", b"")
    assert isinstance(world.server.take(mallory.account.device, send), Sent)
    mallory.go_offline()
    tablet.go_offline()
    world.server.fan_out()
    world.run()
    anna.tell(lambda call: AddAsked(call, talk, (dora.account.user,)))
    for peer in (anna, bo):
        peer.tell(lambda call: TextWritten(call, talk, "a message"))
    world.advance(120)
    assert dora.account.user in bo.state(talk).users()
    for peer in (anna, bo):
        assert peer.texts(talk) == ["a message"] * 2
    anna.tell(lambda call: RemoveAsked(call, talk, mallory.account.user))
    world.advance(120)
    assert mallory.account.user not in bo.state(talk).users()


def test_a_commit_that_was_on_its_way_when_somebody_left_is_made_again_with_them() -> None:
    world = World()
    anna, bo, cem, dora = (world.person(name) for name in ("anna", "bo", "cem", "dora"))
    talk = group_of(anna, bo, cem)
    world.advance(30)
    bo.tell(lambda call: LeaveAsked(call, talk))
    while not proposals(world, talk):
        bo.step()
    anna.tell(lambda call: AddAsked(call, talk, (dora.account.user,)))
    while anna.events:  # and nothing is read: the proposal is on its way to her
        anna.step()
    assert anna.state(talk).pending is not None
    world.run()
    world.advance(60)
    assert anna.state(talk).users() == {each.account.user for each in (anna, cem, dora)}
    assert bo.state(talk).record.phase is Phase.LEFT
    assert everyone_agrees(world, talk)
    devices = [device for device, frame in world.server.received if frame.group_info]
    assert devices.count(anna.account.device) >= 3  # to make the group, refused, and again
