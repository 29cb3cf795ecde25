"""Bodies about custodians, what is entrusted to them, and its opening (docs/spec/custodians.md)."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from teamchat.ids import PATTERN
from teamchat.wire.bodies import Answer, Count, Request, User, WhichDevice, WhichUser

MOST_CUSTODIANS = 16
"""Of one set; there are two at least."""

WhichSet = Annotated[str, Meta(pattern=PATTERN)]
WhichDeposit = Annotated[str, Meta(pattern=PATTERN)]
WhichRequest = Annotated[str, Meta(pattern=PATTERN)]
PublicKey = Annotated[bytes, Meta(min_length=1216, max_length=1216)]
Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
Sealed = Annotated[bytes, Meta(min_length=1, max_length=1536)]
Slot = Annotated[bytes, Meta(min_length=1, max_length=1536)]
Box = Annotated[bytes, Meta(min_length=1, max_length=2048)]
ShareNumber = Annotated[int, Meta(ge=1, le=MOST_CUSTODIANS)]


class Standing(StrEnum):
    """How far a request has come."""

    OPEN = "open"
    READY = "ready"
    """Enough have approved, and the delay is over."""
    USED = "used"


class Verdict(StrEnum):
    """What a custodian has said to a request."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


# --- the set ------------------------------------------------------------------------------


class AppointCustodians(Request, frozen=True):
    """Who the custodians are from now on, and how many of them it takes."""

    threshold: Annotated[int, Meta(ge=2, le=MOST_CUSTODIANS)]
    users: Annotated[list[WhichUser], Meta(min_length=2, max_length=MOST_CUSTODIANS)]


class SetCustodianKey(Request, frozen=True):
    """Accept to be a custodian of this set, with this key."""

    set: WhichSet
    public_key: PublicKey
    by: WhichDevice
    signature: Signature


class CustodianKey(Answer, frozen=True):
    """The key of a custodian, signed by one of their devices."""

    public_key: bytes
    by: WhichDevice
    signature: bytes


class Custodian(Answer, frozen=True):
    """One of them; `key` is missing until they have accepted."""

    user: User
    active: bool
    key: CustodianKey | None = None


class Custodians(Answer, frozen=True):
    """The custodians; `set` is empty and nobody is there if none are appointed."""

    set: str
    threshold: Count
    custodians: list[Custodian]
    delay_hours: Count
    """How long after a request it is answered at the earliest."""


# --- entrusting ---------------------------------------------------------------------------


class CustodyShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one custodian is entrusted with, sealed to their key."""

    custodian: WhichUser
    number: ShareNumber
    sealed: Sealed
    check: Hash


class SetCustody(Request, frozen=True):
    """Entrust one's recovery key to the custodians of this set."""

    set: WhichSet
    deposit: WhichDeposit
    shares: Annotated[list[CustodyShare], Meta(min_length=2, max_length=MOST_CUSTODIANS)]


class CustodyAnswer(Answer, frozen=True):
    """What a custodian has said to a request."""

    user: User
    verdict: Verdict


class OwnRequest(Answer, frozen=True):
    """A request to open what one has entrusted. Times are in seconds since 1970."""

    id: WhichRequest
    slot: bytes
    made: Count
    opens: Count
    """Before that, nobody gets a share."""
    expires: Count
    standing: Standing
    answers: list[CustodyAnswer]


class Custody(Answer, frozen=True):
    """What one has entrusted; `deposit` is empty if nothing."""

    set: str
    deposit: str
    made: Count
    threshold: Count
    request: OwnRequest | None = None


# --- opening ------------------------------------------------------------------------------


class AskCustodians(Request, frozen=True):
    """Ask the custodians for one's recovery key, on a computer that is no device yet."""

    slot: Slot
    claim_sha256: Hash
    """Of the secret with which the shares are taken: a session may be over by then."""


class TakeShares(Request, frozen=True):
    """Take what the custodians have handed over, with the secret of the request."""

    claim: Hash


class HandedShare(Answer, frozen=True):
    """A share that a custodian has handed over, and the key of the device that did."""

    custodian: WhichUser
    number: ShareNumber
    check: bytes
    box: bytes
    device_key: bytes


class HandedShares(Answer, frozen=True):
    """All that custodians have handed over for a request."""

    set: WhichSet
    deposit: WhichDeposit
    threshold: Count
    shares: list[HandedShare]


class CustodyRequest(Answer, frozen=True):
    """A request as a custodian sees it, with what they were entrusted with."""

    id: WhichRequest
    user: User
    set: WhichSet
    deposit: WhichDeposit
    threshold: Count
    number: ShareNumber
    sealed: bytes
    check: bytes
    slot: bytes
    made: Count
    opens: Count
    expires: Count
    verdict: Verdict
    """What the custodian who asks has said."""
    approved: Count
    """How many have."""


class CustodyRequests(Answer, frozen=True):
    """The requests that a custodian can answer."""

    requests: list[CustodyRequest]


class ApproveCustody(Request, frozen=True):
    """Hand one's share over to the device that asks."""

    box: Box
