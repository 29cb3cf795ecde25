"""What a delivery service may read without knowing the group (RFC 9420 §6).

Reads only as far as the header goes: it decrypts nothing, verifies nothing, and does not
look at what follows. `public_group` is for those who follow a group.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeVar, cast

from teamchat.mls.codec import Reader, field_codec
from teamchat.mls.codec.varint import read_length
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.errors import DecodeError
from teamchat.mls.framing.content import ContentType, Sender, WireFormat
from teamchat.mls.framing.message import unwrap
from teamchat.mls.messages.welcome import Welcome

_SENDER: Final = field_codec(Sender)
_E = TypeVar("_E", bound=IntEnum)


@dataclass(frozen=True, slots=True)
class Header:
    """The readable part of a message to a group.

    Attributes:
        sender: Who claims to have sent it; a PrivateMessage does not say.
    """

    wire_format: WireFormat
    group_id: bytes
    epoch: int
    content_type: ContentType
    sender: Sender | None


def peek(message: bytes) -> Header:
    """Read the header of a PublicMessage or PrivateMessage.

    The rest may still be anything: a header is a claim.

    Raises:
        DecodeError: There is no such header.
    """
    reader = Reader(message)
    if reader.take_uint(2) != MLS10:
        raise DecodeError("not an MLSMessage of version 1.0")
    wire_format = _member(WireFormat, reader.take_uint(2))
    if wire_format not in {WireFormat.PUBLIC_MESSAGE, WireFormat.PRIVATE_MESSAGE}:
        raise DecodeError(f"a {wire_format.name} is not sent to a group")
    group_id = reader.take(read_length(reader))
    epoch = reader.take_uint(8)
    sender = None
    if wire_format is WireFormat.PUBLIC_MESSAGE:
        sender = cast("Sender", _SENDER.read(reader))
        reader.take(read_length(reader))
    content_type = _member(ContentType, reader.take_uint(1))
    return Header(wire_format, group_id, epoch, content_type, sender)


def welcomed(message: bytes) -> tuple[bytes, ...]:
    """Return the KeyPackageRefs that a Welcome is for, in its order (§12.4.3.1).

    Raises:
        DecodeError: It is not a Welcome.
    """
    body = unwrap(message)
    if not isinstance(body, Welcome):
        raise DecodeError("not a Welcome")
    return tuple(secrets.new_member for secrets in body.secrets)


def _member(enumeration: type[_E], number: int) -> _E:
    try:
        return enumeration(number)
    except ValueError:
        raise DecodeError(f"{number} is not a {enumeration.__name__}") from None
