"""The name of a message (draft-ietf-mimi-content-08 §3.3): a hash, computed and never carried.

It binds what was said to who said it and where, so it cannot be claimed by another message.
"""

import hashlib
from typing import Final

from teamchat.content.codec import decode
from teamchat.content.errors import ContentError
from teamchat.content.model import Message, MessageId

SHA_256: Final = 1
"""The IANA named-information number of SHA-256."""


def message_id(data: bytes) -> MessageId:
    """Return the id of a message from its bytes, which name its sender and room.

    Raises:
        ContentError: It is no message, or does not name its sender and room.
    """
    return id_of(decode(data), data)


def id_of(message: Message, data: bytes) -> MessageId:
    """Return the id of a message that was read from `data`, or written as it.

    Raises:
        ContentError: It does not name its sender and room.
    """
    if message.sender_uri is None or message.room_uri is None:
        raise ContentError("the message does not name its sender and its room")
    digest = hashlib.sha256()
    for uri in (message.sender_uri.encode(), message.room_uri.encode()):
        digest.update(len(uri).to_bytes(2, "big") + uri)
    digest.update(data + message.salt)
    return MessageId(bytes([SHA_256]) + digest.digest()[:31])
