"""Somebody starts anew, and their new device is not there: the others write and decide on."""

import os
from collections.abc import Callable

import msgspec
import pytest

from teamchat.engine.events import (
    AddAsked,
    DirectAsked,
    Event,
    GroupAsked,
    KeyKept,
    LeaveAsked,
    PersonVerified,
    RemoveAsked,
    TextWritten,
)
from teamchat.engine.model import Trust
from teamchat.engine.records import Phase
from teamchat.engine.view import person_of
from teamchat.identity import certificate
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.statements import Removed, Reset
from teamchat.ids import ConversationId, DeviceId, identifier
from teamchat.mls.delivery import peek
from teamchat.mls.framing.content import ContentType
from teamchat.wire.bodies import MemberRole
from teamchat.wire.frames import Nack, NackCode, Send
from tests.support.simulator import Peer, World, everyone_agrees

DAY = "2026-09-21"
MINUTES = 60


@pytest.fixture
def cem(world: World) -> Peer:
    return world.person("cem")


@pytest.fixture
def dora(world: World) -> Peer:
    return world.person("dora")


@pytest.fixture
def team(world: World, anna: Peer, bo: Peer, cem: Peer, dora: Peer) -> ConversationId:
    users = tuple(each.account.user for each in (bo, cem, dora))
    made = ConversationId(anna.ask(lambda call: GroupAsked(call, "T", users)))
    world.server.logs[made].roles[anna.account.user] = MemberRole.ADMIN
    return made


def start_anew(world: World, peer: Peer) -> None:
    """Log a reset; no device under the new key is ever seen."""
    user, identity, key = peer.account.user, IdentityKey(os.urandom(32)), DeviceKey(os.urandom(32))
    device = DeviceId(identifier(os.urandom(16)))
    brought = certificate.issue(
        identity, user=user, device=device, device_key=key.public, created=1
    )
    world.server.devices[peer.account.device].revoked = True
    peer.go_offline()
    world.peers.remove(peer)
    world.server.listed[user] = identity.public
    known = world.server.users[user]
    world.server.users[user] = msgspec.structs.replace(known, identity_key=identity.public)
    world.identities[user] = identity
    world.server.enter(Reset(user, device, brought, DAY))


def write(peer: Peer, talk: ConversationId, text: str) -> None:
    peer.ask(lambda call: TextWritten(call, talk, text))


def alarms(peer: Peer) -> list[str]:
    return [each.key for each in peer.engine.alarms]


def test_the_others_write_on_though_nobody_has_accepted_the_new_key(
    world: World, anna: Peer, bo: Peer, cem: Peer, dora: Peer, team: ConversationId
) -> None:
    bo.ask(lambda call: PersonVerified(call, dora.account.user))
    start_anew(world, dora)
    write(bo, team, "anybody there?")
    world.advance(5)
    write(anna, team, "yes")
    world.advance(5)
    for peer in (anna, bo, cem):
        assert peer.texts(team) == ["anybody there?", "yes"]
        assert alarms(peer) == ["alarm-key-changed"]
        assert peer.state(team).record.absent == (dora.account.user,)
        assert "system-deviceless" in peer.system(team)
    assert person_of(bo.engine.people[dora.account.user]).trust is Trust.CHANGED


def test_who_started_anew_is_in_again_when_one_has_accepted_the_key(
    world: World, anna: Peer, bo: Peer, cem: Peer, dora: Peer, team: ConversationId
) -> None:
    start_anew(world, dora)
    world.advance(5)
    again = world.device(dora.account.user)
    world.advance(3 * MINUTES)
    assert again.state(team).record.phase is Phase.OUTSIDE
    write(bo, team, "without her")
    cem.ask(lambda call: PersonVerified(call, dora.account.user))
    world.advance(10)
    assert again.state(team).record.phase is Phase.JOINED
    write(cem, team, "with her")
    world.advance(5)
    assert again.texts(team) == ["with her"]
    assert bo.refused(lambda call: TextWritten(call, team, "to whom?")) == "error-key-changed"
    assert everyone_agrees(world, team)


def test_between_two_nothing_is_said_to_the_new_key_before_it_is_accepted(
    world: World, anna: Peer, bo: Peer
) -> None:
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    anna.ask(lambda call: PersonVerified(call, bo.account.user))
    start_anew(world, bo)
    world.advance(5)
    assert anna.refused(lambda call: TextWritten(call, talk, "hello")) == "error-peer-absent"
    again = world.device(bo.account.user)
    world.advance(30)
    assert anna.refused(lambda call: TextWritten(call, talk, "hello")) == "error-key-changed"
    anna.ask(lambda call: PersonVerified(call, bo.account.user))
    write(anna, talk, "it is you")
    assert again.texts(talk) == ["it is you"]


