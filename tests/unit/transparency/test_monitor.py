import pytest

from teamchat.transparency.checkpoint import open_checkpoint
from teamchat.transparency.compact import TreeHead
from teamchat.transparency.errors import (
    Finding,
    InconsistentLogError,
    SplitViewError,
    UsageError,
)
from teamchat.transparency.keys import LogKey
from teamchat.transparency.monitor import MAX_SOURCES, Monitor
from teamchat.transparency.note import SignedNote
from teamchat.transparency.witness import Policy
from tests.support.tlog import LOG_KEY, LOG_ONLY, StoredLog, checkpoint, entries, log_of


def grown(log: StoredLog, count: int) -> StoredLog:
    return log.append(entries(count, log.tree.size))


def pinned(log: StoredLog) -> Monitor:
    return Monitor(log.publish())


def test_a_pin_moves_on_with_a_log_that_grows() -> None:
    log = log_of(10)
    monitor = pinned(log)
    for count in (1, 2, 300):
        new = grown(log, count).publish()
        monitor = monitor.advance(new, log.consistency(monitor.head.size))
    assert monitor.head == log.tree.head


def test_the_same_checkpoint_again_needs_no_proof() -> None:
    log = log_of(10)
    monitor = pinned(log)
    assert monitor.advance(log.publish(), ()) == Monitor(log.publish())


def test_a_client_that_pinned_the_empty_log_follows_it() -> None:
    log = StoredLog()
    monitor = pinned(log)
    assert monitor.advance(grown(log, 3).publish(), ()).head.size == 3


def test_a_restored_backup_is_detected_by_a_pinned_checkpoint() -> None:
    """Put back to 7 entries and grown again: neither the old size nor a larger one passes."""
    log = log_of(7)
    backup = log.backup()
    monitor = pinned(grown(log, 3))
    with pytest.raises(InconsistentLogError) as smaller:
        monitor.advance(backup.publish(), ())
    assert smaller.value.finding is Finding.ROLLED_BACK
    restored = backup.append([b"another history"] * 5)
    with pytest.raises(InconsistentLogError) as larger:
        monitor.advance(restored.publish(), restored.consistency(10))
    assert larger.value.finding is Finding.UNPROVEN


def test_a_fork_of_one_size_is_conclusive() -> None:
    monitor = pinned(log_of(10))
    other = StoredLog().append([*entries(9), b"a ghost"]).publish()
    with pytest.raises(InconsistentLogError) as found:
        monitor.advance(other, ())
    assert found.value.finding is Finding.FORKED


def test_the_evidence_is_both_checkpoints_as_the_log_signed_them() -> None:
    monitor = pinned(log_of(10))
    other = StoredLog().append([*entries(9), b"a ghost"]).publish()
    with pytest.raises(InconsistentLogError) as found:
        monitor.compare(other.signed, ())
    ours, theirs = (
        open_checkpoint(SignedNote.decode(note), LOG_KEY.verifier).checkpoint.head
        for note in (found.value.ours, found.value.theirs)
    )
    assert ours == monitor.head
    assert theirs == other.signed.checkpoint.head
    assert ours.size == theirs.size


def test_a_checkpoint_without_its_proof_is_not_pinned() -> None:
    log = log_of(10)
    monitor = pinned(log)
    new = grown(log, 5).publish()
    for proof in ((), log.consistency(9), log.consistency(10)[:-1]):
        with pytest.raises(InconsistentLogError) as found:
            monitor.advance(new, proof)
        assert found.value.finding is Finding.UNPROVEN


def test_another_logs_checkpoint_is_the_callers_mistake() -> None:
    key = LogKey("another.example", bytes(32))
    other = Policy(key.verifier).check(checkpoint(log_of(10).tree.head, key))
    monitor = pinned(log_of(10))
    with pytest.raises(UsageError):
        monitor.advance(other, ())
    with pytest.raises(UsageError):
        monitor.compare(other.signed, ())


def test_an_older_checkpoint_of_the_same_history_is_no_evidence() -> None:
    log = log_of(7)
    older = log.publish()
    monitor = pinned(grown(log, 3))
    monitor.compare(older.signed, log.consistency(7))


