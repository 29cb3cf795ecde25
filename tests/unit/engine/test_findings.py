"""Evidence: kept once, with an end, and never lost to more of it."""

import msgspec
import pytest

from teamchat.engine import findings
from teamchat.engine.key_records import FindingRecord
from teamchat.engine.step import Step
from teamchat.identity import statements
from teamchat.identity.key_directory import Entry
from tests.support.simulator import Peer, World
from tests.support.tlog import checkpoint, log_of


@pytest.fixture
def anna() -> Peer:
    return World().person("anna")


def stepping(peer: Peer) -> Step:
    return Step(peer.engine._held, peer.engine._surroundings)


def finding(number: int, kind: str = "alarm-key-log-unproven") -> FindingRecord:
    return FindingRecord(kind, number, b"ours", b"theirs %d" % number)


def test_the_same_is_told_once(anna: Peer) -> None:
    step = stepping(anna)
    first = finding(1)
    findings.find(step, first)
    findings.find(step, FindingRecord(first.kind, 99, first.ours, first.theirs))
    step.adopt()
    assert anna.engine.desk.keys.findings == (first,)
    assert [each.key for each in anna.engine.alarms] == ["alarm-key-log-unproven"]


def test_there_is_an_end_and_the_first_stay(anna: Peer) -> None:
    step = stepping(anna)
    for number in range(100):
        findings.find(step, finding(number))
    findings.find(step, finding(1, "alarm-key-log-forked"))
    step.adopt()
    kept = anna.engine.desk.keys.findings
    assert [each.time_ms for each in kept] == [*range(findings.OF_ONE_KIND), 1]
    assert len(anna.engine.alarms) == len(kept)


def test_an_entry_is_one_finding_whatever_checkpoint_it_is_under(anna: Peer) -> None:
    step = stepping(anna)
    said = statements.Removed(anna.account.user, anna.account.device, "2026-11-21")
    notes = [checkpoint(log_of(number).tree.head) for number in (8, 9)]
    for note in notes:
        findings.find(step, findings.of_entry(step, "alarm-own-reset", Entry(7, said), note))
    step.adopt()
    (kept,) = anna.engine.desk.keys.findings
    assert (statements.decode(kept.entry), kept.index, kept.who) == (said, 7, said.user)
    assert kept.theirs == notes[0].encode()
    assert msgspec.msgpack.decode(kept.encode(), type=FindingRecord) == kept
