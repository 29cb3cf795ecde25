"""An arriving message: one transaction, or a line that says that it cannot be read."""

from dataclasses import replace

import msgspec
import pytest

from teamchat.engine import commits
from teamchat.engine.commands import Persist
from teamchat.engine.events import DirectAsked, ReadUpTo, Received, TextWritten
from teamchat.engine.step import Step
from teamchat.engine.store import Put, PutLine, Table
from teamchat.ids import ConversationId
from teamchat.mls.framing.content import ContentType
from teamchat.mls.framing.message import wrap
from teamchat.mls.framing.private_message import PrivateMessage
from teamchat.wire.frames import Batch, Item, Kind
from tests.support.simulator import Peer, World


@pytest.fixture
def desk() -> tuple[Peer, Peer, ConversationId]:
    world = World()
    anna, bo = world.person("anna"), world.person("bo")
    return anna, bo, ConversationId(anna.ask(lambda call: DirectAsked(call, bo.account.user)))


def next_item(writer: Peer, reader: Peer, talk: ConversationId, text: str) -> tuple[Item, Batch]:
    """Let the writer write while the reader is away; return what the reader would get."""
    reader.go_offline()
    writer.ask(lambda call: TextWritten(call, talk, text))
    log = writer.world.server.logs[talk]
    item = log.items[-1]
    return item, Batch(talk, log.log_epoch, log.head, [item])


def test_group_line_and_cursor_are_one_transaction(desk: tuple[Peer, Peer, ConversationId]) -> None:
    anna, bo, talk = desk
    _, batch = next_item(anna, bo, talk, "hello")
    commands = bo.engine.handle(Received(batch))
    (stored,) = [each for each in commands if isinstance(each, Persist)]
    tables = {each.table for each in stored.writes if isinstance(each, Put)}
    assert tables == {Table.GROUP, Table.CONVERSATION}
    assert [each.line.text for each in stored.writes if isinstance(each, PutLine)] == ["hello"]


@pytest.mark.parametrize("damage", ["body", "client_id", "foreign"])
def test_what_cannot_be_read_is_said_and_the_log_goes_on(
    desk: tuple[Peer, Peer, ConversationId], damage: str
) -> None:
    anna, bo, talk = desk
    item, batch = next_item(anna, bo, talk, "hello")
    change = {
        "body": {"body": item.body[:-1] + bytes([item.body[-1] ^ 1])},
        "client_id": {"client_id": bytes(16)},
        "foreign": {"body": b"no message at all"},
    }[damage]
    bad = msgspec.structs.replace(item, **change)
    bo.events.append(Received(msgspec.structs.replace(batch, items=[bad])))
    bo.world.run()
    assert bo.system(talk)[-1] == "system-undecryptable"
    assert bo.texts(talk) == []
    assert bo.state(talk).record.seq == batch.first_seq
    assert bo.state(talk).record.unread == 0


def test_what_was_encrypted_before_one_came_shows_no_line(
    desk: tuple[Peer, Peer, ConversationId],
) -> None:
    anna, bo, talk = desk
    seq, record = bo.state(talk).record.seq, bo.state(talk).record
    lines = bo.messages(talk)
    items = [message_of_epoch(anna, talk, epoch) for epoch in (record.since - 1, record.since)]
    bo.events.append(Received(Batch(talk, record.log_epoch, seq + 1, items[:1])))
    bo.world.run()
    assert bo.messages(talk) == lines
    assert bo.state(talk).record.seq == seq + 1
    bo.events.append(Received(Batch(talk, record.log_epoch, seq + 2, items[1:])))
    bo.world.run()
    assert bo.system(talk)[-1] == "system-undecryptable"


def message_of_epoch(peer: Peer, talk: ConversationId, epoch: int) -> Item:
    """Return a message that says it is of an epoch."""
    group_id = peer.state(talk).held_group().group_id
    content, sealed = ContentType.APPLICATION, bytes(64)
    body = wrap(PrivateMessage(group_id, epoch, content, b"", bytes(28), sealed))
    return Item(Kind.APPLICATION, epoch, peer.account.device, bytes(16), 0, body)


