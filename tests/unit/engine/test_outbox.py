"""What is written: stored first, encrypted once, repeated byte for byte, never twice."""

import pytest

from teamchat.content import profile
from teamchat.content.envelope import unpack
from teamchat.content.profile import Seen
from teamchat.engine import outbox, resending
from teamchat.engine.commands import Command, Decline, Persist, Reply, SendFrame
from teamchat.engine.events import DirectAsked, DiscardAsked, Received, RetryAsked, TextWritten
from teamchat.engine.model import Delivery
from teamchat.engine.step import Step
from teamchat.ids import ConversationId
from teamchat.wire.frames import Nack, NackCode, Send, Sent
from tests.support.simulator import Peer, World


@pytest.fixture
def desk() -> tuple[Peer, ConversationId]:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    return anna, ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))


def write(peer: Peer, talk: ConversationId, text: str) -> tuple[list[Command], list[Send]]:
    """Write without a server: the answers are for the test to give."""
    commands = peer.engine.handle(TextWritten(1, talk, text))
    return commands, sends(commands)


def sends(commands: list[Command]) -> list[Send]:
    frames = [each.frame for each in commands if isinstance(each, SendFrame)]
    return [each for each in frames if isinstance(each, Send)]


def test_it_is_stored_before_it_leaves(desk: tuple[Peer, ConversationId]) -> None:
    commands, (send,) = write(*desk, "hello")
    kinds = [type(each) for each in commands]
    assert kinds.index(Persist) < kinds.index(SendFrame)
    stored = commands[kinds.index(Persist)]
    assert isinstance(stored, Persist)
    assert any(send.body in getattr(each, "value", b"") for each in stored.writes)


def test_one_is_on_its_way_at_a_time(desk: tuple[Peer, ConversationId]) -> None:
    peer, talk = desk
    _, (first,) = write(peer, talk, "one")
    assert write(peer, talk, "two")[1] == []
    landed = peer.engine.handle(Received(Sent(first.request, 2, 0, duplicate=False)))
    assert [each.client_id != first.client_id for each in sends(landed)] == [True]


def test_overloaded_means_the_same_bytes_later(desk: tuple[Peer, ConversationId]) -> None:
    peer, talk = desk
    _, (first,) = write(peer, talk, "one")
    refused = Nack(first.request, NackCode.OVERLOADED, retry_ms=100)
    assert sends(peer.engine.handle(Received(refused))) == []
    item = peer.state(talk).outgoing[0]
    assert (item.body, item.client_id) == (first.body, first.client_id)


def test_stale_means_other_bytes_under_the_same_name(desk: tuple[Peer, ConversationId]) -> None:
    peer, talk = desk
    _, (first,) = write(peer, talk, "one")
    group = peer.state(talk).held_group()
    stale = Nack(first.request, NackCode.STALE_EPOCH, epoch=group.epoch)
    (again,) = sends(peer.engine.handle(Received(stale)))
    assert again.client_id == first.client_id
    assert again.body != first.body


@pytest.mark.parametrize("code", [NackCode.FORBIDDEN, NackCode.INVALID, NackCode.TOO_LARGE])
def test_never_means_failed_and_the_person_decides(
    desk: tuple[Peer, ConversationId], code: NackCode
) -> None:
    peer, talk = desk
    peer.connection = None  # the test is the server
    call = peer.tell(lambda call: TextWritten(call, talk, "one"))
    peer.world.run()
    line = peer.replies[call]
    assert isinstance(line, str)
    request = max(peer.engine.desk.flights)
    peer.events.append(Received(Nack(request, code)))
    peer.world.run()
    assert peer.messages(talk)[-1].delivery is Delivery.FAILED
    assert isinstance(peer.engine.handle(RetryAsked(9, line))[-1], SendFrame)
    assert any(isinstance(x, Decline) for x in peer.engine.handle(DiscardAsked(9, line)))


def test_what_was_never_encrypted_can_be_discarded(desk: tuple[Peer, ConversationId]) -> None:
    peer, talk = desk
    peer.go_offline()
    line = peer.ask(lambda call: TextWritten(call, talk, "rather not"))
    peer.ask(lambda call: DiscardAsked(call, line))
    assert peer.texts(talk) == []
    assert peer.refused(lambda call: DiscardAsked(call, line)) == "error-no-such-message"


@pytest.mark.parametrize("text", ["", "x" * 2_000_000])
def test_what_cannot_be_sent_is_refused(desk: tuple[Peer, ConversationId], text: str) -> None:
    commands, sent = write(*desk, text)
    assert not sent
    assert [each.key for each in commands if isinstance(each, Decline)] == [
        "error-text-not-sendable"
    ]
    assert not any(isinstance(each, Reply) for each in commands)


def test_what_is_sent_again_says_the_very_same(desk: tuple[Peer, ConversationId]) -> None:
    """The same content, and so the same name of the message, also for who quotes it."""
    peer, talk = desk
    peer.go_offline()
    peer.ask(lambda call: TextWritten(call, talk, "again?"))
    content = peer.state(talk).outgoing[0].content
    peer.come_back()
    peer.world.advance(100)
    assert not peer.state(talk).outgoing
    kept = peer.world.server.logs[talk].head - 1
    peer.go_offline()
    peer.world.server.restore_backup(talk, kept)
    peer.world.advance(2)
    peer.come_back()
    for _ in range(10_000):
        peer.world.advance(0.01)
        found = [each for each in peer.state(talk).outgoing if not each.order]
        if found or peer.world.server.logs[talk].head > kept:
            break
    peer.world.advance(100)
    line = peer.store.lines(talk, None, 1)[-1]
    assert line.salt == unpack(content).message.salt
    assert line.text == "again?"


def test_what_is_sent_again_is_the_same_message_whatever_was_seen_since(
    desk: tuple[Peer, ConversationId],
) -> None:
    """A message is named by its content (MIMI content §3.3)."""
    peer, talk = desk
    peer.ask(lambda call: TextWritten(call, talk, "hello"))
    (line,) = [each for each in peer.store.lines(talk, None, 100) if each.salt]
    peer.world.person("cem")
    step = Step(peer.engine._held, peer.engine._surroundings)
    again = resending._again(step, peer.state(talk), line)
    assert line.id.endswith(again.client_id.hex())
    assert profile.seen(unpack(again.content).message) == Seen(*line.seen or ())
    assert outbox.author(step, peer.state(talk)).seen != Seen(*line.seen or ())
