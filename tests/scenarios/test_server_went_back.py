"""A device ahead of a restored server comes back by itself, though its process ends at any moment.

Commands of the terminal live for a second: what has to be found out outlives them.
"""

import msgspec
import pytest

from teamchat.engine.commands import Query
from teamchat.engine.events import GroupAsked, RejoinAsked, TextWritten
from teamchat.engine.store import Put, Table
from teamchat.identity import statements
from teamchat.ids import ConversationId, DeviceId
from teamchat.wire.problems import Code
from tests.scenarios.test_key_directory_lies import DAY, begun_anew
from tests.support.simulator import Peer, World, everyone_agrees, renew_keys

MOMENT = 0.9
"""How long a command lives: not long enough to look around."""


def say(peer: Peer, talk: ConversationId, text: str) -> None:
    peer.ask(lambda call: TextWritten(call, talk, text))


def set_back(lost: int, *, ended: bool) -> tuple[World, Peer, Peer, ConversationId]:
    """Let a server lose epochs that Anna was in, and Bo be there first; somebody may have ended."""
    world = World()
    anna, bo, cem = (world.person(name) for name in ("anna", "bo", "cem"))
    users = (bo.account.user, cem.account.user)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "Team", users)))
    world.advance(10)
    kept = world.server.logs[talk].head
    for _ in range(lost):
        renew_keys(world, anna, talk)
    say(anna, talk, "lost")
    for each in (anna, bo, cem):
        each.go_offline()
    say(anna, talk, "queued")
    world.server.restore_backup(talk, kept)
    world.server.keys.honest = begun_anew(world, world.server.keys.honest.note)
    world.peers.remove(cem)
    if ended:
        world.server.devices[cem.account.device].revoked = True
        world.server.enter(statements.Removed(cem.account.user, cem.account.device, DAY))
    bo.come_back()
    world.advance(60)
    assert bo.state(talk).joined
    return world, anna, bo, talk


def run_commands(world: World, anna: Peer, kill: int) -> None:
    """Let one command be killed, and some more live for a moment each."""
    anna.restart()
    anna.come_back()
    anna.kill_after = anna.performed + kill
    world.advance(MOMENT)
    for _ in range(4):
        anna.restart()
        world.advance(MOMENT)


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("lost", [1, 2, 5])
@pytest.mark.parametrize("kill", range(13, 26, 2))
def test_killed_at_any_step_it_comes_back_and_sends_what_waited(
    kill: int, lost: int, *, ended: bool
) -> None:
    world, anna, bo, talk = set_back(lost, ended=ended)
    run_commands(world, anna, kill)
    world.advance(60)
    say(bo, talk, "hello")
    say(anna, talk, "hello too")
    world.advance(10)
    assert everyone_agrees(world, talk)
    assert sorted(anna.texts(talk)) == ["hello", "hello too", "lost", "queued"]
    assert sorted(bo.texts(talk)) == ["hello", "hello too", "lost", "queued"]
    assert not anna.state(talk).outgoing
    told = anna.system(talk)
    assert "system-reset" in told
    assert told.count("system-rejoined") == 1


@pytest.mark.parametrize("lost", [2, 5])
def test_commands_alone_come_back_though_somebody_is_to_be_taken_out_first(lost: int) -> None:
    """A commit of ours that the server's older epoch refuses shows it as a message does."""
    world, anna, bo, talk = set_back(lost, ended=True)
    forget_to_compare(world, anna, talk)
    for _ in range(8):
        anna.restart()
        world.advance(MOMENT)
    assert everyone_agrees(world, talk)
    assert "queued" in bo.texts(talk)
    assert not anna.state(talk).outgoing


def forget_to_compare(world: World, anna: Peer, talk: ConversationId) -> None:
    """Leave Anna's device as one before this version: the log is read anew, and no one asks."""
    honest = world.server.answer

    def answer(device: DeviceId, query: Query) -> object:
        is_group = query.path.endswith("/group")
        if device == anna.account.device and is_group:
            return Code.OVERLOADED
        return honest(device, query)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.server, "answer", answer)
        anna.restart()
        anna.come_back()
        world.advance(MOMENT)
    state = anna.state(talk)
    assert state.record.compare
    record = msgspec.structs.replace(state.record, compare=False)
    anna.store.commit((Put(Table.CONVERSATION, talk, record.encode()),))


def test_rejoin_finds_out_and_comes_back_and_else_says_that_there_is_no_need() -> None:
    world, anna, bo, talk = set_back(2, ended=False)
    forget_to_compare(world, anna, talk)
    anna.restart()
    world.run()
    assert not everyone_agrees(world, talk)
    anna.ask(lambda call: RejoinAsked(call, talk))
    assert everyone_agrees(world, talk)
    assert "queued" in bo.texts(talk)
    assert anna.refused(lambda call: RejoinAsked(call, talk)) == "error-not-broken"


def test_while_the_server_does_not_show_its_group_nothing_is_said_into_the_wrong_one() -> None:
    world, anna, bo, talk = set_back(1, ended=False)
    honest = world.server.answer
    refused: list[Query] = []

    def answer(device: DeviceId, query: Query) -> object:
        if device == anna.account.device and query.path.endswith("/group") and len(refused) < 2:
            refused.append(query)
            return Code.OVERLOADED
        return honest(device, query)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.server, "answer", answer)
        anna.restart()
        anna.come_back()
        world.advance(30)
    assert len(refused) == 2
    assert everyone_agrees(world, talk)
    assert sorted(bo.texts(talk)) == ["lost", "queued"]
    assert anna.system(talk).count("system-rejoined") == 1
