"""Cursors: what is skipped, asked for again, or said to be another log."""

from dataclasses import replace

import msgspec
import pytest

from teamchat.engine.commands import Ask, Recall, SendFrame
from teamchat.engine.events import DirectAsked, Recalled, Received, TextWritten
from teamchat.engine.model import Delivery, MessageKind
from teamchat.engine.state import MAX_SHIFT
from teamchat.engine.sync import RECALLED, REREAD, UNDELIVERED
from teamchat.ids import ConversationId
from teamchat.wire.frames import Batch, CaughtUp, Delivered, Lag, Reset, Stretch, Sync
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


def deliveries(peer: Peer, name: ConversationId) -> list[Delivery]:
    return [each.delivery for each in peer.messages(name) if each.kind is MessageKind.TEXT]


def test_what_did_not_reach_everybody_is_sent_until_it_does() -> None:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    name = ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))
    bo.go_offline()
    for number in range(3):
        anna.ask(lambda call, number=number: TextWritten(call, name, f"{number}"))  # type: ignore[misc]
    head = anna.state(name).record.seq
    sent(anna, Delivered(name, head, [Stretch(head - 1, head - 1)]))
    assert deliveries(anna, name) == [Delivery.DELIVERED, Delivery.SENT, Delivery.DELIVERED]
    before = anna.state(name)
    sent(anna, Delivered(name, head - 2, []))  # older news
    assert anna.state(name) == before
    sent(anna, Delivered(name, head, []))
    assert deliveries(anna, name) == [Delivery.DELIVERED] * 3


def test_a_server_says_no_more_of_what_is_missing_than_is_kept(
    talk: tuple[Peer, ConversationId],
) -> None:
    peer, name = talk
    head = peer.state(name).record.seq
    many = [Stretch(2 * each, 2 * each) for each in range(9 * UNDELIVERED)]
    sent(peer, Delivered(name, head + 1000, many))
    assert len(peer.state(name).record.undelivered) == UNDELIVERED


def test_what_was_missing_in_a_log_that_was_replaced_still_is(
    talk: tuple[Peer, ConversationId],
) -> None:
    peer, name = talk
    record = peer.state(name).record
    sent(peer, Delivered(name, record.seq, [Stretch(2, 2)]))
    sent(peer, Reset(name, record.log_epoch + 1, 1, record.seq))
    peer.engine.handle(Recalled(name, ()))
    shift = peer.state(name).record.shift
    assert shift > 2
    sent(peer, Delivered(name, record.seq, [Stretch(3, 3)]))
    assert peer.state(name).record.undelivered == ((2, 2), (3 + shift, 3 + shift))
