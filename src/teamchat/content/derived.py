"""What a receiver knows of a message that the message does not say (§4.6, `implied.cddl`)."""

from dataclasses import dataclass
from typing import Final

from teamchat import cbor
from teamchat.content.errors import ContentError
from teamchat.content.model import MESSAGE_ID_BYTES, MessageId

EXTENDED_TIME: Final = 1001
_LIMITS: Final = cbor.Limits(size=16 * 1024, depth=8, items=256)


@dataclass(frozen=True, slots=True)
class MessageDerivedValues:
    """The derived values; `accepted` is milliseconds since 1970, or an extended time (RFC 9581)."""

    message_id: MessageId
    accepted: int | cbor.Tag
    mls_group_id: bytes
    sender_leaf_index: int
    sender_client_url: str
    sender_user_url: str
    room_url: str

    def encode(self) -> bytes:
        """Return the bytes.

        Raises:
            ContentError: A value is not what the draft says.
        """
        try:
            data = cbor.encode(
                (
                    self.message_id, self.accepted, self.mls_group_id, self.sender_leaf_index,
                    self.sender_client_url, self.sender_user_url, self.room_url,
                )
            )  # fmt: skip
        except cbor.CborError as error:
            raise ContentError(str(error)) from error
        decode(data)
        return data


def decode(data: bytes) -> MessageDerivedValues:
    """Read derived values.

    Raises:
        ContentError: They are malformed.
    """
    try:
        value = cbor.decode(data, _LIMITS)
    except cbor.CborError as error:
        raise ContentError(f"not derived values: {error}") from error
    match value:
        case (bytes(name), (int() | cbor.Tag()) as accepted, bytes(group), int(leaf), str(client),
              str(user), str(room)):  # fmt: skip
            pass
        case _:
            raise ContentError("not derived values: other fields")
    if len(name) != MESSAGE_ID_BYTES or not _is_time(accepted) or not _is_leaf(leaf):
        raise ContentError("not derived values: a field is out of its range")
    return MessageDerivedValues(MessageId(name), accepted, group, leaf, client, user, room)


def _is_time(accepted: int | cbor.Tag) -> bool:
    if isinstance(accepted, cbor.Tag):
        return accepted.number == EXTENDED_TIME and isinstance(accepted.value, dict)
    return not isinstance(accepted, bool) and accepted >= 0


def _is_leaf(leaf: int) -> bool:
    return not isinstance(leaf, bool) and 0 <= leaf < 2**32
