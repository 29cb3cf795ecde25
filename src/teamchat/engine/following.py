"""Following the key directory: read what is new in it, and only then believe it.

A look ends in one of three ways: the pin is at the newest checkpoint (one transaction with
everything that follows from it), the server has shown what it should not (a finding, kept with
both signed notes), or nothing came (tried again a little later). Whoever waits for a look is
released when one has ended that began after they came.
"""

from dataclasses import replace
from typing import Final

from teamchat.engine import (
    clearing,
    directory,
    findings,
    gossip,
    listing,
    looking,
    reporting,
    requests,
    session,
    watching,
    wiping,
    witnesses,
)
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.key_anew import continued
from teamchat.engine.key_log import (
    REFUSED,
    begin,
    disagreement,
    offered,
    person_record,
    pinned,
    succeeded,
)
from teamchat.engine.key_reading import (
    Offer,
    OtherLogError,
    Reading,
    UnmetRootError,
    begun,
)
from teamchat.engine.state import ForEntries, ForKeyLog, ForReport, ForTile, Listing, Purpose
from teamchat.engine.step import Step
from teamchat.engine.store import Put, Table
from teamchat.transparency import Finding, TransparencyError
from teamchat.wire.bodies import KeyLog
from teamchat.wire.problems import Code

AGAIN: Final = Timer(TimerKind.KEY_LOG)
AGAIN_SECONDS: Final = 1.0
"""How soon a look that came to nothing is repeated; doubled each time, up to a minute."""
PATIENCE: Final = 3
"""After so many of them in a row the person hears of it."""
_KINDS: Final = {
    Finding.FORKED: "alarm-key-log-forked",
    Finding.ROLLED_BACK: "alarm-key-log-rolled-back",
    Finding.UNPROVEN: "alarm-key-log-unproven",
}


def take_size(step: Step, size: int) -> None:
    """The server says that there is a checkpoint of this size."""
    keys = step.desk.keys
    if size > keys.size or (size == keys.size and keys.witnesses is not None):
        looking.look_afresh(step)  # of the same size if there is one more cosignature


def take_answer(step: Step, number: int, purpose: Purpose, body: object) -> None:
    """What was asked of the log is here."""
    match purpose:
        case ForKeyLog():
            _take_offer(step, body)
        case ForEntries():
            _take_entries(step, number, body)
        case ForTile(tile):
            gossip.take_tile(step, tile, body)
        case ForReport():
            reporting.take_answer(step)
        case _:
            pass


def take_refusal(step: Step, purpose: Purpose, code: Code | None) -> None:
    """The server does not show its log, or was not reached."""
    if isinstance(purpose, ForTile):
        gossip.take_no_tile(step, code)
        return
    failures = step.desk.keys.failures + 1
    keys = replace(step.desk.keys, asking=0, reading=None, failures=failures)
    step.desk = replace(step.desk, keys=keys)
    step.set_timer(AGAIN, min(60.0, AGAIN_SECONDS * 2.0 ** min(failures, 8)))
    if failures == PATIENCE and code is not None:
        step.alarm("alarm-key-log-away")
    for conversation in step.conversations():  # what waits does not keep the rest from being here
        if conversation.listing is Listing.WAITING:
            session.caught_up(step, conversation.id)


def _take_offer(step: Step, body: object) -> None:
    """The server shows its newest checkpoint."""
    keys = replace(step.desk.keys, asking=0)
    step.desk = replace(step.desk, keys=keys)
    if not isinstance(body, KeyLog):
        return
    try:
        offer = offered(body, keys)
    except OtherLogError:
        _find(step, "alarm-key-log-other", body.checkpoint.encode("utf-8", "replace"))
        return
    except TransparencyError:
        _find(step, "alarm-key-log-unsigned", body.checkpoint.encode("utf-8", "replace"))
        return
    finding = disagreement(keys, offer)
    if finding is not None:
        _find(step, _KINDS[finding], offer.note.encode())
        return
    _read_on(step, begin(keys, offer))


def _take_entries(step: Step, number: int, body: object) -> None:
    """A bundle of entries is here."""
    reading = step.desk.keys.reading
    if reading is None or number not in reading.asked or not isinstance(body, bytes):
        return
    own = step.account.user
    try:
        reading = reading.take(number, body, own, frozenset(step.people()) - {own})
    except TransparencyError:
        _read_whole(step, reading)
    else:
        _read_on(step, reading)


def _read_on(step: Step, reading: Reading) -> None:
    """Ask for what is to be read next; if that was all, believe it if it is what was signed."""
    if not reading.complete:
        for bundle in reading.due():
            log, start = begun(reading.offer.key), reading.start(bundle)
            query = requests.of_key_log(log, bundle.path, start)
            reading = reading.asking(step.ask(ForEntries(), query), bundle)
        step.desk = replace(step.desk, keys=replace(step.desk.keys, reading=reading))
        return
    try:
        reading.check()
    except OtherLogError:
        _find(step, "alarm-key-log-other", reading.offer.note.encode())
    except UnmetRootError:
        _read_whole(step, reading)
    else:
        _accept(step, reading)


def _read_whole(step: Step, reading: Reading) -> None:
    """What was read does not fit: if a part was left out, read it whole before that is told."""
    if reading.short:
        _read_on(step, replace(begin(step.desk.keys, reading.offer), held=0, short=False))
    else:
        _find(step, "alarm-key-log-unproven", reading.offer.note.encode())


def _find(step: Step, kind: str, theirs: bytes) -> None:
    """The server has shown what it should not: nothing of it is believed."""
    step.desk = replace(step.desk, keys=replace(step.desk.keys, reading=None))
    findings.find(step, findings.of_log(step, kind, theirs))
    _conclude(step)


def _find_anew(step: Step, offer: Offer) -> None:
    """The log begins anew, and says so: it is followed, and people are asked to ask."""
    theirs = offer.note.encode()
    findings.find(step, findings.of_log(step, "alarm-key-log-anew", theirs))


def _accept(step: Step, reading: Reading) -> None:
    """Pin the tree that was read, with all that follows from it: one transaction."""
    before, offer = step.desk.keys, reading.offer
    anew = succeeded(before, offer)
    if anew:
        _find_anew(step, offer)
        before, merged = step.desk.keys, continued(before.directory, reading.directory)
        reading = replace(reading, directory=merged, changed=frozenset(merged.people))
    keys = replace(
        before,
        pin=pinned(before, reading),
        promise=None,
        directory=reading.directory,
        refused=((() if anew else before.refused) + reading.notes.refused)[:REFUSED],
        checked=step.now,
        reading=None,
        failures=0,
        proving=None,
        strange=() if anew else before.strange,
    )
    step.desk = replace(step.desk, keys=keys)
    for user in sorted(reading.changed):
        record = person_record(reading.directory.people[user])
        step.write(Put(Table.KEYS, user, record.encode()))
    step.write(Put(Table.KEY_LOG, "pin", keys.record().encode()))
    watching.heed(step, reading, before.directory, anew=anew)
    if before.pin is None:
        watching.look_through(step)
    for conversation in list(step.conversations()):
        clearing.heed(step, conversation)
        if conversation.record.absent or listing.ended(step, conversation):
            step.touched[conversation.id] = None
    _conclude(step)
    if not anew:
        wiping.heed(step, reading)
    step.store()


def _conclude(step: Step) -> None:
    """A look is over."""
    step.cancel_timer(AGAIN)
    if step.desk.keys.again:
        looking.look(step)
        return
    directory.judge_claims(step)
    listing.release(step)
    gossip.judge(step)
    witnesses.look(step)
