"""What stands in an MLS application message: one byte that says what follows, then that.

The draft that `content` follows is not finished. With a version inside the encrypted and
signed bytes, a client knows before it reads whether it can, and says so if it cannot.
"""

from dataclasses import dataclass
from typing import Final

from teamchat.content import codec
from teamchat.content.errors import ContentError, NewerContentError
from teamchat.content.message_id import id_of
from teamchat.content.model import MAX_BYTES, Message, MessageId

MIMI_DRAFT_08: Final = 1
"""The content is draft-ietf-mimi-content-08 in our profile."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A message and its name."""

    id: MessageId
    message: Message


def pack(message: Message) -> bytes:
    """Return the bytes to encrypt.

    Raises:
        ContentError: The message breaks a rule, is too large or does not name its sender.
    """
    content = codec.encode(message)
    id_of(message, content)
    return bytes([MIMI_DRAFT_08]) + content


def unpack(plaintext: bytes) -> Opened:
    """Read what was encrypted.

    Raises:
        NewerContentError: A newer client wrote it.
        ContentError: It is malformed.
    """
    if not plaintext:
        raise ContentError("an empty message")
    if len(plaintext) > MAX_BYTES + 1:
        raise ContentError("the message is too large")
    if plaintext[0] != MIMI_DRAFT_08:
        raise NewerContentError(f"content of version {plaintext[0]}")
    content = plaintext[1:]
    message = codec.decode(content)
    return Opened(id_of(message, content), message)
