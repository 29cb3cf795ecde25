"""A server that makes people up: nothing is encrypted to anybody whom nobody was told of."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teamchat.engine import groups
from teamchat.engine.commands import Ask
from teamchat.engine.events import (
    AddAsked,
    Answered,
    DirectAsked,
    Event,
    GroupAsked,
    PersonVerified,
    Received,
    Refused,
    TextWritten,
)
from teamchat.engine.model import Link
from teamchat.identity.keys import IdentityKey
from teamchat.ids import ConversationId, UserId, identifier
from teamchat.mls.group.snapshot import restore
from teamchat.wire import bodies, frames
from teamchat.wire.frames import (
    Batch,
    InboxBatch,
    InboxItem,
    InboxKind,
    Item,
    Kind,
    Nack,
    NackCode,
    Reset,
    Send,
)
from teamchat.wire.problems import Code
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import Peer, World, everyone_agrees
from tests.support.strategies import wire


@pytest.fixture
def team(anna: Peer, bo: Peer) -> ConversationId:
    return ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", (bo.account.user,))))


def say(peer: Peer, conversation: ConversationId, text: str) -> None:
    peer.ask(lambda call: TextWritten(call, conversation, text))


def alarms(peer: Peer) -> list[str]:
    return [each.key for each in peer.engine.alarms]


def people_in(peer: Peer, conversation: ConversationId) -> set[UserId]:
    return set(peer.state(conversation).users())


def ghost_of(world: World, peer: Peer) -> Peer:
    """A device that the server made for somebody, under an identity key of its own."""
    user = peer.account.user
    world.identities[user] = IdentityKey(CRYPTO.random(32))
    return world.device(user)


# --- key packages that were not asked for -----------------------------------------------------


def test_a_ghost_device_is_not_added(world: World, anna: Peer, bo: Peer) -> None:
    """Its certificate is sound, but by another identity key than the pinned one."""
    cem = world.person("cem")
    anna.ask(lambda call: DirectAsked(call, cem.account.user))
    talk = anna.ask(lambda call: GroupAsked(call, "Team", (bo.account.user,)))
    ghost_of(world, cem)
    refused = anna.refused(lambda call: AddAsked(call, ConversationId(talk), (cem.account.user,)))
    assert refused == "error-key-changed"
    assert "alarm-key-changed" in alarms(anna)
    assert people_in(anna, ConversationId(talk)) == {anna.account.user, bo.account.user}


def stranger_among_the_claimed(world: World, stranger: Peer) -> None:
    """Let the server put somebody's device among those that were asked for."""
    honest = world.server._claim

    def claim(device: object, users: list[UserId]) -> bodies.ClaimedKeyPackages:
        found = honest(device, users)  # type: ignore[arg-type]  # a device, as before
        row = world.server.devices[stranger.account.device]
        more = bodies.ClaimedKeyPackage(
            stranger.account.user, stranger.account.device, row.key_packages.pop(0)
        )
        return msgspec.structs.replace(found, key_packages=[*found.key_packages, more])

    world.server._claim = claim  # type: ignore[method-assign]  # the server turns hostile


def test_nobody_comes_into_a_new_conversation_uncalled(world: World, anna: Peer, bo: Peer) -> None:
    eve = world.person("eve")
    stranger_among_the_claimed(world, eve)
    refused = anna.refused(lambda call: DirectAsked(call, bo.account.user))
    assert refused == "error-not-possible"
    assert not anna.engine.conversations
    assert not eve.engine.conversations


def test_nobody_is_added_uncalled(world: World, anna: Peer, bo: Peer, team: ConversationId) -> None:
    cem, eve = world.person("cem"), world.person("eve")
    stranger_among_the_claimed(world, eve)
    refused = anna.refused(lambda call: AddAsked(call, team, (cem.account.user,)))
    assert refused == "error-not-possible"
    assert people_in(anna, team) == people_in(bo, team) == {anna.account.user, bo.account.user}
    say(anna, team, "only us")
    assert bo.texts(team) == ["only us"]
    assert not eve.engine.conversations


def test_a_claim_that_leaves_somebody_out_makes_no_conversation(
    world: World, anna: Peer, bo: Peer
) -> None:
    def claim(device: object, users: object) -> bodies.ClaimedKeyPackages:
        return bodies.ClaimedKeyPackages([], [])

    world.server._claim = claim  # type: ignore[method-assign]  # the server turns hostile
    refused = anna.refused(lambda call: DirectAsked(call, bo.account.user))
    assert refused == "error-not-possible"
    assert not anna.engine.conversations


# --- ghosts by way of others ------------------------------------------------------------------


