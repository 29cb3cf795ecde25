import pytest

from teamchat.content.codec import encode
from teamchat.content.envelope import MIMI_DRAFT_08, pack, unpack
from teamchat.content.errors import ContentError, NewerContentError
from teamchat.content.message_id import message_id
from teamchat.content.model import MAX_BYTES, Message, NullPart
from teamchat.content.profile import Author
from teamchat.ids import ConversationId, UserId, identifier

AUTHOR = Author(UserId(identifier(bytes(16))), ConversationId(identifier(bytes(16))))
MESSAGE = AUTHOR.text("Grüß Gott, 早上好 🙂", salt=bytes(16))


def test_what_is_packed_is_opened() -> None:
    plaintext = pack(MESSAGE)
    opened = unpack(plaintext)
    assert opened.message == MESSAGE
    assert opened.id == message_id(encode(MESSAGE))
    assert plaintext[0] == MIMI_DRAFT_08


def test_a_newer_version_is_told_from_nonsense() -> None:
    with pytest.raises(NewerContentError):
        unpack(b"\x02" + encode(MESSAGE))
    for wrong in (b"", b"\x01", b"\x01\x00", bytes([1]) * (MAX_BYTES + 2)):
        with pytest.raises(ContentError) as error:
            unpack(wrong)
        assert not isinstance(error.value, NewerContentError)


def test_a_message_without_its_sender_is_not_sent() -> None:
    with pytest.raises(ContentError):
        pack(Message(bytes(16), NullPart()))
