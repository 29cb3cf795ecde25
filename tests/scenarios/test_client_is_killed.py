"""A client is killed between any two commands and comes back with what was stored.

Nothing is lost, nothing is doubled, and no two ciphertexts are ever sent for one message
unless the server had refused the first: so no message key serves twice.
"""

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teamchat.engine.events import AddAsked, GroupAsked, LeaveAsked, RemoveAsked, TextWritten
from teamchat.engine.records import Phase
from teamchat.ids import ConversationId, DeviceId
from teamchat.wire.frames import Send  # noqa: TC001 - as elsewhere
from tests.support.simulator import Peer, World, everyone_agrees, renew_keys

SETTINGS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def one_ciphertext_for_each_message(world: World) -> None:
    """Every SEND of one client id carried the same bytes, or the ones before were refused."""
    bodies: dict[tuple[DeviceId, bytes], list[Send]] = defaultdict(list)
    for device, send in world.server.received:
        bodies[device, send.client_id].append(send)
    for (device, client_id), sends in bodies.items():
        if len({send.body for send in sends}) > 1:
            refused = world.server.refused[device, client_id]
            assert all(send.body in refused for send in sends[:-1] if send.body != sends[-1].body)


def logs_are_sound(world: World) -> None:
    for log in world.server.logs.values():
        seen = {(item.sender, item.client_id) for item in log.items}
        assert len(seen) == len(log.items)


@SETTINGS
@given(kills=st.lists(st.integers(1, 15), min_size=2, max_size=4))
def test_writing_survives_being_killed(kills: list[int]) -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "", (bo.account.user,))))
    for number, kill in enumerate(kills):
        bo.kill_after = bo.performed + kill
        bo.tell(lambda call, number=number: TextWritten(call, talk, f"bo {number}"))  # type: ignore[misc]
        anna.ask(lambda call, number=number: TextWritten(call, talk, f"anna {number}"))  # type: ignore[misc]
        if number == 1:
            renew_keys(world, anna, talk)
        world.advance(2)
    bo.kill_after = None
    world.advance(130)
    kept = [text for text in bo.texts(talk) if text.startswith("bo")]
    assert anna.texts(talk) == bo.texts(talk)
    assert len(set(kept)) == len(kept)
    assert [text for text in anna.texts(talk) if text.startswith("anna")] == [
        f"anna {number}" for number in range(len(kills))
    ]
    assert everyone_agrees(world, talk)
    assert "system-undecryptable" not in bo.system(talk)
    assert "system-rejoined" not in bo.system(talk)
    one_ciphertext_for_each_message(world)
    logs_are_sound(world)


@SETTINGS
@given(kill=st.integers(1, 40), again=st.integers(1, 40), racing=st.booleans())
def test_committing_survives_being_killed(kill: int, again: int, racing: bool) -> None:  # noqa: FBT001 - drawn
    world = World()
    anna, bo, cem, dia = (world.person(name) for name in ("anna", "bo", "cem", "dia"))
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", (bo.account.user,))))
    world.advance(3)
    anna.kill_after = anna.performed + kill
    anna.tell(lambda call: AddAsked(call, talk, (cem.account.user,)))
    if racing:
        bo.tell(lambda call: AddAsked(call, talk, (dia.account.user,)))
    world.advance(5)
    anna.kill_after = anna.performed + again
    anna.tell(lambda call: TextWritten(call, talk, "hello"))
    world.advance(150)
    anna.kill_after = None
    world.advance(130)
    assert everyone_agrees(world, talk)
    assert not anna.state(talk).pending
    assert not anna.state(talk).record.intents
    assert "system-rejoined" not in anna.system(talk)
    if cem.account.user in anna.state(talk).users():
        assert cem.state(talk).joined
        assert cem.state(talk).record.title == "Team"
    one_ciphertext_for_each_message(world)
    logs_are_sound(world)


