"""What convicts the log or the server: kept with its evidence, and told once.

Nothing is told without end: a server that makes up contradictions is not to bury the first.
"""

from dataclasses import replace
from typing import Final

from teamchat.engine import reporting
from teamchat.engine.key_records import FindingRecord
from teamchat.engine.step import Step
from teamchat.engine.store import Put, Table
from teamchat.identity import statements
from teamchat.identity.key_directory import Entry
from teamchat.ids import ConversationId, UserId
from teamchat.transparency import SignedNote

KEPT: Final = 128
"""How many findings are kept: more than there are kinds to fill it, so that none hides another."""
OF_ONE_KIND: Final = 8


def find(step: Step, finding: FindingRecord, *arguments: tuple[str, str]) -> None:
    """Keep a finding and raise its alarm, unless it is known or one of too many."""
    keys = step.desk.keys
    alike = [each for each in keys.findings if each.kind == finding.kind]
    if any(_same(each, finding) for each in alike):
        return
    if len(alike) >= OF_ONE_KIND or len(keys.findings) >= KEPT:
        return
    number = len(keys.findings) + 1
    step.desk = replace(step.desk, keys=replace(keys, findings=(*keys.findings, finding)))
    step.write(Put(Table.FINDING, f"{number:08d}", finding.encode()))
    step.alarm(finding.kind, *arguments, conversation=finding.conversation or None)
    reporting.report(step)


def find_once(step: Step, finding: FindingRecord, *arguments: tuple[str, str]) -> None:
    """Keep a finding and raise its alarm, unless the same log has given cause for that before."""
    told = {(each.kind, each.log_key) for each in step.desk.keys.findings}
    if (finding.kind, finding.log_key) not in told:
        find(step, finding, *arguments)


def of_log(step: Step, kind: str, theirs: bytes) -> FindingRecord:
    """Return a finding of what the server has shown against what is pinned."""
    return FindingRecord(kind, step.now_ms, _note(step), theirs, log_key=_key(step))


def of_claim(step: Step, who: UserId, claim: str) -> FindingRecord:
    """Return a finding of what a member has seen against what is pinned."""
    kind = "alarm-key-log-split"
    ours, key = _note(step), _key(step)
    return FindingRecord(kind, step.now_ms, ours, claim=claim, who=who, log_key=key)


def of_stranger(step: Step, conversation: ConversationId, certificate: bytes) -> FindingRecord:
    """Return a finding of a device that is not listed."""
    return FindingRecord(
        "alarm-device-unlisted",
        step.now_ms,
        _note(step),
        conversation=conversation,
        certificate=certificate,
        log_key=_key(step),
    )


def of_entry(
    step: Step, kind: str, entry: Entry, note: SignedNote, said: bytes = b""
) -> FindingRecord:
    """Return a finding of an entry that the log should not hold.

    Args:
        step: The step.
        kind: The key of its alarm.
        entry: What became of it.
        note: The checkpoint under which it was read.
        said: Its bytes; needed if it could not be read.
    """
    if entry.statement is not None:
        said = statements.encode(entry.statement)
    who = UserId(getattr(entry.statement, "user", ""))
    return FindingRecord(
        kind, step.now_ms, theirs=note.encode(), who=who, entry=said, index=entry.index,
        log_key=_key(step),
    )  # fmt: skip


def _note(step: Step) -> bytes:
    pin = step.desk.keys.pin
    return b"" if pin is None else pin.note.encode()


def _key(step: Step) -> str:
    pin = step.desk.keys.pin
    return "" if pin is None else pin.key.vkey


def _same(one: FindingRecord, other: FindingRecord) -> bool:
    """Whether two findings say the same, whenever they were made."""
    if one.entry or other.entry:  # the same entry is below every later checkpoint
        return (one.entry, one.index) == (other.entry, other.index)
    told = (one.theirs, one.who, one.conversation, one.certificate)
    return told == (other.theirs, other.who, other.conversation, other.certificate)