def test_a_device_that_the_reset_has_ended_takes_out_nobody(
    world: World, anna: Peer, bo: Peer, cem: Peer, dora: Peer, team: ConversationId
) -> None:
    """The log says so of a person who is there: the others take the devices out."""
    tablet = world.device(dora.account.user)
    for peer in (anna, bo, cem, dora):
        peer.go_offline()
    start_anew(world, tablet)
    dora.come_back()
    world.advance(MINUTES)
    assert alarms(dora) == ["notice-own-device-added", "alarm-own-reset"]
    assert dora.state(team).pending is None
    for peer in (anna, bo, cem):
        peer.come_back()
    world.advance(2 * MINUTES)
    assert dora.account.user not in anna.state(team).users()


# --- the server alone says that a device has ended ------------------------------------------------


class Bar:
    """The server takes no message of a group, while it lies."""

    def __init__(self, world: World, talk: ConversationId) -> None:
        self.lies = True
        self._world, self._talk, self._honest = world, talk, world.server.take

    def take(self, device: DeviceId, frame: Send) -> object:
        log = self._world.server.logs[frame.conversation]
        said = peek(frame.body).content_type is ContentType.APPLICATION
        if self.lies and said and frame.conversation == self._talk:
            return Nack(frame.request, NackCode.DEVICE_ENDED, log.group.epoch, log.head)
        return self._honest(device, frame)


@pytest.fixture
def bar(world: World, team: ConversationId) -> Bar:
    made = Bar(world, team)
    world.server.take = made.take  # type: ignore[method-assign, assignment]  # it lies
    return made


def test_that_is_told_once_with_what_to_do(
    world: World, anna: Peer, team: ConversationId, bar: Bar
) -> None:
    write(anna, team, "hello")
    world.advance(2 * MINUTES)
    assert alarms(anna) == []
    for _ in range(3):
        world.advance(4 * MINUTES)
        anna.cut()  # a new connection is no new beginning
    assert alarms(anna) == ["alarm-messages-barred"]
    bar.lies = False
    world.advance(2 * MINUTES)
    assert anna.state(team).outgoing == ()
    bar.lies = True
    write(anna, team, "again")
    world.advance(6 * MINUTES)
    assert alarms(anna) == ["alarm-messages-barred", "alarm-messages-barred"]


def test_a_server_that_cuts_the_connection_does_not_put_that_off(
    world: World, anna: Peer, team: ConversationId, bar: Bar
) -> None:
    write(anna, team, "hello")
    for _ in range(6):
        world.advance(MINUTES)
        anna.cut()
    assert alarms(anna) == ["alarm-messages-barred"]


def remove(team: ConversationId, user: str) -> Callable[[int], Event]:
    return lambda call: RemoveAsked(call, team, user)  # type: ignore[arg-type]  # it is one


def test_whoever_has_a_line_waiting_removes_somebody_all_the_same(
    world: World,
    anna: Peer,
    bo: Peer,
    cem: Peer,
    team: ConversationId,
    bar: Bar,
) -> None:
    eve = world.person("eve")
    write(anna, team, "hello")
    world.advance(30)
    anna.tell(lambda call: AddAsked(call, team, (eve.account.user,)))  # is not read by her
    call = anna.tell(remove(team, cem.account.user))
    world.advance(2 * MINUTES)
    assert isinstance(anna.replies.get(call), str)
    assert cem.account.user not in bo.state(team).users()
    assert anna.state(team).queued == 1
    bar.lies = False
    world.advance(2 * MINUTES)
    assert bo.texts(team) == ["hello"]
    assert eve.texts(team) == []
    assert eve.account.user in bo.state(team).users()


def test_whoever_has_a_line_waiting_leaves_all_the_same(
    world: World, anna: Peer, bo: Peer, team: ConversationId, bar: Bar
) -> None:
    write(bo, team, "hello")
    world.advance(30)
    call = bo.tell(lambda call: LeaveAsked(call, team))
    world.advance(2 * MINUTES)
    assert isinstance(bo.replies.get(call), str)
    assert bo.account.user not in anna.state(team).users()
    assert bar.lies


def test_a_removal_that_is_known_is_no_riddle(
    world: World, anna: Peer, bo: Peer, team: ConversationId
) -> None:
    """The directory says why: then it is told that the device stays."""
    honest = world.server.take

    def take(device: DeviceId, frame: Send) -> object:
        if frame.group_info:
            return Nack(frame.request, NackCode.FORBIDDEN)
        return honest(device, frame)

    world.server.take = take  # type: ignore[method-assign, assignment]  # it lets nobody out
    world.server.devices[bo.account.device].revoked = True
    bo.cut()
    world.server.enter(Removed(bo.account.user, bo.account.device, DAY))
    write(anna, team, "hello")
    world.advance(10 * MINUTES)
    assert alarms(anna) == ["alarm-device-stays"]


def test_the_key_of_before_cannot_be_kept_when_the_log_says_that_it_is_over(
    world: World, anna: Peer, bo: Peer, talk: ConversationId
) -> None:
    start_anew(world, bo)
    world.advance(MINUTES)
    assert talk in anna.engine.conversations
    assert anna.refused(lambda call: KeyKept(call, bo.account.user)) == "error-key-listed"
    assert person_of(anna.engine.people[bo.account.user]).trust is Trust.CHANGED
