"""Whoever comes into a conversation was added by a member: no proposal brings them, no server."""

from dataclasses import replace

import msgspec
import pytest

from teamchat.engine import groups
from teamchat.engine.events import AddAsked, DirectAsked, GroupAsked, MembersAccepted, TextWritten
from teamchat.engine.records import Phase
from teamchat.engine.roster import AUTHENTICATION
from teamchat.engine.store import Put, Table
from teamchat.ids import ConversationId
from teamchat.mls.errors import InternalError
from teamchat.mls.group import commit, new_member_proposal
from teamchat.mls.messages.proposals import ReInit, Remove
from teamchat.wire.frames import Kind, Send, Sent
from tests.support.simulated_server import CRYPTO
from tests.support.simulator import Peer, World, everyone_agrees

NAMES = ("anna", "bo", "cem")


def office() -> tuple[World, list[Peer]]:
    world = World()
    return world, [world.person(name) for name in NAMES]


def group_of(first: Peer, *others: Peer) -> ConversationId:
    users = tuple(each.account.user for each in others)
    return ConversationId(first.ask(lambda call: GroupAsked(call, "Board", users)))


def direct_of(first: Peer, other: Peer) -> ConversationId:
    return ConversationId(first.ask(lambda call: DirectAsked(call, other.account.user)))


def made_up(world: World) -> Peer:
    """Somebody whom the server has invented; it holds the keys of their device."""
    return world.person("ghost")


def log(world: World, ghost: Peer, talk: ConversationId) -> None:
    """The server puts into the log that its ghost proposes to be added (RFC 9420 §12.1.8)."""
    now = world.clock.now()
    ref, record = groups.make_key_package(CRYPTO, ghost.account, now, 86400, last_resort=False)
    ghost.store.commit([Put(Table.KEY_PACKAGE, ref, record.encode())])
    ghost.restart()
    world.run()
    context = world.server.logs[talk].group.context
    bundle = groups._stored_bundle(record, ghost.account)
    body = new_member_proposal(CRYPTO, context, bundle, now=now)
    frame = Send(1, talk, CRYPTO.random(16), body, b"", b"")
    assert isinstance(world.server.take(ghost.account.device, frame), Sent)
    world.server.fan_out()
    world.run()


def take_in(world: World, member: Peer, talk: ConversationId) -> None:
    """A member's client, which is not ours, takes up whatever was proposed."""
    state = member.state(talk)
    refused = dict(state.refused)
    assert refused
    made = commit(
        CRYPTO, replace(state.held_group(), pending_proposals=refused),
        authentication=AUTHENTICATION, now=world.clock.now(),
    )  # fmt: skip
    world.peers.remove(member)
    frame = Send(1, talk, CRYPTO.random(16), made.message, made.group_info, made.welcome or b"")
    assert isinstance(world.server.take(member.account.device, frame), Sent)
    world.server.fan_out()
    world.run()


def alarms(peer: Peer) -> list[str]:
    return [each.key for each in peer.engine.alarms]


@pytest.mark.parametrize("direct", [False, True], ids=["group", "direct"])
def test_nobody_takes_in_who_proposes_themselves(*, direct: bool) -> None:
    world, (anna, bo, cem) = office()
    talk = direct_of(anna, bo) if direct else group_of(anna, bo, cem)
    world.advance(10)
    members, ghost = anna.state(talk).users(), made_up(world)
    log(world, ghost, talk)
    world.advance(60)
    anna.ask(lambda call: TextWritten(call, talk, "among us"))
    bo.ask(lambda call: TextWritten(call, talk, "yes"))
    world.advance(60)
    commits = [each for each in world.server.logs[talk].items if each.kind is Kind.COMMIT]
    assert len(commits) == 1
    assert talk not in ghost.engine.conversations
    for peer in (anna, bo):
        assert peer.texts(talk) == ["among us", "yes"]
        assert peer.state(talk).users() == members
        assert alarms(peer) == ["alarm-proposal-refused"]
        assert not peer.state(talk).held_group().pending_proposals
    assert everyone_agrees(world, talk)


