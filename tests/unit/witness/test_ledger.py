import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from teamchat.transparency import LogKey, WitnessKey
from teamchat.witness.decision import Answer, Followed, Verdict, decide
from teamchat.witness.errors import WitnessError
from teamchat.witness.ledger import Ledger
from tests.support.tlog import LOG_KEY, NOW, log_of
from tests.support.witnessing import WITNESS, request, two_stories

ORIGIN = LOG_KEY.verifier.name
OTHER = LogKey("chat.example/keys/1", bytes(range(1, 33)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Ledger.create(tmp_path / "witness.db", WITNESS.verifier)
    return tmp_path / "witness.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with closing(Ledger.open(path, WITNESS.verifier)) as opened:
        opened.follow(LOG_KEY.verifier)
        yield opened


def cosign(ledger: Ledger, size: int, old: int = 0) -> Answer:
    asked = request(log_of(size), old)
    return ledger.decided(ORIGIN, lambda before: decide(before, asked, WITNESS, NOW))


def rewrite(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


def test_a_log_that_is_followed_has_nothing_cosigned_yet(ledger: Ledger) -> None:
    (followed,) = ledger.followed()
    assert (followed.policy.log, followed.head.size) == (LOG_KEY.verifier, 0)
    assert ledger.newest(ORIGIN) is None


def test_what_was_decided_is_there_when_the_file_is_opened_again(
    ledger: Ledger, path: Path
) -> None:
    assert cosign(ledger, 5).verdict is Verdict.COSIGNED
    before = ledger.followed()
    ledger.close()
    with closing(Ledger.open(path, WITNESS.verifier)) as again:
        assert again.followed() == before
        assert cosign(again, 7, 4).body == b"5\n"


def test_the_newest_checkpoint_is_kept_with_both_signatures(ledger: Ledger) -> None:
    answer = cosign(ledger, 5)
    assert ledger.newest(ORIGIN) == request(log_of(5), 0).note.encode() + answer.body


def test_evidence_stays(ledger: Ledger, path: Path) -> None:
    one, other = two_stories(3, 5)
    for log in (one, other):
        asked = request(log, 0)
        ledger.decided(ORIGIN, lambda before, asked=asked: decide(before, asked, WITNESS, NOW))  # type: ignore[misc]  # bound now
    ledger.close()
    with closing(Ledger.open(path, WITNESS.verifier)) as again:
        (followed,) = again.followed()
        assert followed.fork is not None
        assert followed.head == one.tree.head


def test_an_unknown_log_is_not_decided_about(ledger: Ledger) -> None:
    def never(_before: Followed) -> tuple[Followed, Answer]:
        raise AssertionError

    for origin in ("", "chat.example/audit/2", f"{ORIGIN} ", f"{ORIGIN}%"):
        assert ledger.decided(origin, never).verdict is Verdict.UNKNOWN_LOG
        assert ledger.newest(origin) is None


def test_a_decision_that_fails_leaves_everything_as_it_was(ledger: Ledger) -> None:
    cosign(ledger, 5)
    before = ledger.followed()

    def fails(_before: Followed) -> tuple[Followed, Answer]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.decided(ORIGIN, fails)
    assert ledger.followed() == before
    assert cosign(ledger, 6, 5).verdict is Verdict.COSIGNED


def test_what_cannot_be_stored_is_not_answered(ledger: Ledger, path: Path) -> None:
    """The disk is full: no cosignature leaves, and it goes on when there is room again."""
    cosign(ledger, 5)
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
    log = log_of(6)
    asked = request(log, 5)

    def large(before: Followed) -> tuple[Followed, Answer]:
        after, answer = decide(before, asked, WITNESS, NOW)
        ledger._connection.execute("CREATE TABLE filler AS SELECT zeroblob(1000000) AS filler")
        return after, answer

    with pytest.raises(sqlite3.OperationalError, match="full"):
        ledger.decided(ORIGIN, large)
    assert ledger.followed()[0].head.size == 5
    assert cosign(ledger, 6, 5).verdict is Verdict.COSIGNED


def test_several_logs_do_not_touch_each_other(ledger: Ledger) -> None:
    assert ledger.follow(OTHER.verifier)
    cosign(ledger, 5)
    sizes = [(each.policy.log.name, each.head.size) for each in ledger.followed()]
    assert sizes == [(ORIGIN, 5), (OTHER.verifier.name, 0)]


def test_following_again_forgets_nothing(ledger: Ledger) -> None:
    cosign(ledger, 5)
    assert not ledger.follow(LOG_KEY.verifier)
    assert ledger.followed()[0].head.size == 5


def test_one_log_has_one_key(ledger: Ledger) -> None:
    with pytest.raises(WitnessError, match="another key"):
        ledger.follow(LogKey(ORIGIN, b"another." * 4).verifier)
    assert ledger.followed()[0].policy.log == LOG_KEY.verifier


def test_a_witness_is_not_followed(ledger: Ledger) -> None:
    with pytest.raises(WitnessError, match="not for that of a witness"):
        ledger.follow(WitnessKey("w.example/2", b"another." * 4).verifier)


def test_a_second_process_waits_its_turn(ledger: Ledger, path: Path) -> None:
    """The lock of the directory keeps it out; the ledger would be right without."""
    with closing(Ledger.open(path, WITNESS.verifier)) as second:
        assert cosign(ledger, 5).verdict is Verdict.COSIGNED
        assert cosign(second, 6, 0).body == b"5\n"
        assert cosign(second, 6, 5).verdict is Verdict.COSIGNED
        assert cosign(ledger, 7, 5).body == b"6\n"


def test_nobody_else_reads_the_file(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_is_never_made_anew(path: Path) -> None:
    with pytest.raises(FileExistsError):
        Ledger.create(path, WITNESS.verifier)


def test_a_missing_file_is_not_an_empty_one(path: Path) -> None:
    path.unlink()
    with pytest.raises(WitnessError, match="missing"):
        Ledger.open(path, WITNESS.verifier)
    assert not path.exists()


def test_another_witness_cannot_go_on_with_it(path: Path) -> None:
    with pytest.raises(WitnessError, match="another witness"):
        Ledger.open(path, WitnessKey(WITNESS.verifier.name, b"another." * 4).verifier)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("vkey", "no key"),
        ("vkey", LogKey(ORIGIN, b"another." * 4).verifier.vkey),
        ("newest", b""),
        ("newest", b"no note"),
        ("newest", request(log_of(4), 0).note.encode()),
        ("fork_ours", request(log_of(4), 0).note.encode()),
    ],
)
def test_what_this_witness_did_not_write_is_damage(
    ledger: Ledger, path: Path, column: str, value: object
) -> None:
    cosign(ledger, 5)
    rewrite(path, "UPDATE log SET fork_theirs = newest")
    rewrite(path, f"UPDATE log SET {column} = ?", value)  # noqa: S608 - a column of the table above
    with pytest.raises(WitnessError, match="damaged"):
        Ledger.open(path, WITNESS.verifier)


@pytest.mark.parametrize("damage", ["empty", "text", "page"])
def test_a_damaged_file_is_said_to_be_one(ledger: Ledger, path: Path, damage: str) -> None:
    cosign(ledger, 5)
    ledger.close()
    data = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "text": b"no database" * 500,
            "page": data[:4096] + bytes(4096) + data[8192:],
        }[damage]
    )
    with pytest.raises(WitnessError, match="damaged"):
        Ledger.open(path, WITNESS.verifier)


def test_a_file_in_use_is_not_a_damaged_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("teamchat.witness.ledger._BUSY_SECONDS", 0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            Ledger.open(path, WITNESS.verifier)


def test_a_cosignature_leaves_after_it_is_on_disk(ledger: Ledger) -> None:
    """What SQLite calls EXTRA: the file and the removal of its journal are synced."""
    assert ledger._connection.execute("PRAGMA synchronous").fetchone() == (3,)
    assert ledger._connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert cosign(ledger, 5).verdict is Verdict.COSIGNED
    assert not ledger._connection.in_transaction
