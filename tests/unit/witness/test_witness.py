import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from teamchat.witness import box
from teamchat.witness.box import Box
from teamchat.witness.decision import Verdict
from teamchat.witness.witness import Witness, origin_hash
from tests.support.clock import FakeClock
from tests.support.tlog import LOG_KEY, NOW, log_of
from tests.support.witnessing import asked, two_stories

ORIGIN = LOG_KEY.verifier.name


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Box]:
    box.make(tmp_path / "box", "witness.example/council")
    with box.opened(tmp_path / "box") as opened:
        opened.ledger.follow(LOG_KEY.verifier)
        yield opened


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def witness(opened: Box, clock: FakeClock) -> Witness:
    return Witness(opened, clock)


def test_a_checkpoint_is_cosigned_and_then_shown(witness: Witness) -> None:
    assert witness.checkpoint(origin_hash(ORIGIN)) is None
    answer = witness.add_checkpoint(asked(log_of(5), 0))
    assert answer.verdict is Verdict.COSIGNED
    note = asked(log_of(5), 0).partition(b"\n\n")[2]
    assert witness.checkpoint(origin_hash(ORIGIN)) == note + answer.body


def test_a_log_is_shown_under_its_hash_only(witness: Witness) -> None:
    witness.add_checkpoint(asked(log_of(5), 0))
    assert witness.checkpoint(ORIGIN) is None
    assert witness.checkpoint(origin_hash("chat.example/audit/2")) is None


def test_what_cannot_be_read_is_malformed(witness: Witness) -> None:
    answer = witness.add_checkpoint(b"old 5\n")
    assert answer.verdict is Verdict.MALFORMED
    assert answer.body.startswith(b"This is not a request to add a checkpoint: ")


def test_a_log_that_is_not_followed_is_unknown(witness: Witness) -> None:
    body = asked(log_of(5), 0).replace(ORIGIN.encode(), b"chat.example/audit/2")
    assert witness.add_checkpoint(body).verdict is Verdict.UNKNOWN_LOG
    assert witness.add_checkpoint(b"old 0\n\n\n" + body[7:]).verdict is Verdict.UNKNOWN_LOG


def test_two_histories_are_told_to_the_operator_once(
    witness: Witness, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = two_stories(3, 5)
    for log in (one, other, other, one):
        witness.add_checkpoint(asked(log, 0))
    told = [each for each in caplog.records if each.levelno == logging.CRITICAL]
    assert len(told) == 1
    assert ORIGIN in told[0].getMessage()


def test_an_unproven_checkpoint_and_a_wrong_clock_are_told(
    witness: Witness, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    witness.add_checkpoint(asked(log_of(5), 0))
    lacking = b"old 5\n\n" + asked(log_of(7), 0).partition(b"\n\n")[2]
    assert witness.add_checkpoint(lacking).verdict is Verdict.INCONSISTENT
    clock.advance(-86_400)
    assert witness.add_checkpoint(asked(log_of(7), 5)).verdict is Verdict.CLOCK_IS_BEHIND
    assert [each.levelname for each in caplog.records] == ["WARNING", "ERROR"]


def test_what_cannot_be_stored_is_not_signed(
    witness: Witness, opened: Box, caplog: pytest.LogCaptureFixture
) -> None:
    """The disk takes nothing; when it does again, the witness goes on."""
    opened.ledger._connection.execute("PRAGMA query_only = ON")
    answer = witness.add_checkpoint(asked(log_of(5), 0))
    assert (answer.verdict, answer.verdict.status) == (Verdict.NOT_STORED, 503)
    assert isinstance(caplog.records[0].exc_info, tuple)
    assert caplog.records[0].exc_info[0] is sqlite3.OperationalError
    opened.ledger._connection.execute("PRAGMA query_only = OFF")
    assert witness.add_checkpoint(asked(log_of(5), 0)).verdict is Verdict.COSIGNED