def test_a_flood_of_such_proposals_is_bounded_and_said_once() -> None:
    world, (anna, bo, _) = office()
    talk = direct_of(anna, bo)
    world.advance(10)
    ghost = made_up(world)
    for _ in range(20):
        log(world, ghost, talk)
    assert len(anna.state(talk).refused) == 16
    assert alarms(anna) == ["alarm-proposal-refused"]
    anna.ask(lambda call: TextWritten(call, talk, "still here"))
    assert bo.texts(talk) == ["still here"]


def test_whom_another_program_takes_in_so_is_a_newcomer_with_an_alarm() -> None:
    world, (anna, bo, cem) = office()
    talk = group_of(anna, bo, cem)
    world.advance(10)
    ghost = made_up(world)
    log(world, ghost, talk)
    take_in(world, cem, talk)
    world.advance(10)
    user = ghost.account.user
    for peer in (anna, bo):
        assert peer.state(talk).joined
        assert peer.state(talk).record.newcomers == (user,)
        assert peer.system(talk)[-1] == "system-members-unknown"
        assert alarms(peer) == ["alarm-proposal-refused", "alarm-members-unknown"]
        refusal = peer.refused(lambda call: TextWritten(call, talk, "?"))
        assert refusal == "error-members-unknown"
    assert ghost.texts(talk) == []
    anna.ask(lambda call: MembersAccepted(call, talk, (user,)))
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    assert bo.texts(talk) == ["hello"]


def test_a_conversation_between_two_is_left_alone_when_the_other_takes_somebody_in() -> None:
    world, (anna, bo, _) = office()
    talk = direct_of(anna, bo)
    world.advance(10)
    log(world, made_up(world), talk)
    take_in(world, bo, talk)
    world.advance(10)
    assert anna.state(talk).record.phase is Phase.BROKEN
    assert alarms(anna) == ["alarm-proposal-refused", "alarm-direct-is-two"]


def test_a_commit_of_ours_that_brings_a_third_to_two_is_not_adopted() -> None:
    """Whatever is wrong with it: it was made, kept and sent by a program that knew less."""
    world, (anna, bo, cem) = office()
    talk = group_of(anna, bo)
    world.advance(10)
    anna.tell(lambda call: AddAsked(call, talk, (cem.account.user,)))
    while anna.state(talk).pending is None:
        anna.step()
    state = anna.state(talk)
    record = msgspec.structs.replace(state.record, direct=True, peer=bo.account.user)
    anna.engine._held.conversations[talk] = replace(state, record=record)
    world.advance(10)
    assert anna.state(talk).record.phase is Phase.BROKEN
    assert alarms(anna) == ["alarm-direct-is-two"]


def test_a_group_that_a_member_ends_is_left_alone() -> None:
    """After a ReInit (RFC 9420 §12.1.5) nothing could be sent in it: this product makes none."""
    world, (anna, bo, cem) = office()
    talk = group_of(anna, bo, cem)
    world.advance(10)
    group = cem.state(talk).held_group()
    end = ReInit(b"another", 1, group.suite.id, ())
    made = commit(
        CRYPTO, group, proposals=(end,), authentication=AUTHENTICATION,
        now=world.clock.now(),
    )  # fmt: skip
    world.peers.remove(cem)
    frame = Send(1, talk, CRYPTO.random(16), made.message, made.group_info, b"")
    assert isinstance(world.server.take(cem.account.device, frame), Sent)
    world.server.fan_out()
    world.advance(10)
    assert anna.state(talk).record.phase is Phase.BROKEN
    assert alarms(anna) == ["alarm-conversation-broken"]


def test_a_commit_that_does_more_than_was_asked_is_not_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, (anna, bo, cem) = office()
    talk = group_of(anna, bo, cem)
    group, now = anna.state(talk).held_group(), world.clock.now()
    one, other = bo.state(talk).held_group().own_leaf, cem.state(talk).held_group().own_leaf

    def more(*arguments: object, proposals: tuple[Remove, ...], **named: object) -> object:
        return commit(*arguments, proposals=(*proposals, Remove(other)), **named)  # type: ignore[arg-type]

    groups.commit(CRYPTO, group, now, remove=[one])
    monkeypatch.setattr(groups, "make_commit", more)
    with pytest.raises(InternalError):
        groups.commit(CRYPTO, group, now, remove=[one])
