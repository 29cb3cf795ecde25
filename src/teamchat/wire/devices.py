"""Bodies about devices that go: as the company sees them, and the proof that one was removed."""

from typing import Annotated

from msgspec import Meta

from teamchat.wire.bodies import Answer, Count, Request, WhichDevice

PROOF_CHARACTERS = 16_384
"""How long a proof file (c2sp.org/tlog-proof) is at most that a client reads."""


class ManagedDevice(Answer, frozen=True):
    """A device as those see it who manage its owner's account."""

    id: WhichDevice
    name: str
    created: Count
    last_active_day: Count
    """Days since 1970; no finer, because nobody needs more."""


class ManagedDevices(Answer, frozen=True):
    """The devices of a person, and how many one person may have."""

    devices: list[ManagedDevice]
    most: Count


class AskRemoval(Request, frozen=True):
    """A device whose session is refused asks whether it was removed (docs/spec/wiping.md).

    `time` is by its clock, in seconds since 1970; `signature` is by its device key.
    """

    device: WhichDevice
    time: Count
    signature: Annotated[bytes, Meta(min_length=64, max_length=64)]
    log: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    """The number at the end of the origin of the log that the device has pinned; 0 if none."""


class RemovalProof(Answer, frozen=True):
    """A proof file for the entry that removed the device; its extra data are the entry."""

    proof: Annotated[str, Meta(max_length=PROOF_CHARACTERS)]
