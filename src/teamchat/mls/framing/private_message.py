"""PrivateMessage as it travels (RFC 9420 §6.3). Opening it is the business of `private`."""

from typing import Annotated

from teamchat.mls.codec import Enumerated, Opaque, Struct, struct, uint8, uint64
from teamchat.mls.framing.content import ContentType


@struct
class PrivateMessage(Struct):
    """PrivateMessage (§6.3)."""

    group_id: Annotated[bytes, Opaque()]
    epoch: Annotated[int, uint64]
    content_type: Annotated[ContentType, Enumerated(uint8, ContentType)]
    authenticated_data: Annotated[bytes, Opaque()]
    encrypted_sender_data: Annotated[bytes, Opaque()]
    ciphertext: Annotated[bytes, Opaque()]


@struct
class PrivateContentAAD(Struct):
    """What the content's encryption binds (§6.3.1)."""

    group_id: Annotated[bytes, Opaque()]
    epoch: Annotated[int, uint64]
    content_type: Annotated[ContentType, Enumerated(uint8, ContentType)]
    authenticated_data: Annotated[bytes, Opaque()]


@struct
class SenderDataAAD(Struct):
    """What the sender data's encryption binds (§6.3.2)."""

    group_id: Annotated[bytes, Opaque()]
    epoch: Annotated[int, uint64]
    content_type: Annotated[ContentType, Enumerated(uint8, ContentType)]
