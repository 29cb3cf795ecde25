"""Cursors: what is skipped, asked for again, or said to be another log."""

from dataclasses import replace

import msgspec
import pytest

from teamchat.engine.commands import Ask, Recall, SendFrame
from teamchat.engine.events import DirectAsked, Recalled, Received, TextWritten
from teamchat.engine.state import MAX_SHIFT
from teamchat.engine.sync import RECALLED, REREAD
from teamchat.ids import ConversationId
from teamchat.wire.frames import Batch, CaughtUp, Lag, Reset, Sync
from tests.support.simulator import Peer, World


@pytest.fixture
def talk() -> tuple[Peer, ConversationId]:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    name = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    for number in range(3):
        anna.ask(lambda call, number=number: TextWritten(call, name, f"{number}"))  # type: ignore[misc]
    return bo, name


def sent(peer: Peer, frame: object) -> list[object]:
    """Return the frames that a peer answers a frame with."""
    commands = peer.engine.handle(Received(frame))  # type: ignore[arg-type]  # as it comes
    return [each.frame for each in commands if isinstance(each, SendFrame)]


def test_what_was_read_is_not_read_again(talk: tuple[Peer, ConversationId]) -> None:
    peer, name = talk
    state = peer.state(name)
    items = peer.world.server.logs[name].items[1:]
    assert sent(peer, Batch(name, state.record.log_epoch, 2, items)) == []
    assert peer.state(name) == state


def test_a_gap_is_asked_for_three_times_and_then_said(talk: tuple[Peer, ConversationId]) -> None:
    peer, name = talk
    seq, epoch = peer.state(name).record.seq, peer.state(name).record.log_epoch
    for _ in range(3):
        assert sent(peer, CaughtUp(name, seq + 2)) == [Sync({name: (epoch, seq)}, 1)]
    assert sent(peer, CaughtUp(name, seq + 2)) == []
    assert [each.key for each in peer.engine.alarms] == ["alarm-log-gap"]


def test_a_lagging_client_waits_for_the_log(talk: tuple[Peer, ConversationId]) -> None:
    peer, name = talk
    sent(peer, Lag(name, 9))
    assert not peer.state(name).caught_up


def test_a_shortened_log_goes_on_where_it_begins(talk: tuple[Peer, ConversationId]) -> None:
    peer, name = talk
    epoch = peer.state(name).record.log_epoch
    assert sent(peer, Reset(name, epoch, 50, 60)) == [Sync({name: (epoch, 49)}, 1)]
    assert peer.state(name).record.seq == 49


def test_a_reset_that_changes_nothing_is_nothing(talk: tuple[Peer, ConversationId]) -> None:
    peer, name = talk
    before = peer.state(name)
    assert peer.engine.handle(Received(Reset(name, before.record.log_epoch, 1, 99))) == []
    assert peer.state(name) == before


def test_another_log_is_read_again_from_where_it_may_differ(
    talk: tuple[Peer, ConversationId],
) -> None:
    peer, name = talk
    record = msgspec.structs.replace(peer.state(name).record, seq=5000)
    peer.engine._held.conversations[name] = replace(peer.state(name), record=record)
    recall = peer.engine.handle(Received(Reset(name, 7, 1, 4000)))
    assert recall == [Recall(name, RECALLED)]
    assert sent(peer, CaughtUp(name, 4000)) == []  # of a log that is not begun
    commands = peer.engine.handle(Recalled(name, ()))
    frames = [each.frame for each in commands if isinstance(each, SendFrame)]
    assert frames == [Sync({name: (7, 4000 - REREAD)}, 1)]
    assert any(isinstance(each, Ask) for each in commands)
    after = peer.state(name).record
    assert after.reread == 5000
    assert after.seq + after.shift > record.seq + record.shift
    assert peer.engine.handle(Recalled(name, ())) == []


def test_logs_do_not_push_a_timeline_for_ever(talk: tuple[Peer, ConversationId]) -> None:
    peer, name = talk
    record = msgspec.structs.replace(peer.state(name).record, shift=MAX_SHIFT)
    peer.engine._held.conversations[name] = replace(peer.state(name), record=record)
    peer.engine.handle(Received(Reset(name, 7, 1, 1)))
    peer.engine.handle(Recalled(name, ()))
    assert peer.state(name).record == record
    assert [each.key for each in peer.engine.alarms] == ["alarm-server-behind"]
