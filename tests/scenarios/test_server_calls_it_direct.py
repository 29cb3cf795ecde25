"""A server says that a conversation is one between two people, or which one it is."""

from collections.abc import Callable

import pytest

from teamchat.engine import groups
from teamchat.engine.commands import Query
from teamchat.engine.events import (
    DirectAsked,
    GroupAsked,
    LeaveAsked,
    RemoveAsked,
    TextWritten,
)
from teamchat.engine.records import Phase
from teamchat.ids import ConversationId, DeviceId, UserId
from teamchat.wire import bodies
from teamchat.wire.frames import Send, Sent
from teamchat.wire.problems import Code
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import Peer, World

Answers = Callable[[DeviceId, Query], object]
DIRECT = bodies.ConversationKind.DIRECT


def group_of(first: Peer, *others: Peer) -> ConversationId:
    users = tuple(peer.account.user for peer in others)
    return ConversationId(first.ask(lambda call: GroupAsked(call, "Team", users)))


def claims(
    world: World,
    victim: Peer,
    talk: ConversationId,
    members: tuple[UserId, ...],
    *,
    new: Code | None = None,
) -> None:
    """From now on the server tells one device that this is a conversation between `members`."""
    real: Answers = world.server.answer

    def lie(told: bodies.Conversation) -> bodies.Conversation:
        if told.id != talk:
            return told
        rows = [bodies.Member(user, bodies.MemberRole.MEMBER, []) for user in members]
        return bodies.Conversation(
            told.id, DIRECT, told.log_epoch, told.min_seq, told.head, told.epoch, told.joined, rows
        )

    def answer(device: DeviceId, query: Query) -> object:
        if device != victim.account.device:
            return real(device, query)
        if new is not None and query.method == "POST" and query.path.endswith("/conversations"):
            return new
        told = real(device, query)
        if isinstance(told, bodies.Conversations):
            return bodies.Conversations([lie(each) for each in told.conversations])
        return lie(told) if isinstance(told, bodies.Conversation) else told

    world.server.answer = answer  # type: ignore[method-assign]


def test_who_asks_for_a_colleague_is_not_given_a_group() -> None:
    world = World()
    anna, bo, eve = (world.person(name) for name in ("anna", "bo", "eve"))
    board = group_of(eve, anna, bo)
    world.advance(30)
    pair = (anna.account.user, bo.account.user)
    claims(world, anna, board, pair, new=Code.NOT_FOUND)
    why = anna.refused(lambda call: DirectAsked(call, bo.account.user))
    assert why == "error-not-possible"
    assert not anna.state(board).record.direct


@pytest.mark.parametrize("listed", ["with bo", "with all three"])
def test_who_asks_for_a_colleague_is_not_given_a_strangers_conversation(listed: str) -> None:
    world = World()
    anna, bo, ghost = (world.person(name) for name in ("anna", "bo", "ghost"))
    group_of(anna, bo)
    world.advance(30)
    trap = group_of(ghost)
    own, other, stranger = (peer.account.user for peer in (anna, bo, ghost))
    members = (own, other) if listed == "with bo" else (stranger, own, other)
    claims(world, anna, trap, members, new=Code.NOT_FOUND)
    log = world.server.logs[trap]
    log.users = lambda: {own, stranger}  # type: ignore[method-assign]
    call = anna.tell(lambda call: DirectAsked(call, other))
    if trap in anna.engine.conversations:
        anna.tell(lambda call: TextWritten(call, trap, "for Bo only"))
    world.advance(60)
    assert call
    assert "for Bo only" not in ghost.texts(trap)
    found = anna.state(trap)
    if listed == "with bo":
        assert found.record.phase is Phase.BROKEN
        assert "alarm-direct-is-two" in [each.key for each in anna.engine.alarms]
    else:  # it is some conversation with a stranger, and nobody takes it for the one with bo
        assert not found.record.direct
        assert not found.record.peer


def test_a_group_that_was_founded_here_stays_one() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    world.advance(30)
    claims(world, anna, talk, (anna.account.user, bo.account.user))
    anna.cut()
    world.advance(30)
    assert not anna.state(talk).record.direct
    anna.ask(lambda call: LeaveAsked(call, talk))
    world.advance(60)
    assert anna.state(talk).record.phase is Phase.LEFT


def test_a_group_is_one_as_soon_as_its_title_is_read() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    bo.go_offline()
    talk = group_of(anna, bo)
    claims(world, bo, talk, (anna.account.user, bo.account.user))
    bo.come_back()
    world.advance(60)
    assert bo.state(talk).record.title == "Team"
    bo.ask(lambda call: LeaveAsked(call, talk))
    world.advance(60)
    assert bo.state(talk).record.phase is Phase.LEFT


def test_no_stranger_joins_where_only_own_devices_are_left() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = group_of(anna, bo)
    anna.ask(lambda call: RemoveAsked(call, talk, bo.account.user))
    world.advance(30)
    ghost = world.person("ghost")
    claims(world, anna, talk, (ghost.account.user, anna.account.user))
    anna.cut()
    world.advance(30)
    log, now = world.server.logs[talk], world.clock.now()
    made = groups.join_external(
        CRYPTO, ghost.account, talk, log.group_info, log.group.tree_bytes(), now
    )
    frame = Send(1, talk, CRYPTO.random(16), made.body, made.group_info, b"")
    assert isinstance(world.server.take(ghost.account.device, frame), Sent)
    world.server.fan_out()
    world.advance(10)
    assert anna.state(talk).record.phase is Phase.BROKEN


def test_a_conversation_between_two_is_known_as_one_on_both_sides_and_a_further_device() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    world.advance(30)
    tablet = world.device(bo.account.user)
    world.advance(60)
    peers = {anna: bo, bo: anna, tablet: anna}
    for peer, other in peers.items():
        record = peer.state(talk).record
        assert record.kind_known
        assert record.direct
        assert record.peer == other.account.user


def test_what_was_written_where_another_conversation_takes_the_place_stays() -> None:
    """Two people ask for each other at once, and one has written already."""
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    real: Answers = world.server.answer

    def keeps_waiting(device: DeviceId, query: Query) -> object:
        mine = device == anna.account.device and query.method == "POST"
        waits = mine and query.path.endswith("/conversations")
        return Code.OVERLOADED if waits else real(device, query)

    world.server.answer = keeps_waiting  # type: ignore[method-assign]
    anna.tell(lambda call: DirectAsked(call, bo.account.user))
    world.advance(1)
    (talk,) = anna.engine.conversations
    assert anna.state(talk).record.phase is Phase.FOUNDING
    anna.ask(lambda call: TextWritten(call, talk, "due at noon"))
    bo.ask(lambda call: DirectAsked(call, anna.account.user))
    world.server.answer = real  # type: ignore[method-assign,assignment]
    world.advance(300)
    assert anna.state(talk).record.phase is Phase.LEFT
    assert "due at noon" in anna.texts(talk)
    assert anna.system(talk)[-1] == "system-not-begun"
    other = next(each for each in anna.engine.conversations if each != talk)
    assert anna.ask(lambda call: DirectAsked(call, bo.account.user)) == other
