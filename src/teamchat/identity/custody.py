"""What is entrusted to custodians, and how a share goes on (docs/spec/custodians.md).

A person's recovery key is split, and each share is sealed to the custody key of one custodian. To
open, the person's new device makes the slot of a device box and reads out its code; a custodian
who has typed that code has their share sealed to the slot. Nothing here decides who may.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from teamchat import cbor
from teamchat.identity import device_box, shamir
from teamchat.identity.custody_key import named
from teamchat.identity.device_box import Box, Party, Slot, SlotKey
from teamchat.identity.errors import IdentityError
from teamchat.identity.keys import DeviceKey
from teamchat.identity.shamir import Share
from teamchat.ids import UserId
from teamchat.mls.crypto import CryptoProvider, KeyPair, Secret
from teamchat.mls.crypto.suites import MLS_256_XWING_AES256GCM_SHA512_Ed25519 as SUITE
from teamchat.mls.errors import CryptoError

VERSION: Final = 1
PURPOSE: Final = "custody"
"""Of the slot of a request."""
LEAST: Final = 2
"""The smallest threshold: one person alone is no custody."""
MOST: Final = 16
"""Custodians in a set."""
CHECK_BYTES: Final = 32
MAX_SEALED: Final = SUITE.kem_output_length + 256
CODE_GROUPS: Final = 6
CODE_DIGITS: Final = 5
"""Of a group."""
_CODE: Final = CODE_GROUPS * CODE_DIGITS
_MOST_TYPED: Final = 200
_PERSON: Final = b"tc-custody-v1"
_SHARE: Final = b"teamchat custody share\x00"
_CHECK: Final = b"teamchat custody check\x00"
_SPOKEN: Final = b"teamchat custody code\x00"
_ANSWER: Final = b"teamchat custody answer\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """What somebody entrusts to a set of custodians.

    Attributes:
        user: Whose recovery key it is.
        identity_key: The identity that it opens.
        which: The set.
        number: What this deposit is called, an identifier.
        threshold: How many shares it takes.
    """

    user: UserId
    identity_key: bytes
    which: str
    number: str
    threshold: int


@dataclass(frozen=True, slots=True)
class SealedShare:
    """What one custodian is entrusted with.

    Attributes:
        custodian: Who can open it.
        number: Of the share, from 1.
        sealed: For their custody key.
        check: What the right share hashes to.
    """

    custodian: UserId
    number: int
    sealed: bytes = field(repr=False)
    check: bytes


def key_pair(crypto: CryptoProvider, history_key: bytes, user: UserId, which: str) -> KeyPair:
    """Return the custody key of a custodian: the same on each device with the history key.

    Raises:
        IdentityError: There is no history key, or an identifier is none.
    """
    if not history_key:
        raise IdentityError("this device has no history key")
    text = b"".join(named(user, which))
    seed = hashlib.blake2b(text, key=history_key, person=_PERSON, digest_size=32).digest()
    return crypto.hpke_derive_key_pair(SUITE, Secret(seed))


def entrust(
    crypto: CryptoProvider, deposit: Deposit, secret: bytes, custodians: Mapping[UserId, bytes]
) -> tuple[SealedShare, ...]:
    """Split a secret for custodians, in the order of their identifiers.

    Args:
        crypto: The cryptography, and the randomness.
        deposit: What it is.
        secret: The bytes of the recovery key.
        custodians: Their custody keys, each checked before.

    Raises:
        IdentityError: The threshold is out of range, or somebody's key cannot be sealed to.
    """
    if not LEAST <= deposit.threshold <= len(custodians) <= MOST:
        raise IdentityError(f"between {LEAST} and {MOST} custodians hold a key together")
    random = crypto.random(shamir.random_bytes(len(secret), deposit.threshold))
    shares = shamir.split(secret, deposit.threshold, len(custodians), random)
    return tuple(
        _sealed(crypto, deposit, custodian, custodians[custodian], share)
        for custodian, share in zip(sorted(custodians), shares, strict=True)
    )


def open_share(
    crypto: CryptoProvider, deposit: Deposit, share: SealedShare, private_key: Secret
) -> Share:
    """Return the share that a custodian was entrusted with.

    Args:
        crypto: The cryptography.
        deposit: What it has to be of.
        share: As it was sealed.
        private_key: The custodian's, for the set.

    Raises:
        IdentityError: It was sealed to another key, or is of somebody or something else.
    """
    size, about = SUITE.kem_output_length, _about(deposit, share.custodian, share.number)
    try:
        plain = crypto.hpke_open(
            SUITE, private_key, share.sealed[:size], _SHARE + about, share.sealed[size:]
        )
    except CryptoError as error:
        raise IdentityError("this share does not open") from error
    return checked(deposit, share, plain.reveal())


def code(slot: Slot, user: UserId, user_name: str) -> str:
    """Return what the person reads out: 30 digits in 6 groups, of the key of their request.

    As long as this because whoever makes a request chooses the key: a code that is shorter could
    be met by trying out keys.

    Args:
        slot: Of the request.
        user: Whose it is.
        user_name: What they are called: as they typed it, or as who hears the code knows them.

    Raises:
        IdentityError: The user is none.
    """
    (who,) = named(user)
    called = user_name.strip().removeprefix("@").casefold()
    text = cbor.encode((VERSION, slot.digest, who, called))
    digest = hashlib.sha256(_SPOKEN + text).digest()
    digits = str(int.from_bytes(digest[:16], "big") % 10**_CODE).zfill(_CODE)
    return " ".join(digits[at : at + CODE_DIGITS] for at in range(0, _CODE, CODE_DIGITS))


def is_code(slot: Slot, user: UserId, user_name: str, typed: str) -> bool:
    """Tell whether somebody typed the code of a request; only its digits matter.

    Raises:
        IdentityError: The user is none.
    """
    digits = "".join(each for each in typed[:_MOST_TYPED] if each.isascii() and each.isdigit())
    return hmac.compare_digest(digits, code(slot, user, user_name).replace(" ", ""))


def hand_over(
    crypto: CryptoProvider,
    deposit: Deposit,
    slot: Slot,
    share: Share,
    *,
    key: DeviceKey,
    sender: Party,
) -> Box:
    """Seal a share for the device that asks, whose code the custodian has typed.

    Args:
        crypto: The cryptography.
        deposit: Of which the share is.
        slot: Of the request.
        share: As `open_share` gave it.
        key: The device key of the custodian.
        sender: The custodian's device.

    Raises:
        IdentityError: The slot is for something or somebody else, or cannot be sealed to.
    """
    if slot.purpose != PURPOSE or slot.receiver.user != deposit.user:
        raise IdentityError("a request for something else")
    context = _answer(deposit, sender.user, share.number)
    plain = _encoded(share)
    return device_box.seal(crypto, slot, plain, key=key, sender=sender, context=context)


def receive(  # the arguments are those of the box
    crypto: CryptoProvider,
    deposit: Deposit,
    share: SealedShare,
    box: Box,
    *,
    slot: SlotKey,
    sender_key: bytes,
) -> Share:
    """Return the share that a custodian has handed over.

    Args:
        crypto: The cryptography.
        deposit: What it has to be of.
        share: Which one, with what it hashes to.
        box: The custodian's answer.
        slot: Of this device's request.
        sender_key: The custodian's device key.

    Raises:
        IdentityError: It is not for this request, not by them, or another share.
    """
    if box.sender.user != share.custodian:
        raise IdentityError("another custodian's answer")
    context = _answer(deposit, share.custodian, share.number)
    return checked(deposit, share, slot.open(crypto, box, sender_key, context))


def combine(deposit: Deposit, shares: Sequence[Share]) -> bytes:
    """Return the bytes of the recovery key.

    Raises:
        IdentityError: There are too few shares.
    """
    if len(shares) < deposit.threshold:
        raise IdentityError("there are too few shares")
    return shamir.combine(shares[: deposit.threshold])


def checked(deposit: Deposit, share: SealedShare, plain: bytes) -> Share:
    """Read a share, and check that it is the one that was entrusted.

    Raises:
        IdentityError: It is not.
    """
    about = _about(deposit, share.custodian, share.number)
    if not hmac.compare_digest(_check(about, plain), share.check):
        raise IdentityError("not the share that was entrusted")
    match _decoded(plain):
        case (int(version), int(number), bytes(value)) if (version, number) == (
            VERSION, share.number,
        ):  # fmt: skip
            return Share(number, value)
        case _:
            raise IdentityError("not a share")


def _sealed(
    crypto: CryptoProvider, deposit: Deposit, custodian: UserId, public_key: bytes, share: Share
) -> SealedShare:
    about, plain = _about(deposit, custodian, share.number), _encoded(share)
    try:
        crypto.hpke_check_public_key(SUITE, public_key)
        sealed = b"".join(crypto.hpke_seal(SUITE, public_key, _SHARE + about, plain))
    except CryptoError as error:
        raise IdentityError("nothing can be sealed to this custody key") from error
    return SealedShare(custodian, share.number, sealed, _check(about, plain))


def _encoded(share: Share) -> bytes:
    return cbor.encode((VERSION, share.number, share.value))


def _decoded(plain: bytes) -> cbor.Value:
    try:
        return cbor.decode(plain, cbor.Limits(size=256, depth=1, items=8))
    except cbor.CborError as error:
        raise IdentityError("not a share") from error


def _check(about: bytes, plain: bytes) -> bytes:
    return hashlib.sha256(_CHECK + about + plain).digest()


def _about(deposit: Deposit, custodian: UserId, number: int) -> bytes:
    user, which, called, by = named(deposit.user, deposit.which, deposit.number, custodian)
    return cbor.encode(
        (VERSION, user, deposit.identity_key, which, called, deposit.threshold, number, by)
    )


def _answer(deposit: Deposit, custodian: UserId, number: int) -> bytes:
    """What a box is bound to, beside slot and sender."""
    return _ANSWER + _about(deposit, custodian, number)
