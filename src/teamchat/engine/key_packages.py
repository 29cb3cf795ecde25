"""The stock of key packages: enough of them published, and their private keys kept.

A key package that was handed out may come back in a Welcome until it expires, so its private
keys are kept until then; a single-use one's are destroyed when it was used. They are stored
before the key package is published. When the stock is empty, the server hands out the one
of last resort, again and again; it is replaced long before it expires.
"""

from dataclasses import replace
from typing import Final

import msgspec

from teamchat.engine import groups, requests
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.records import KeyPackageRecord, Phase, Refresh
from teamchat.engine.state import ForRefill, ForStock
from teamchat.engine.step import Step
from teamchat.wire.bodies import KeyPackageCount

STOCK: Final = 50
LOW: Final = 20
HELD: Final = 1000
"""How many private keys are kept at most: a server may say without end that the stock is empty."""
DAY: Final = 24 * 3600
LIFETIME_SECONDS: Final = 84 * DAY
RENEW_SECONDS: Final = 28 * DAY
"""How long before its end the last resort is replaced."""
STOCK_TAKE: Final = Timer(TimerKind.STOCK_TAKE)
STOCK_TAKE_SECONDS: Final = 900.0


def schedule(step: Step) -> None:
    """Look after the keys a little later: everybody comes online at nine."""
    step.set_timer(STOCK_TAKE, 5.0 + 25.0 * step.chance())


def take_stock(step: Step) -> None:
    """Ask how many are left, forget what has expired, and refresh one own leaf that is due."""
    step.set_timer(STOCK_TAKE, STOCK_TAKE_SECONDS * (0.75 + step.chance() / 2))
    if not step.session.greeted:
        return
    for ref, held in step.key_packages().items():
        if held.not_after + DAY < step.now:
            step.drop_key_package(ref)
    ask(step)
    _refresh_one(step)


def ask(step: Step) -> None:
    """Ask how many are left, unless that is being asked."""
    if not any(isinstance(each, ForStock | ForRefill) for each in step.desk.purposes.values()):
        step.ask(ForStock(), requests.count_key_packages())


def take_count(step: Step, body: object) -> None:
    """Refill the stock if it is low."""
    if not isinstance(body, KeyPackageCount):
        return
    wanted = STOCK - body.left if body.left < LOW else 0
    wanted = min(wanted, HELD - len(step.key_packages()))
    fresh = [make(step, last_resort=False) for _ in range(wanted)]
    last = make(step, last_resort=True) if _last_resort_ends(step) else None
    if fresh or last:
        step.ask(ForRefill(), requests.add_key_packages(fresh, last))


def make(step: Step, *, last_resort: bool) -> bytes:
    """Make a key package and keep its private keys."""
    ref, record = groups.make_key_package(
        step.crypto, step.account, step.now, LIFETIME_SECONDS, last_resort=last_resort
    )
    step.put_key_package(ref, record)
    return record.key_package


def used(step: Step, ref: str, record: KeyPackageRecord) -> None:
    """A Welcome came for it."""
    if not record.last_resort:
        step.drop_key_package(ref)


def _last_resort_ends(step: Step) -> bool:
    held = [each.not_after for each in step.key_packages().values() if each.last_resort]
    return max(held, default=0) - step.now < RENEW_SECONDS


def _refresh_one(step: Step) -> None:
    for conversation in step.conversations():
        record = conversation.record
        idle = conversation.caught_up and not record.intents and not conversation.pending
        if record.phase is Phase.JOINED and idle and 0 < record.refresh_due <= step.now:
            refreshed = msgspec.structs.replace(record, intents=(Refresh(),))
            step.put(replace(conversation, record=refreshed))
            return
