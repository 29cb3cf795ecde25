import pytest

from teamchat.content.codec import encode
from teamchat.content.errors import ContentError
from teamchat.content.message_id import message_id
from teamchat.content.model import Message, NullPart


def message(**extensions: str) -> bytes:
    names = {"sender": 1, "room": 2}
    return encode(
        Message(bytes(16), NullPart(), extensions={names[k]: v for k, v in extensions.items()})
    )


def test_sender_and_room_are_bound() -> None:
    ids = {
        message_id(message(sender="a", room="bc")),
        message_id(message(sender="ab", room="c")),
        message_id(message(sender="a", room="b")),
    }
    assert len(ids) == 3
    assert all(found[0] == 1 and len(found) == 32 for found in ids)


def test_a_message_without_names_has_no_id() -> None:
    for nameless in (message(), message(sender="a"), message(room="a")):
        with pytest.raises(ContentError, match="name"):
            message_id(nameless)
    with pytest.raises(ContentError):
        message_id(b"")