def test_a_ghost_added_by_a_deceived_member_raises_the_alarm(
    world: World, anna: Peer, bo: Peer
) -> None:
    cem = world.person("cem")
    anna.ask(lambda call: DirectAsked(call, cem.account.user))
    team = ConversationId(bo.ask(lambda call: GroupAsked(call, "Team", (anna.account.user,))))
    world.server.devices[cem.account.device].revoked = True
    ghost = ghost_of(world, cem)
    bo.tell(lambda call: AddAsked(call, team, (cem.account.user,)))
    world.run()
    if cem.account.user not in people_in(bo, team):  # bo knew the old key from the directory
        bo.ask(lambda call: PersonVerified(call, cem.account.user))
        bo.ask(lambda call: AddAsked(call, team, (cem.account.user,)))
    assert ghost.state(team).joined
    assert "alarm-key-changed" in alarms(anna)
    assert anna.refused(lambda call: TextWritten(call, team, "secret")) == "error-key-changed"
    assert ghost.texts(team) == []


def test_a_welcome_among_ghosts_raises_the_alarm(world: World, anna: Peer, bo: Peer) -> None:
    anna.ask(lambda call: DirectAsked(call, bo.account.user))
    world.server.devices[bo.account.device].revoked = True
    ghost = ghost_of(world, bo)
    team = ConversationId(ghost.ask(lambda call: GroupAsked(call, "Us", (anna.account.user,))))
    assert "alarm-key-changed" in alarms(anna)
    assert anna.refused(lambda call: TextWritten(call, team, "secret")) == "error-key-changed"


def stranger_commits(world: World, stranger: Peer, conversation: ConversationId) -> None:
    """Let a hostile server have somebody join by the GroupInfo that it keeps."""
    log = world.server.logs[conversation]
    made = groups.join_external(
        CRYPTO, stranger.account, conversation, log.group_info, log.group.tree_bytes(),
        world.clock.now(),
    )  # fmt: skip
    send = Send(1, conversation, CRYPTO.random(16), made.body, made.group_info)
    answer = world.server.take(stranger.account.device, send)
    assert isinstance(answer, frames.Sent)
    world.server.fan_out()
    world.run()


def test_a_stranger_who_joins_by_themselves_is_not_followed(
    world: World, anna: Peer, bo: Peer, team: ConversationId
) -> None:
    """The server has all it takes for an external commit; a member must not believe it."""
    eve = world.person("eve")
    stranger_commits(world, eve, team)
    assert eve.account.user not in people_in(anna, team)
    assert "alarm-conversation-broken" in alarms(anna)
    assert anna.refused(lambda call: TextWritten(call, team, "secret")) == "error-not-a-member"
    world.advance(300)
    assert eve.account.user not in people_in(anna, team)


def test_what_was_written_before_a_stranger_came_is_kept_and_not_sent(
    world: World, anna: Peer, bo: Peer, team: ConversationId
) -> None:
    eve = world.person("eve")
    anna.go_offline()
    anna.ask(lambda call: TextWritten(call, team, "typed on the train"))
    stranger_commits(world, eve, team)
    sent = len(world.server.received)
    anna.come_back()
    world.advance(120)
    assert anna.texts(team) == ["typed on the train"]
    assert [d for d, _ in world.server.received[sent:] if d == anna.account.device] == []


def test_a_new_device_of_a_member_may_join_by_itself(
    world: World, anna: Peer, bo: Peer, team: ConversationId
) -> None:
    second = world.device(bo.account.user)
    world.advance(30)
    assert second.state(team).joined
    say(anna, team, "hello both")
    assert second.texts(team) == bo.texts(team) == ["hello both"]
    assert everyone_agrees(world, team)


def test_a_welcome_does_not_replace_a_group_silently(
    world: World, anna: Peer, bo: Peer, team: ConversationId
) -> None:
    """A group of the same name that strangers made is not taken for ours."""
    eve, log = world.person("eve"), world.server.logs[team]
    now = world.clock.now()
    made = groups.create(CRYPTO, eve.account, team, now)
    group = made.group
    target = world.server.devices[anna.account.device].key_packages.pop(0)
    for _ in range(5):
        group = restore(groups.commit(CRYPTO, group, now).parts)
    commit = groups.commit(CRYPTO, group, now, add=[target])
    after = restore(commit.parts)
    log.trees[after.epoch] = after.tree.encode()
    item = InboxItem(InboxKind.WELCOME, team, 1, log.head, after.epoch, commit.welcome)
    world.server.devices[anna.account.device].inbox.append(item)
    world.server.fan_out()
    world.run()
    assert eve.account.user not in people_in(anna, team)
    say(anna, team, "still us")
    assert bo.texts(team) == ["still us"]


