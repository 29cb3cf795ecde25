"""Where a device can be woken when something has come for it (Web Push, RFC 8030)."""

from typing import Annotated, Final

from msgspec import Meta

from teamchat.wire.bodies import Answer, Request

ENDPOINT_CHARACTERS: Final = 1_024


class PushOffer(Answer, frozen=True):
    """Whether this server wakes devices, and with which key it says who it is."""

    key: bytes = b""
    """The public P-256 key of its VAPID signatures (RFC 8292), uncompressed; empty if it wakes
    nobody."""


class SubscribePush(Request, frozen=True):
    """The address at which the push service of this device's browser takes a call.

    Its keys for encrypted contents are not asked for: there never is a content.
    """

    endpoint: Annotated[str, Meta(max_length=ENDPOINT_CHARACTERS)]