def test_what_shows_no_line_leaves_nothing_unread(
    desk: tuple[Peer, Peer, ConversationId],
) -> None:
    anna, bo, talk = desk
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    seen = bo.messages(talk)[-1].position
    state = bo.state(talk)
    record = msgspec.structs.replace(state.record, seq=state.record.seq + 1)
    bo.engine._held.conversations[talk] = replace(state, record=record)
    bo.ask(lambda call: ReadUpTo(call, talk, seen))
    assert bo.state(talk).record.unread == 0


def test_unread_counts_what_others_said_until_it_is_seen(
    desk: tuple[Peer, Peer, ConversationId],
) -> None:
    anna, bo, talk = desk
    for text in ("one", "two"):
        anna.ask(lambda call, text=text: TextWritten(call, talk, text))  # type: ignore[misc]
    bo.ask(lambda call: TextWritten(call, talk, "mine"))
    assert bo.state(talk).record.unread == 2
    bo.ask(lambda call: ReadUpTo(call, talk, 10**9))
    assert bo.state(talk).record.unread == 0
    bo.ask(lambda call: ReadUpTo(call, talk, 0))
    assert bo.state(talk).record.read > 0
    nowhere = ConversationId("n" * 26)
    assert bo.refused(lambda call: ReadUpTo(call, nowhere, 1)) == "error-no-such-conversation"


@pytest.mark.parametrize("place", ["gossip.hear", "unpack", "profile.meaning"])
def test_an_error_that_nobody_foresaw_costs_one_line(
    desk: tuple[Peer, Peer, ConversationId],
    monkeypatch: pytest.MonkeyPatch,
    unforeseen: list[str],
    place: str,
) -> None:
    anna, bo, talk = desk
    anna.ask(lambda call: TextWritten(call, talk, "before"))
    seq = bo.state(talk).record.seq

    def fail(*_: object) -> None:
        raise ZeroDivisionError("what was said")

    monkeypatch.setattr(f"teamchat.engine.inbox.{place}", fail)
    anna.ask(lambda call: TextWritten(call, talk, "not readable"))
    monkeypatch.undo()
    (told,) = unforeseen
    unforeseen.clear()
    assert "ZeroDivisionError" in told
    assert "said" not in told
    anna.ask(lambda call: TextWritten(call, talk, "after"))
    assert bo.texts(talk) == ["before", "after"]
    assert bo.system(talk)[-1] == "system-undecryptable"
    assert bo.state(talk).record.seq == seq + 2
    bo.restart()
    bo.world.run()
    assert bo.texts(talk) == ["before", "after"]


def test_an_error_at_an_own_message_leaves_it_sent(
    desk: tuple[Peer, Peer, ConversationId],
    monkeypatch: pytest.MonkeyPatch,
    unforeseen: list[str],
) -> None:
    anna, bo, talk = desk

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("teamchat.engine.outbox.confirm", fail)
    anna.ask(lambda call: TextWritten(call, talk, "hello"))
    assert unforeseen
    unforeseen.clear()
    assert anna.texts(talk) == bo.texts(talk) == ["hello"]
    assert not anna.state(talk).outgoing


def test_an_error_at_a_commit_makes_the_device_join_again(
    desk: tuple[Peer, Peer, ConversationId],
    monkeypatch: pytest.MonkeyPatch,
    unforeseen: list[str],
) -> None:
    anna, bo, talk = desk
    follow = commits.follow

    def fail(step: Step, *rest: object) -> None:
        if step.account.device == bo.account.device:
            raise ZeroDivisionError
        follow(step, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("teamchat.engine.commits.follow", fail)
    anna.world.device(bo.account.user)
    anna.world.advance(60)
    monkeypatch.undo()
    assert unforeseen
    unforeseen.clear()
    anna.world.advance(600)
    anna.ask(lambda call: TextWritten(call, talk, "after"))
    assert bo.texts(talk)[-1] == "after"
