import logging
import sys

import pytest

from teamchat.witness import operator_log
from teamchat.witness.operator_log import LINES, Brake, Formatter
from tests.support.clock import FakeClock


def record(name: str, words: str, *values: object, error: bool = False) -> logging.LogRecord:
    kind = sys.exc_info() if error else None
    return logging.LogRecord(name, logging.WARNING, __file__, 1, words, values, kind)


def test_a_line_is_a_time_a_level_and_a_sentence() -> None:
    made = record("teamchat.witness", "%s stands still.", "chat.example/audit/1")
    made.created = 1_790_000_000.9
    line = Formatter().format(made)
    assert line == "2026-09-21T14:13:20Z warning chat.example/audit/1 stands still."


def test_a_strangers_words_do_not_get_in() -> None:
    line = ""
    try:
        int("a stranger's\nwords")
    except ValueError:
        line = Formatter().format(record("aiohttp.server", "Error from %s\x1b", "evil", error=True))
    assert "stranger" not in line
    assert "evil" not in line
    assert line.isprintable()
    assert "ValueError" in line
    assert "test_operator_log.py" in line


def test_the_same_is_said_a_few_times_a_minute() -> None:
    clock = FakeClock()
    brake = Brake(clock)

    def said(words: str) -> int:
        return sum(brake.filter(record("teamchat.witness", words)) for _ in range(20))

    assert (said("one %s"), said("one %s"), said("other")) == (LINES, 0, LINES)
    clock.advance(60)
    assert said("one %s") == LINES


def test_all_that_a_library_says_counts_together() -> None:
    brake = Brake(FakeClock())
    lines = [brake.filter(record("aiohttp.server", f"stranger {n}")) for n in range(1_000)]
    assert sum(lines) == LINES
    assert len(brake._said) == 1


def test_the_log_of_the_process_goes_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        operator_log.start(FakeClock())
        logging.getLogger("teamchat.witness").warning("It works.")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert capsys.readouterr().err.endswith("warning It works.\n")
