"""Witnesses that a person requires: k of n have cosigned the pinned checkpoint, and lately.

Without enough of them nothing stops at once: a witness may be away. For a day messages are sent
and the person is told; then no more is sent until they are there again.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Final

import msgspec

from teamchat.engine import looking
from teamchat.engine.key_log import KeyLogState
from teamchat.engine.key_records import WitnessRecord
from teamchat.engine.step import Step
from teamchat.engine.store import Drop, Put, Table
from teamchat.identity.linking.messages import WITNESS_CHARACTERS, WITNESSES, Witnesses
from teamchat.transparency import Policy, TransparencyError, UsageError, VerifierKey
from teamchat.transparency.witness import CLOCK_SKEW

GRACE_SECONDS: Final = 24 * 3600
"""How long messages are still sent without enough witnesses."""
MAX_AGE_SECONDS: Final = 366 * 24 * 3600
NAME: Final = "witnesses"


class Standing(IntEnum):
    """How the witnesses stand to what is required."""

    MET = 0
    LATE = 1
    """Too few, or too long ago; messages are still sent."""
    MISSING = 2
    """For a day: nothing is sent."""


_SAID: Final = {
    Standing.LATE: "notice-witnesses-late",
    Standing.MISSING: "alarm-witnesses-missing",
}


def require(step: Step, vkeys: Sequence[str], quorum: int, maximum_age: int) -> str:
    """Require witnesses from now on, on this device; none if the quorum is 0.

    Returns the key of an error, or nothing.
    """
    keys = step.desk.keys
    if not quorum:
        step.desk = replace(step.desk, keys=replace(keys, witnesses=None))
        step.write(Drop(Table.KEY_LOG, NAME))
        return ""
    if keys.pin is None:
        return "error-log-not-listed"
    record = WitnessRecord(tuple(vkeys), quorum, maximum_age, step.now)
    if not _can_be_handed(record):
        return "error-witnesses-too-many"
    try:
        _check(keys.pin.key, record)
    except TransparencyError:
        return "error-witnesses"
    _put(step, record)
    look(step)
    looking.look_afresh(step)  # they may have signed since the checkpoint was pinned
    return ""


def handed(record: WitnessRecord | None) -> Witnesses | None:
    """Return what a device that this one links is to require (docs/spec/linking.md)."""
    if record is None:
        return None
    since = max(record.since, record.met)
    return Witnesses(record.witnesses, record.quorum, record.maximum_age, since)


def taken(log: VerifierKey, witnesses: Witnesses, now: int) -> WitnessRecord:
    """Return what is stored of what the device that vouches has handed over.

    Args:
        log: The key of the log.
        witnesses: As they were handed over.
        now: In seconds since 1970; nothing is later.

    Raises:
        TransparencyError: They cannot be required.
    """
    since = min(witnesses.since, now)
    record = WitnessRecord(witnesses.keys, witnesses.quorum, witnesses.maximum_age, since)
    _check(log, record)
    return record


def look(step: Step) -> None:
    """Tell the person, once for each time, that witnesses are late or missing."""
    record = step.desk.keys.witnesses
    if record is None:
        return
    met = max(record.met, _cosigned(step.desk.keys, record, step.now))
    now = _standing(msgspec.structs.replace(record, met=met), step.now)
    if (met, now) != (record.met, record.told):
        _put(step, msgspec.structs.replace(record, met=met, told=int(now)))
    if now > record.told:
        step.alarm(_SAID[now])


def stop(step: Step) -> bool:
    """Whether nothing is to be sent: the witnesses have been missing for a day."""
    record = step.desk.keys.witnesses
    return record is not None and _standing(record, step.now) is Standing.MISSING


def _check(log: VerifierKey, record: WitnessRecord) -> None:
    """Check that witnesses can be required.

    Raises:
        TransparencyError: A key is none or there twice, or quorum or age cannot be kept.
    """
    Policy(log, tuple(map(VerifierKey.parse, record.witnesses)), record.quorum)
    if not 0 < record.maximum_age <= MAX_AGE_SECONDS:
        raise UsageError("an age that no witness can keep, or everyone")


def _can_be_handed(record: WitnessRecord) -> bool:
    """Whether a further device can be told of them."""
    longest = max(map(len, record.witnesses), default=0)
    return len(record.witnesses) <= WITNESSES and longest <= WITNESS_CHARACTERS


def _standing(record: WitnessRecord, now: int) -> Standing:
    """Say how the witnesses stand to what is required.

    A newer checkpoint that nobody has cosigned yet takes nothing back: it continues the one that
    they have.
    """
    late = in_order_until(record)
    if now <= late:
        return Standing.MET
    return Standing.LATE if now <= late + GRACE_SECONDS else Standing.MISSING


def in_order_until(record: WitnessRecord) -> int:
    """Return until when it is enough that they have cosigned as they have, in seconds."""
    return max(record.since, record.met) + record.maximum_age


def _cosigned(keys: KeyLogState, record: WitnessRecord, now: int) -> int:
    """Return when the last signature was made that it takes, in seconds since 1970; 0 if none was.

    What is said to come from the future counts for nothing.
    """
    if keys.pin is None:
        return 0
    try:
        policy = Policy(keys.pin.key, tuple(map(VerifierKey.parse, record.witnesses)))
        cosigned = policy.check(keys.pin.note).cosigned
    except TransparencyError:  # a wrong signature of a witness spoils the checkpoint
        return 0
    times = sorted((time for _, time in cosigned if time <= now + CLOCK_SKEW), reverse=True)
    return times[record.quorum - 1] if len(times) >= record.quorum else 0


def _put(step: Step, record: WitnessRecord) -> None:
    step.desk = replace(step.desk, keys=replace(step.desk.keys, witnesses=record))
    step.write(Put(Table.KEY_LOG, NAME, record.encode()))