def test_what_a_member_saw_earlier_has_to_be_proven() -> None:
    log = log_of(7)
    heard = log.tree.head
    monitor = pinned(grown(log, 3)).hear("anna/laptop", heard)
    (demand,) = monitor.demands()
    assert (demand.old, demand.new) == (heard, monitor.head)
    assert monitor.settle(demand, log.consistency(7)).demands() == ()


def test_what_a_member_saw_later_waits_for_a_newer_checkpoint() -> None:
    log = log_of(7)
    monitor = pinned(log)
    heard = grown(log, 3).tree.head
    monitor = monitor.hear("anna/laptop", heard)
    assert (monitor.demands(), monitor.behind) == ((), 3)
    monitor = monitor.advance(grown(log, 1).publish(), log.consistency(7))
    (demand,) = monitor.demands()
    monitor = monitor.settle(demand, log.consistency(10))
    assert (monitor.demands(), monitor.behind) == ((), 0)


def test_what_a_member_saw_is_settled_when_it_is_pinned() -> None:
    log = log_of(7)
    monitor = pinned(log).hear("anna/laptop", grown(log, 3).tree.head)
    assert monitor.advance(log.publish(), log.consistency(7)).heard == ()


def test_a_split_view_is_noticed_by_gossip() -> None:
    fork = StoredLog().append([*entries(6), b"a ghost"])
    monitor = pinned(log_of(7))
    with pytest.raises(SplitViewError) as found:
        monitor.hear("anna/laptop", fork.tree.head)
    assert (found.value.finding, found.value.source) == (Finding.FORKED, "anna/laptop")
    log = log_of(9)
    monitor = pinned(log).hear("anna/laptop", fork.tree.head)
    with pytest.raises(SplitViewError) as found:
        monitor.settle(monitor.demands()[0], log.consistency(7))
    assert found.value.finding is Finding.UNPROVEN


def test_a_split_view_shows_when_the_sizes_meet() -> None:
    fork = StoredLog().append([*entries(9), b"a ghost"])
    log = log_of(7)
    monitor = pinned(log).hear("anna/laptop", fork.tree.head)
    monitor = monitor.advance(grown(log, 3).publish(), log.consistency(7))
    with pytest.raises(SplitViewError) as found:
        monitor.settle(monitor.demands()[0], ())
    assert found.value.finding is Finding.FORKED


def test_the_pinned_tree_itself_is_no_news() -> None:
    monitor = pinned(log_of(7))
    assert monitor.hear("anna/laptop", monitor.head) is monitor


def test_one_member_is_remembered_once() -> None:
    log = log_of(7)
    monitor = pinned(log_of(9)).hear("anna/laptop", log.tree.head)
    monitor = monitor.hear("anna/laptop", log_of(8).tree.head)
    assert [demand.old.size for demand in monitor.demands()] == [8]


def test_members_without_number_take_no_memory_without_bound() -> None:
    monitor = pinned(log_of(7))
    for number in range(MAX_SOURCES + 5):
        monitor = monitor.hear(str(number), TreeHead(8, b"r" * 32))
    assert len(monitor.heard) == MAX_SOURCES
    assert monitor.hear("0", TreeHead(9, b"r" * 32)).behind == 2
    for source in ("", "x" * 129):
        with pytest.raises(UsageError):
            monitor.hear(source, TreeHead(8, b"r" * 32))


def test_only_what_was_demanded_is_settled() -> None:
    log = log_of(7)
    monitor = pinned(log_of(9)).hear("anna/laptop", log.tree.head)
    (demand,) = monitor.demands()
    with pytest.raises(UsageError):
        pinned(log_of(9)).settle(demand, log_of(9).consistency(7))


def test_a_pin_survives_a_restart_as_its_note() -> None:
    monitor = pinned(log_of(7))
    stored = monitor.pinned.signed.note.encode()
    assert Monitor(LOG_ONLY.check(SignedNote.decode(stored))) == monitor