@SETTINGS
@given(kill=st.integers(1, 60))
def test_founding_survives_being_killed(kill: int) -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    anna.kill_after = anna.performed + kill
    anna.tell(lambda call: GroupAsked(call, "Team", (bo.account.user,)))
    world.advance(130)
    anna.kill_after = None
    world.advance(130)
    talks = list(anna.engine.conversations)
    assert len(talks) <= 1
    for talk in talks:
        assert bo.state(talk).joined
        assert everyone_agrees(world, talk)
        assert bo.state(talk).record.title == "Team"
        assert anna.system(talk).count("system-created") == 1


@SETTINGS
@given(kill=st.integers(1, 40))
def test_joining_survives_being_killed(kill: int) -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    bo.kill_after = bo.performed + kill
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", (bo.account.user,))))
    anna.ask(lambda call: TextWritten(call, talk, "welcome"))
    world.advance(130)
    assert bo.texts(talk) == ["welcome"]
    assert bo.system(talk).count("system-added") == 1
    assert everyone_agrees(world, talk)


@pytest.mark.slow
@settings(parent=SETTINGS, max_examples=20)
@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from(["say", "add", "remove", "leave", "renew", "cut", "kill", "rest"]),
            st.integers(0, 3),
        ),
        min_size=5,
        max_size=30,
    )
)
def test_everybody_comes_to_the_same(steps: list[tuple[int, str, int]]) -> None:
    """Whatever people do, in whatever order: those who are in agree, and read the same."""
    converge(steps)


@settings(parent=SETTINGS, max_examples=8)
@given(
    steps=st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from(["say", "add", "remove", "leave", "renew", "cut", "kill", "rest"]),
            st.integers(0, 3),
        ),
        min_size=5,
        max_size=15,
    )
)
def test_everybody_comes_to_the_same_shortly(steps: list[tuple[int, str, int]]) -> None:
    converge(steps)


def converge(steps: list[tuple[int, str, int]]) -> None:
    world = World()
    peers = [world.person(name) for name in ("anna", "bo", "cem", "dia")]
    others = tuple(peer.account.user for peer in peers[1:3])
    talk = ConversationId(peers[0].ask(lambda call: GroupAsked(call, "Team", others)))
    for number, (who, what, whom) in enumerate(steps):
        act(world, peers[who], what, peers[whom], talk, number)
    for peer in peers:
        peer.kill_after = None
    world.advance(400)
    inside = [peer for peer in peers if is_inside(peer, talk)]
    assert everyone_agrees(world, talk)
    epochs = {peer.state(talk).held_group().epoch for peer in inside}
    assert len(epochs) <= 1
    for peer in inside:
        assert not peer.state(talk).queued
        assert not peer.state(talk).record.intents
        assert "system-undecryptable" not in peer.system(talk)
        assert "system-rejoined" not in peer.system(talk)
        assert len({message.id for message in peer.messages(talk)}) == len(peer.messages(talk))
    one_ciphertext_for_each_message(world)
    logs_are_sound(world)
    for peer in peers:
        if not is_inside(peer, talk) and talk in peer.engine.conversations:
            assert peer.state(talk).group is None


def is_inside(peer: Peer, talk: ConversationId) -> bool:
    state = peer.engine.conversations.get(talk)
    return state is not None and state.record.phase is Phase.JOINED


def act(world: World, peer: Peer, what: str, other: Peer, talk: ConversationId, n: int) -> None:
    if talk not in peer.engine.conversations:
        return
    user = other.account.user
    match what:
        case "say":
            peer.tell(lambda call: TextWritten(call, talk, f"{n}"))
        case "add":
            peer.tell(lambda call: AddAsked(call, talk, (user,)))
        case "remove" if other is not peer:
            peer.tell(lambda call: RemoveAsked(call, talk, user))
        case "leave":
            peer.tell(lambda call: LeaveAsked(call, talk))
        case "cut":
            peer.cut()
        case "kill":
            peer.kill_after = peer.performed + n
        case "rest":
            world.advance(3)
        case _:
            world.run()
