"""PreSharedKeyID: which pre-shared key is meant (RFC 9420 §8.4). Names a key, never holds one."""

from enum import IntEnum
from typing import Annotated

from teamchat.mls.codec import Enumerated, Opaque, Select, Struct, struct, uint8, uint64


class ResumptionPSKUsage(IntEnum):
    """What a resumption PSK proves (§8.4)."""

    APPLICATION = 1
    REINIT = 2
    BRANCH = 3


@struct
class ExternalPSKID(Struct):
    """A key that the application hands in."""

    psk_id: Annotated[bytes, Opaque()]
    psk_nonce: Annotated[bytes, Opaque()]


@struct
class ResumptionPSKID(Struct):
    """The `resumption_psk` of one epoch of one group."""

    usage: Annotated[ResumptionPSKUsage, Enumerated(uint8, ResumptionPSKUsage)]
    psk_group_id: Annotated[bytes, Opaque()]
    psk_epoch: Annotated[int, uint64]
    psk_nonce: Annotated[bytes, Opaque()]


PreSharedKeyID = Annotated[
    ExternalPSKID | ResumptionPSKID, Select(uint8, {1: ExternalPSKID, 2: ResumptionPSKID})
]
