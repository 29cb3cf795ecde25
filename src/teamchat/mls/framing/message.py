"""MLSMessage: the outermost envelope (RFC 9420 §6)."""

from typing import Annotated

from teamchat.mls.codec import Select, Struct, struct, uint16
from teamchat.mls.crypto.suites import MLS10
from teamchat.mls.errors import DecodeError
from teamchat.mls.framing.content import WireFormat
from teamchat.mls.framing.private_message import PrivateMessage
from teamchat.mls.framing.public import PublicMessage
from teamchat.mls.key_package import KeyPackage
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.messages.welcome import Welcome

Body = PublicMessage | PrivateMessage | Welcome | GroupInfo | KeyPackage


@struct
class MLSMessage(Struct):
    """MLSMessage (§6)."""

    version: Annotated[int, uint16]
    body: Annotated[
        Body,
        Select(
            uint16,
            {
                WireFormat.PUBLIC_MESSAGE: PublicMessage,
                WireFormat.PRIVATE_MESSAGE: PrivateMessage,
                WireFormat.WELCOME: Welcome,
                WireFormat.GROUP_INFO: GroupInfo,
                WireFormat.KEY_PACKAGE: KeyPackage,
            },
        ),
    ]


def wrap(body: Body) -> bytes:
    """Encode a message in its envelope."""
    return MLSMessage(MLS10, body).encode()


def unwrap(data: bytes) -> Body:
    """Open an envelope.

    Raises:
        DecodeError: It is not one canonical MLSMessage of version 1.0.
    """
    message = MLSMessage.decode(data)
    if message.version != MLS10:
        raise DecodeError(f"MLS version {message.version} is not known here")
    return message.body
