"""What a part of an archive may say that a member gives."""

import msgspec
import pytest

from teamchat.content.archive import ArchiveError
from teamchat.engine import gifts
from teamchat.engine.history.entries import EditEntry, LineEntry, PersonEntry, RoomEntry
from teamchat.engine.model import MessageKind
from teamchat.engine.records import Offer
from teamchat.ids import BlobId, ConversationId, DeviceId, UserId

TALK, ANNA = ConversationId("t" * 26), UserId("a" * 26)
OFFER = Offer(
    BlobId("b" * 26), b"k" * 32, 9, b"d" * 32, ANNA, DeviceId("d" * 26), 100, 200, 2, 50, 51
)
ROOM = RoomEntry(TALK, direct=False, title="", peer=UserId(""), left=False, log_epoch=1, shift=0)
LINE = LineEntry(f"{'d' * 26}.{'0' * 32}", 7, MessageKind.TEXT, ANNA, 150, "words")


def test_lines_as_they_were_said_are_counted() -> None:
    assert gifts.check(TALK, OFFER, [ROOM, LINE, LINE]) == 2


def test_the_key_is_in_no_repr() -> None:
    assert "kkk" not in repr(OFFER)


@pytest.mark.parametrize(
    "line",
    [
        {"time_ms": 99}, {"time_ms": 201}, {"kind": MessageKind.SYSTEM},
        {"kind": MessageKind.UNSUPPORTED}, {"arguments": (("by", ANNA),)}, {"sender": UserId("")},
        {"text": " "}, {"text": "x" * 70_000}, {"id": "1.57.system-added.aaaaaaaa"},
        {"id": f"{'d' * 26}.{'0' * 31}"}, {"id": f"{'d' * 26}.{'0' * 32}\n"},
        {"edits": (EditEntry("x", 1, " "),)}, {"edits": (EditEntry("x", 1, "x" * 70_000),)},
        {"withdrawn_ms": 170}, {"id": f"{'D' * 26}.{'0' * 32}"}, {"given_by": UserId("w" * 26)},
    ],
)  # fmt: skip
def test_a_line_that_is_none_is_refused(line: dict[str, object]) -> None:
    with pytest.raises(ArchiveError):
        gifts.check(TALK, OFFER, [ROOM, msgspec.structs.replace(LINE, **line)])


def test_another_conversation_and_people_are_refused() -> None:
    other = msgspec.structs.replace(ROOM, id=ConversationId("u" * 26))
    person = PersonEntry(ANNA, "anna", "Anna", "", "")
    for entry in (other, person):
        with pytest.raises(ArchiveError):
            gifts.check(TALK, OFFER, [entry, LINE])
