"""A new phone and an existing laptop that link, step by step, with keys that never change."""

import hashlib
from dataclasses import dataclass

from teamchat.identity.keys import DeviceKey
from teamchat.identity.linking.code import LinkingCode, Way
from teamchat.identity.linking.existing_device import (
    Agreed,
    AwaitsReveal,
    Entered,
    ExistingCompares,
    enter,
)
from teamchat.identity.linking.messages import Account, Handover, LogPin, Witnesses
from teamchat.identity.linking.new_device import NewCompares, Offered, Waiting, offer
from teamchat.ids import DeviceId
from tests.unit.identity.people import ANNA, ANNAS_KEY, LAPTOP, LAPTOPS_KEY, PHONE, PHONES_KEY

NOW = 1_800_000_000
NONCE = bytes(range(24))
PIN = LogPin("chat.example/v1/keys/1795000000", "chat.example+1+key", "chat.example\n1\nroot\n")
WITNESSES = Witnesses(("council.example+1+key", "officer.example+2+key"), 1, 86_400, NOW - 60)
ACCOUNT = Account("https://chat.example", "anna", "Anna Schmidt", "Werk Halle")


def random(seed: int) -> bytes:
    """Return 32 bytes that are others for each seed, and the same each time."""
    return hashlib.sha256(str(seed).encode()).digest()


def offered(
    way: Way = Way.SCANNED,
    *,
    seed: int = 21,
    secret: bytes | None = None,
    device: DeviceId = PHONE,
    key: DeviceKey = PHONES_KEY,
    now: int = NOW,
) -> Offered:
    """Return a new device that shows its code."""
    return offer(
        way, secret=secret or bytes([5]) * way.secret_bytes, ephemeral=random(seed),
        device=device, key=key, name="Annas Telefon", now=now,
    )  # fmt: skip


def entered(new: Offered, *, seed: int = 22, now: int = NOW) -> Entered:
    """Return an existing device that was given the code, as it is written."""
    code = LinkingCode.read(new.code.written())
    return enter(code, ephemeral=random(seed), now=now)


def handover(certificate: bytes) -> Handover:
    """Return what Anna's laptop hands over."""
    laptop, anna = LAPTOPS_KEY.public, ANNAS_KEY.public
    return Handover(ANNA, certificate, laptop, anna, PIN, ACCOUNT, b"one session", WITNESSES)


def vouched(agreed: Agreed) -> bytes:
    """Return the certificate that Anna's laptop makes."""
    return agreed.vouch(
        LAPTOPS_KEY, by=LAPTOP, user=ANNA, identity_key=ANNAS_KEY.public, created=NOW
    )


@dataclass(frozen=True)
class Linking:
    """Every step of a linking in which nothing goes wrong."""

    offered: Offered
    entered: Entered
    awaits: AwaitsReveal
    new: NewCompares
    existing: ExistingCompares
    waiting: Waiting
    agreed: Agreed
    last: bytes


def linked(way: Way = Way.SCANNED, *, seed: int = 21) -> Linking:
    """Link, nobody being in the way."""
    first = offered(way, seed=seed)
    begun = entered(first, seed=seed + 1)
    awaits = begun.receive(first.message, NOW)
    new = first.receive(awaits.message, NOW)
    existing = awaits.receive(new.message, NOW)
    waiting = new.confirm(NONCE, NOW)
    agreed = existing.receive(waiting.message, NOW).confirm(NOW).agreed()
    assert agreed is not None
    last = agreed.hand_over(handover(vouched(agreed)), NONCE, NOW)
    return Linking(first, begun, awaits, new, existing, waiting, agreed, last)
