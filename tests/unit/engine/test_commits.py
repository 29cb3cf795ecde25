"""One epoch, one winner: kept before it is sent, adopted when it is seen, dropped when it lost."""

import msgspec
import pytest

from teamchat.engine.commands import Command, Persist, SendFrame
from teamchat.engine.events import GroupAsked, Received, RemoveAsked
from teamchat.engine.store import Put, Table
from teamchat.ids import ConversationId
from teamchat.wire.frames import Batch, Item, Kind, Nack, NackCode, Send, Sent
from tests.support.simulator import Peer, World


@pytest.fixture
def desk() -> tuple[Peer, Peer, ConversationId]:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    users = (bo.account.user,)
    talk = ConversationId(anna.ask(lambda call: GroupAsked(call, "", users)))
    return anna, bo, talk


def committed(anna: Peer, bo: Peer, talk: ConversationId) -> tuple[list[Command], Send]:
    """Let Anna commit without a server: the answers are for the test to give."""
    commands = anna.engine.handle(RemoveAsked(7, talk, bo.account.user))
    frames = [each.frame for each in commands if isinstance(each, SendFrame)]
    (send,) = [each for each in frames if isinstance(each, Send)]
    return commands, send


def item_of(peer: Peer, send: Send, epoch: int) -> Item:
    return Item(Kind.COMMIT, epoch, peer.account.device, send.client_id, 0, send.body)


def test_it_is_stored_with_its_bytes_before_it_is_sent(
    desk: tuple[Peer, Peer, ConversationId],
) -> None:
    commands, send = committed(*desk)
    kinds = [type(each) for each in commands]
    assert kinds.index(Persist) < kinds.index(SendFrame)
    stored = commands[kinds.index(Persist)]
    assert isinstance(stored, Persist)
    pending = [x for x in stored.writes if isinstance(x, Put) and x.table is Table.PENDING]
    assert [send.body in each.value for each in pending] == [True]


def test_accepted_is_not_adopted_before_the_log_shows_it(
    desk: tuple[Peer, Peer, ConversationId],
) -> None:
    anna, bo, talk = desk
    before = anna.state(talk).held_group().epoch
    _, send = committed(anna, bo, talk)
    seq, log = anna.state(talk).record.seq + 1, anna.state(talk).record.log_epoch
    anna.engine.handle(Received(Sent(send.request, seq, 0, duplicate=False)))
    assert anna.state(talk).held_group().epoch == before
    assert anna.state(talk).accepted
    anna.engine.handle(Received(Batch(talk, log, seq, [item_of(anna, send, before)])))
    assert anna.state(talk).held_group().epoch == before + 1
    assert anna.state(talk).pending is None
    assert anna.state(talk).users() == {anna.account.user}


def test_a_lost_race_keeps_the_state_and_the_wish(desk: tuple[Peer, Peer, ConversationId]) -> None:
    anna, bo, talk = desk
    before = anna.state(talk)
    _, send = committed(anna, bo, talk)
    seq = before.record.seq
    anna.engine.handle(Received(Nack(send.request, NackCode.STALE_EPOCH, epoch=9, head=seq + 1)))
    after = anna.state(talk)
    assert after.pending is None
    assert after.held_group().epoch == before.held_group().epoch
    assert after.wait_for == seq + 1
    assert len(after.record.intents) == 1


def test_a_commit_of_the_same_device_with_other_bytes_is_not_taken_for_ours(
    desk: tuple[Peer, Peer, ConversationId],
) -> None:
    anna, bo, talk = desk
    epoch = anna.state(talk).held_group().epoch
    _, send = committed(anna, bo, talk)
    seq, log = anna.state(talk).record.seq + 1, anna.state(talk).record.log_epoch
    forged = msgspec.structs.replace(item_of(anna, send, epoch), body=send.body[:-1] + b"x")
    anna.engine.handle(Received(Batch(talk, log, seq, [forged])))
    assert anna.state(talk).held_group().epoch == epoch
    assert bo.account.user in anna.state(talk).users()
