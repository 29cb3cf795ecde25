"""What is stored can be read by a newer version, and by this one."""

import msgspec

from teamchat.engine.records import (
    AccountRecord,
    ConversationRecord,
    Depart,
    Found,
    Include,
    PersonRecord,
    Phase,
    position,
)
from teamchat.ids import ConversationId, UserId


def test_a_conversation_with_every_kind_of_intent_comes_back() -> None:
    record = ConversationRecord(
        ConversationId("t"),
        direct=False,
        phase=Phase.JOINED,
        intents=(Include((UserId("anna"),), 3), Depart(), Found((), None, b"info", b"tree")),
    )
    assert msgspec.msgpack.decode(record.encode(), type=ConversationRecord) == record


def test_what_an_older_version_wrote_is_read() -> None:
    older = msgspec.msgpack.encode(["t", True, "left", "Title", 1, 7])
    record = msgspec.msgpack.decode(older, type=ConversationRecord)
    assert (record.id, record.phase, record.seq, record.shift) == ("t", Phase.LEFT, 7, 0)
    person = msgspec.msgpack.decode(msgspec.msgpack.encode(["u"]), type=PersonRecord)
    assert person == PersonRecord(UserId("u"))
    parts: list[str | bytes] = ["https://chat.example", "u", "d", "anna", "Anna", "", "", "de"]
    older = msgspec.msgpack.encode([*parts, b"i", b"c", b"s", "token", "Europe/Berlin", ""])
    assert msgspec.msgpack.decode(older, type=AccountRecord).history_key == b""


def test_positions_grow_when_a_log_was_shortened() -> None:
    record = ConversationRecord(ConversationId("t"), direct=True, phase=Phase.JOINED, shift=5)
    assert position(record, 3) == 8
