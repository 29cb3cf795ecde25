from dataclasses import replace

import pytest

from teamchat import cbor
from teamchat.content.derived import EXTENDED_TIME, MessageDerivedValues, decode
from teamchat.content.errors import ContentError
from teamchat.content.model import MessageId

VALUES = MessageDerivedValues(MessageId(bytes(32)), 1, b"group", 0, "client", "user", "room")


def test_what_is_written_is_read() -> None:
    extended = replace(VALUES, accepted=cbor.Tag(EXTENDED_TIME, {1: 5, -3: 7}))
    for values in (VALUES, extended):
        assert decode(values.encode()) == values


@pytest.mark.parametrize(
    "wrong",
    [
        replace(VALUES, message_id=MessageId(bytes(31))), replace(VALUES, accepted=-1),
        replace(VALUES, accepted=True), replace(VALUES, accepted=cbor.Tag(1, 1)),
        replace(VALUES, sender_leaf_index=2**32), replace(VALUES, sender_leaf_index=True),
        replace(VALUES, accepted=2**64),
    ],
)  # fmt: skip
def test_what_is_out_of_range(wrong: MessageDerivedValues) -> None:
    with pytest.raises(ContentError):
        wrong.encode()


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xa0", b"\x87" + b"\x00" * 7])
def test_what_is_malformed(data: bytes) -> None:
    with pytest.raises(ContentError):
        decode(data)
