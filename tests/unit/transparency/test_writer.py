import pytest

from teamchat.transparency.checkpoint import open_checkpoint
from teamchat.transparency.compact import CompactRange
from teamchat.transparency.errors import (
    ConflictError,
    ForkRefusedError,
    FormatError,
    ProofError,
    UsageError,
)
from teamchat.transparency.hashing import leaf_hash
from teamchat.transparency.keys import LogKey
from teamchat.transparency.tiled_tree import range_of
from teamchat.transparency.tiles import Tile, edge_tiles, tile_at
from teamchat.transparency.writer import MAX_BATCH, integrate, intend, resume
from tests.support.tlog import LOG_KEY, StoredLog, checkpoint, entries, log_of


@pytest.mark.parametrize("batches", [(1, 1, 1), (255, 1, 1), (256,), (200, 100, 700), (1, 65_535)])
def test_batches_make_the_tree_that_their_entries_make(batches: tuple[int, ...]) -> None:
    log = StoredLog()
    for count in batches:
        log.append(entries(count, log.tree.size))
    assert log.tree == CompactRange().append(map(leaf_hash, entries(sum(batches))))
    assert range_of(log.tree.size, log.tiles) == log.tree


def test_a_step_writes_the_tiles_that_are_new_or_larger() -> None:
    log = log_of(250)
    step = integrate(log.tree, log.tiles, entries(300, 250))
    assert [tile for tile, _ in step.tiles] == [
        Tile(0, 0),
        Tile(0, 1),
        Tile(0, 2, 38),
        Tile(1, 0, 2),
    ]
    assert all(len(data) == tile.width * 32 for tile, data in step.tiles)


def test_every_tile_of_a_published_tree_is_there() -> None:
    log = log_of(700)
    assert all(tile_at(0, index, 700) in log.tiles for index in range(3))
    assert set(edge_tiles(700)) <= log.tiles.keys()


def test_of_two_writers_one_has_to_start_again() -> None:
    """Both read a tree of 10; the second may store nothing, or its entries would overwrite."""
    log = log_of(10)
    first = integrate(log.tree, log.tiles, [b"first"])
    second = integrate(log.tree, log.tiles, [b"second"])
    stored = first.onto(log.tree)
    with pytest.raises(ConflictError):
        second.onto(stored)
    again = integrate(stored, log.tiles | dict(first.tiles), [b"second"])
    assert again.onto(stored).size == 12


def test_a_writer_with_the_right_size_and_another_tree_has_to_start_again() -> None:
    log, other = log_of(10), StoredLog().append([b"other"] * 10)
    with pytest.raises(ConflictError):
        integrate(log.tree, log.tiles, [b"first"]).onto(other.tree)


def test_of_two_signers_the_slower_one_signs_nothing() -> None:
    """It would put what was intended last back to a smaller tree."""
    log = log_of(10).intend()
    slow = log.append(entries(1, 10)).intent()
    quick = log.append(entries(1, 11)).intent()
    stored = quick.onto(log.intended)
    with pytest.raises(ConflictError):
        slow.onto(stored)


def test_nothing_is_appended_to_tiles_that_somebody_changed() -> None:
    log = log_of(300)
    for tile in edge_tiles(300):
        data = log.tiles[tile]
        changed = log.tiles | {tile: data[:-1] + bytes([data[-1] ^ 1])}
        with pytest.raises(ProofError):
            integrate(log.tree, changed, [b"entry"])
        with pytest.raises(FormatError):
            integrate(log.tree, log.tiles | {tile: data[:-32]}, [b"entry"])
    with pytest.raises(ProofError):
        integrate(log.tree, {}, [b"entry"])


@pytest.mark.parametrize("new", [[], [b""] * (MAX_BATCH + 1), [b"x" * 65_536]])
def test_a_batch_is_bounded(new: list[bytes]) -> None:
    with pytest.raises(UsageError):
        integrate(CompactRange(), {}, new)


def test_a_crash_between_integrate_and_sign_leads_to_the_same_signature() -> None:
    """Lost: that it was signed, and who saw it. Kept: what was intended. So nothing forks."""
    log = log_of(10)
    log.publish()
    log.append(entries(3, 10)).intend()
    crashed = log.backup()
    signed = log.publish().signed.note
    restarted = crashed.publish().signed.note
    assert restarted.encode() == signed.encode()


def test_a_crash_before_anything_was_intended_forks_nothing() -> None:
    log = log_of(10)
    before = log.publish()
    crashed = log.append(entries(3, 10)).backup()
    after = crashed.append([b"came after the crash"]).publish()
    assert after.signed.checkpoint.size == 14
    crashed.consistency(before.signed.checkpoint.size)


def test_what_was_intended_binds_even_if_it_was_never_signed() -> None:
    log = log_of(10).append(entries(3, 10)).intend()
    assert log.intended is not None
    forked = log_of(10).append([b"other"] * 3)
    with pytest.raises(ForkRefusedError):
        intend(log.origin, forked.tree, log.intended, ())
    forked.append([b"more"])
    with pytest.raises(ForkRefusedError):
        intend(log.origin, forked.tree, log.intended, forked.consistency(13))


def test_a_smaller_tree_than_the_last_is_not_signed() -> None:
    log = log_of(10).intend()
    with pytest.raises(ForkRefusedError, match="10 leaves"):
        intend(log.origin, log_of(9).tree, log.intended, ())


def test_a_log_does_not_start_from_a_restored_backup() -> None:
    """Its own tables agree with each other; only a witness remembers what was signed since."""
    log = log_of(7)
    backup = log.backup()
    seen = log.append(entries(3, 7)).publish().signed
    resume(log.origin, log.tree, seen, ())
    with pytest.raises(ForkRefusedError, match="only 7 are stored"):
        resume(backup.origin, backup.tree, seen, ())
    backup.append([b"another history"] * 5)
    with pytest.raises(ForkRefusedError):
        resume(backup.origin, backup.tree, seen, backup.consistency(10))


def test_a_log_goes_on_where_others_have_seen_less() -> None:
    log = log_of(7)
    seen = log.publish().signed
    log.append(entries(3, 7))
    resume(log.origin, log.tree, seen, log.consistency(7))


def test_a_new_log_begins_with_a_signed_empty_tree() -> None:
    log = StoredLog()
    assert log.publish().signed.checkpoint.size == 0
    assert log.append(entries(2)).publish().signed.checkpoint.size == 2


def test_logs_are_not_confused() -> None:
    log = log_of(3).intend()
    assert log.intended is not None
    with pytest.raises(ForkRefusedError):
        intend("another.example", log.tree, log.intended, ())
    with pytest.raises(UsageError):
        intend("another.example", log.tree, None, ()).sign(LOG_KEY)
    other = LogKey("another.example", bytes(32))
    seen = open_checkpoint(checkpoint(log.tree.head, other), other.verifier)
    with pytest.raises(UsageError):
        resume(log.origin, log.tree, seen, ())