# --- nonsense -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived() -> tuple[World, Peer, ConversationId]:
    """Somebody in the middle of their day; every nonsense is said to a fresh copy."""
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    say(bo, talk, "hello")
    world.advance(5)
    return world, anna, talk


def aimed(frame: object, talk: ConversationId) -> object:
    """A frame about a conversation that exists, as far as it is about one."""
    if isinstance(frame, InboxBatch):
        items = [msgspec.structs.replace(each, conversation=talk) for each in frame.items]
        return InboxBatch(1, items)
    if hasattr(frame, "conversation"):
        return msgspec.structs.replace(frame, conversation=talk)  # type: ignore[type-var]  # a frame
    return frame


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_frame_takes_the_engine_down(
    lived: tuple[World, Peer, ConversationId], data: st.DataObject
) -> None:
    """Whatever a well-formed frame says, the engine answers, and what is typed is kept."""
    world, anna, talk = lived
    peer = Peer(world, anna.account, anna.store)
    peer.engine._held.desk = anna.engine.desk
    for said in data.draw(st.lists(wire.values(frames.ServerFrame), min_size=1, max_size=6)):
        frame = aimed(said, talk) if data.draw(st.booleans()) else said
        if isinstance(frame, Batch):
            seq = peer.engine.conversations[talk].record.seq
            frame = msgspec.structs.replace(frame, log_epoch=1, first_seq=seq + 1)
        for command in peer.engine.handle(Received(frame, 100)):  # type: ignore[arg-type]  # a frame
            if hasattr(command, "frame"):
                frames.decode_client(frames.encode(command.frame))
    for each in peer.engine.conversations.values():
        each.record.encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_answer_takes_the_engine_down(
    lived: tuple[World, Peer, ConversationId], data: st.DataObject
) -> None:
    """Whatever a well-formed answer says."""
    world, anna, talk = lived
    bo = next(each for each in world.peers if each is not anna).account.user
    peer = Peer(world, anna.account, anna.store)
    peer.engine._held.desk = replace(anna.engine.desk, purposes={})
    item = InboxItem(InboxKind.WELCOME, ConversationId(identifier(bytes(16))), 1, 1, 1, b"?")
    events: list[Event] = [
        DirectAsked(1, UserId(identifier(b"x" * 16))),
        GroupAsked(2, "Team", (bo,)),
        Received(InboxBatch(peer.engine.desk.inbox + 1, [item]), 1),
        Received(Reset(talk, 7, 1, 5), 1),
    ]
    asked = [c for event in events for c in peer.engine.handle(event) if isinstance(c, Ask)]
    assert asked
    for ask in asked:
        fitting = wire.values(ask.query.answer) if ask.query.answer else st.binary()
        body = data.draw(fitting)
        codes = st.sampled_from([None, *Code])
        refused = Refused(ask.request, data.draw(codes), data.draw(st.integers(0, 2**31)))
        answers: list[Event] = [Answered(ask.request, body), refused]
        peer.engine.handle(data.draw(st.sampled_from(answers)))


def test_positions_stay_what_a_store_can_hold(
    world: World, anna: Peer, bo: Peer, team: ConversationId
) -> None:
    """A log that is replaced by ever other logs of astronomical length."""
    connection = anna.connection
    assert connection is not None
    top = 2**48 - 1
    for number in range(1200):
        connection.out.append(Reset(team, 2 + number, top, top))
        connection.out.append(Reset(team, 5000 + number, 1, 1))
    for _ in range(20_000):
        if not connection.out or anna.connection is not connection:
            break
        anna.pump()
        while anna.events:
            anna.step()
    positions = [each.position for each in anna.store.lines(team, None, 10_000)]
    assert max(positions) < 2**63
    assert anna.link in {Link.ONLINE, Link.CONNECTING, Link.OFFLINE}


def test_an_answer_to_a_send_that_was_never_made_changes_nothing(
    world: World, anna: Peer, bo: Peer, team: ConversationId
) -> None:
    connection = anna.connection
    assert connection is not None
    connection.out.extend([Nack(9999, NackCode.INVALID), frames.Sent(9998, 1, 1, duplicate=False)])
    world.run()
    say(anna, team, "fine")
    assert bo.texts(team) == ["fine"]


def test_a_message_as_large_as_a_frame_is_a_line(
    world: World, anna: Peer, bo: Peer, team: ConversationId
) -> None:
    connection = bo.connection
    assert connection is not None
    record = bo.state(team).record
    item = Item(Kind.APPLICATION, 1, anna.account.device, b"i" * 16, 1, b"\x00\x01" * 500_000)
    connection.out.append(Batch(team, record.log_epoch, record.seq + 1, [item]))
    world.run()
    assert bo.system(team)[-1] == "system-undecryptable"
    assert bo.state(team).joined
