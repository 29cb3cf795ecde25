"""The cursor of each log: nothing is skipped, nothing is read twice (docs/spec/realtime.md).

A log is dense. What lies at or below the cursor is a repetition and is dropped; what lies
beyond the next place shows a gap, and the rest is asked for again. A cursor counts within
one `log_epoch`; when the server says RESET, the log is another one.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from teamchat.engine import departure, governing, inbox, resending, session
from teamchat.engine.commands import Recall
from teamchat.engine.events import Timer, TimerKind
from teamchat.engine.records import Line, Phase, position, shifted
from teamchat.engine.state import MAX_SHIFT, ConversationState, Listing
from teamchat.engine.step import Step
from teamchat.ids import ConversationId
from teamchat.wire.frames import (
    Ack,
    Batch,
    CaughtUp,
    Credit,
    Delivered,
    Lag,
    Reset,
    Sync,
)
from teamchat.wire.limits import KIB

CREDIT_BYTES = 32 * KIB
"""Credit is given for so many bytes at once."""
INBOX = Timer(TimerKind.INBOX)
INBOX_SECONDS = 10.0
"""How long the server may take to say that the inbox is empty."""
GAPS = 3
"""How often in a row one gap is asked for before the person hears of it."""

RECALLED = 1000
"""How many lines are looked through for what to send again, and for what is no news."""
REREAD = 2000
"""How much of a log is read again that is in place of another."""

UNDELIVERED = 16
"""How many parts of a log that did not reach everybody are kept."""

_READING = frozenset({Phase.JOINED, Phase.BROKEN})


def start(step: Step) -> None:
    """Tell the server where everything stands."""
    reading = [each for each in step.conversations() if each.record.phase in _READING]
    awaiting = frozenset(each.id for each in reading)
    step.session = replace(step.session, awaiting=awaiting, inbox_read=False)
    cursors = {each.id: (each.record.log_epoch, each.record.seq) for each in reading}
    step.send(Sync(cursors, step.desk.inbox))
    step.set_timer(INBOX, INBOX_SECONDS)


def take_batch(step: Step, batch: Batch, size: int) -> None:
    """Read what arrived, strictly in order, one transaction for each message."""
    for place, item in enumerate(batch.items):
        found = step.conversation(batch.conversation)
        if found is None or found.record.phase not in _READING or _waits(step, found.id):
            break
        if governing.ask(step, found):
            break
        seq = batch.first_seq + place
        if batch.log_epoch == found.record.log_epoch and seq <= found.record.seq:
            continue
        if batch.log_epoch != found.record.log_epoch or seq > found.record.seq + 1:
            if found.caught_up:  # else what is missing is asked for already: CAUGHT_UP tells
                _miss(step, found)
            break
        inbox.take(step, found, seq, item)
        if _waits(step, found.id):
            break
        _advance(step, found.id, seq)
    _digest(step, size)


def take_caught_up(step: Step, frame: CaughtUp) -> None:
    """What follows is live."""
    found = step.conversation(frame.conversation)
    if found is not None and found.record.phase in _READING:
        if found.reset is not None or found.judging > 0 or _waits(step, found.id):
            return  # it is said of a log that we have not begun to read, or that waits
        if found.record.seq < frame.head:
            _miss(step, found)
            return
        if found.record.seq > frame.head == 0:
            departure.stay_behind(step, found)
        elif found.record.seq > frame.head:
            _tell_behind(step, found)
        else:
            record = msgspec.structs.replace(found.record, reread=0, unknown=False)
            step.amend(replace(found, caught_up=True, gaps=0, behind=False), record)
    session.caught_up(step, frame.conversation)


def take_lag(step: Step, frame: Lag) -> None:
    """We were too slow: the server reads to us from its log once we have caught breath."""
    found = step.conversation(frame.conversation)
    if found is not None:
        step.put(replace(found, caught_up=False))
    _give_credit(step)


def take_reset(step: Step, frame: Reset) -> None:
    """The log was shortened: go on where it begins. Or it is another one: read it again."""
    found = step.conversation(frame.conversation)
    if found is None or found.record.phase not in _READING:
        return
    if frame.log_epoch != found.record.log_epoch:
        step.put(replace(found, caught_up=False, reset=frame))
        step.do(Recall(found.id, RECALLED))
    elif found.record.seq < frame.min_seq - 1:
        _restart(step, found, frame.log_epoch, frame.min_seq - 1)
        inbox.tell_reset(step, step.known(found.id), lost_commits=True)
        _read_anew(step, found.id)


def begin_anew(step: Step, conversation: ConversationId, lines: Sequence[Line]) -> None:
    """Read a log that is in place of another, and send again what it lacks of ours.

    The two begin alike, and nobody says how far: so the last part is read again. What is known
    of it cannot be read a second time, which is no loss.
    """
    found = step.conversation(conversation)
    if found is None or found.reset is None:
        return
    frame, record = found.reset, found.record
    last = min(record.seq, frame.head)
    seq = max(frame.min_seq - 1, min(record.first, frame.head), last - REREAD, 0)
    known = frozenset(line.id for line in lines)
    found = step.put(replace(found, reset=None, accepted=False, recalled=known))
    if not _restart(step, found, frame.log_epoch, seq, max(record.seq, record.reread)):
        return
    inbox.tell_reset(step, step.known(conversation), lost_commits=False)
    resending.send_again(step, step.known(conversation), lines)
    _read_anew(step, conversation)


def _restart(
    step: Step, found: ConversationState, log_epoch: int, seq: int, reread: int = 0
) -> bool:
    """Set the cursor; what comes now stands behind what was there, unless that goes on for ever."""
    record = found.record
    shift = shifted(record, log_epoch, seq)
    if shift > MAX_SHIFT:
        _tell_behind(step, found)
        return False
    record = msgspec.structs.replace(
        record, log_epoch=log_epoch, seq=seq, shift=shift, reread=reread, unknown=False
    )
    step.amend(found, record)
    return True


def _tell_behind(step: Step, found: ConversationState) -> None:
    """Say once that the server has lost something; it can say so without end."""
    if not found.behind:
        step.alarm("alarm-server-behind", conversation=found.id)
        step.put(replace(found, behind=True))


def _read_anew(step: Step, conversation: ConversationId) -> None:
    found = step.known(conversation)
    found = step.amend(found, msgspec.structs.replace(found.record, compare=True))
    session.read_on(step, found)
    departure.ask_to_compare(step, conversation)
    step.store()


def take_delivered(step: Step, frame: Delivered) -> None:
    """Every other member holds everything up to here, but for what is missing."""
    found = step.conversation(frame.conversation)
    if found is None:
        return
    record, before = found.record, found.record.delivered
    delivered = position(record, frame.seq)
    parts = ((position(record, each.first), position(record, each.last)) for each in frame.missing)
    earlier = (each for each in record.undelivered if each[1] <= record.shift)  # of another log
    undelivered = (*earlier, *parts)[-UNDELIVERED:]
    if delivered < before or (delivered, undelivered) == (before, record.undelivered):
        return
    record = msgspec.structs.replace(record, delivered=delivered, undelivered=undelivered)
    step.amend(found, record)
    inbox.tell_timeline(step, found.id)


def acknowledge(step: Step) -> None:
    """Say what is stored; at most once a second."""
    waiting = step.session.unacknowledged
    step.session = replace(step.session, unacknowledged=frozenset(), ack_due=False)
    found = (step.conversation(each) for each in sorted(waiting))
    cursors = {each.id: each.record.seq for each in found if each is not None}
    if step.session.greeted:
        step.send(Ack(cursors, step.desk.inbox))


def _waits(step: Step, conversation: ConversationId) -> bool:
    """Whether the next item is read again when the key directory was looked at."""
    found = step.conversation(conversation)
    return found is not None and found.listing is Listing.WAITING


def _advance(step: Step, conversation: ConversationId, seq: int) -> None:
    found = step.conversation(conversation)
    if found is not None:
        step.amend(found, msgspec.structs.replace(found.record, seq=seq))
        session.owe_ack(step, conversation)
    step.store()


def _miss(step: Step, conversation: ConversationState) -> None:
    """Ask for what is missing; if it does not come, say so and wait for the next connection."""
    gaps = conversation.gaps + 1
    conversation = step.put(replace(conversation, gaps=gaps))
    if gaps <= GAPS:
        session.read_on(step, conversation)
    elif gaps == GAPS + 1:
        step.alarm("alarm-log-gap", conversation=conversation.id)


def _digest(step: Step, size: int) -> None:
    step.session = replace(step.session, undigested=step.session.undigested + size)
    if step.session.undigested >= CREDIT_BYTES:
        _give_credit(step)


def _give_credit(step: Step) -> None:
    if step.session.undigested and step.session.greeted:
        step.send(Credit(step.session.undigested))
        step.session = replace(step.session, undigested=0)
