"""The room policy: what a conversation allows, as state of its group (docs/spec/mls-profile.md).

It stands in a GroupContext extension of our own, so every member agrees on it as on the members
themselves, the server reads it, and nobody changes it but by a commit that all of them see. It is
a map in deterministic CBOR. A reader passes over keys that it does not know, and whoever changes
one key keeps the others: a newer client may have put them there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from teamchat import cbor
from teamchat.errors import TeamchatError

ROOM_POLICY: Final = 0xF101
"""The type of the GroupContext extension, in the private range of the IANA registry."""
MAX_BYTES: Final = 1024
MAX_DAYS: Final = 36_500

NONE: Final = 0
"""New members see nothing that was said before they came."""
ALL: Final = -1
"""New members see everything that a member's device still holds."""

History: TypeAlias = int
"""What new members see of what was said before: `NONE`, so many days (1 to MAX_DAYS), or `ALL`."""

_LIMITS: Final = cbor.Limits(size=MAX_BYTES, depth=4, items=64)
_HISTORY: Final = "history"


class RoomPolicyError(TeamchatError):
    """What stands in the extension is no room policy."""


@dataclass(frozen=True, slots=True)
class RoomPolicy:
    """What a conversation allows.

    Args:
        history: What new members see of what was said before.
        others: What newer clients have put there, by key; kept as it is.
    """

    history: History = NONE
    others: Mapping[str, cbor.Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no reader takes."""
        if not ALL <= self.history <= MAX_DAYS:
            raise RoomPolicyError("history is none, all, or 1 to 36,500 days")


DEFAULT: Final = RoomPolicy()
"""Of a group that has no such extension."""


def encode(policy: RoomPolicy) -> bytes:
    """Return the data of the extension.

    Raises:
        RoomPolicyError: It is larger than a policy may be.
    """
    try:
        written: dict[cbor.Key, cbor.Value] = dict(policy.others.items())
        written[_HISTORY] = policy.history
        data = cbor.encode(written, depth=_LIMITS.depth)
        cbor.decode(data, _LIMITS)
    except cbor.CborError as error:
        raise RoomPolicyError("larger than a room policy may be") from error
    return data


def decode(data: bytes) -> RoomPolicy:
    """Read the data of the extension.

    Raises:
        RoomPolicyError: It is not deterministic CBOR, no map with keys of text, too large, or
            says of the history what cannot be.
    """
    try:
        found = cbor.decode(data, _LIMITS)
    except cbor.CborError as error:
        raise RoomPolicyError("not deterministic CBOR of at most 1,024 bytes") from error
    if not isinstance(found, Mapping):
        raise RoomPolicyError("a room policy is a map")
    others = {key: value for key, value in found.items() if isinstance(key, str)}
    if len(others) != len(found):
        raise RoomPolicyError("the keys of a room policy are text")
    history = others.pop(_HISTORY, None)
    if not isinstance(history, int) or isinstance(history, bool):
        raise RoomPolicyError("history is a number")
    return RoomPolicy(history, others)
