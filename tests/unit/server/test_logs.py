import io
import json
import logging
from collections.abc import Iterator

import pytest

from teamchat.server import logs
from tests.support.clock import FakeClock


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    into, root = io.StringIO(), logging.getLogger()
    level = root.level
    handler = logs.start(FakeClock(), stream=into)
    yield into
    root.removeHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_a_line_has_the_fields_that_we_gave(stream: io.StringIO) -> None:
    logging.getLogger("teamchat.x").info("request", extra={"fields": {"status": 200}})
    assert json.loads(stream.getvalue()) == {
        "time_ms": 1_767_225_600_000,
        "level": "info",
        "logger": "teamchat.x",
        "event": "request",
        "status": 200,
    }


def test_what_a_library_wants_to_say_about_somebody_is_left_out(stream: io.StringIO) -> None:
    logging.getLogger("aiohttp").warning("peer %s did %s", "192.0.2.7", "alice")
    assert "192.0.2.7" not in stream.getvalue()
    assert "alice" not in stream.getvalue()


def fail(message: str) -> None:
    raise RuntimeError(message)


def test_of_an_exception_only_kind_and_place_are_written(stream: io.StringIO) -> None:
    try:
        fail("token=abcdef")
    except RuntimeError:
        logging.getLogger("teamchat.x").exception("internal")
    line = json.loads(stream.getvalue())
    assert "abcdef" not in stream.getvalue()
    assert line["error"] == "RuntimeError"
    assert "test_logs.py" in line["at"][-1]


def test_what_strangers_send_fills_no_log(stream: io.StringIO) -> None:
    library, ours = logging.getLogger("aiohttp.server"), logging.getLogger("teamchat.x")
    for _ in range(2_500):
        library.error("Error handling request from %s", "192.0.2.7")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line.get("in_this_minute") for line in lines] == [None] * 10 + [100, 1_000]
    for _ in range(20):
        ours.info("request")
    logging.getLogger("asyncio").warning("slow")
    assert len(stream.getvalue().splitlines()) == 12 + 20 + 1


def test_after_a_minute_a_library_is_heard_again() -> None:
    clock = FakeClock()
    brake = logs.Brake(clock)
    record = logging.makeLogRecord({"name": "aiohttp.server"})
    assert [brake.filter(record) for _ in range(12)] == [True] * 10 + [False] * 2
    clock.advance(60)
    assert brake.filter(record)
